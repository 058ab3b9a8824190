"""Cards never lie: what a search by dates finds is what `is_free` says, listing by listing."""

from datetime import UTC, date, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bookings import availability, stays
from bookings.models import Claim, DateException, OpeningWindow
from listings.models import Departure, Listing
from listings.search import query
from listings.search.criteria import Criteria, Span
from listings.states import Unit
from sharing.values.period import Period, days
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.cast import drill, room, workshop
from tests.factories import HERE
from tests.listings.searching import place
from tests.listings.test_ride_search import ride

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MONDAY = date(2027, 3, 1)
ZONES = ("Europe/Berlin", "Asia/Kathmandu")
DAY, HOUR, HALF = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)


def span(first: date, last: date, zone: str = "Europe/Berlin") -> Span:
    whole = days(first, last + DAY, ZoneInfo(zone))
    return Span(max(whole.starts, NOW), whole.ends, (first, last))


def found(home, by_day: Span, quantity: int, zone: str) -> set[int]:
    criteria = Criteria(here=HERE, by_day=by_day, quantity=quantity, community=home.pk, zone=zone)
    ids: list[int] = []
    after = None
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        for _page in range(30):
            page = query.search(criteria, None, after, now=NOW)
            ids += [hit.listing.pk for hit in page.hits]
            after = page.next
            if after is None:
                break
    assert len(ids) == len(set(ids))
    return set(ids)


def can_be_had(listing: Listing, by_day: Span, quantity: int) -> bool:
    """The slow way: for hours every half hour of those days, else the one stay that the dates mean."""
    first, last = by_day.days or (by_day.starts, by_day.ends)
    if by_day.days and listing.price_unit == Unit.HOUR:
        whole = days(first, last + DAY, ZoneInfo(listing.time_zone))
        at, shortest = whole.starts, listing.min_units * HOUR
        while at + shortest <= whole.ends:
            if at >= NOW and availability.is_free(listing, Period(at, at + shortest), quantity, now=NOW).free:
                return True
            at += HALF
        return False
    if listing.price_unit == Unit.NIGHT and first == last:
        last = first + DAY
    try:
        period = stays.stay(listing, first, last).period
    except Refusal:
        return False
    return availability.is_free(listing, period, quantity, now=NOW).free


@st.composite
def offers(draw):
    """The facts of one listing, what is open, what is taken; hours whole, days within three weeks."""
    hours = st.integers(0, 23)
    return {
        "make": draw(st.sampled_from([drill, drill, room, room, workshop])),
        "unit": draw(st.sampled_from(["day", "hour", "night", "use"])),
        "capacity": draw(st.integers(1, 3)),
        "zone": draw(st.sampled_from(ZONES)),
        "facts": {
            "min_units": draw(st.integers(1, 3)), "max_units": draw(st.integers(3, 9)),
            "notice_hours": draw(st.sampled_from([0, 0, 30, 60])), "horizon_days": draw(st.sampled_from([9, 180])),
            "buffer_before": draw(st.sampled_from([0, 0, 60, 600])),
            "buffer_after": draw(st.sampled_from([0, 0, 120, 900])),
            "arrive_days": draw(st.sampled_from([127, 127, 32, 3])),
            "leave_days": draw(st.sampled_from([127, 127, 96])),
            "holiday_region": draw(st.sampled_from(["", "", "UA"])),  # the 8th of March
        },
        "windows": draw(st.lists(st.tuples(st.integers(0, 6), hours, hours), max_size=5)),
        "differ": draw(st.dictionaries(st.integers(0, 20), st.booleans() | st.tuples(hours, hours), max_size=3)),
        "claims": draw(st.lists(st.tuples(st.integers(0, 480), st.integers(1, 60), st.integers(1, 2)), max_size=6)),
    }


def put_up(home, offer) -> Listing:
    kind = {"time_zone": offer["zone"], "price_unit": offer["unit"]}
    if offer["make"] is workshop:
        kind["price_unit"] = "hour"
    listing = offer["make"](of=home, capacity=offer["capacity"], **kind, **offer["facts"])
    for weekday, opens, closes in offer["windows"]:
        if opens != closes:
            OpeningWindow.objects.create(listing=listing, weekday=weekday, opens=time(opens), closes=time(closes))
    for n, differs in offer["differ"].items():
        hours = differs if isinstance(differs, tuple) and differs[0] != differs[1] else ()
        own = {"opens": time(hours[0]), "closes": time(hours[1])} if hours else {}
        DateException.objects.create(listing=listing, day=MONDAY + n * DAY, is_open=bool(differs), **own)
    load: list[tuple[int, int, int]] = []
    for start, length, quantity in offer["claims"]:
        here = sum(q for s, n, q in load if s < start + length and start < s + n)
        if here + quantity <= listing.capacity:
            load.append((start, length, quantity))
            begin = NOW.replace(hour=0) + start * HOUR
            Claim.objects.create(listing=listing, starts=begin, ends=begin + length * HOUR, quantity=quantity)
    return place(listing, HERE.lat, HERE.lon)


OVER_MIDNIGHT = {  # begins on the last day one may book, and ends on the next
    "make": drill, "unit": "hour", "capacity": 1, "zone": "Europe/Berlin",
    "facts": {
        "min_units": 3, "max_units": 3, "notice_hours": 0, "horizon_days": 9, "buffer_before": 0, "buffer_after": 0,
        "arrive_days": 127, "leave_days": 127, "holiday_region": "",
    },
    "windows": [(2, 22, 1)], "differ": {}, "claims": [],
}  # fmt: skip

