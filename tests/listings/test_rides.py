"""The way of a ride and its departures: what may be said, what follows, what stays once it is booked."""

import re
from datetime import UTC, date, datetime, time

import pytest
from django.test import Client

from listings import actions, promises
from listings.actions import rides
from listings.driving import drawing
from listings.models import Departure, Listing, Stop
from listings.states import Terms
from sharing.values.place import BLUR_FARTHEST_M, Point, metres_between
from tests import factories
from tests.listings.offering import WAY, in_days, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo():
    return factories.member("Bo", of=factories.community())


def ride_of(by, **facts) -> Listing:
    return actions.create(by=by, facts={"kind": "ride", "title": "To Bern", "price_minor": 2000, "stops": WAY} | facts)


def test_the_price_of_the_whole_way_is_shared_out_by_distance(bo):
    ride = ride_of(bo)

    assert [(stop.minutes, stop.price_minor) for stop in ride.stops.all()] == [(0, 0), (50, 881), (125, 2000)]
    assert (ride.price_minor, ride.place, ride.lat) == (2000, "Freiburg", WAY[0]["lat"])


def test_prices_said_at_the_stops_make_the_price(bo):
    stops = [{**stop, "price_minor": price} for stop, price in zip(WAY, (0, 700, 1500), strict=True)]
    ride = ride_of(bo, stops=stops, price_minor=0)

    assert (ride.price_minor, ride.terms) == (1500, Terms.COST_SHARE)
    cheaper = actions.update(ride.pk, by=bo, facts={"price_minor": 750})
    assert [stop.price_minor for stop in cheaper.stops.all()] == [0, 350, 750]
    free = actions.update(ride.pk, by=bo, facts={"terms": "gift"})
    assert [stop.price_minor for stop in free.stops.all()] == [0, 0, 0]


def test_stops_keep_their_ids_when_only_times_and_prices_change(bo):
    ride = ride_of(bo)
    before = list(ride.stops.values_list("pk", flat=True))

    actions.set_stops(ride.pk, [{**stop, "minutes": stop["minutes"] * 2} for stop in WAY], by=bo)
    assert list(ride.stops.values_list("pk", "minutes")) == list(zip(before, (0, 100, 250), strict=True))

    actions.set_stops(ride.pk, WAY[:2], by=bo)
    assert [stop.place for stop in ride.stops.all()] == ["Freiburg", "Basel"]


@pytest.mark.parametrize(
    "stops",
    [
        [],
        WAY[:1],
        WAY * 5,
        [WAY[0], {**WAY[1], "minutes": 0}],
        [WAY[1], WAY[0]],
        [WAY[0], {**WAY[1], "minutes": 60 * 24 * 8}],
        [WAY[0], {**WAY[1], "minutes": "soon"}],
        [WAY[0], {**WAY[1], "minutes": -5}],
        [WAY[0], {"place": "Basel", "minutes": 50}],
        [WAY[0], {**WAY[1], "place": ""}],
        [WAY[0], {**WAY[1], "place": "x" * 161}],
        [WAY[0], {**WAY[1], "price_minor": -1}],
        [WAY[0], {**WAY[1], "price_minor": 900}, {**WAY[2], "price_minor": 800}],
    ],
)
def test_a_way_that_makes_no_sense_is_refused_whole(bo, stops):
    ride = ride_of(bo)

    refused("stops", actions.set_stops, ride.pk, stops, by=bo)
    assert ride.stops.count() == 3


def test_a_gift_has_no_prices_at_its_stops(bo):
    refused("stops", ride_of, bo, terms="gift", price_minor=0, stops=[WAY[0], {**WAY[1], "price_minor": 5}])


def test_departures_are_a_set_of_coming_instants(bo):
    ride = ride_of(bo)
    first, second, third = (in_days(days) for days in (1, 2, 3))

    actions.set_departures(ride.pk, [second, first, first], by=bo)
    kept = Departure.objects.get(leaves=second)
    actions.set_departures(ride.pk, [second, third], by=bo)

    assert list(ride.departures.values_list("leaves", flat=True)) == [second, third]
    assert Departure.objects.get(leaves=second) == kept


def test_what_has_left_stays_on_record(bo):
    ride = ride_of(bo)
    actions.set_departures(ride.pk, [in_days(1)], by=bo)

    actions.set_departures(ride.pk, [in_days(5)], by=bo, now=in_days(2))

    assert ride.departures.count() == 2


@pytest.mark.parametrize(
    "leaves", [[in_days(-1)], [in_days(500)], [datetime(2099, 1, 1)], [in_days(n + 1) for n in range(130)]]
)
def test_departures_lie_ahead_and_are_not_too_many(bo, leaves):
    ride = ride_of(bo, departures=[in_days(1)])

    refused("departures", actions.set_departures, ride.pk, leaves, by=bo)
    assert ride.departures.count() == 1


def test_a_weekly_ride_leaves_at_the_same_local_time_over_the_change_of_clocks():
    leaves = list(rides.weekly(date(2026, 10, 19), time(7, 30), "Europe/Berlin", 2))
    assert leaves == [datetime(2026, 10, 19, 5, 30, tzinfo=UTC), datetime(2026, 10, 26, 6, 30, tzinfo=UTC)]


def test_a_booked_way_stays(bo, monkeypatch):
    ride = ride_of(bo)
    monkeypatch.setattr(promises, "_tellers", [lambda listing: "Somebody has a seat."])

    refused("stops", actions.set_stops, ride.pk, WAY[:2], by=bo)
    refused("stops", actions.set_stops, ride.pk, [WAY[0], {**WAY[1], "minutes": 51}, WAY[2]], by=bo)
    actions.set_stops(ride.pk, [*WAY[:2], {**WAY[2], "price_minor": 1900}], by=bo)
    assert Stop.objects.filter(listing=ride).count() == 3


def test_the_way_is_drawn_past_its_blurred_stops(bo):
    way = drawing.drawn(list(ride_of(bo).stops.select_related("listing")))
    assert way.words == "Freiburg → Basel → Bern"
    for mark, stop in zip(way.marks, WAY, strict=True):
        assert 0 <= mark.x <= drawing.WIDTH and 0 <= mark.y <= drawing.HEIGHT
        away = metres_between(Point(mark.lat, mark.lon), Point(stop["lat"], stop["lon"]))
        assert 20 < away < BLUR_FARTHEST_M + 20
    assert way.marks[0].y < way.marks[-1].y  # the north is above


def test_a_way_over_the_date_line_goes_on(bo):
    stops = [{"place": "Suva", "lat": -18.1, "lon": 178.4, "minutes": 0}]
    stops.append({"place": "Apia", "lat": -13.8, "lon": -171.8, "minutes": 900})
    way = drawing.drawn(list(ride_of(bo, stops=stops).stops.select_related("listing")))
    assert way.marks[1].lon - way.marks[0].lon == pytest.approx(9.8, abs=0.1)
    assert drawing.drawn([]) is None


def test_the_page_of_a_ride_shows_its_way_and_not_where_it_begins(bo):
    ride = ride_of(bo, departures=[in_days(3)])
    page = Client().get(actions.publish(ride.pk, by=bo).get_absolute_url()).content.decode()
    assert "listings/way_map" in page and 'aria-label="Freiburg → Basel → Bern"' in page
    exact = re.compile(rf"{WAY[0]['lat']}(?!\d)".replace(".", r"\.", 1))
    assert not exact.search(page)  # the blurred place may well begin with the same digits
