"""What somebody asks for becomes a period of the listing's own clock, also on the two odd days of the year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookings import stays
from bookings.load import Load, Taken
from bookings.opening import Opening
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, KATHMANDU, NEW_YORK, at, drill, ride, room, workshop

pytestmark = pytest.mark.django_db


def test_days_go_from_the_first_to_the_last_one_both_included():
    friday_to_sunday = stays.stay(drill(), "2026-11-27", "2026-11-29")
    assert friday_to_sunday.units == 3
    assert friday_to_sunday.period == Period(at(BERLIN, 2026, 11, 27), at(BERLIN, 2026, 11, 30))


def test_one_day_alone_is_a_stay_by_the_day():
    assert stays.stay(drill(), "2026-11-27").period == Period(at(BERLIN, 2026, 11, 27), at(BERLIN, 2026, 11, 28))


def test_a_day_with_times_counts_started_days():
    loan = stays.stay(drill(), "2026-11-27T17:00", "2026-11-29T19:00")
    assert loan.units == 3
    assert loan.period == Period(at(BERLIN, 2026, 11, 27, 17), at(BERLIN, 2026, 11, 29, 19))


def test_instants_stay_what_they_are():
    loan = stays.stay(drill(), "2026-11-27T16:00:00Z", "2026-11-28T16:00:00+00:00")
    assert (loan.units, loan.period.starts) == (1, datetime(2026, 11, 27, 16, tzinfo=UTC))


def test_nights_go_from_check_in_to_check_out():
    stay = stays.stay(room(), date(2026, 11, 27), date(2026, 11, 29))
    assert stay.units == 2
    assert stay.period == Period(at(BERLIN, 2026, 11, 27, 15), at(BERLIN, 2026, 11, 29, 11))


def test_instants_mean_nights_of_the_listing_too():
    stay = stays.stay(room(), at(BERLIN, 2026, 11, 27, 23), at(BERLIN, 2026, 11, 28, 1))
    assert stay.period == Period(at(BERLIN, 2026, 11, 27, 15), at(BERLIN, 2026, 11, 28, 11))


@pytest.mark.parametrize(("zone", "spring", "autumn"), [
    (BERLIN, (2027, 3, 28), (2027, 10, 31)),
    (NEW_YORK, (2027, 3, 14), (2027, 11, 7)),
])
def test_the_days_of_23_and_25_hours_are_one_day_and_one_night_each(zone, spring, autumn):
    tool, bed, bench = (make(time_zone=zone.key) for make in (drill, room, workshop))
    for (year, month, day), hours in ((spring, 23), (autumn, 25)):
        that, after = date(year, month, day), date(year, month, day) + timedelta(days=1)
        whole = stays.stay(tool, that)
        assert (whole.units, whole.period.length) == (1, timedelta(hours=hours))
        assert stays.stay(bench, that, that).units == hours
        night = stays.stay(bed, that - timedelta(days=1), that)
        assert (night.units, night.period.length) == (1, timedelta(hours=20 + hours - 24))
        assert night.period.ends.astimezone(zone).time() == time(11)
        longer = stays.stay(bed, that - timedelta(days=1), after)
        assert (longer.units, longer.period.ends.astimezone(zone).time()) == (2, time(11))
        with_times = stays.stay(tool, f"{that - timedelta(days=1)}T12:00", f"{that}T12:00")
        assert (with_times.units, with_times.period.length) == (1, timedelta(hours=hours))


def test_where_the_clocks_move_by_half_an_hour_a_day_is_one_day_as_well():
    tool, bed = (make(time_zone="Australia/Lord_Howe") for make in (drill, room))
    for day, hours in ((date(2027, 10, 3), 23.5), (date(2027, 4, 4), 24.5)):
        whole, night = stays.stay(tool, day), stays.stay(bed, day - timedelta(days=1), day)
        assert (whole.units, whole.period.length) == (1, timedelta(hours=hours))
        assert (night.units, night.period.length) == (1, timedelta(hours=hours - 4))


def test_a_time_that_does_not_exist_moves_forward_and_one_that_comes_twice_means_the_first():
    bench = workshop()
    gap = stays.stay(bench, "2027-03-28T02:30", "2027-03-28T04:30")
    assert gap.period == Period(at(BERLIN, 2027, 3, 28, 3, 30), at(BERLIN, 2027, 3, 28, 4, 30))
    twice = stays.stay(bench, "2027-10-31T02:30", "2027-10-31T03:30")
    assert (twice.units, twice.period.length) == (2, timedelta(hours=2))


def test_a_zone_of_odd_minutes_keeps_its_own_midnight():
    loan = stays.stay(drill(time_zone=KATHMANDU.key), "2026-11-27")
    assert loan.period.starts == datetime(2026, 11, 26, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(("starts", "ends", "field"), [
    ("2026-11-29", "2026-11-27", "ends"), ("soon", "2026-11-27", "starts"), ("2026-02-30", "2026-03-01", "starts"),
    ("2026-11-27", "later", "ends"), (None, None, "starts"), ("9999-12-31", "9999-12-31", "starts"),
    ("2026-11-27T10:00:00Z", "2026-11-27T10:00:00Z", "ends"), (7, 8, "starts"), ("0001-01-01", "2026-01-01", "starts"),
])
def test_what_makes_no_sense_is_refused_at_its_field(starts, ends, field):
    with pytest.raises(Refusal) as refusal:
        stays.stay(drill(), starts, ends)
    assert refusal.value.field == field


def test_a_night_needs_two_dates():
    for ends in ("2026-11-27", None):
        with pytest.raises(Refusal) as refusal:
            stays.stay(room(), "2026-11-27", ends)
        assert refusal.value.field == "ends"


def test_a_ride_is_taken_between_two_stops_in_order():
    car = ride()
    a, b, c = car.stops.all()
    leaves = car.departures.get().leaves
    now = leaves - timedelta(days=3)
    way = stays.seat(car, None, b.pk, c.pk, now=now)
    assert way.period == Period(leaves + timedelta(minutes=45), leaves + timedelta(minutes=90))
    assert stays.seat(car, None, None, None, now=now).period.length == timedelta(minutes=90)
    for board, alight, field in ((b, a, "alight"), (b, b, "alight"), (10**20, c, "board"), (a, "x", "alight")):
        with pytest.raises(Refusal) as refusal:
            stays.seat(car, None, board, alight, now=now)
        assert refusal.value.field == field


def test_a_departure_is_found_by_its_day_its_instant_or_its_number():
    car = ride()
    b = car.stops.all()[1]
    only = car.departures.get()
    now, day = only.leaves - timedelta(days=3), only.leaves.astimezone(BERLIN).date()
    boards = only.leaves + timedelta(minutes=45)
    for starts in (str(day), only.leaves, boards.isoformat(), None, ""):
        assert stays.seat(car, None, b, None, starts=starts, now=now).departure == only
    assert stays.seat(car, str(only.pk), b, None, now=now).departure == only
    for departure, starts in ((None, str(day + timedelta(days=1))), (10**30, None), ("x", None), (only.pk + 1, None)):
        with pytest.raises(Refusal):
            stays.seat(car, departure, b, None, starts=starts, now=now)


def test_the_load_is_cut_where_it_changes():
    day = [datetime(2027, 1, n, tzinfo=UTC) for n in range(1, 9)]
    load = Load([Taken(day[1], day[4], 2), Taken(day[3], day[6], 1)])
    assert [load.peak(Period(day[a], day[b])) for a, b in ((0, 1), (0, 2), (2, 4), (4, 7), (6, 7))] == [0, 2, 3, 1, 0]
    assert load.gaps(Period(day[0], day[7]), 1) == [Period(day[0], day[1]), Period(day[4], day[7])]
    assert load.gaps(Period(day[0], day[7]), 0) == [Period(day[0], day[1]), Period(day[6], day[7])]
    assert Load([]).gaps(Period(day[0], day[7]), 0) == [Period(day[0], day[7])]


def test_opening_windows_keep_their_local_hour_over_the_change():
    opening = Opening({6: [(time(9), time(12))], 5: [(time(9), time(12))]}, {})
    weekend = Period(at(BERLIN, 2027, 3, 27), at(BERLIN, 2027, 3, 29))
    assert opening.spans(weekend, BERLIN) == [
        Period(at(BERLIN, 2027, 3, 27, 9), at(BERLIN, 2027, 3, 27, 12)),
        Period(at(BERLIN, 2027, 3, 28, 9), at(BERLIN, 2027, 3, 28, 12)),
    ]
    assert opening.admits(at(BERLIN, 2027, 3, 28, 9), BERLIN)
    assert not opening.admits(at(BERLIN, 2027, 3, 28, 12), BERLIN)
    assert opening.admits(at(BERLIN, 2027, 3, 28, 12), BERLIN, closing=True)


def test_a_plan_until_midnight_joins_with_the_next_day():
    opening = Opening({0: [(time(18), time(23, 59))], 1: [(time(0), time(6))]}, {})
    week = Period(at(BERLIN, 2027, 1, 4), at(BERLIN, 2027, 1, 11))
    assert opening.spans(week, BERLIN) == [Period(at(BERLIN, 2027, 1, 4, 18), at(BERLIN, 2027, 1, 5, 6))]
    assert opening.admits(at(BERLIN, 2027, 1, 5), BERLIN, closing=True)