SHORT_DAY = OVER_MIDNIGHT | {"make": workshop, "windows": [], "differ": {6: (10, 12)}}  # shorter than it is had for


@settings(max_examples=40)
@example(made=[SHORT_DAY], first=6, length=0, quantity=1, zone="Europe/Berlin", instants=False)
@example(made=[OVER_MIDNIGHT], first=6, length=4, quantity=1, zone="Europe/Berlin", instants=False)
@given(
    made=st.lists(offers(), min_size=1, max_size=6), first=st.integers(0, 14), length=st.integers(0, 4),
    quantity=st.integers(1, 2), zone=st.sampled_from(ZONES), instants=st.booleans(),
)
def test_a_search_by_dates_says_what_each_listing_says(made, first, length, quantity, zone, instants):
    home = factories.community()
    listings = [put_up(home, offer) for offer in made]
    by_day = span(MONDAY + first * DAY, MONDAY + (first + length) * DAY, zone)
    if instants:
        begin = NOW + first * DAY + 3 * HOUR
        by_day = Span(begin, begin + length * DAY + 5 * HOUR)
    expected = {
        each.pk for each in Listing.objects.filter(pk__in=[each.pk for each in listings])
        if can_be_had(each, by_day, quantity)
    }
    assert found(home, by_day, quantity, zone) == expected


def test_a_page_is_filled_with_what_comes_after_the_closed_ones():
    home = factories.community()
    shut = [place(drill(of=home), HERE.lat, HERE.lon) for _ in range(30)]
    for listing in shut:
        DateException.objects.create(listing=listing, day=MONDAY + 3 * DAY, is_open=False)
    opened = [place(drill(of=home), HERE.lat + 0.01, HERE.lon) for _ in range(9)]
    by_day = span(MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    criteria = Criteria(here=HERE, by_day=by_day, community=home.pk)
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        page = query.search(criteria, None, size=6, now=NOW)
        assert {hit.listing.pk for hit in page.hits} < {each.pk for each in opened} and len(page.hits) == 6
        rest = query.search(criteria, None, page.next, size=6, now=NOW)
    assert len(rest.hits) == 3 and rest.next is None
    for order in ("new", "price"):
        criteria = Criteria(sort=order, by_day=by_day, community=home.pk)
        seen, after = [], None
        with mock.patch("django.utils.timezone.now", return_value=NOW):
            for _page in range(5):
                page = query.search(criteria, None, after, size=4, now=NOW)
                seen += [hit.listing.pk for hit in page.hits]
                after = page.next
                if after is None:
                    break
        assert sorted(seen) == sorted(each.pk for each in opened)


def test_looking_exactly_takes_one_statement_more_whatever_the_page_holds():
    home = factories.community()
    criteria = Criteria(here=HERE, community=home.pk)
    by_day = span(MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    for make in (drill, room, workshop):
        place(make(of=home, notice_hours=0), HERE.lat, HERE.lon)

    def statements(asked: Criteria) -> int:
        with CaptureQueriesContext(connection) as seen:
            query.search(asked, None, now=NOW)
        return len(seen)

    statements(criteria)
    few = statements(criteria.changed(by_day=by_day)) - statements(criteria)
    for make in (drill, room, workshop) * 3:
        place(make(of=home), HERE.lat, HERE.lon)
    many = statements(criteria.changed(by_day=by_day)) - statements(criteria)
    assert few == many == 1


def test_what_is_kept_of_a_day_ends_when_notice_has_run_out():
    """Two searches within five minutes, and in between midnight from which tomorrow is too soon."""
    home = factories.community()
    late = place(drill(of=home, notice_hours=24), HERE.lat, HERE.lon)
    tomorrow = Criteria(
        here=HERE, by_day=span(MONDAY + DAY, MONDAY + DAY), community=home.pk, zone="Europe/Berlin", kinds=("tool",)
    )
    evening = datetime(2027, 3, 1, 22, 58, tzinfo=UTC)  # two minutes to twelve in Berlin

    def hits(now: datetime) -> list[int]:
        with mock.patch("django.utils.timezone.now", return_value=now):
            return [hit.listing.pk for hit in query.search(tomorrow, None, now=now).hits]

    assert hits(evening) == hits(evening + timedelta(minutes=1)) == [late.pk]
    assert hits(evening + timedelta(minutes=3)) == []


@pytest.mark.parametrize("drills", [2, 40])
def test_a_ride_that_does_not_run_then_is_no_hit_among_things(drills):
    home = factories.community()
    things = [place(drill(of=home, notice_hours=0), HERE.lat + n / 1e5, HERE.lon) for n in range(drills)]
    criteria = Criteria(here=HERE, by_day=span(MONDAY + 3 * DAY, MONDAY + 4 * DAY), community=home.pk)

    def hits() -> set[int]:
        with mock.patch("django.utils.timezone.now", return_value=NOW):
            return {hit.listing.pk for hit in query.search(criteria, None, size=50, now=NOW).hits}

    expected = {each.pk for each in things}
    assert hits() == expected
    for runs in (timedelta(days=9), timedelta(days=3, hours=3)):
        stops = [(HERE.lat, HERE.lon, 0), (HERE.lat + 1, HERE.lon, 60)]
        one = ride(factories.member(of=home), stops, leaves=(), of=home)
        Departure.objects.create(listing=one, leaves=NOW + runs)
        expected |= {one.pk} if runs < timedelta(days=5) else set()
        assert hits() == expected
