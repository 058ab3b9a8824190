"""What other calendars say is busy: rules and exceptions, zones and whole days; and files that mean harm."""

import json
import subprocess
import sys
import time
from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from bookings.calendars import reading
from bookings.calendars.parse import MOST_TIMES, busy_times
from bookings.calendars.reading import NotRead, read
from bookings.states import FeedFault
from sharing.values.period import Period

from .remote import event, file

SPAN = {"starts": "2027-01-01T00:00:00+00:00", "ends": "2028-01-01T00:00:00+00:00"}
WITHIN = Period(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def times(*events: str, head: str = "", ours: str = "") -> list[tuple[str, str]]:
    found = busy_times(file(*events, head=head), **SPAN, ours=ours)
    return [(starts, ends) for _key, starts, ends in found["times"]]


def starts(*events: str, head: str = "") -> list[str]:
    return [begin for begin, _end in times(*events, head=head)]


def test_an_instant_a_local_time_and_a_whole_day_stay_what_they_are():
    assert times(
        event("a", ":20270104T100000Z", ":20270104T110000Z"),
        event("b", ":20270105T100000", ":20270105T110000"),
        event("c", ";VALUE=DATE:20270106", ";VALUE=DATE:20270108"),
        event("d", ";VALUE=DATE:20270109"),
        event("e", ":20270110T100000Z", "", "DURATION:PT90M"),
    ) == [
        ("2027-01-04T10:00:00+00:00", "2027-01-04T11:00:00+00:00"),
        ("2027-01-05T10:00:00", "2027-01-05T11:00:00"),
        ("2027-01-06", "2027-01-08"),
        ("2027-01-09", "2027-01-10"),
        ("2027-01-10T10:00:00+00:00", "2027-01-10T11:30:00+00:00"),
    ]


def test_a_weekly_rule_keeps_its_local_hour_over_both_changes_of_the_clock():
    rule = event(
        "a", ";TZID=Europe/Berlin:20270325T100000", ";TZID=Europe/Berlin:20270325T110000", "RRULE:FREQ=WEEKLY;COUNT=2"
    )
    late = event(
        "b", ";TZID=Europe/Berlin:20271028T100000", ";TZID=Europe/Berlin:20271028T110000", "RRULE:FREQ=WEEKLY;COUNT=2"
    )
    assert starts(rule, late) == [
        "2027-03-25T09:00:00+00:00",
        "2027-04-01T08:00:00+00:00",
        "2027-10-28T08:00:00+00:00",
        "2027-11-04T09:00:00+00:00",
    ]


def test_an_early_local_hour_keeps_its_weekday():
    """In UTC it lies on Sunday evening; expanded there it would repeat on Sundays, an hour off in summer."""
    rule = event(
        "a",
        ";TZID=Asia/Tokyo:20270104T010000",
        ";TZID=Asia/Tokyo:20270104T020000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2",
    )
    assert starts(rule) == ["2027-01-03T16:00:00+00:00", "2027-01-10T16:00:00+00:00"]


def test_extra_dates_left_out_dates_and_changed_ones():
    series = event(
        "a",
        ":20270104T100000Z",
        ":20270104T110000Z",
        "RRULE:FREQ=DAILY;COUNT=4\nRDATE:20270120T100000Z\nEXDATE:20270105T100000Z",
    )
    moved = event("a", ":20270106T150000Z", ":20270106T170000Z", "RECURRENCE-ID:20270106T100000Z\nSEQUENCE:2")
    called_off = event(
        "a", ":20270107T100000Z", ":20270107T110000Z", "RECURRENCE-ID:20270107T100000Z\nSTATUS:CANCELLED"
    )
    assert times(series, moved, called_off) == [
        ("2027-01-04T10:00:00+00:00", "2027-01-04T11:00:00+00:00"),
        ("2027-01-06T15:00:00+00:00", "2027-01-06T17:00:00+00:00"),
        ("2027-01-20T10:00:00+00:00", "2027-01-20T11:00:00+00:00"),
    ]


def test_each_occurrence_has_a_key_that_lasts():
    once = event("a", ":20270104T100000Z", ":20270104T110000Z")
    again = event("a", ":20270105T100000Z", ":20270105T110000Z")  # moved: still the same event
    series = event("b", ":20270104T100000Z", ":20270104T110000Z", "RRULE:FREQ=DAILY;COUNT=2")
    moved = event("b", ":20270105T180000Z", ":20270105T190000Z", "RECURRENCE-ID:20270105T100000Z")

    def keys(*events):
        return {key for key, *_ in busy_times(file(*events), **SPAN)["times"]}

    assert keys(once) == keys(again) and len(keys(once, once)) == 1
    assert keys(series) == keys(series, moved) and len(keys(series)) == 2


def test_what_is_cancelled_or_free_is_not_busy():
    assert (
        times(
            event("a", ":20270104T100000Z", ":20270104T110000Z", "STATUS:CANCELLED"),
            event("b", ":20270104T100000Z", ":20270104T110000Z", "TRANSP:TRANSPARENT"),
            event("c", ":20270104T100000Z", ":20270104T110000Z", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"),
            event("d", ":20270104T100000Z", ":20270104T100000Z"),
            event("e", ":20270104T100000Z"),
            event("booking-7@here.example", ":20270104T100000Z", ":20270104T110000Z"),
            ours="@here.example",
        )
        == []
    )


@pytest.mark.parametrize(
    "zone", ["W. Europe Standard Time", "Europe/Berlin", "/freeassociation.sourceforge.net/Europe/Berlin"]
)
def test_zones_by_the_names_that_programs_give_them(zone):
    assert starts(event("a", f";TZID={zone}:20270704T100000", f";TZID={zone}:20270704T110000")) == [
        "2027-07-04T08:00:00+00:00"
    ]


def test_a_zone_that_the_file_brings_along_counts():
    zone = """BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300
        TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE"""
    assert starts(event("a", ";TZID=Mine:20270704T100000", ";TZID=Mine:20270704T110000"), head=zone) == [
        "2027-07-04T07:00:00+00:00"
    ]


def test_a_zone_that_nobody_knows_is_the_listings_own():
    assert starts(event("a", ";TZID=Nowhere/Land:20270704T100000", ";TZID=Nowhere/Land:20270704T110000")) == [
        "2027-07-04T10:00:00"
    ]


def test_a_calendar_in_utc_that_names_its_zone_repeats_in_that_zone():
    rule = event("a", ":20270325T090000Z", ":20270325T100000Z", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert starts(rule, head="X-WR-TIMEZONE:Europe/Berlin") == [
        "2027-03-25T09:00:00+00:00",
        "2027-04-01T08:00:00+00:00",
    ]


def test_one_broken_event_does_not_spoil_the_others():
    assert starts(
        event("a", ":2027XX04T100000Z"),
        event("b", ":20270104T100000Z", ":20270104T110000Z", "RRULE:FREQ=NEVER"),
        event("c", ":20270105T100000Z", ":20270105T110000Z"),
    )[-1:] == ["2027-01-05T10:00:00+00:00"]


def test_too_many_times_are_taken_over_from_the_soonest_on():
    many = [
        event(f"{n}", f":20270104T{n % 24:02}{n // 24 % 60:02}00Z", f":2027{1 + n % 12:02}05T100000Z")
        for n in range(MOST_TIMES + 7)
    ]
    found = busy_times(file(*many), **SPAN)
    assert (len(found["times"]), found["left_out"]) == (MOST_TIMES, 7)
    assert [begin for _key, begin, _end in found["times"]] == sorted(begin for _key, begin, _end in found["times"])


def test_the_process_reads_and_answers():
    found = read(
        file(event("a", ":20270104T100000Z", ":20270104T110000Z"), event("b", ";VALUE=DATE:20270106")), WITHIN
    )
    assert sorted(map(str, found.times.values())) == sorted(
        map(
            str,
            [
                (datetime(2027, 1, 4, 10, tzinfo=UTC), datetime(2027, 1, 4, 11, tzinfo=UTC)),
                (date(2027, 1, 6), date(2027, 1, 7)),
            ],
        )
    )


def test_the_process_knows_nothing_of_the_house():
    """Neither Django nor a secret of ours is where a stranger's file is worked on."""
    rooms = "[name for name in sys.modules if name.split('.')[0] in ('django', 'sharing')]"
    code = f"import sys, bookings.calendars.parse; print({rooms})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=settings.BASE_DIR, check=True, text=True
    )
    assert done.stdout.strip() == "[]"


HOURLY = event(
    "a", ":19700101T000000Z", ":19700101T000001Z", "RRULE:FREQ=HOURLY;BYSECOND=" + ",".join(map(str, range(60)))
)
HOSTILE = {
    "two megabytes": (b"BEGIN:VCALENDAR\r\n" + b"X-A:" + b"a" * 2_000_000 + b"\r\nEND:VCALENDAR\r\n", None),
    "nothing": (b"", FeedFault.NOT_A_CALENDAR),
    "a page": (b"<!doctype html><title>Sign in</title>", FeedFault.NOT_A_CALENDAR),
    "cut off": (file(event("a", ":20270104T100000Z"))[:-18], FeedFault.NOT_A_CALENDAR),
    "no text": (b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 40 + b"\r\nEND:VCALENDAR\r\n", FeedFault.NOT_A_CALENDAR),
    "every second": (
        file(event("a", ":20270104T100000Z", ":20270104T100001Z", "RRULE:FREQ=SECONDLY")),
        FeedFault.TOO_MUCH,
    ),
    "every second, folded": (
        file(event("a", ":20270104T100000Z", ":20270104T100001Z", "RRULE:FR")).replace(
            b"RRULE:FR", b"RRULE:FR\r\n EQ=SECONDLY"
        ),
        FeedFault.TOO_MUCH,
    ),
    "sixty times an hour since 1970": (file(HOURLY), FeedFault.TOO_MUCH),
    "a hundred thousand events": (
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000 + b"END:VCALENDAR\r\n",
        FeedFault.TOO_MUCH,
    ),
    "nested": (
        b"BEGIN:VCALENDAR\r\n" * 20_000 + b"END:VCALENDAR\r\n" * 20_000,
        (FeedFault.TOO_MUCH, FeedFault.NOT_A_CALENDAR, None),
    ),
    "a broken zone": (
        file(
            event("a", ";TZID=Mine:20270704T100000"),
            head="BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nTZOFFSETTO:x\nEND:STANDARD\nEND:VTIMEZONE",
        ),
        (FeedFault.NOT_A_CALENDAR, None),
    ),
    "a zone that changes every second": (
        file(
            event("a", ";TZID=Mine:20270704T100000", "", "DURATION:PT1H\nRRULE:FREQ=DAILY"),
            head="BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\n"
            "DTSTART:16010101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE",
        ),
        FeedFault.TOO_MUCH,
    ),
    "a year that is none": (file(event("a", ";VALUE=DATE:00000101", ";VALUE=DATE:99991231")), None),
    "ten thousand years long": (file(event("a", ";VALUE=DATE:00010101", ";VALUE=DATE:99991231")), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_time_with_a_word(name):
    body, why = HOSTILE[name]
    began = time.monotonic()
    try:
        read(body, WITHIN)
        fault = None
    except NotRead as refused:
        fault = refused.fault
    assert fault in (why if isinstance(why, tuple) else (why,))
    assert time.monotonic() - began < reading.SECONDS + 5


def test_a_process_that_does_not_come_back_is_ended(monkeypatch):
    began = time.monotonic()
    with pytest.raises(NotRead) as refused:
        read(file(HOURLY), WITHIN, seconds=0.2)
    assert refused.value.fault == FeedFault.TOO_MUCH and time.monotonic() - began < 5


def test_its_answer_is_one_line():
    wanted = json.dumps({**SPAN, "ours": ""}).encode() + b"\n" + file(event("a", ";VALUE=DATE:20270106"))
    done = subprocess.run(
        [sys.executable, "-m", "bookings.calendars.parse"],
        input=wanted,
        capture_output=True,
        cwd=settings.BASE_DIR,
        check=True,
    )
    assert json.loads(done.stdout)["left_out"] == 0 and done.stderr == b""
