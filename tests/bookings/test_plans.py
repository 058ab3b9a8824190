"""What owners set: holidays, changeover days, windows past midnight, prices of days, notices."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from bookings import availability, closed_days, quotes, stays
from bookings.models import Booking, DateException, DayPrice, OpeningWindow
from bookings.states import DayState
from sharing.values.period import Period
from tests.bookings.cast import BERLIN, KATHMANDU, NEW_YORK, at, drill, room, workshop
from tests.bookings.test_availability import NOW, answer, claim

pytestmark = pytest.mark.django_db
SATURDAY = 1 << 5


def month_states(listing, year, month, now=NOW):
    return {day.date.day: day for day in availability.month(listing, year, month, now=now).days}


def test_holidays_close_a_listing_by_its_region_and_say_their_name():
    listing = drill(holiday_region="DE-BW", horizon_days=400)
    days = month_states(listing, 2027, 5)
    assert {n for n, day in days.items() if day.state == DayState.CLOSED} == {1, 6, 17, 27}
    assert days[27].reason == "closed: Corpus Christi" and days[28].state == DayState.FREE
    with translation.override("de"):
        assert "Fronleichnam" in month_states(listing, 2027, 5)[27].reason
    assert answer(listing, "2027-05-27", "2027-05-28") == "closed"
    assert answer(listing, "2027-05-26", "2027-05-28") == "free"  # only to come and go it must be open
    reason = availability.is_free(listing, stays.stay(listing, "2027-05-27", "2027-05-28").period, now=NOW).reason
    assert "Corpus Christi" in reason
    listing = drill(holiday_region="DE", horizon_days=400)
    assert month_states(listing, 2027, 5)[27].state == DayState.FREE


def test_a_day_may_be_opened_although_it_is_a_holiday():
    listing = drill(holiday_region="DE-BW", horizon_days=400)
    DateException.objects.create(listing=listing, day=date(2027, 5, 27), is_open=True)
    assert answer(listing, "2027-05-27", "2027-05-28") == "free"


def test_a_day_may_have_hours_of_its_own():
    hall = workshop(horizon_days=400, holiday_region="DE-BW")
    for weekday in range(7):
        OpeningWindow.objects.create(listing=hall, weekday=weekday, opens=time(9), closes=time(18))
    early, night = date(2027, 12, 24), date(2027, 12, 25)  # Christmas Eve until noon, a holiday's night
    DateException.objects.create(listing=hall, day=early, is_open=True, opens=time(8), closes=time(12))
    DateException.objects.create(listing=hall, day=night, is_open=True, opens=time(22), closes=time(2))
    asked = {
        ("2027-12-24T08:00", "2027-12-24T12:00"): "free", ("2027-12-24T11:00", "2027-12-24T13:00"): "closed",
        ("2027-12-23T08:00", "2027-12-23T09:00"): "closed", ("2027-12-25T23:00", "2027-12-26T01:00"): "free",
        ("2027-12-25T10:00", "2027-12-25T11:00"): "closed", ("2027-12-26T10:00", "2027-12-26T11:00"): "closed",
    }
    assert {span: answer(hall, *span) for span in asked} == asked
    assert month_states(hall, 2027, 12)[24].reason == "free, open 08:00–12:00"
    for wrong in ({"is_open": False, "opens": time(8), "closes": time(9)}, {"is_open": True, "opens": time(8)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DateException.objects.create(listing=hall, day=date(2027, 12, 1), **wrong)


def test_holidays_are_known_by_name_and_region():
    assert closed_days.is_known("DE-BW") and closed_days.is_known("FR")
    assert not closed_days.is_known("DE-XX") and not closed_days.is_known("XX")
    assert closed_days.name("XX", date(2027, 1, 1)) == closed_days.name("", date(2027, 1, 1)) == ""
    assert ("DE-BW", "Baden-Württemberg") in closed_days.regions("DE")
    assert closed_days.label("DE-BW") == "Germany, Baden-Württemberg"
    assert closed_days.between("DE", date(2026, 12, 20), date(2027, 1, 2))[0][0] == date(2026, 12, 25)


def test_a_room_may_change_hands_on_certain_weekdays_only():
    cabin = room(arrive_days=SATURDAY, leave_days=SATURDAY, min_units=7)
    asked = {
        ("2027-03-06", "2027-03-13"): "free", ("2027-03-05", "2027-03-13"): "changeover",
        ("2027-03-06", "2027-03-14"): "changeover", ("2027-03-06", "2027-03-20"): "free",
    }
    assert {span: answer(cabin, *span) for span in asked} == asked
    days = month_states(cabin, 2027, 3)
    assert {n for n, day in days.items() if day.pickable} == {6, 13, 20, 27}
    assert {n for n, day in days.items() if day.leavable} == {6, 13, 20, 27}
    assert days[7].state == DayState.FREE and "Saturday" in days[7].reason
    refused = availability.is_free(cabin, stays.stay(cabin, "2027-03-05", "2027-03-13").period, now=NOW)
    assert (refused.field, "Saturday" in refused.reason) == ("starts", True)


def test_weekdays_do_not_bind_what_is_had_by_the_day():
    assert answer(drill(arrive_days=SATURDAY), "2027-03-08", "2027-03-09") == "free"


def test_a_window_may_last_past_midnight_and_belongs_to_the_day_it_opens_on():
    hall = workshop()
    OpeningWindow.objects.create(listing=hall, weekday=4, opens=time(20), closes=time(3))  # Friday night
    asked = {
        ("2027-03-05T21:00", "2027-03-06T03:00"): "free", ("2027-03-06T01:00", "2027-03-06T02:00"): "free",
        ("2027-03-06T01:00", "2027-03-06T04:00"): "closed", ("2027-03-05T19:00", "2027-03-05T22:00"): "closed",
        ("2027-03-06T21:00", "2027-03-06T22:00"): "closed",
    }
    assert {span: answer(hall, *span) for span in asked} == asked
    weekend = Period(at(BERLIN, 2027, 3, 5), at(BERLIN, 2027, 3, 8))
    assert availability.free_periods(hall, weekend, now=NOW) == [
        Period(at(BERLIN, 2027, 3, 5, 20), at(BERLIN, 2027, 3, 6, 3))
    ]
    DateException.objects.create(listing=hall, day=date(2027, 3, 12), is_open=False)
    hall = type(hall).objects.get(pk=hall.pk)
    assert answer(hall, "2027-03-13T01:00", "2027-03-13T02:00") == "closed"  # it is still that Friday's night


LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks move by half an hour


@pytest.mark.parametrize(
    ("zone", "opens_on", "hours"),
    [
        (BERLIN, (2027, 3, 27), 4), (BERLIN, (2027, 10, 30), 6), (NEW_YORK, (2027, 3, 13), 4),
        (KATHMANDU, (2027, 3, 27), 5), (LORD_HOWE, (2027, 10, 2), 4.5), (LORD_HOWE, (2027, 4, 3), 5.5),
    ],
)
def test_a_night_of_opening_is_as_long_as_the_clocks_make_it(zone, opens_on, hours):
    hall = workshop(time_zone=zone.key, horizon_days=400)
    day = date(*opens_on)
    OpeningWindow.objects.create(listing=hall, weekday=day.weekday(), opens=time(22), closes=time(3))
    whole = Period(at(zone, *opens_on), at(zone, *opens_on) + timedelta(days=2))
    (night,) = availability.free_periods(hall, whole, now=NOW)
    assert night.length == timedelta(hours=hours)
    assert night.ends.astimezone(zone).time() == time(3)


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "hours"),
    [
        (BERLIN, (2027, 3, 28), (2, 30), (6, 0), 2.5),  # there is no half past two: it opens an hour later
        (BERLIN, (2027, 10, 31), (2, 30), (6, 0), 4.5),  # there are two: it opens at the first
        (BERLIN, (2027, 3, 28), (1, 0), (2, 30), 1.5),
        (LORD_HOWE, (2027, 10, 3), (2, 15), (6, 0), 3.25),
        (LORD_HOWE, (2027, 4, 4), (1, 45), (6, 0), 4.75),
    ],
)
def test_a_window_that_opens_or_closes_in_the_night_of_the_change(zone, day, opens, closes, hours):
    hall = workshop(time_zone=zone.key, horizon_days=400)
    OpeningWindow.objects.create(listing=hall, weekday=date(*day).weekday(), opens=time(*opens), closes=time(*closes))
    whole = Period(at(zone, *day), at(zone, *day) + timedelta(days=1))
    (open_for,) = availability.free_periods(hall, whole, now=NOW)
    assert open_for.length == timedelta(hours=hours)


def test_a_time_that_does_not_exist_moves_on_and_the_short_day_stays_one_day():
    hall, tool = workshop(), drill()
    missing = stays.stay(hall, "2027-03-28T02:30", "2027-03-28T04:00").period  # 02:30 never comes: 03:30 does
    assert missing.starts == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    short, long = (stays.stay(tool, day, day) for day in ("2027-03-28", "2027-10-31"))
    assert (short.period.length, long.period.length) == (timedelta(hours=23), timedelta(hours=25))
    assert (short.units, long.units) == (1, 1)
    claim(tool, "2027-03-28", "2027-03-28")
    days = month_states(tool, 2027, 3)
    assert [days[n].state for n in (27, 28, 29)] == ["free", "taken", "free"]


def test_each_unit_costs_what_its_day_costs_and_the_lines_say_so():
    bed = room(horizon_days=400)
    christmas = {"first": date(2027, 12, 24), "last": date(2027, 12, 26), "note": "Christmas"}
    DayPrice.objects.create(listing=bed, price_minor=3500, **christmas)
    made = quotes.quote(bed, by=None, starts="2027-12-22", ends="2027-12-28", now=NOW)
    assert [(line.label, line.minor) for line in made.lines] == [
        ("3 nights × €20", 6000), ("3 nights × €35 (Christmas)", 10500),
    ]
    assert made.total_minor == made.price_minor == 16500
    days = month_states(bed, 2027, 12)
    assert [(days[n].price_minor, days[n].special) for n in (23, 24, 26, 27)] == [
        (2000, False), (3500, True), (3500, True), (2000, False),
    ]
    plain = quotes.quote(bed, by=None, starts="2027-12-20", ends="2027-12-22", now=NOW)
    assert [line.label for line in plain.lines] == ["2 nights × €20"]


def test_hours_past_midnight_cost_what_the_next_day_costs_and_a_use_what_its_first_day_does():
    hall, cart = workshop(horizon_days=400), drill(price_unit="use", horizon_days=400)
    for listing in (hall, cart):
        DayPrice.objects.create(listing=listing, first=date(2027, 5, 2), last=date(2027, 5, 2), price_minor=900)
    night = quotes.quote(hall, by=None, starts="2027-05-01T22:00", ends="2027-05-02T01:00", now=NOW)
    assert [line.minor for line in night.lines] == [2 * 500, 900]
    prices = [
        quotes.quote(cart, by=None, starts=first, ends="2027-05-03", now=NOW).price_minor
        for first in ("2027-05-01", "2027-05-02")
    ]
    assert prices == [300, 900]


def test_a_gift_has_no_day_that_costs_something():
    bed = room(terms="gift", price_minor=0, horizon_days=400)
    DayPrice.objects.create(listing=bed, first=date(2027, 12, 24), last=date(2027, 12, 26), price_minor=3500)
    assert quotes.quote(bed, by=None, starts="2027-12-23", ends="2027-12-27", now=NOW).total_minor == 0


def test_until_when_one_may_change_and_cancel():
    starts = datetime(2027, 3, 10, tzinfo=UTC)
    booking = Booking(listing=drill(change_hours=48, cancel_hours=24), starts=starts)
    assert availability.change_until(booking) == datetime(2027, 3, 8, tzinfo=UTC)
    assert availability.cancel_until(booking) == datetime(2027, 3, 9, tzinfo=UTC)
    assert availability.cancel_until(Booking(listing=drill(), starts=starts)) == starts
