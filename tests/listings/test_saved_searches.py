"""Kept searches: what is told is what the search would find, each thing once, and nothing one may not see."""

import random
from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from bookings import actions as bookings
from bookings.models import Claim
from listings import actions
from listings.models import Alerts, Listing, SavedCell, SavedHit, SavedNote, SavedSearch
from listings.saved import keeping, matching, tasks, telling
from listings.search import query
from listings.search.asking import Viewer
from listings.states import Kind, Terms, Visibility
from members import actions as members
from members.states import Role
from messaging.models import Notification
from messaging.notices import choices, planning, sending
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests import factories
from tests.listings import searching
from tests.listings.offering import WAY, make, published
from tests.members.cast import signed_in

pytestmark = pytest.mark.django_db
NEAR = "lat=47.9959&lon=7.8522"
HERE = {"lat": 47.9959, "lon": 7.8522}


@pytest.fixture
def elm():
    return factories.community()


@pytest.fixture
def ana(elm):
    return factories.member("Ana", of=elm)


@pytest.fixture
def bo(elm):
    return factories.member("Bo", of=elm)


def keep(member, text=f"q=drill&{NEAR}", **facts) -> SavedSearch:
    return keeping.keep(member, QueryDict(text), **{"alerts": "at_once"} | facts)


def told(member) -> list[str]:
    tasks.match_notes.func()
    mine = Notification.objects.filter(member=member, kind="saved_search")
    return list(mine.order_by("-pk").values_list("title", flat=True))


def letters_leave(at) -> None:
    """Let the clock plan at this instant, and send what is due some minutes later."""
    planning.plan_notifications(at)
    for member, way in sending.claim_due(at + timedelta(minutes=5)):
        sending.deliver(member, way, at + timedelta(minutes=5))


# --- keeping --------------------------------------------------------------------------------------


def test_it_keeps_the_point_of_a_place_and_proposes_a_name(ana):
    search = keep(ana, "q=drill&near=Freiburg&sort=new&cursor=x")
    assert search.name == "“drill” near Freiburg"
    assert QueryDict(search.query).dict() == {"q": "drill", "near": "Freiburg", "lat": "47.99590", "lon": "7.85220"}


def test_what_cannot_be_asked_is_not_kept(ana):
    for text in ("q=x&near=Nowhereville", "from=2001-01-01", "flex=3"):
        with pytest.raises(Refusal) as caught:
            keep(ana, text)
        assert caught.value.field == "query"
    with pytest.raises(Refusal) as caught:
        keep(ana, alerts="hourly")
    assert caught.value.field == "alerts"


def test_a_member_keeps_twenty_at_most(ana):
    for _n in range(keeping.MOST):
        keep(ana)
    with pytest.raises(Refusal) as caught:
        keep(ana)
    assert caught.value.code == "too_many"
    keeping.delete(ana.saved_searches.first().pk, by=ana)
    keep(ana)


def test_a_search_is_posted_in_few_rows_wherever_it_looks(ana):
    for text in (
        f"q=hammer drill&{NEAR}", f"q=drill&{NEAR}&radius_km=0.3", "q=drill", "bbox=179,-20,-179,-15", "lat=89.9&lon=0",
        f"kind=ride&{NEAR}&to_lat=48.5&to_lon=8", "bbox=-180,-90,180,90", f"{NEAR}&radius_km=20000",
    ):  # fmt: skip
        search = keep(ana, text)
        assert 0 < SavedCell.objects.filter(search=search).count() <= 60, text


# --- matching -------------------------------------------------------------------------------------


def test_a_new_listing_is_told_once_and_what_was_there_is_no_news(ana, bo, mailoutbox):
    published(bo, title="Old drill", **HERE)
    keep(ana)
    assert told(ana) == []
    drill = published(bo, title="Hammer drill", place="Wiehre", **HERE)
    published(bo, title="Tent", **HERE)
    published(bo, title="Drill far away", lat=52.5, lon=13.4)
    assert told(ana) == ["New for “‘drill’ near you”: Hammer drill"]
    actions.pause(drill.pk, by=bo)
    actions.publish(drill.pk, by=bo)
    actions.update(drill.pk, by=bo, facts={"title": "Hammer drill, 18 V"})
    assert len(told(ana)) == 1
    letters_leave(timezone.now().replace(hour=12))
    assert [letter.subject for letter in mailoutbox] == ["One new find for you"]
    assert "Hammer drill" in mailoutbox[0].body and "/settings/searches/" in mailoutbox[0].body


