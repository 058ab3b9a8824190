"""Offering by hand: three steps, a draft at each, photos, and every way to fill a form in badly."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from listings import actions, promises
from listings.models import Listing
from listings.states import Kind, ListingState, Terms
from members.states import Role
from sharing.web.api.pagination import encode_cursor
from tests import factories
from tests.listings.offering import photo

pytestmark = pytest.mark.django_db
NUL = "a\x00b"


@pytest.fixture
def street():
    return factories.community(place="Freiburg")


@pytest.fixture
def bo(street, client):
    bo = factories.member("Bo", of=street, place="Wiehre", lat=47.98, lon=7.85)
    client.force_login(bo)
    return bo


def draft(by, **facts) -> Listing:
    return actions.create(by=by, facts={"kind": "tool"} | facts)


def step(client, listing, name, **data):
    return client.post(reverse("listing_step", args=[listing.pk, name]), data)


def shown(answer) -> str:
    return answer.content.decode()


ABOUT_TOOL = {"description": "Good.", "condition": "good", "where": "mine"}
ABOUT_ROOM = {"whole": "False", "beds": "2", "check_in": "15:00", "check_out": "11:00", "where": "mine"}
TERMS = {
    "terms": "rent", "price": "3.50", "price_unit": "day", "deposit": "20", "capacity": "1", "cancellation": "flexible",
    "visibility": "public", "min_units": "1", "max_units": "7", "notice_hours": "24", "horizon_days": "180",
    "buffer_after": "0",
}  # fmt: skip
RIDE_TERMS = {name: TERMS[name] for name in ("capacity", "cancellation", "visibility", "notice_hours", "horizon_days")}


def rows(prefix: str, *given: dict, initial: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(given):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def way(*stops: dict, departures: tuple = (), **more) -> dict:
    stops = stops or (
        {"place": "Freiburg", "minutes": ""},
        {"place": "Bern", "minutes": "125"},
        {"place": "", "minutes": ""},
    )
    return rows("stops", *stops) | rows("departures", *departures) | more


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


# --- the whole way --------------------------------------------------------------------------------


def test_a_thing_is_offered_in_three_steps(client, bo, street):
    answer = client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk})
    thing = Listing.objects.get()
    assert answer.url == reverse("listing_step", args=[thing.pk, "start"])

    answer = step(client, thing, "start", title="Hammer drill", category="drills", photos=[photo(), photo()])
    assert answer.url == reverse("listing_step", args=[thing.pk, "about"])
    assert thing.photos.count() == 2

    answer = step(client, thing, "about", **ABOUT_TOOL, brand="Makita", address="12 Elm Street")
    assert answer.url == reverse("listing_step", args=[thing.pk, "terms"])

    answer = step(client, thing, "terms", **TERMS, instant="on")
    assert answer.url == reverse("listing", args=[thing.pk])

    answer = client.post(reverse("listing_act", args=[thing.pk, "publish"]), follow=True)
    thing.refresh_from_db()
    assert "is on the board" in shown(answer)
    assert (thing.state, thing.title, thing.category.slug) == (ListingState.PUBLISHED, "Hammer drill", "drills")
    assert (thing.price_minor, thing.deposit_minor, thing.max_units, thing.notice_hours) == (350, 2000, 7, 24)
    assert (thing.instant, thing.tool.brand, thing.address) == (True, "Makita", "12 Elm Street")
    assert (thing.lat, thing.place) == (47.98, "Wiehre")


def test_a_room_is_offered_by_the_bed(client, bo):
    room = draft(bo, kind="room", title="Room")

    assert step(client, room, "about", **ABOUT_ROOM, pets="on", rules="Quiet.").status_code == 302
    nights = TERMS | {"price_unit": "night"}
    assert "say that your town asks for none" in shown(step(client, room, "terms", **nights))
    assert step(client, room, "terms", **nights, registration="DE-79-123").status_code == 302

    room.refresh_from_db()
    assert room.room.registration == "DE-79-123"
    assert (room.capacity, room.room.beds, room.room.whole, room.room.pets) == (2, 2, False, True)
    assert (room.price_unit, room.price_minor) == ("night", 350)
    step(client, room, "about", **ABOUT_ROOM | {"whole": "True"})
    room.refresh_from_db()
    assert room.capacity == 1


def test_a_ride_is_offered_with_its_way_and_its_times(client, bo):
    ride = draft(bo, kind="ride")
    assert step(client, ride, "start", title="", category="long-rides").status_code == 302

    departures = ({"day": day(3), "at": "07:30", "weeks": "2"}, {"day": "", "at": "", "weeks": "1"})
    answer = step(client, ride, "about", **way(departures=departures, vehicle="Van"))
    assert answer.status_code == 302, shown(answer)
    assert (
        step(client, ride, "terms", terms="cost_share", price="11", **RIDE_TERMS | {"capacity": "3"}).status_code == 302
    )

    ride.refresh_from_db()
    assert (ride.title, ride.place, ride.capacity, ride.price_minor) == ("Freiburg → Bern", "Freiburg", 3, 1100)
    assert list(ride.stops.values_list("place", "minutes", "price_minor")) == [("Freiburg", 0, 0), ("Bern", 125, 1100)]
    first, second = ride.departures.values_list("leaves", flat=True)
    assert second - first in (timedelta(days=7), timedelta(days=7, hours=1), timedelta(days=6, hours=23))
    assert ride.ride.vehicle == "Van"


def test_a_title_a_ride_was_not_given_follows_its_way(client, bo):
    ride = draft(bo, kind="ride")
    departures = ({"day": day(3), "at": "07:30", "weeks": "1"},)
    step(client, ride, "about", **way(departures=departures))
    elsewhere = ({"place": "Freiburg", "minutes": "0"}, {"place": "Basel", "minutes": "60"})
    step(client, ride, "about", then="stay", **way(*elsewhere))
    ride.refresh_from_db()
    assert ride.title == "Freiburg → Basel"
    step(client, ride, "start", title="To the river", category="long-rides")
    step(client, ride, "about", then="stay", **way())
    ride.refresh_from_db()
    assert ride.title == "To the river"


def test_a_place_that_was_only_typed_is_told_and_nobody_drives_faster_than_a_train(client, bo):
    ride = draft(bo, kind="ride")
    answer = step(client, ride, "about", then="stay", **way())
    assert "“Bern” is taken for the one in" in shown(client.get(answer["Location"]))
    answer = step(
        client, ride, "about", **way({"place": "Freiburg", "minutes": "0"}, {"place": "Cape Town", "minutes": "55"})
    )
    assert answer.status_code == 422 and "which nobody drives in 55 minutes" in shown(answer)


def test_a_step_is_not_left_without_what_it_is_for(client, bo):
    ride, tool = draft(bo, kind="ride"), draft(bo)
    answer = step(client, ride, "about", **way({"place": "", "minutes": ""}))
    said = shown(answer)
    assert answer.status_code == 422 and "Say where the ride begins" in said and "Say when the ride sets off" in said
    assert said.count('id="errors"') == 1 and said.count('class="field__error"') == 2  # one list, and each at its place
    asked = shown(client.get(reverse("listing_step", args=[ride.pk, "about"])))
    assert 'name="stops-0-minutes"' not in asked and 'name="stops-1-minutes"' in asked  # counted from the first
    assert "first stop (Berlin)" in asked and "How you drive" in asked and "comes back" not in asked
    answer = step(client, ride, "about", then="later", **way({"place": "", "minutes": ""}))
    assert answer.status_code == 302  # who goes on another day leaves it as it is
    answer = step(client, ride, "about", **way())
    assert answer.status_code == 422 and "Say where" not in shown(answer) and ride.stops.count() == 2
    answer = step(client, tool, "terms", **TERMS | {"price": ""})
    assert answer.status_code == 422 and "Give it a price, or lend it for free." in shown(answer)


def test_the_price_to_a_stop_on_the_way_may_be_said_or_left_to_distance(client, bo):
    ride = draft(bo, kind="ride", title="To Bern")
    step(client, ride, "about", **way({"place": "Freiburg", "minutes": "0"}, {"place": "Basel", "minutes": "50"},
                                      {"place": "Bern", "minutes": "125"}))  # fmt: skip

    step(client, ride, "terms", terms="cost_share", price="15", to_1="", **RIDE_TERMS)
    assert list(ride.stops.values_list("price_minor", flat=True)) == [0, 653, 1500]

    step(client, ride, "terms", terms="cost_share", price="15", to_1="7,50", **RIDE_TERMS)
    assert list(ride.stops.values_list("price_minor", flat=True)) == [0, 750, 1500]

    answer = step(client, ride, "terms", terms="cost_share", price="15", to_1="30", **RIDE_TERMS)
    assert answer.status_code == 422 and "cannot cost less" in shown(answer)

    step(client, ride, "terms", terms="gift", price="15", to_1="30", **RIDE_TERMS)
    ride.refresh_from_db()
    assert (ride.terms, ride.price_minor, set(ride.stops.values_list("price_minor", flat=True))) == (Terms.GIFT, 0, {0})


def test_stops_are_taken_out_moved_and_added_and_departures_kept_or_dropped(client, bo):
    ride = draft(bo, kind="ride", title="To Bern")
    step(client, ride, "about", **way(departures=({"day": day(3), "at": "07:30", "weeks": "3"},)))
    ids = [str(pk) for pk in ride.departures.values_list("pk", flat=True)]
    standing = [
        {"place": stop.place, "lat": stop.lat, "lon": stop.lon, "minutes": stop.minutes} for stop in ride.stops.all()
    ]

    moved = [standing[0], standing[1] | {"place": "Zürich"}, {"place": "Basel", "minutes": "50"}]
    answer = step(client, ride, "about", keep=ids[:2], **rows("stops", *moved, initial=2), **rows("departures"))

    assert answer.status_code == 302, shown(answer)
    assert [stop.place for stop in ride.stops.all()] == ["Freiburg", "Basel", "Zürich"]
    zurich = ride.stops.last()
    assert (round(zurich.lat), round(zurich.lon)) == (47, 9)  # the old point did not stay with the new name
    assert ride.departures.count() == 2


def test_later_keeps_the_draft_and_goes_to_what_one_offers(client, bo):
    thing = draft(bo)
    answer = step(client, thing, "start", title="Saw", then="later")
    thing.refresh_from_db()
    assert (answer.url, thing.title) == (reverse("my_listings"), "Saw")


def test_changing_a_published_listing_comes_back_to_its_desk(client, bo):
    thing = draft(bo, title="Drill")
    actions.publish(thing.pk, by=bo)
    assert step(client, thing, "start", title="Big drill").url == reverse("listing_edit", args=[thing.pk])


def test_a_draft_begun_and_left_empty_is_taken_up_again(client, bo, street):
    for _ in range(2):
        client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk})
    assert Listing.objects.count() == 1
    step(client, Listing.objects.get(), "start", title="Drill")
    client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk})
    assert Listing.objects.count() == 2


def test_a_steward_may_offer_for_the_community_and_others_are_not_asked(client, street, bo):
    assert "whose" not in shown(client.get(reverse("listing_new")))
    client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk, "whose": "commons"})
    assert Listing.objects.get().owner == bo

    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)
    client.force_login(cleo)
    client.post(reverse("listing_new"), {"kind": "tool", "community": street.pk, "whose": "commons"})
    assert Listing.objects.latest("pk").owner is None


def test_without_a_community_one_is_led_to_one(client):
    client.force_login(factories.member("Zoe"))
    text = shown(client.get(reverse("listing_new")))
    assert "First, a community" in text and reverse("communities") in text
    assert client.post(reverse("listing_new"), {"kind": "tool"}).status_code == 422


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"kind": "boat"}, {"kind": NUL}, {"kind": "tool", "community": "999999"},
                                  {"kind": "tool", "community": "x"}])  # fmt: skip
def test_beginning_badly_is_told_at_the_field(client, bo, street, data):
    answer = client.post(reverse("listing_new"), {"community": street.pk} | data)
    assert answer.status_code == 422 and 'role="alert"' in shown(answer)
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name", "base", "bad"),
    [
        ("tool", "start", {"title": "Drill"}, {"title": ""}),
        ("tool", "start", {"title": "Drill"}, {"title": "x" * 121}),
        ("tool", "start", {"title": "Drill"}, {"title": NUL}),
        ("tool", "start", {"title": "Drill"}, {"category": "guest-rooms"}),
        ("tool", "about", ABOUT_TOOL, {"description": "x" * 6001}),
        ("tool", "about", ABOUT_TOOL, {"description": NUL}),
        ("tool", "about", ABOUT_TOOL, {"condition": "rusty"}),
        ("tool", "about", ABOUT_TOOL, {"brand": "x" * 81}),
        ("tool", "about", ABOUT_TOOL, {"where": ""}),
        ("tool", "about", ABOUT_TOOL, {"where": "moon"}),
        ("tool", "about", ABOUT_TOOL, {"where": "other", "place_text": ""}),
        ("tool", "about", ABOUT_TOOL, {"where": "other", "place_text": "Qxzzwvk-on-nowhere"}),
        ("tool", "about", ABOUT_TOOL, {"where": "other", "place_text": "Bonn", "place_lat": "91", "place_lon": "7"}),
        ("tool", "about", ABOUT_TOOL, {"where": "other", "place_text": "Bonn", "place_lat": "nan", "place_lon": "7"}),
        ("tool", "about", ABOUT_TOOL, {"address": "x" * 201}),
        ("room", "about", ABOUT_ROOM, {"beds": "0"}),
        ("room", "about", ABOUT_ROOM, {"beds": "many"}),
        ("room", "about", ABOUT_ROOM, {"check_in": "26:00"}),
        ("room", "about", ABOUT_ROOM, {"whole": "maybe"}),
        ("tool", "terms", TERMS, {"terms": "loan"}),
        ("tool", "terms", TERMS, {"price": "abc"}),
        ("tool", "terms", TERMS, {"price": "-3"}),
        ("tool", "terms", TERMS, {"price": "3.505"}),
        ("tool", "terms", TERMS, {"price": "9" * 28}),
        ("tool", "terms", TERMS, {"price": "1e400"}),
        ("tool", "terms", TERMS, {"price": NUL}),
        ("tool", "terms", TERMS, {"price_unit": "seat"}),
        ("tool", "terms", TERMS, {"capacity": "0"}),
        ("tool", "terms", TERMS, {"capacity": "9" * 30}),
        ("tool", "terms", TERMS, {"min_units": "9", "max_units": "3"}),
        ("tool", "terms", TERMS, {"notice_hours": "-1"}),
        ("tool", "terms", TERMS, {"horizon_days": "soon"}),
        ("tool", "terms", TERMS, {"visibility": "nobody"}),
        ("ride", "terms", {"terms": "gift", **RIDE_TERMS}, {"terms": "rent"}),
    ],
)
def test_what_is_filled_in_badly_is_told_at_the_field_and_nothing_is_saved(client, bo, kind, name, base, bad):
    thing = draft(bo, kind=kind, title="Before")
    before = Listing.objects.values().get()

    answer = step(client, thing, name, **base | bad)

    assert answer.status_code == 422, answer
    assert 'role="alert"' in shown(answer)
    assert Listing.objects.values().get() == before


@pytest.mark.parametrize(
    "data",
    [
        way({"place": "Freiburg", "minutes": "0"}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "Bern", "minutes": ""}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "Bern", "minutes": "0"}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "Qxzzwvk-on-nowhere", "minutes": "10"}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "x" * 161, "minutes": "10"}),
        way({"place": NUL, "minutes": "0"}, {"place": "Bern", "minutes": "10"}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "Bern", "minutes": "10", "lat": "99", "lon": "0"}),
        way({"place": "Freiburg", "minutes": "0"}, {"place": "Bern", "minutes": "99999999"}),
        way(departures=({"day": day(-2), "at": "07:30", "weeks": "1"},)),
        way(departures=({"day": day(3), "at": "", "weeks": "1"},)),
        way(departures=({"day": "", "at": "07:30", "weeks": "1"},)),
        way(departures=({"day": "2026-02-30", "at": "07:30", "weeks": "1"},)),
        way(departures=({"day": day(3), "at": "07:30", "weeks": "500"},)),
        way(departures=({"day": day(500), "at": "07:30", "weeks": "1"},)),
        way(keep=["999999"]),
        way(luggage="x" * 81),
        {"stops-TOTAL_FORMS": "x"},
        {},
    ],
)
def test_a_way_or_time_filled_in_badly_is_told_and_nothing_is_saved(client, bo, data):
    ride = draft(bo, kind="ride", title="To Bern")

    answer = step(client, ride, "about", **data)

    assert answer.status_code == 422
    assert 'role="alert"' in shown(answer)
    assert (ride.stops.count(), ride.departures.count()) == (0, 0)


def test_a_place_is_found_by_its_name_without_script_and_kept_when_nothing_changes(client, bo):
    thing = draft(bo, title="Drill")

    step(client, thing, "about", **ABOUT_TOOL | {"where": "other", "place_text": "Basel"})
    thing.refresh_from_db()
    assert (thing.place, round(thing.lat, 1)) == ("Basel", 47.6)
    where = (thing.lat, thing.public_lat)

    step(client, thing, "about", **ABOUT_TOOL | {"where": "stay"})
    thing.refresh_from_db()
    assert (thing.lat, thing.public_lat) == where

    step(
        client,
        thing,
        "about",
        **ABOUT_TOOL | {"where": "other", "place_text": "By the well", "place_lat": "47.5", "place_lon": "7.6"},
    )
    thing.refresh_from_db()
    assert (thing.place, thing.lat, thing.lon) == ("By the well", 47.5, 7.6)


def test_the_desk_of_a_draft_leads_to_what_is_missing(client, bo):
    thing = draft(bo, terms="rent")
    text = shown(client.get(reverse("listing_edit", args=[thing.pk])))
    assert reverse("listing_step", args=[thing.pk, "start"]) in text and "Give it a title." in text

    answer = client.post(reverse("listing_act", args=[thing.pk, "publish"]))
    assert answer.url == reverse("listing_step", args=[thing.pk, "start"])
    thing.refresh_from_db()
    assert thing.state == ListingState.DRAFT


def test_each_step_of_its_life_says_what_it_did(client, bo, monkeypatch):
    thing = draft(bo, title="Drill")
    actions.publish(thing.pk, by=bo)
    promised = [promises.Promise("Ana, on Saturday", "/bookings/7/")]
    monkeypatch.setattr(promises, "_listers", [lambda listing: promised])

    def act(verb):
        return shown(client.post(reverse("listing_act", args=[thing.pk, verb]), follow=True))

    assert "taken down for a while" in act("pause")
    assert "taken down already" not in act("publish")
    assert "published already" in act("publish")
    text = act("archive")
    assert "count on it still" in text and 'href="/bookings/7/">Ana, on Saturday' in text
    promised.clear()
    assert "is in the archive" in act("archive")
    assert "back from the archive" in act("restore")
    assert "Only drafts are deleted" in act("delete")
    assert "as a draft" in act("duplicate")
    copy = Listing.objects.latest("pk")
    assert "The draft is gone." in shown(client.post(reverse("listing_act", args=[copy.pk, "delete"]), follow=True))
    assert not Listing.objects.filter(pk=copy.pk).exists()


# --- what one offers ------------------------------------------------------------------------------


def test_what_i_offer_by_state_with_the_next_step(client, bo):
    assert "Your shelf is empty" in shown(client.get(reverse("my_listings")))
    draft(bo, terms="rent", title="Saw")
    assert "Finish it" in shown(client.get(reverse("my_listings")))
    thing = draft(bo, title="Drill")
    actions.publish(thing.pk, by=bo)

    text = shown(client.get(reverse("my_listings")))
    assert "Drill" in text and "Saw" not in text
    actions.pause(thing.pk, by=bo)
    assert "Put it up again" in shown(client.get(reverse("my_listings"), {"state": "paused"}))
    assert "The archive is empty." in shown(client.get(reverse("my_listings"), {"state": "archived"}))
    for odd in (
        {"state": "nonsense"},
        {"state": "paused", "after": "nonsense"},
        {"after": "WyJ4Il0"},
        {"after": encode_cursor([9**40])},
    ):
        assert client.get(reverse("my_listings"), odd).status_code == 200


def test_many_are_shown_a_page_at_a_time(client, bo):
    for _ in range(25):
        draft(bo, title="Saw")
    answer = client.get(reverse("my_listings"))
    assert len(answer.context["page"]) == 24
    following = client.get(reverse("my_listings"), {"state": "draft", "after": answer.context["after"]})
    assert len(following.context["page"]) == 1 and following.context["after"] is None


def test_the_kinds_each_have_their_forms(client, bo):
    for kind in Kind.values:
        thing = draft(bo, kind=kind, title="X")
        for name in ("start", "about", "terms"):
            answer = client.get(reverse("listing_step", args=[thing.pk, name]))
            assert answer.status_code == 200
            assert 'style="' not in shown(answer) and "<script>" not in shown(answer)
