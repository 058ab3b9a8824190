"""Settings: one list of all of them, each page with its way back, and time zones under the names they have today."""

import pytest
from django.template import Context, Template
from django.test import Client

from members.forms import LanguageForm
from members.forms.fields import zone_choices
from members.models import Member

from .. import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client) -> Member:
    ana = make.member("Ana")
    client.force_login(ana)
    return ana


def test_the_list_of_settings_leads_to_each_and_each_back(client, ana):
    index = client.get("/settings/").content.decode()
    assert "settings--index" in index and "settings__back" not in index
    for address in ("profile", "language", "look", "notifications", "searches", "calendars", "blocked", "data"):
        assert f'href="/settings/{address}/"' in index
        page = client.get(f"/settings/{address}/").content.decode()
        assert 'class="settings__back" href="/settings/"' in page and "settings--index" not in page


def test_a_profile_that_comes_back_with_an_error_is_a_page_of_its_own(client, ana):
    for address in ("/settings/", "/settings/profile/"):  # the first from a page opened before they were two
        answer = client.post(address, {"name": ""})
        assert answer.status_code == 422 and "settings--index" not in answer.content.decode()


def test_settings_are_for_members_alone():
    assert Client().get("/settings/look/").url.startswith("/accounts/login/")


def test_each_zone_is_offered_once_and_under_the_name_it_has_today():
    offered = [zone for _region, zones in zone_choices()[1:] for zone, _city in zones]
    assert len(offered) == len(set(offered)) > 300
    assert {"Europe/Berlin", "Asia/Kolkata", "Europe/Kyiv", "Africa/Asmara"} <= set(offered)
    old = {"Asia/Calcutta", "Europe/Kiev", "Africa/Asmera", "America/Argentina/ComodRivadavia", "US/Eastern"}
    assert not old & set(offered)


def test_a_zone_kept_under_an_older_name_stays_chosen(client, ana):
    Member.objects.filter(pk=ana.pk).update(time_zone="Asia/Calcutta")

    page = client.get("/settings/language/").content.decode()
    answer = client.post("/settings/language/", {"language": "en", "time_zone": "Asia/Calcutta"})

    assert '<option value="Asia/Calcutta" selected>Asia/Calcutta</option>' in page
    assert answer.status_code == 302
    ana.refresh_from_db()
    assert ana.time_zone == "Asia/Calcutta"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Mars/Olympus", ""])
def test_no_other_zone_is_added_to_the_list(zone):
    field = str(LanguageForm(initial={"language": "en", "time_zone": zone})["time_zone"])
    assert field.count(" selected") == (zone in ("Europe/Berlin", "UTC"))
    assert "Mars" not in field


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("Name", "Name:"),
        ("I keep to them.", "I keep to them:"),
        ("Where do you live?", "Where do you live?"),
        ("Your answer:", "Your answer:"),
    ],
)
def test_a_label_before_its_error_has_one_sign(label, read):
    assert Template("{% load shell %}{{ label|lead }}").render(Context({"label": label})) == read