def test_several_at_once_are_one_notification_that_leads_to_the_search(ana, bo):
    search = keep(ana)
    for n in range(3):
        published(bo, title=f"Drill {n}", **HERE)
    assert told(ana) == ["3 new for “‘drill’ near you”"]
    assert Notification.objects.get(member=ana).url == f"/search/?{search.query}"


def test_ones_own_things_are_no_news(ana):
    keep(ana)
    published(ana, title="My drill", **HERE)
    assert told(ana) == []


def test_who_switched_it_off_or_deleted_it_is_told_nothing(ana, bo):
    off, gone = keep(ana, alerts="off"), keep(ana)
    keeping.delete(gone.pk, by=ana)
    published(bo, title="Hammer drill", **HERE)
    assert told(ana) == [] and not SavedCell.objects.exists()
    keeping.put_back(gone.pk, by=ana)  # what came meanwhile is no news
    keeping.change(off.pk, by=ana, alerts="at_once")
    assert told(ana) == []
    published(bo, title="Second drill", **HERE)
    assert len(told(ana)) == 2


def test_days_that_are_free_again_are_told_to_who_asks_for_days(ana, bo):
    drill = published(bo, title="Hammer drill", **HERE)
    days = [(timezone.now() + timedelta(days=n)).date() for n in (10, 12)]
    whole = Period(timezone.now() + timedelta(days=5), timezone.now() + timedelta(days=20))
    block = bookings.block(drill.pk, whole, by=bo)
    keep(ana, f"q=drill&{NEAR}&from={days[0]}&to={days[1]}", name="days")
    keep(ana, f"q=drill&{NEAR}&flex=weekend&within={days[0]}/{days[0] + timedelta(days=7)}", name="weekend")
    other = factories.member("Cem", of=bo.memberships.get().community)
    keep(other)
    assert told(ana) == []
    bookings.unblock(block.pk, by=bo)
    assert sorted(told(ana)) == ["New for “days”: Hammer drill", "New for “weekend”: Hammer drill"]
    assert told(other) == []


def test_another_copy_of_a_part_frees_its_kit(ana, bo):
    kit, pegs = (published(bo, **HERE, title=title, capacity=1) for title in ("Camping kit", "Pegs"))
    actions.add_part(kit.pk, pegs.pk, by=bo)
    day = timezone.localdate() + timedelta(days=9)
    noon = timezone.now().replace(hour=12) + timedelta(days=9)
    Claim.objects.create(listing=pegs, starts=noon - timedelta(hours=8), ends=noon + timedelta(hours=8))
    keep(ana, f"q=camping&{NEAR}&from={day.isoformat()}")
    assert told(ana) == []
    actions.update(pegs.pk, by=bo, facts={"title": "Tent pegs"})
    assert not SavedNote.objects.filter(listing_id=kit.pk).exists()
    actions.update(pegs.pk, by=bo, facts={"capacity": 2})
    assert len(told(ana)) == 1


def test_days_that_open_are_told_as_well(ana, bo):
    """A day that differs, and a wider week."""
    drill = published(bo, title="Hammer drill", **HERE)
    days = [(timezone.now() + timedelta(days=n)).date() for n in (10, 12)]
    bookings.set_weekly(drill.pk, [((days[0].weekday() + 1) % 7, time(9), time(17))], by=bo)
    for day in days:
        keep(ana, f"q=drill&{NEAR}&from={day}&to={day}", name=str(day))
    assert told(ana) == []
    bookings.close_day(drill.pk, days[0], by=bo, is_open=True, opens=time(9), closes=time(17))
    assert told(ana) == [f"New for “{days[0]}”: Hammer drill"]
    bookings.set_weekly(drill.pk, [], by=bo)
    assert told(ana) == [f"New for “{day}”: Hammer drill" for day in reversed(days)]


