"""Is it free, when is it free, and what of each day: one module answers, and these are its answers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import availability, stays
from bookings.models import Claim, DateException, OpeningWindow
from bookings.states import DayState
from listings.search.criteria import Span, Window
from listings.search.predicates import Wanted
from listings.states import ListingState
from sharing.values.period import Period
from tests.bookings.cast import BERLIN, NEW_YORK, at, drill, room, workshop
from tests.factories import days, member

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)  # a Monday


def answer(listing, starts, ends, quantity=1, now=NOW, **more):
    stay = stays.stay(listing, starts, ends)
    found = availability.is_free(listing, stay.period, quantity, now=now, **more)
    return found.code if not found.free else "free"


def claim(listing, starts, ends, quantity=1, **facts):
    wide = availability.widened(listing, stays.stay(listing, starts, ends).period)
    return Claim.objects.create(listing=listing, starts=wide.starts, ends=wide.ends, quantity=quantity, **facts)


def test_free_until_somebody_has_it_and_free_again_on_the_day_after():
    listing = drill()
    claim(listing, "2027-03-10", "2027-03-12")
    asked = [("2027-03-08", "2027-03-09"), ("2027-03-09", "2027-03-10"), ("2027-03-11", "2027-03-11"),
             ("2027-03-12", "2027-03-14"), ("2027-03-13", "2027-03-14")]
    assert [answer(listing, *span) for span in asked] == ["free", "taken", "taken", "taken", "free"]


def test_one_leaves_in_the_morning_and_another_arrives_in_the_afternoon():
    bed = room()
    claim(bed, "2027-03-10", "2027-03-12")
    assert answer(bed, "2027-03-12", "2027-03-13") == answer(bed, "2027-03-08", "2027-03-10") == "free"
    assert answer(bed, "2027-03-11", "2027-03-13") == "taken"


def test_copies_are_counted_at_the_fullest_instant():
    listing = drill(capacity=3)
    claim(listing, "2027-03-10", "2027-03-11", 2)
    claim(listing, "2027-03-12", "2027-03-13", 1)
    assert answer(listing, "2027-03-11", "2027-03-12", 1) == "free"
    assert answer(listing, "2027-03-11", "2027-03-12", 2) == "taken"
    assert answer(listing, "2027-03-12", "2027-03-12", 2) == "free"
    assert [answer(listing, "2027-03-20", "2027-03-20", n) for n in (0, 4)] == ["quantity", "quantity"]


def test_a_hold_that_has_run_out_counts_no_more_and_ones_own_may_be_ignored():
    listing = drill()
    held = claim(listing, "2027-03-10", "2027-03-12", expires=NOW + timedelta(hours=1))
    assert answer(listing, "2027-03-10", "2027-03-12") == "taken"
    assert answer(listing, "2027-03-10", "2027-03-12", now=NOW + timedelta(hours=1)) == "free"
    assert answer(listing, "2027-03-10", "2027-03-12", ignoring=held.pk) == "free"


def test_buffers_stand_between_two_bookings_and_not_at_the_edge_of_opening():
    bench = workshop(buffer_before=30, buffer_after=60)
    OpeningWindow.objects.create(listing=bench, weekday=2, opens=time(9), closes=time(18))
    claim(bench, "2027-03-10T12:00", "2027-03-10T14:00")
    asked = {"16:00": "free", "15:30": "free", "15:00": "taken"}
    for starts, expected in asked.items():  # an hour after the first, half an hour before the second
        assert answer(bench, f"2027-03-10T{starts}", "2027-03-10T18:00") == expected
    assert answer(bench, "2027-03-10T09:00", "2027-03-10T10:30") == "free"
    assert answer(bench, "2027-03-10T09:00", "2027-03-10T11:00") == "taken"
    wednesday = Period(at(BERLIN, 2027, 3, 10), at(BERLIN, 2027, 3, 11))
    assert availability.free_periods(bench, wednesday, now=NOW) == [
        Period(at(BERLIN, 2027, 3, 10, 9), at(BERLIN, 2027, 3, 10, 10, 30)),
        Period(at(BERLIN, 2027, 3, 10, 15, 30), at(BERLIN, 2027, 3, 10, 18)),
    ]


def test_notice_horizon_and_length_say_what_they_want():
    listing = drill(notice_hours=48, horizon_days=30, min_units=2, max_units=5)
    asked = {
        ("2027-02-28", "2027-03-01"): "past", ("2027-03-02", "2027-03-04"): "notice",
        ("2027-03-03", "2027-03-04"): "free", ("2027-03-31", "2027-04-01"): "free",
        ("2027-04-01", "2027-04-02"): "horizon", ("2027-03-10", "2027-03-10"): "too_short",
        ("2027-03-10", "2027-03-15"): "too_long",
    }
    assert {span: answer(listing, *span) for span in asked} == asked


def test_today_can_be_had_by_the_day_but_not_an_hour_that_is_over():
    assert answer(drill(), "2027-03-01", "2027-03-01") == "free"
    assert answer(room(), "2027-03-01", "2027-03-02") == "free"
    bench = workshop()
    assert answer(bench, "2027-03-01T09:00", "2027-03-01T12:00") == "past"
    assert answer(bench, "2027-03-01T10:00", "2027-03-01T12:00") == "free"


def test_what_is_paused_is_not_free():
    assert answer(drill(state=ListingState.PAUSED), "2027-03-10", "2027-03-11") == "not_offered"
    assert availability.free_periods(drill(state=ListingState.PAUSED), Period(**days(0, 3))) == []


def test_pick_up_and_return_need_an_open_day_but_the_days_between_do_not():
    listing = drill()
    for weekday in (0, 4):  # Mondays and Fridays
        OpeningWindow.objects.create(listing=listing, weekday=weekday, opens=time(17), closes=time(20))
    DateException.objects.create(listing=listing, day=date(2027, 3, 12), is_open=False)
    DateException.objects.create(listing=listing, day=date(2027, 3, 11), is_open=True)
    asked = {
        ("2027-03-08", "2027-03-19"): "free", ("2027-03-09", "2027-03-15"): "closed",
        ("2027-03-08", "2027-03-09"): "closed", ("2027-03-08", "2027-03-12"): "closed",
        ("2027-03-08", "2027-03-11"): "free", ("2027-03-08T18:00", "2027-03-15T19:00"): "free",
        ("2027-03-08T12:00", "2027-03-15T19:00"): "closed", ("2027-03-08T17:00", "2027-03-15T20:00"): "free",
    }
    assert {span: answer(listing, *span) for span in asked} == asked


@pytest.mark.parametrize(("zone", "sunday"), [(BERLIN, (2027, 3, 28)), (NEW_YORK, (2027, 3, 14))])
def test_windows_stay_local_on_the_night_the_clocks_change(zone, sunday):
    bench = workshop(time_zone=zone.key)
    OpeningWindow.objects.create(listing=bench, weekday=6, opens=time(1), closes=time(5))
    day = date(*sunday)
    whole = Period(at(zone, *sunday), at(zone, *sunday) + timedelta(hours=24))
    assert availability.free_periods(bench, whole, now=NOW) == [
        Period(at(zone, *sunday, 1), at(zone, *sunday, 5))
    ]
    assert stays.count(bench, Period(at(zone, *sunday, 1), at(zone, *sunday, 5))) == 3
    assert answer(bench, f"{day}T01:00", f"{day}T05:00") == "free"
    assert answer(bench, f"{day}T01:00", f"{day}T05:30") == "closed"


def test_free_periods_are_the_gaps_between_what_is_taken():
    listing = drill(horizon_days=20)
    claim(listing, "2027-03-05", "2027-03-06")
    claim(listing, "2027-03-10", "2027-03-10")
    found = availability.free_periods(listing, Period(NOW - timedelta(days=9), NOW + timedelta(days=99)), now=NOW)
    assert found == [
        Period(NOW, at(BERLIN, 2027, 3, 5)), Period(at(BERLIN, 2027, 3, 7), at(BERLIN, 2027, 3, 10)),
        Period(at(BERLIN, 2027, 3, 11), at(BERLIN, 2027, 3, 22)),
    ]


def test_the_month_gives_each_day_its_state_its_price_and_its_reason():
    listing = drill(notice_hours=24, horizon_days=27)
    DateException.objects.create(listing=listing, day=date(2027, 3, 16), is_open=False)
    claim(listing, "2027-03-10", "2027-03-12")
    month = availability.month(listing, 2027, 3, now=NOW + timedelta(days=4))
    states = {day.date.day: day.state for day in month.days}
    assert states == dict.fromkeys(range(1, 32), DayState.FREE) | dict.fromkeys(range(1, 5), DayState.PAST) | {
        5: DayState.SOON, 10: DayState.TAKEN, 11: DayState.TAKEN, 12: DayState.TAKEN, 16: DayState.CLOSED,
    }
    free, soon = month.days[6], month.days[4]
    assert (free.price_minor, free.left, soon.price_minor) == (300, 1, 0)
    assert soon.reason and month.previous == date(2027, 2, 1) and month.following == date(2027, 4, 1)


def test_the_month_of_a_room_shows_nights_and_on_which_day_one_may_leave():
    bed = room()
    claim(bed, "2027-03-10", "2027-03-12")
    by_day = {day.date.day: day for day in availability.month(bed, 2027, 3, now=NOW).days}
    assert [by_day[n].state for n in (9, 10, 11, 12)] == ["free", "taken", "taken", "free"]
    assert [by_day[n].leavable for n in (9, 10, 11, 12, 13)] == [True, True, False, False, True]


def test_a_day_of_hours_is_partly_taken_until_nothing_of_it_is_left():
    bench = workshop()
    claim(bench, "2027-03-10T09:00", "2027-03-10T12:00")
    claim(bench, "2027-03-11", "2027-03-11")
    by_day = {day.date.day: day.state for day in availability.month(bench, 2027, 3, now=NOW).days}
    assert [by_day[n] for n in (9, 10, 11)] == ["free", "part", "taken"]


def test_the_viewer_sees_which_days_are_theirs():
    from bookings.models import Booking

    listing, ana = drill(), member("Ana")
    stay = stays.stay(listing, "2027-03-10", "2027-03-12").period
    facts = {"listing": listing, "community": listing.community, "borrower": ana}
    Booking.objects.create(starts=stay.starts, ends=stay.ends, **facts)
    mine = [day.date.day for day in availability.month(listing, 2027, 3, ana, now=NOW).days if day.mine]
    assert mine == [10, 11, 12]
    assert not any(day.mine for day in availability.month(listing, 2027, 3, member("Zoe"), now=NOW).days)


@pytest.mark.parametrize("make", [drill, room, workshop])
@pytest.mark.parametrize("claims", [0, 2000])
def test_a_month_takes_four_statements_however_much_is_taken(make, claims, django_assert_max_num_queries):
    listing, ana = make(capacity=50), member("Ana")
    third = timedelta(minutes=20)  # all of them in that month
    Claim.objects.bulk_create(
        Claim(listing=listing, starts=NOW + n * third, ends=NOW + (n + 3) * third) for n in range(claims)
    )
    listing = type(listing).objects.select_related("room").get(pk=listing.pk)
    with django_assert_max_num_queries(4):
        availability.month(listing, 2027, 3, ana, now=NOW)


@pytest.mark.parametrize("capacity", [1, 2])
def test_search_asks_the_same_of_the_database(capacity):
    from bookings.search import free

    listing = drill(capacity=capacity)
    first = days(0, 1)["starts"]
    for start, end in ((1, 3), (2, 4), (5, 6))[: 2 * capacity - 1]:
        if capacity > 1 or start != 2:
            span = {"starts": first + timedelta(days=start), "ends": first + timedelta(days=end)}
            Claim.objects.create(listing=listing, **span)
    Claim.objects.create(listing=listing, starts=first + timedelta(days=7), ends=first + timedelta(days=8),
                         quantity=capacity, expires=timezone.now() - timedelta(minutes=1))
    for start in range(9):
        for end in range(start + 1, 10):
            period = Period(first + timedelta(days=start), first + timedelta(days=end))
            fragment = free(Wanted(("tool",), (Window(Span(period.starts, period.ends)),), 1))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"select count(*) from listings_listing l where l.id = %s and {fragment.sql}",
                    [listing.pk, *fragment.params],
                )
                found = cursor.fetchone()[0] == 1
            assert found is availability.is_free(listing, period).free, (start, end)


def test_by_the_hour_midnight_is_a_moment_like_any_other():
    """Open from Tuesday morning until two at night: an hour from Wednesday's midnight is within that."""
    listing = drill(price_unit="hour", min_units=1, time_zone="UTC")
    OpeningWindow.objects.create(listing=listing, weekday=1, opens=time(3), closes=time(2))
    tuesday = timezone.now().date() + timedelta(days=14)
    tuesday += timedelta(days=(1 - tuesday.weekday()) % 7)
    midnight = datetime.combine(tuesday + timedelta(days=1), time(), UTC)
    assert availability.is_free(listing, Period(midnight, midnight + timedelta(hours=1))).free
    assert not availability.is_free(listing, Period(midnight + timedelta(hours=2), midnight + timedelta(hours=3))).free
