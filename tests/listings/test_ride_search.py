"""Rides found by where one gets on and off, in time, with seats all the way between: against a plain scan."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.models import Claim
from listings.models import Departure, Listing, RideFacts, Stop
from listings.search import index, query, riding
from listings.search.criteria import AROUND_M, Criteria, Span
from listings.search.hydrate import hydrate
from listings.states import Kind, Terms, Unit
from sharing.values.place import Point, metres_between
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(minute=0, second=0, microsecond=0)
HERE, THERE = Point(47.997, 7.842), Point(48.04, 7.86)


def hours(n: float):
    return NOW + timedelta(hours=n)


def ride(owner, stops, leaves=(24,), *, seats=2, taken=(), price=0, notice=0, **facts) -> Listing:
    """`stops`: (lat, lon, minutes); `taken`: (departure, from minute, to minute, seats)."""
    one = factories.listing(
        owner, kind=Kind.RIDE, title="A ride", price_unit=Unit.SEAT, price_minor=price, capacity=seats,
        notice_hours=notice, terms=Terms.COST_SHARE if price else Terms.GIFT, **facts,
    )  # fmt: skip
    RideFacts.objects.create(listing=one)
    for position, (lat, lon, minutes) in enumerate(stops):
        Stop.objects.create(
            listing=one, position=position, place=f"Stop {position}", lat=lat, lon=lon, minutes=minutes,
            price_minor=price * position // (len(stops) - 1),
        )  # fmt: skip
    for hour in leaves:
        Departure.objects.create(listing=one, leaves=hours(hour))
    for number, first, last, quantity in taken:
        begin = hours(leaves[number])
        starts, ends = (begin + timedelta(minutes=minute) for minute in (first, last))
        Claim.objects.create(listing=one, starts=starts, ends=ends, quantity=quantity)
    index.rewrite(one)
    return one


def found(criteria: Criteria, size: int = 3) -> list[int]:
    """Every page, one after the other."""
    ids, after = [], None
    for _page in range(40):
        page = query.search(criteria, None, after, size, now=NOW)
        ids += [hit.listing.pk for hit in page.hits]
        after = page.next
        if after is None:
            return ids
    raise AssertionError("The pages never end.")


def scan(criteria: Criteria) -> list[int]:
    """The same by looking at every stop, departure and minute."""
    if criteria.there and criteria.radius_m is None:
        return _scan(criteria, riding.WALK_M) or _scan(criteria, AROUND_M)
    return _scan(criteria, criteria.radius_m)


def _scan(criteria: Criteria, reach: float | None) -> list[int]:
    hits = []
    for one in hydrate(list(Listing.objects.filter(kind=Kind.RIDE).values_list("pk", flat=True))).values():
        nearest = [d for stop in one.stops.order_by("position") if (d := _at(criteria, one, stop, reach)) is not None]
        if nearest:
            hits.append((min(nearest), one.pk))
    return [pk for _d, pk in sorted(hits)]


def _at(criteria: Criteria, one: Listing, board: Stop, reach: float | None) -> float | None:
    board.listing = one
    if one.capacity < criteria.quantity:
        return None
    away = metres_between(criteria.here, board.public) if criteria.here else 0.0
    if criteria.here and reach is not None and away > reach:
        return None
    for alight in one.stops.filter(position__gt=board.position):
        alight.listing = one
        if criteria.there and metres_between(criteria.there, alight.public) > (reach or AROUND_M):
            continue
        departures = list(one.departures.filter(cancelled=False))
        if not one.departures.exists() and not criteria.ride_spans:
            return away
        if any(_seat(criteria, one, row, board, alight) for row in departures):
            return away
    return None


def _seat(criteria: Criteria, one: Listing, row: Departure, board: Stop, alight: Stop) -> bool:
    on = row.leaves + timedelta(minutes=board.minutes)
    if on < NOW + timedelta(hours=one.notice_hours):
        return False
    if criteria.ride_spans and not any(span.starts <= on < span.ends for span in criteria.ride_spans):
        return False
    for minute in range(board.minutes, alight.minutes):
        at = row.leaves + timedelta(minutes=minute)
        taken = sum(c.quantity for c in Claim.objects.filter(listing=one, starts__lte=at, ends__gt=at))
        if taken + criteria.quantity > one.capacity:
            return False
    return True


PLACES = [(47.990 + n * 0.009, 7.83 + (n % 3) * 0.012) for n in range(9)]
WAYS = st.lists(st.integers(0, 8), min_size=2, max_size=4, unique=True)
RIDES = st.fixed_dictionaries(
    {"way": WAYS, "leaves": st.lists(st.integers(1, 60), max_size=3, unique=True), "seats": st.integers(1, 3),
     "taken": st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 3)), max_size=3),
     "notice": st.sampled_from([0, 0, 24])}
)  # fmt: skip
ASKED = st.fixed_dictionaries(
    {"here": st.sampled_from([HERE, Point(48.0, 7.84), None]), "there": st.sampled_from([THERE, HERE, None]),
     "radius_m": st.sampled_from([None, 700.0, 2500.0]), "quantity": st.integers(1, 3),
     "span": st.sampled_from([None, (0, 24), (10, 20), (30, 60)]), "margin": st.sampled_from([0, 3])}
)  # fmt: skip


@settings(max_examples=25)
@given(offered=st.lists(RIDES, min_size=1, max_size=5), questions=st.lists(ASKED, min_size=3, max_size=6))
def test_search_finds_exactly_the_rides_one_can_take(offered, questions):
    Claim.objects.all().delete()
    for one in Listing.objects.filter(kind=Kind.RIDE):
        index.remove(one)
        one.delete()
    owner = factories.member("Bo", of=factories.community())
    for one in offered:
        stops = [(*PLACES[place], 10 * n) for n, place in enumerate(one["way"])]
        free = dict.fromkeys(range(len(one["leaves"])), 0)
        taken = []
        for number, segment, quantity in one["taken"]:
            if number in free and segment < len(stops) - 1 and quantity + free[number] <= one["seats"]:
                free[number] += quantity
                taken.append((number, segment * 10, segment * 10 + 10, quantity))
        ride(owner, stops, one["leaves"], seats=one["seats"], taken=taken if _apart(one["leaves"]) else (),
             notice=one["notice"])  # fmt: skip
    for asked in questions:
        span = asked["span"] and Span(*(hours(n) for n in asked["span"]))
        wide = timedelta(hours=asked["margin"])
        criteria = Criteria(
            kinds=("ride",), here=asked["here"], there=asked["there"], quantity=asked["quantity"],
            radius_m=asked["radius_m"] if asked["here"] else None, by_day=span,
            by_ride=span and Span(span.starts - wide, span.ends + wide),
        )  # fmt: skip
        if not riding.asked(criteria):
            continue
        expected = scan(criteria)
        got = found(criteria)
        assert (got if criteria.here else sorted(got)) == (expected if criteria.here else sorted(expected))
        for hit in query.search(criteria, None, now=NOW).hits:
            _true(criteria, hit)


def _apart(leaves) -> bool:
    return all(abs(a - b) > 1 for a in leaves for b in leaves if a != b)


def _true(criteria: Criteria, hit) -> None:
    """What the card says is so: stops in order, in time, and as many seats as there are."""
    passage = hit.passage
    if passage is None:
        assert not hit.listing.departures.exists()
        return
    assert passage.board.position < passage.alight.position and passage.left >= criteria.quantity
    assert _seat(criteria, hit.listing, passage.departure, passage.board, passage.alight)
    one_more = criteria.changed(quantity=passage.left + 1)
    assert not _seat(one_more, hit.listing, passage.departure, passage.board, passage.alight)
    if criteria.here:
        assert passage.walk_on_m == pytest.approx(hit.distance_m, abs=1)


WAY = [(47.997, 7.842, 0), (48.02, 7.85, 30), (48.04, 7.86, 60)]


@pytest.fixture
def bo():
    return factories.member("Bo", of=factories.community())


def ids(**facts) -> list[int]:
    facts = {"kinds": ("ride",), "here": HERE, "there": THERE} | facts
    return found(Criteria(**facts))


def test_a_ride_that_is_full_only_before_one_gets_on_is_found(bo):
    """The seats that count are those between on and off (not those at the start)."""
    one = ride(bo, WAY, taken=[(0, 0, 30, 2)])
    assert ids(radius_m=1000.0) == []
    assert ids(here=Point(48.02, 7.85), radius_m=1000.0) == [one.pk]
    day = Span(hours(20), hours(30))
    assert ids(here=Point(48.02, 7.85), there=None, by_day=day) == [one.pk]


def test_a_stop_on_the_way_is_a_beginning_and_an_end(bo):
    one = ride(bo, WAY)
    middle = Point(48.02, 7.85)
    assert ids(there=middle, radius_m=1000.0) == ids(here=middle, radius_m=1000.0) == [one.pk]
    assert ids(here=THERE, there=HERE, radius_m=1000.0) == []


def test_one_walks_first_and_only_then_the_circle_grows(bo):
    near = ride(bo, WAY)
    far = ride(bo, [(48.03, 7.842, 0), (48.05, 7.86, 30)])
    assert ids() == [near.pk]
    Departure.objects.filter(listing=near).update(cancelled=True)
    assert ids() == [far.pk]
    assert ids(radius_m=10_000.0) == [far.pk]


def test_the_margin_counts_where_one_gets_on(bo):
    one = ride(bo, WAY, leaves=(24,))
    for starts, ends, hit in ((24, 25, True), (24.2, 25, False), (22, 24, False), (22, 24.1, True)):
        assert ids(by_ride=Span(hours(starts), hours(ends)), radius_m=900.0) == [one.pk] * hit


def test_a_card_says_stops_times_walk_price_and_seats(bo):
    one = ride(bo, WAY, leaves=(24, 48), seats=3, taken=[(0, 30, 60, 1)], price=40)
    (hit,) = query.search(Criteria(kinds=("ride",), here=HERE, there=THERE), None, now=NOW).hits
    said = hit.passage
    first, _middle, last = one.stops.all()
    assert (said.board, said.alight, said.on_at, said.off_at) == (first, last, hours(24), hours(25))
    assert (said.left, said.others, said.fare_minor) == (2, 1, 40)
    assert 100 < said.walk_on_m < 400 and said.walk_on_minutes in range(2, 8)
    assert said.asked == f"?departure={said.departure.pk}&board={first.pk}&alight={last.pk}"


def test_tools_stay_found_beside_rides_when_days_are_asked_for(bo):
    drill = factories.listing(bo)
    index.rewrite(drill)
    one = ride(bo, WAY, leaves=(24,))
    day = Span(hours(20), hours(30))
    for order in ("", "new"):
        criteria = Criteria(here=factories.HERE, by_day=day, sort=order, radius_m=5000.0)
        assert set(found(criteria)) >= {one.pk}, order
        later = Span(hours(50), hours(60))
        assert one.pk not in found(criteria.changed(by_day=later)), order


@pytest.mark.parametrize("rides", [1, 6])
def test_a_search_for_rides_takes_a_bounded_number_of_statements(bo, rides, django_assert_max_num_queries):
    for _n in range(rides):
        ride(bo, WAY)
    with django_assert_max_num_queries(8):
        page = query.search(Criteria(kinds=("ride",), here=HERE, there=THERE), bo, totals=True, now=NOW)
    assert len(page.hits) == rides


def test_the_page_and_the_api_take_a_margin_and_answer_with_the_passage(bo, client):
    one = ride(bo, WAY, leaves=(24,), seats=3, price=40)
    params = {"kind": "ride", "lat": HERE.lat, "lon": HERE.lon, "to_lat": THERE.lat, "to_lon": THERE.lon}
    asked = params | {"from": hours(25.5).isoformat().replace("+00:00", "Z")}
    url = "/api/v1/listings/"
    assert client.get(url, asked).json()["results"] == []
    (hit,) = client.get(url, asked | {"margin_hours": "2"}).json()["results"]
    first, _middle, last = one.stops.all()
    wanted = (first.pk, last.pk, 40, 3)
    assert tuple(hit["ride"][name] for name in ("board", "alight", "fare_minor", "left")) == wanted
    assert client.get(url, asked | {"margin_hours": "a week"}).status_code == 400
    text = client.get("/search/", asked | {"margin_hours": "2"}).content.decode()
    assert f"?departure={hit['ride']['departure']}&amp;board={first.pk}&amp;alight={last.pk}" in text
    assert "on foot" in text and "3 seats left" in text
    one.price_minor = 990  # all the way
    one.save()
    (pin,) = json.loads(client.get("/search/", asked | {"margin_hours": "2"}).context["page"].pins)
    assert pin["label"] == "€0.40" and "€0.40" in pin["title"], "the pin says what the card says"


def test_a_page_that_goes_on_keeps_its_circle(bo, client):
    for _n in range(3):
        ride(bo, WAY)
    params = {"kind": "ride", "lat": HERE.lat, "lon": HERE.lon, "to_lat": THERE.lat, "to_lon": THERE.lon}
    page = client.get("/api/v1/listings/", params | {"page_size": 2}).json()
    rest = client.get(page["next"]).json()
    assert len({hit["id"] for hit in page["results"] + rest["results"]}) == 3 and rest["next"] is None