def test_days_that_come_within_reach_are_told_once(ana, bo):
    """Things are booked so many days ahead: tomorrow one day more."""
    drill, far = (published(bo, title=title, horizon_days=5, **HERE) for title in ("Hammer drill", "Far drill"))
    mine = published(ana, title="My drill", horizon_days=5, **HERE)
    day = (timezone.now() + timedelta(days=11)).date()
    keep(ana, f"q=drill&{NEAR}&from={day}&to={day}", name="day")
    keep(ana, f"q=drill&{NEAR}", name="any")
    keep(ana, f"q=drill&{NEAR}&from={day}&to={day}", name="off", alerts="off")
    tasks.look_further()
    assert told(ana) == []
    Listing.objects.filter(pk__in=[drill.pk, mine.pk]).update(horizon_days=11)  # as if some days had passed
    Listing.objects.filter(pk=far.pk).update(horizon_days=90)  # whose day was within reach long before
    for _again in "ab":
        tasks.look_further()
        assert told(ana) == ["New for “day”: Hammer drill"]


def test_a_ride_that_runs_on_further_days_is_told_to_who_asks_for_them(ana, bo):
    ride = actions.create(by=bo, facts={"kind": "ride", "title": "To work", "stops": WAY, "horizon_days": 5})
    actions.set_schedule(ride.pk, by=bo, weekdays=range(7), at=time(12))
    actions.publish(ride.pk, by=bo)
    day = (timezone.now() + timedelta(days=8)).date()
    where = "&".join(f"{name}={WAY[0][name]}" for name in ("lat", "lon"))
    keep(ana, f"kind=ride&{where}&from={day}", name="Work")
    assert told(ana) == []
    actions.make_ahead(timezone.now() + timedelta(days=4))
    assert told(ana) == ["New for “Work”: To work"]


@pytest.mark.parametrize("way", ["decline", "expire", "cancel"])
def test_a_booking_that_ends_otherwise_frees_its_days(ana, bo, way):
    drill = published(bo, title="Hammer drill", instant=way == "cancel", **HERE)
    day = (timezone.now() + timedelta(days=10)).date()
    cem = factories.member("Cem", of=bo.memberships.get().community)
    booking = bookings.request(drill.pk, by=cem, starts=day, ends=day)
    keep(ana, f"q=drill&{NEAR}&from={day}&to={day}")
    assert told(ana) == []
    if way == "expire":
        from bookings import claims

        Claim.objects.update(expires=timezone.now() - timedelta(minutes=1))
        claims.sweep()
    else:
        bookings.take(booking.pk, way, by=bo if way == "decline" else cem)
    assert len(told(ana)) == 1


def test_nobody_is_told_of_what_they_may_not_see(elm, ana, bo):
    zoe = factories.member("Zoe", of=factories.community("Oak"))
    circle = members.make_circle(bo, "Friends")
    for member in (ana, zoe):
        keep(member)
    published(bo, title="Drill of ours", visibility="community", **HERE)
    published(bo, title="Drill of few", circle=circle.pk, **HERE)
    assert told(ana) == ["New for “‘drill’ near you”: Drill of ours"]
    assert told(zoe) == []


def test_who_is_chosen_or_joins_is_told_of_what_they_may_see_now(
    elm, ana, bo, django_capture_on_commit_callbacks
):
    zoe = factories.member("Zoe")
    circle = members.make_circle(bo, "Friends")
    published(bo, title="Drill of few", circle=circle.pk, **HERE)
    published(bo, title="Drill of ours", visibility="community", **HERE)
    tasks.match_notes.func()
    keep(zoe)
    with django_capture_on_commit_callbacks(execute=True):
        members.join(elm, by=zoe)
        assert told(zoe) == []
    assert told(zoe) == ["New for “‘drill’ near you”: Drill of ours"]
    with django_capture_on_commit_callbacks(execute=True):
        members.change_circle(circle.pk, by=bo, add=[zoe.pk])
    assert told(zoe)[0] == "New for “‘drill’ near you”: Drill of few"


