"""Flexible dates: found exactly, whatever the calendar holds, and the free ones are told."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings import stays
from bookings.load import Load, Taken
from bookings.models import Claim
from listings.search import params, query
from listings.search.asking import Viewer
from listings.states import Kind, Unit
from sharing.values.period import Period
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()  # in the zone that one who tells none is taken to be in


def asked(**given):
    return params.parse({name.rstrip("_"): str(value) for name, value in given.items()}, Viewer())


def month_ahead() -> date:
    return (today().replace(day=1) + 62 * DAY).replace(day=1)


def nights(**given) -> list[tuple[date, date]]:
    parsed = asked(**given)
    assert not parsed.errors
    return [window.nights for window in parsed.criteria.windows]


def test_sooner_or_later_by_some_days_the_days_themselves_first():
    first = today() + 10 * DAY
    found = nights(from_=first, to=first + 2 * DAY, flex=3)
    assert found[0] == (first, first + 2 * DAY) and len(found) == 7
    assert {(end - begin).days for begin, end in found} == {2}
    assert nights(from_=today() + DAY, flex=3)[0] == (today() + DAY, today() + 2 * DAY)
    assert min(nights(from_=today() + DAY, flex=3))[0] == today()


def test_any_three_nights_of_a_month_begin_and_end_in_it():
    june = month_ahead()
    found = nights(nights=3, within=f"{june:%Y-%m}")
    last = found[-1][0] + 2 * DAY  # the last of three nights
    assert found[0] == (june, june + 3 * DAY)
    assert last.month == june.month and (last + DAY).month != june.month
    whole = asked(days=2, within=f"{june:%Y-%m-%d}/{june + 9 * DAY:%Y-%m-%d}").criteria.windows
    assert [w.days for w in whole] == [(june + n * DAY, june + (n + 1) * DAY) for n in range(9)]


def test_a_weekend_is_friday_to_sunday_for_rooms_and_two_days_for_tools():
    june = month_ahead()
    for window in asked(flex="weekend", within=f"{june:%Y-%m}").criteria.windows:
        assert [day.weekday() for day in (*window.nights, *window.days)] == [4, 6, 5, 6]
        assert window.days[0].month == june.month
    assert len(nights(flex="weekend")) >= 8


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"flex": 3}, "flex"),
        ({"flex": 9}, "flex"),
        ({"flex": "often"}, "flex"),
        ({"nights": 3}, "within"),
        ({"nights": 0, "within": "2099-06"}, "nights"),
        ({"nights": 31, "within": "2099-06"}, "nights"),
        ({"nights": 2, "days": 2, "within": "2099-06"}, "days"),
        ({"nights": 2, "flex": "weekend", "within": "2099-06"}, "flex"),
        ({"within": "2099-06"}, "within"),
        ({"nights": 3, "within": "June"}, "within"),
        ({"nights": 3, "within": "2099-13"}, "within"),
        ({"nights": 3, "within": "2001-06"}, "within"),
        ({"nights": 3, "within": "2098-06-10/2098-06-01"}, "within"),
        ({"nights": 3, "within": "2098-06-01/2098-12-01"}, "within"),
        ({"nights": 9, "within": "2098-06-01/2098-06-03"}, "within"),
        ({"nights": "3\x00", "within": "2098-06"}, "nights"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_name(given, name):
    parsed = asked(**given)
    assert name in parsed.errors and parsed.criteria.windows == ()


def a_street(seed: int):
    dice = random.Random(seed)
    home = factories.community()
    owner = factories.member("Bo", of=home)
    things = []
    for _n in range(10):
        kind = dice.choice([Kind.TOOL, Kind.TOOL, Kind.ROOM])  # rides: test_ride_search
        lat, lon = 47.9959 + dice.uniform(-0.1, 0.1), 7.8522 + dice.uniform(-0.1, 0.1)
        facts = {"kind": kind, "capacity": dice.choice([1, 1, 2, 3])}
        if kind == Kind.ROOM:
            facts["price_unit"] = Unit.NIGHT
        thing = searching.listing(lat, lon, owner=owner, of=home, **facts)
        for _c in range(dice.randrange(9)):
            starts = timezone.now() + timedelta(hours=dice.randrange(-48, 24 * 40))
            ends = starts + timedelta(hours=dice.choice([1, 5, 24, 72, 200]))
            expires = dice.choice([None, None, timezone.now() - DAY, timezone.now() + DAY])
            quantity = dice.randrange(1, thing.capacity + 1)
            _claim_if_it_fits(thing, Period(starts, ends), quantity, expires)
        things.append(thing)
    return dice, things


def _claim_if_it_fits(thing, period, quantity, expires):
    rows = [Taken(*row) for row in Claim.objects.filter(listing=thing).values_list("starts", "ends", "quantity")]
    if Load(rows).peak(period) + quantity <= thing.capacity:
        Claim.objects.create(
            listing=thing, starts=period.starts, ends=period.ends, quantity=quantity, expires=expires
        )


def scan(criteria, things) -> dict[int, list]:
    """By id the times that are free, said the slow way; a listing with none is left out."""
    found = {}
    for thing in things:
        taken = Claim.objects.filter(listing=thing)
        load = Load(
            [Taken(c.starts, c.ends, c.quantity) for c in taken if c.expires is None or c.expires > timezone.now()]
        )
        times = []
        for window in criteria.windows:
            dates = window.nights if thing.price_unit == Unit.NIGHT else window.days
            if load.peak(stays.stay(thing, *dates).period) + criteria.quantity <= thing.capacity:
                times.append(dates)
        if times:
            found[thing.pk] = sorted(set(times))
    return found


@settings(max_examples=8)
@given(seed=st.integers(0, 10**9))
def test_it_finds_what_a_scan_of_every_day_finds(seed):
    with transaction.atomic():
        dice, things = a_street(seed)
        first, month = today() + dice.randrange(1, 20) * DAY, f"{today() + 15 * DAY:%Y-%m}"
        for given in (
            {"from_": first, "to": first + dice.randrange(5) * DAY, "flex": dice.randrange(1, 8)},
            {"flex": "weekend"},
            {"nights": dice.randrange(1, 8), "within": month},
            {"days": dice.randrange(1, 8), "within": f"{first}/{first + 20 * DAY}", "quantity": 2},
        ):
            parsed = asked(lat=47.9959, lon=7.8522, **given)
            if parsed.errors:  # that little is left of this month
                continue
            hits, after = [], None
            while True:
                page = query.search(parsed.criteria, None, after, 3)
                hits += page.hits
                after = page.next
                if after is None:
                    break
            assert {hit.listing.pk: list(hit.times) for hit in hits} == scan(parsed.criteria, things)
        transaction.set_rollback(True)


def test_sixty_times_cost_one_statement_more_than_one(django_assert_max_num_queries):
    for n in range(3):
        searching.listing(47.9959 + n / 1000, 7.8522)
    counted = []
    for when in ({"from_": today() + DAY}, {"nights": 1, "within": f"{today() + DAY}/{today() + 61 * DAY}"}):
        criteria = asked(lat=47.9959, lon=7.8522, **when).criteria
        query.search(criteria, None)
        with CaptureQueriesContext(connection) as statements:
            assert len(query.search(criteria, None).hits) == 3
        counted.append(len(statements))
    assert counted[1] <= counted[0] + 1
