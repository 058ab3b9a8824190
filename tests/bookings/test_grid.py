"""The owner's grid: a page of listings, four weeks, the same few statements, and every deed undone."""

import pytest
from django.test import Client

from bookings import actions, agenda
from bookings.models import Claim
from tests import factories
from tests.bookings.cast import drill, steward_of, today

pytestmark = pytest.mark.django_db


def browser(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.mark.parametrize("rows", [1, 12])
def test_the_grid_takes_the_same_statements_however_much_is_on_it(rows, django_assert_max_num_queries):
    home = factories.community()
    bo, ana = factories.member("Bo", of=home), factories.member("Ana", of=home)
    for n in range(rows):
        actions.request(drill(bo, of=home, title=f"Thing {n:02}").pk, by=ana, starts=today(3), ends=today(4))
    page = browser(bo)
    page.get("/calendar/")
    with django_assert_max_num_queries(8):
        assert page.get("/calendar/").content.decode().count("Ana") >= rows


def test_listings_come_a_page_at_a_time_and_stewards_see_the_commons():
    home = factories.community()
    cleo = steward_of(home)
    for n in range(agenda.PAGE + 3):
        drill(of=home, commons=True, title=f"Thing {n:02}")
    first, more = agenda.listings_of(cleo)
    rest, none = agenda.listings_of(cleo, more)
    assert [len(first), len(rest), none] == [agenda.PAGE, 3, None]
    assert len({each.pk for each in first + rest}) == agenda.PAGE + 3
    assert f"after={more}" in browser(cleo).get("/calendar/").content.decode()


def test_what_is_kept_and_what_is_opened_can_be_undone():
    saw = drill()
    page = browser(saw.owner)
    sent = {"listing": saw.pk, "starts": today(3), "ends": today(5), "kind": "block", "note": "Mine"}
    kept = page.post("/calendar/", sent, follow=True)
    claim = Claim.objects.get()
    assert f"/blocks/{claim.pk}/remove/" in kept.content.decode()
    opened = page.post(f"/blocks/{claim.pk}/remove/", {"grid": "1"}, follow=True)
    assert not Claim.objects.exists() and "open again" in opened.content.decode()
    assert page.post("/calendar/", opened.context["opened"]).status_code == 302
    again = Claim.objects.get()
    assert (again.starts, again.ends, again.note) == (claim.starts, claim.ends, "Mine")