def test_what_may_not_be_seen_any_more_when_it_is_told_is_left_out(ana, bo):
    keep(ana, alerts="daily")
    drill = published(bo, title="Hammer drill", **HERE)
    assert told(ana) == []
    actions.pause(drill.pk, by=bo)
    assert telling.tell(ana.pk, Alerts.DAILY) == 0 and not SavedHit.objects.exists()
    actions.publish(drill.pk, by=bo)  # so it may come again
    tasks.match_notes.func()
    assert telling.tell(ana.pk, Alerts.DAILY) == 1


def test_once_a_day_in_the_morning_of_the_member(ana, bo, mailoutbox):
    ana.time_zone = "Asia/Tokyo"
    ana.save()
    keep(ana, alerts="daily", name="Drills")
    keep(ana, f"q=tent&{NEAR}", alerts="daily", name="Tents")
    published(bo, title="Hammer drill", **HERE)
    published(bo, title="Tent for two", **HERE)
    assert told(ana) == []
    noon_there = timezone.now().replace(hour=3, minute=0)
    night_there = timezone.now().replace(hour=15, minute=0)
    assert telling.due_today(night_there) == [] and telling.due_today(noon_there) == [ana.pk]
    assert telling.tell(ana.pk, Alerts.DAILY, noon_there) == 2
    letters_leave(noon_there)
    assert [letter.subject for letter in mailoutbox] == ["2 new finds for you"]
    assert "Drills" in mailoutbox[0].body and "Tent for two" in mailoutbox[0].alternatives[0][0]
    published(bo, title="Small drill", **HERE)
    tasks.match_notes.func()
    assert telling.due_today(noon_there + timedelta(hours=5)) == []
    assert telling.due_today(noon_there + timedelta(hours=24)) == [ana.pk]


def test_letters_of_finds_keep_quiet_at_night_and_go_with_the_digest_if_one_chooses(ana, bo, mailoutbox):
    ana.time_zone = "Asia/Tokyo"
    ana.save()
    keep(ana, name="Drills")
    drill = published(bo, title="Hammer drill", **HERE)
    gone = published(bo, title="Small drill", **HERE)
    assert len(told(ana)) == 1
    midnight_there = timezone.now().replace(hour=15, minute=0)
    letters_leave(midnight_there)
    assert mailoutbox == []
    actions.pause(gone.pk, by=bo)
    letters_leave(midnight_there + timedelta(hours=8))
    (letter,) = mailoutbox
    assert letter.subject == "One new find for you" and drill.title in letter.body and gone.title not in letter.body
    assert "List-Unsubscribe" in letter.extra_headers

    choices.choose(ana, "alerts", "mail", False)
    choices.choose(ana, "alerts", "digest", True)
    published(bo, title="Percussion drill", **HERE)
    assert len(told(ana)) == 2
    letters_leave(midnight_there + timedelta(hours=9))
    assert len(mailoutbox) == 1
    letters_leave(midnight_there + timedelta(hours=34))
    assert mailoutbox[1].subject.startswith("Your day") and "Percussion drill" in mailoutbox[1].body


def test_the_database_tells_each_thing_once(ana, bo):
    search, drill = keep(ana), published(bo, title="Drill", **HERE)
    SavedHit.objects.create(search=search, listing=drill)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedHit.objects.create(search=search, listing=drill)


def test_a_search_whose_days_have_passed_finds_nothing_and_says_so(ana, bo):
    day = (timezone.now() + timedelta(days=1)).date()
    search = keep(ana, f"q=drill&{NEAR}&from={day}&to={day}")
    published(bo, title="Drill", **HERE)
    assert matching.match(timezone.now() + timedelta(days=5)) == 0
    SavedSearch.objects.filter(pk=search.pk).update(query=search.query.replace(str(day), "2001-01-01"))
    assert "Those days have passed" in signed_in(ana).get(reverse("saved_searches")).content.decode()


