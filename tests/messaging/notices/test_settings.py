"""The page, the one press that ends a kind of letter, and the same for programs."""

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from members.signals import member_closed
from messaging import actions
from messaging.models import Delivery, Letterbox, NotificationChoice
from messaging.notices import addresses, choices
from messaging.notices.table import rows_of
from messaging.notices.topics import TOPICS, Way
from tests import factories as make

pytestmark = pytest.mark.django_db
URL = "/settings/notifications/"


@pytest.fixture
def ana(client):
    member = make.member("Ana")
    client.force_login(member)
    return member


def shown(member):
    return [cell.name for row in rows_of(member) for cell in row.cells if cell.on and not cell.fixed]


def test_the_table_shows_every_topic_and_way_and_says_what_is_fixed(client, ana, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page = client.get(URL).content.decode()
    assert page.count('class="switch" type="checkbox" name="on"') == len(TOPICS) * len(Way)
    assert 'value="money.mail" checked disabled aria-describedby="because-money"' in page
    assert 'value="wants.mail">' in page and "part of the books" in page
    assert "Devices that ring" not in page and "Answering by e-mail" not in page, "neither is set up here"


def test_it_is_saved_as_a_whole_without_script_and_at_once_with_htmx(client, ana):
    on = shown(ana)
    answer = client.post(URL, {"on": [*on, "wants.push"]})
    assert answer.status_code == 302 and choices.wants(ana, "wants", Way.PUSH)
    answer = client.post(URL, {"on": on}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "Saved." in answer.content.decode() and "<html" not in answer.content.decode()
    assert not NotificationChoice.objects.exists()
    client.post(URL, {"on": []})
    assert shown(ana) == [] and choices.wants(ana, "money", Way.MAIL)
    client.post("/settings/notifications/defaults/")
    assert sorted(shown(ana)) == sorted(on)


def test_quiet_hours_are_hours_and_differ(client, ana):
    url = "/settings/notifications/hours/"
    good = {"quiet": "on", "quiet_from": "21", "quiet_until": "6", "digest_hour": "19"}
    assert client.post(url, good).status_code == 302
    box = Letterbox.objects.get()
    assert (box.quiet, box.quiet_from, box.quiet_until, box.digest_hour) == (True, 21, 6, 19)
    answer = client.post(url, good | {"quiet_until": "21"})
    assert answer.status_code == 422 and "begin and end at different hours" in answer.content.decode()
    answer = client.post(url, good | {"quiet_from": "24"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "24" in answer.content.decode()
    assert client.post(url, {"quiet_from": "21", "quiet_until": "21", "digest_hour": "8"}).status_code == 302
    assert not Letterbox.objects.get().quiet


def test_a_parked_address_is_shown_on_every_page_and_why_in_the_settings(client, ana):
    assert "Our letters do not reach you" not in client.get("/notifications/").content.decode()
    Letterbox.objects.create(member=ana, address=ana.email, parked=timezone.now(), trouble="550 <no> such box")
    assert "Our letters do not reach you" in client.get("/notifications/").content.decode()
    page = client.get(URL).content.decode()
    assert "550 &lt;no&gt; such box" in page and page.count("Our letters do not reach you") == 1
    assert client.post("/settings/notifications/again/").status_code == 302
    assert "Our letters do not reach you" not in client.get(URL).content.decode()


def test_one_press_ends_letters_of_a_topic_without_signing_in(client, settings):
    bo = make.member("Bo")
    url = urlsplit(addresses.switch_off(bo, "bookings", Way.MAIL)).path
    note = actions.notify(bo, kind="booking.accept", title="T", url="/", key="1")
    waiting = {"member": bo, "way": Way.MAIL, "topic": "bookings", "bundle": "x", "notification": note}
    Delivery.objects.create(**waiting, due=timezone.now())
    page = client.get(url)
    assert page.status_code == 200 and "No more letters about" in page.content.decode()
    assert choices.wants(bo, "bookings", Way.MAIL), "a look changes nothing"

    press = client.__class__(enforce_csrf_checks=True)
    for _time in range(2):
        answer = press.post(url, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "no more of these" in answer.content.decode()
        assert not choices.wants(bo, "bookings", Way.MAIL) and not Delivery.objects.exists()
    assert "waits for your answer" in answer.content.decode(), "what still comes is said"

    press.post(url, {"again": "1"})
    assert choices.wants(bo, "bookings", Way.MAIL)


def test_a_digest_is_left_as_a_whole_and_comes_back_as_it_was(client):
    bo = make.member("Bo")
    choices.choose(bo, "messages", "digest", True)
    url = urlsplit(addresses.switch_off(bo, addresses.ALL, Way.DIGEST)).path
    client.post(url, {"List-Unsubscribe": "One-Click"})
    assert not any(choices.wants(bo, key, Way.DIGEST) for key in TOPICS)
    client.post(url, {"again": "1"})
    assert {key for key in TOPICS if choices.wants(bo, key, Way.DIGEST)} == {"community", "wants"}


def test_a_changed_address_to_switch_off_leads_nowhere(client):
    bo = make.member("Bo")
    url = urlsplit(addresses.switch_off(bo, "bookings", Way.MAIL)).path
    for wrong in (url[:-3] + "x/", url.replace("off/", "off/x"), reverse("notifications_off", args=["a:b:c"])):
        assert client.post(wrong).status_code == 404
    assert choices.wants(bo, "bookings", Way.MAIL)


def test_a_letter_leads_to_its_own_switch(client):
    bo = make.member("Bo")
    Letterbox.objects.create(member=bo, quiet=False)
    from messaging.notices import letters

    frame = letters.Frame(bo, TOPICS["alerts"], Way.MAIL, "x")
    frame.letter("Finds", "listings/email/finds", {"title": "Finds", "parts": []}).send()
    (letter,) = mail.outbox
    url = urlsplit(letter.message()["List-Unsubscribe"].strip("<>")).path
    client.post(url, {"List-Unsubscribe": "One-Click"})
    assert not choices.wants(bo, "alerts", Way.MAIL)


# --- for programs -------------------------------------------------------------------------------------

API = "/api/v1/notifications/settings/"


def test_a_program_reads_and_changes_the_same(client, ana):
    facts = client.get(API).json()
    assert [topic["topic"] for topic in facts["topics"]] == list(TOPICS)
    assert facts["hours"] == {"quiet": True, "quiet_from": 22, "quiet_until": 7, "digest_hour": 8}
    answer = client.patch(
        API, {"choices": [{"topic": "wants", "way": "push", "on": True}], "hours": {"digest_hour": 18}},
        content_type="application/json",
    )
    assert answer.status_code == 200 and answer.json()["hours"]["digest_hour"] == 18
    wants = next(topic for topic in answer.json()["topics"] if topic["topic"] == "wants")
    assert {"way": "push", "on": True, "fixed": False} in wants["ways"]


def test_all_of_a_change_or_nothing(client, ana):
    both = [{"topic": "wants", "way": "push", "on": True}, {"topic": "money", "way": "mail", "on": False}]
    answer = client.patch(API, {"choices": both}, content_type="application/json")
    assert answer.status_code == 400 and "part of the books" in str(answer.json()["errors"])
    assert not NotificationChoice.objects.exists()
    answer = client.patch(API, {"choices": [{"topic": "x", "way": "y", "on": 1}]}, content_type="application/json")
    assert answer.status_code == 400


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(API).status_code in (401, 403) and client.get(URL).status_code == 302


# --- leaving ------------------------------------------------------------------------------------------


def test_it_is_in_the_data_one_takes_away_and_gone_with_the_account(client, ana):
    choices.choose(ana, "wants", "push", True)
    Letterbox.objects.create(member=ana, quiet_from=21)
    note = actions.notify(ana, kind="want", title="A ladder?", url="/", key="1")
    Delivery.objects.create(
        member=ana, way=Way.DIGEST, topic="wants", bundle="x", notification=note, due=timezone.now()
    )
    held = client.get("/settings/data/download/").json()["notifications"]
    assert held["choices"] == [{"topic": "wants", "way": "push", "on": True}] and held["hours"]["quiet_from"] == 21
    assert held["notifications"][0]["title"] == "A ladder?" and held["devices"] == []

    member_closed.send(type(ana), member=ana)
    assert not any(rows.objects.exists() for rows in (NotificationChoice, Letterbox, Delivery))
