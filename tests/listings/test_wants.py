"""What neighbours look for: asked, told to who may have it, answered, over by itself."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from listings import actions
from listings.actions import wants
from listings.models import Want, WantState
from listings.wants import matching, tasks
from members import actions as members
from members.states import Role
from messaging import actions as messaging
from sharing.values.place import Point, offset
from tests import factories
from tests.listings.offering import published, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.community()


@pytest.fixture
def ana(home):
    return factories.member("Ana", of=home, lat=47.99, lon=7.85, place="Wiehre")


@pytest.fixture
def bo(home):
    return factories.member("Bo", of=home, lat=47.995, lon=7.851)


def ask(by, home, title="Extension ladder", **facts) -> Want:
    return wants.ask(by=by, community=home, title=title, **facts)


class TestAsking:
    def test_it_shows_a_stand_in_and_ends_by_itself(self, home, ana):
        want = ask(ana, home)
        assert (want.public_lat, want.public_lon) != (want.lat, want.lon)
        assert timedelta(days=20) < want.expires - timezone.now() < timedelta(days=22)

    def test_the_stand_in_is_that_of_the_member_s_listings(self, home, ana):
        listing = published(ana)
        want = ask(ana, home)
        assert (want.public_lat, want.public_lon) == pytest.approx((listing.public_lat, listing.public_lon))

    def test_with_days_it_ends_the_morning_after_the_last_one(self, home, ana):
        now = datetime(2027, 3, 26, 12, tzinfo=UTC)  # the night of the 27th the clocks go forward
        want = ask(ana, home, starts=date(2027, 3, 27), ends=date(2027, 3, 28), now=now)
        assert want.expires == datetime(2027, 3, 28, 22, tzinfo=UTC)

    def test_one_day_is_both(self, home, ana):
        day = timezone.now().date() + timedelta(days=3)
        want = ask(ana, home, starts=day)
        assert (want.starts, want.ends) == (day, day)

    @pytest.mark.parametrize(
        ("field", "facts"),
        [
            ("title", {"title": "  "}), ("title", {"title": "x" * 81}), ("title", {"title": "a\x00b"}),
            ("kind", {"kind": "boat"}), ("description", {"description": "x" * 1001}),
            ("ends", {"starts": date(2020, 1, 1), "ends": date(2020, 1, 2)}),
            ("ends", {"starts": date(2999, 1, 1), "ends": date(2999, 1, 2)}),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused_at_its_field(self, home, ana, field, facts):
        refused(field, wants.ask, **({"by": ana, "community": home, "title": "Ladder"} | facts))

    def test_the_last_day_is_not_before_the_first(self, home, ana):
        first = timezone.now().date() + timedelta(days=5)
        refused("ends", wants.ask, by=ana, community=home, title="x", starts=first, ends=first - timedelta(days=1))
        want = ask(ana, home)
        with pytest.raises(IntegrityError), transaction.atomic():
            Want.objects.filter(pk=want.pk).update(starts=first, ends=first - timedelta(days=1))

    def test_only_in_one_s_own_community(self, home):
        refused("community", wants.ask, by=factories.member("Zoe"), community=home, title="Ladder")

    def test_ten_at_a_time(self, home, ana):
        made = [ask(ana, home, f"Thing {n}") for n in range(wants.MOST_OPEN)]
        refused(None, wants.ask, by=ana, community=home, title="One more")
        wants.close(made[0].pk, by=ana)
        ask(ana, home, "One more")
        refused(None, wants.renew, made[0].pk, by=ana)


class TestWhoIsTold:
    def test_who_has_one_near_and_who_had_one(self, home, ana, bo):
        published(bo, title="Ladder, four metres")
        cleo = factories.member("Cleo", of=home, lat=47.99, lon=7.85)
        actions.archive(published(cleo, title="Old extension ladder").pk, by=cleo)
        published(factories.member("Far", of=home, lat=52.5, lon=13.4), title="Ladder")
        published(factories.member("Saw", of=home, lat=47.99, lon=7.85), title="Saw")
        published(ana, title="My own ladder")
        want = ask(ana, home)
        assert matching.neighbours(want) == [bo.pk, cleo.pk]
        tasks.tell.func(want.pk)
        tasks.tell.func(want.pk)
        assert bo.notifications.filter(kind="want").count() == 1
        assert cleo.notifications.get(kind="want").url == want.get_absolute_url()
        assert not ana.notifications.exists()

    def test_stewards_are_told_for_the_commons(self, home, ana):
        cleo = factories.member("Cleo", of=home, role=Role.STEWARD)
        published(cleo, title="Extension ladder", commons=True)
        assert matching.neighbours(ask(ana, home)) == [cleo.pk]

    def test_only_members_when_only_they_may_read_it(self, home, ana):
        zoe = factories.member("Zoe", of=factories.community("Bristol"), lat=47.99, lon=7.85)
        published(zoe, title="Extension ladder")
        assert matching.neighbours(ask(ana, home, everyone=False)) == []
        assert matching.neighbours(ask(ana, home, everyone=True)) == [zoe.pk]

    def test_asking_tells_by_a_task(self, home, ana, bo, django_capture_on_commit_callbacks):
        published(bo, title="Extension ladder")
        with django_capture_on_commit_callbacks(execute=True):
            ask(ana, home)
        assert bo.notifications.filter(kind="want").exists()


class TestAnswering:
    def test_with_a_listing_and_words_it_is_said_once(self, home, ana, bo):
        listing, want = published(bo, title="Ladder"), ask(ana, home)
        for _twice in range(2):
            answer, conversation = wants.answer(want.pk, by=bo, body="Come by!", client_id="c1", listing=listing)
        assert want.answers.get() == answer and answer.listing == listing
        body = conversation.messages.get().body
        assert "Come by!" in body and listing.get_absolute_url() in body and want.title in body

    def test_what_cannot_be(self, home, ana, bo):
        want = ask(ana, home)
        refused(None, wants.answer, want.pk, by=ana, body="me", client_id="c")
        refused("body", wants.answer, want.pk, by=bo, body=" ", client_id="c")
        hidden = published(bo, title="Ladder", visibility="community")
        ana.memberships.all().delete()
        refused("listing", wants.answer, want.pk, by=bo, body="", client_id="c", listing=hidden)
        wants.close(want.pk, by=ana, found=True)
        with pytest.raises(Http404):
            wants.answer(want.pk, by=bo, body="late", client_id="c")


class TestItsEnd:
    def test_it_is_over_once_and_may_be_renewed(self, home, ana):
        want = ask(ana, home)
        Want.objects.update(expires=timezone.now() - timedelta(hours=1))
        assert (tasks.end_what_is_over(), tasks.end_what_is_over()) == (1, 0)
        assert ana.notifications.filter(kind="want").count() == 1
        assert wants.renew(want.pk, by=ana).is_open

    def test_days_that_have_passed_are_not_renewed(self, home, ana):
        want = ask(ana, home, starts=timezone.now().date(), ends=timezone.now().date() + timedelta(days=1))
        refused(None, wants.renew, want.pk, by=ana, now=timezone.now() + timedelta(days=5))

    @pytest.mark.parametrize("way", ["leaves", "is removed", "closes the account"])
    def test_who_does_not_belong_any_more_looks_for_nothing_there(self, home, ana, bo, way):
        elsewhere = factories.community()
        factories.member("Cleo", of=elsewhere, role=Role.STEWARD)
        factories.join(ana, elsewhere)
        factories.member("Dora", of=home, role=Role.STEWARD)
        want, theirs = ask(ana, home), ask(bo, home)
        other = ask(ana, elsewhere)
        if way == "leaves":
            members.leave(home, by=ana)
        elif way == "is removed":
            members.remove(ana.memberships.get(community=home).pk, by=home.memberships.get(role=Role.STEWARD).member)
        else:
            members.close(ana)
        states = dict(Want.objects.values_list("pk", "state"))
        assert states[want.pk] == WantState.CLOSED and states[theirs.pk] == WantState.OPEN
        assert states[other.pk] == (WantState.CLOSED if way == "closes the account" else WantState.OPEN)

    def test_it_is_renewed_only_by_who_belongs(self, home, ana):
        want = ask(ana, home)
        ana.memberships.all().delete()
        refused("community", wants.renew, want.pk, by=ana)


def test_nobody_is_told_whose_door_is_shut(home, ana, bo):
    cleo = factories.member("Cleo", of=home, lat=47.995, lon=7.851)
    dora = factories.member("Dora", of=home, lat=47.995, lon=7.851)
    for each in (bo, cleo, dora):
        published(each, title="Extension ladder")
    messaging.block(bo, ana)
    messaging.block(ana, cleo)
    assert matching.neighbours(ask(ana, home)) == [dora.pk]



class TestThePages:
    def test_the_board_and_one_s_own(self, home, ana, bo, client, django_assert_max_num_queries):
        for n in range(8):
            ask(factories.member(f"M{n}", of=home, lat=47.99, lon=7.85), home, f"Thing {n}")
        client.force_login(ana)
        client.get(reverse("wants"))
        with django_assert_max_num_queries(9):
            page = client.get(reverse("wants"))
        assert page.status_code == 200 and b"Thing 3" in page.content
        assert b"You look for nothing" in client.get(reverse("wants"), {"mine": 1}).content

    def test_those_far_off_are_shown_when_asked_for(self, home, ana, bo, client):
        far = offset(Point(ana.lat, ana.lon), 200_000, 0)
        ask(bo, home, "Far off", point=far)
        client.force_login(ana)
        assert b"Far off" not in client.get(reverse("wants")).content
        assert b"Far off" in client.get(reverse("wants"), {"all": 1}).content

    def test_an_empty_search_brings_its_words_along(self, home, ana, client):
        client.force_login(ana)
        page = client.get(reverse("want_new"), {"q": "Kayak", "kind": "tool", "from": "2027-05-01", "to": "2027-05-02"})
        assert b'value="Kayak"' in page.content and b'value="2027-05-01"' in page.content

    def test_asking_and_answering(self, home, ana, bo, client):
        client.force_login(ana)
        sent = {"title": "Kayak", "kind": "tool", "everyone": "yes", "community": home.pk, "place": "Freiburg",
                "lat": "47.99", "lon": "7.85"}  # fmt: skip
        assert client.post(reverse("want_new"), sent).status_code == 302
        want = Want.objects.get()
        listing = published(bo, title="Kayak")
        client.force_login(bo)
        page = client.get(want.get_absolute_url())
        assert b"Could you help?" in page.content
        client_id = page.context["form"].initial["client_id"]
        answered = client.post(want.get_absolute_url(), {"listing": listing.pk, "body": "", "client_id": client_id})
        assert answered.status_code == 302 and "/messages/" in answered["Location"]
        client.force_login(ana)
        assert b"Kayak" in client.get(want.get_absolute_url()).content
        client.post(reverse("want_act", args=[want.pk, "found"]))
        want.refresh_from_db()
        assert want.state == WantState.FOUND
        client.force_login(bo)
        assert client.get(want.get_absolute_url()).status_code == 404

    def test_a_form_that_makes_no_sense_says_so(self, home, ana, client):
        client.force_login(ana)
        page = client.post(reverse("want_new"), {"title": "", "kind": "tool", "everyone": "yes", "community": home.pk})
        assert page.status_code == 422 and "title" in page.context["form"].errors

    def test_strangers_see_only_what_is_for_everyone(self, home, ana, client):
        hidden, shown = ask(ana, home, "Secret", everyone=False), ask(ana, home, "Open")
        for viewer in (None, factories.member("Zoe")):
            client.force_login(viewer) if viewer else client.logout()
            assert client.get(hidden.get_absolute_url()).status_code == 404
            assert client.get(shown.get_absolute_url()).status_code == 200
            assert b"Secret" not in client.get(reverse("wants"), {"all": 1}).content
        assert client.post(reverse("want_act", args=[shown.pk, "close"])).status_code == 404


class TestTheApi:
    def test_asked_found_answered(self, home, ana, bo, client):
        client.force_login(ana)
        sent = {"title": "Kayak", "community": home.slug, "lat": 47.99, "lon": 7.85}
        made = client.post("/api/v1/wants/", sent, content_type="application/json")
        assert made.status_code == 201, made.content
        assert (made.json()["lat"], made.json()["lon"]) != (47.99, 7.85)
        client.logout()
        for query in ({"lat": 47.99, "lon": 7.85}, {"bbox": "7,47,9,49"}, {"kind": "tool"}, {"community": home.slug}):
            assert [row["title"] for row in client.get("/api/v1/wants/", query).json()["results"]] == ["Kayak"]
        assert client.get("/api/v1/wants/", {"lat": 52, "lon": 13}).json()["results"] == []
        client.force_login(bo)
        at = f"/api/v1/wants/{made.json()['id']}/"
        answer = client.post(f"{at}answers/", {"body": "Here!", "client_id": "1"}, content_type="application/json")
        assert answer.status_code == 201 and answer.json()["conversation"]
        assert client.post(f"{at}close/").status_code == 404

    @pytest.mark.parametrize(
        "query", [{"lat": 1}, {"lat": 100, "lon": 1}, {"bbox": "1,2,3"}, {"kind": "boat"}, {"nope": 1}, {"cursor": "x"}]
    )
    def test_bad_questions_are_said_so(self, client, query):
        answer = client.get("/api/v1/wants/", query)
        assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_what_one_looks_for_is_found_from_home_the_menu_and_where_one_offers(client):
    client.force_login(factories.member("Ana", of=factories.community()))
    board = reverse("wants")
    for page, address in (("home", reverse("want_new")), ("home", f"{board}?mine=1"), ("listing_new", board)):
        assert f'href="{address}"' in client.get(reverse(page)).content.decode(), (page, address)


def test_home_says_all_the_days_of_a_want(home, ana, bo, client):
    first, last = (timezone.localdate() + timedelta(days=days) for days in (3, 4))
    ask(bo, home, "Fruit press", starts=first, ends=last)
    client.force_login(ana)
    for page in ("home", "wants"):
        html = client.get(reverse(page)).content.decode()
        days = re.search(f'<time datetime="{first}">[^<]*</time> to <time datetime="{last}">', html)
        assert "Fruit press" in html and days, page


def test_one_s_own_wants_bear_their_own_name_and_ask_nobody_to_look_in_the_cellar(client, ana):
    client.force_login(ana)
    board, mine = (client.get(reverse("wants") + asked).content.decode() for asked in ("", "?mine=1"))
    assert "<title>Neighbours look for ·" in board and "Perhaps it stands in your cellar." in board
    assert "<title>What I look for ·" in mine and "Perhaps it stands in your cellar." not in mine