def test_other_peoples_searches_cost_nothing(ana, bo):
    keep(ana)
    counted = []
    for more in (0, 40):
        for n in range(more):
            other = factories.member(of=factories.community())
            keep(other, f"q=drill&lat={n}&lon={n}")
            keep(other, f"q=tent&{NEAR}")
        published(bo, title="Hammer drill", **HERE)
        SavedHit.objects.all().delete()
        with CaptureQueriesContext(connection) as statements:
            assert matching.match() == 1
        counted.append(len(statements))
    assert counted[0] == counted[1]


QUESTIONS = [
    "q=drill", "q=hammer drill", f"q=drills&{NEAR}", f"{NEAR}&radius_km=3", "kind=ride,room", "terms=gift",
    "bbox=7.8,47.9,7.9,48.0", "bbox=179.9,-1,-179.9,1", "lat=0&lon=180&radius_km=40", "lat=89&lon=10&radius_km=300",
    f"max_price=5&{NEAR}", "quantity=2", "category=home", "q=vélo",
]  # fmt: skip


@settings(max_examples=5)
@given(seed=st.integers(0, 10**9))
def test_what_is_matched_is_what_the_search_finds(seed):
    dice = random.Random(seed)
    with transaction.atomic():
        homes = [factories.community(), factories.community()]
        people = [factories.member(of=dice.choice(homes)) for _n in range(3)]
        owner = factories.member("Bo", of=homes[0])
        searches = [keep(person, text) for person in people for text in dice.sample(QUESTIONS, 6)]
        things = []
        for _n in range(12):
            middle = dice.choice([(47.9959, 7.8522), (0.0, 180.0), (89.0, 12.0), (48.1, 7.9)])
            lon = (middle[1] + dice.uniform(-0.05, 0.05) + 180) % 360 - 180
            things.append(
                searching.listing(
                    middle[0] + dice.uniform(-0.05, 0.05), lon, owner=owner, of=homes[0], kind=dice.choice(Kind.values),
                    title=dice.choice(["Hammer drill", "Drills", "Vélo", "Tent"]), capacity=dice.choice([1, 3]),
                    terms=dice.choice(Terms.values[1:]), price_minor=dice.choice([300, 900]),
                    visibility=dice.choice([Visibility.PUBLIC, Visibility.COMMUNITY]),
                )
            )  # fmt: skip
        matching.note([thing.pk for thing in things])
        while SavedNote.objects.exists():
            matching.match()
        for search in searches:
            viewer = Viewer.of(search.member)
            found, _totals = query.find(query.Asking(keeping.criteria_of(search, viewer), viewer), None, 100)
            kept = set(SavedHit.objects.filter(search=search).values_list("listing", flat=True))
            assert kept == {pk for pk, _key in found.rows}, search.query
        transaction.set_rollback(True)


# --- pages and API --------------------------------------------------------------------------------


def test_it_is_kept_from_the_results_and_changed_in_the_settings(ana, bo):
    published(bo, title="Hammer drill", **HERE)
    client = signed_in(ana)
    page = client.get(reverse("search"), {"q": "drill", "near": "Freiburg"}).content.decode()
    assert 'name="query" value="q=drill&amp;near=Freiburg"' in page and "“drill” near Freiburg" in page
    facts = {"query": "q=drill&near=Freiburg", "name": "Drills", "alerts": "daily"}
    answer = client.post(reverse("saved_search_new"), facts, follow=True)
    assert "“Drills” is kept" in answer.content.decode()
    search = SavedSearch.objects.get()
    assert (search.name, search.alerts) == ("Drills", "daily")

    client.post(reverse("saved_search", args=[search.pk]), {"alerts": "at_once"})
    client.post(reverse("saved_search", args=[search.pk]), {"name": "All drills"})
    search.refresh_from_db()
    assert (search.name, search.alerts) == ("All drills", "at_once")
    gone = client.post(reverse("saved_search_delete", args=[search.pk]), follow=True).content.decode()
    assert "Put it back" in gone
    back = client.post(reverse("saved_search_put_back", args=[search.pk]), follow=True).content.decode()
    assert "Put it back" not in back and "All drills" in back
    keeping.delete(search.pk, by=ana)
    assert keeping.forget_deleted(timezone.now() + timedelta(days=2)) > 0 and not SavedSearch.objects.exists()


def test_a_visitor_is_asked_to_sign_in_first(client):
    page = client.get(reverse("search"), {"q": "drill"}).content.decode()
    assert "/accounts/login/?next=/search/%3Fq%3Ddrill" in page
    assert client.post(reverse("saved_search_new"), {"query": "q=drill"}).status_code == 302
    assert not SavedSearch.objects.exists()


def test_strangers_find_no_search_of_mine(ana, bo):
    search = keep(ana)
    client, api = signed_in(bo), APIClient()
    api.force_authenticate(bo)
    for name in ("saved_search", "saved_search_delete", "saved_search_put_back"):
        assert client.post(reverse(name, args=[search.pk]), {"name": "x"}).status_code == 404
    one = reverse("api_saved_search", args=[search.pk])
    assert api.patch(one, {"name": "x"}, format="json").status_code == 404
    assert api.delete(one).status_code == 404
    assert api.post(reverse("api_saved_search_restore", args=[search.pk])).status_code == 404
    assert api.get(reverse("api_saved_searches")).json()["results"] == []
    assert search.name not in client.get(reverse("saved_searches")).content.decode()


def test_the_api_does_what_the_page_does(ana):
    api = APIClient()
    api.force_authenticate(ana)
    url = reverse("api_saved_searches")
    made = api.post(url, {"query": "q=drill&near=Freiburg"}, format="json")
    assert made.status_code == 201 and made.json()["alerts"] == "daily"
    assert api.post(url, {"query": "near=Nowhereville"}, format="json").status_code == 400
    assert api.post(url, {"query": "q=x", "colour": 1}, format="json").status_code == 400
    assert api.post(url, {}, format="json").status_code == 400
    one = reverse("api_saved_search", args=[made.json()["id"]])
    assert api.patch(one, {"alerts": "off"}, format="json").json()["alerts"] == "off"
    assert api.delete(one).status_code == 204 and api.get(url).json()["results"] == []
    assert api.post(f"{one}restore/").status_code == 200 and len(api.get(url).json()["results"]) == 1


def test_the_list_costs_the_same_for_one_and_for_many(ana):
    client, counted = signed_in(ana), []
    for _n in range(2):
        keep(ana)
        keep(ana, f"q=tent&{NEAR}")
        client.get(reverse("saved_searches"))
        with CaptureQueriesContext(connection) as statements:
            client.get(reverse("saved_searches"))
        counted.append(len(statements))
    assert counted[0] == counted[1] and counted[0] <= 9, counted


def test_nothing_is_sent_for_a_draft(ana, bo):
    keep(ana)
    make(bo, title="Hammer drill", **HERE)
    assert told(ana) == [] and mail.outbox == []


# --- words a community says later -------------------------------------------------------------------


def test_a_word_said_later_is_heard_by_searches_kept_before(elm, ana, bo, django_capture_on_commit_callbacks):
    """Whoever looks for a flex is told of grinders once their community calls them so; what is there is no news."""
    cleo = factories.member("Cleo", of=elm, role=Role.STEWARD)
    published(bo, title="Old grinder", **HERE)
    keep(ana, f"q=flex&{NEAR}")
    keep(factories.member("Zoe"), f"q=flex&{NEAR}")  # of no community that calls it so
    with django_capture_on_commit_callbacks(execute=True):
        word = actions.add_synonym(elm, by=cleo, word="flex", means="grinder")
    grinder = published(bo, title="Angle grinder", **HERE)
    assert told(ana) and SavedHit.objects.filter(listing=grinder).count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_synonym(word.pk, by=cleo)
    later = published(bo, title="Third grinder", **HERE)
    assert not SavedHit.objects.filter(listing=later).exists() and len(told(ana)) == 1


@pytest.mark.parametrize("most", [1, 2])
def test_searches_hear_of_words_a_slice_at_a_time(elm, ana, most):
    kept = [keep(ana, f"q=flex{n}&{NEAR}") for n in range(2)]
    assert keeping.hear_words_of(elm.pk, 0, most) == kept[most - 1].pk
    assert keeping.hear_words_of(elm.pk, kept[1].pk, most) is None
