"""What another calendar says is busy, worked out in a process of its own: `python -m bookings.calendars.parse`.

Calendars come from strangers. A rule that repeats every second, a hundred thousand events or a file
made to exhaust a parser keep a thread busy that nothing can stop; a process can be stopped, and its
memory goes with it. So this module knows neither Django nor our database: it reads one line of JSON
(what to look for) and the file from its input, and writes one line of JSON. It limits its own
processor time and memory first, and whoever started it ends it when the wall clock says so.
"""

import contextlib
import hashlib
import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

CPU_SECONDS = 6
MEMORY = 700 * 1024 * 1024
MOST_TIMES = 2000
MOST_EVENTS = 20_000
TOO_OFTEN = re.compile(rb"^RRULE[^\n]*FREQ=(SECONDLY|MINUTELY)", re.M | re.I)
NOT_A_CALENDAR, TOO_MUCH = "not_a_calendar", "too_much"


class Unreadable(Exception):
    """The fault of the file, as `FeedFault` calls it."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    wanted = json.loads(sys.stdin.buffer.readline())
    try:
        answer = busy_times(sys.stdin.buffer.read(), **wanted)
    except Unreadable as fault:
        answer = {"fault": str(fault)}
    except (MemoryError, RecursionError):
        answer = {"fault": TOO_MUCH}
    json.dump(answer, sys.stdout)


def busy_times(body: bytes, *, starts: str, ends: str, ours: str = "") -> dict:
    """{"times": [[key, starts, ends]], "left_out": n}: what is busy between the two instants, the soonest first.

    A time is a date, a wall-clock time or an instant in UTC, all ISO 8601: what the first two mean, the
    listing knows. `key` stands for UID and RECURRENCE-ID. Events whose UID ends with `ours` are our own.
    """
    body = _checked(body)
    first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    found: dict[str, tuple[float, list[str]]] = {}
    seen = left_out = 0
    for event, alone in _occurrences(body, first, last):
        seen += 1
        if seen > MOST_EVENTS:
            raise Unreadable(TOO_MUCH)
        begin, end = _bounds(event)
        if begin is None or not _is_busy(event) or (ours and str(event.get("UID", "")).endswith(ours)):
            continue
        when = _moment(begin)
        found[_key(event, "" if alone else when)] = (_order(begin), [when, _moment(end)])
    soonest = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
    left_out = max(0, len(soonest) - MOST_TIMES)
    return {"times": [[key, *times] for key, (_at, times) in soonest[:MOST_TIMES]], "left_out": left_out}


def _checked(body: bytes) -> bytes:
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body[:15].upper().startswith(b"BEGIN:VCALENDAR") or b"END:VCALENDAR" not in body[-2000:].upper():
        raise Unreadable(NOT_A_CALENDAR)
    unfolded = body.replace(b"\r\n ", b"").replace(b"\n ", b"")
    if TOO_OFTEN.search(unfolded) or unfolded.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise Unreadable(TOO_MUCH)
    return body


def _occurrences(body: bytes, first: datetime, last: datetime) -> Iterator:
    """Each occurrence as an event of its own: rules, extra and left-out dates and changed ones worked in.

    With each goes whether it is the only one under its UID, so that it stays the same when it is moved.
    """
    import icalendar
    import recurring_ical_events
    import x_wr_timezone

    try:
        parsed = icalendar.Calendar.from_ical(body, multiple=True)
        calendars = [x_wr_timezone.to_standard(each) for each in parsed]
        series = [row for each in calendars for row in recurring_ical_events.of(each, skip_bad_series=True).series]
    except (MemoryError, RecursionError):
        raise
    except Exception:
        raise Unreadable(NOT_A_CALENDAR) from None
    for row in series:
        with contextlib.suppress(ValueError, TypeError, KeyError, OverflowError, AttributeError, IndexError):
            rule = row.recurrence
            alone = rule.has_core and len(rule.rrules) == 1 and not rule.rdates
            for occurrence in row.between(first, last):
                yield occurrence.as_component(keep_recurrence_attributes=False), alone


def _bounds(event) -> tuple:
    """Begin and end, or nothing where the event has no length or no sense."""
    begin, end = getattr(event.get("DTSTART"), "dt", None), getattr(event.get("DTEND"), "dt", None)
    if not isinstance(begin, date) or not isinstance(end, date):
        return None, None
    if type(begin) is not type(end) or _is_floating(begin) != _is_floating(end):
        return None, None
    return (begin, end) if begin < end else (None, None)


def _is_floating(value: date) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _is_busy(event) -> bool:
    free = str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
    away = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    return not free and not away and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _moment(value: date) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return value.isoformat()


def _order(value: date) -> float:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def _key(event, when: str) -> str:
    recurrence = event.get("RECURRENCE-ID")
    which = _moment(recurrence.dt) if when and recurrence is not None else when
    return hashlib.blake2b(f"{event.get('UID', '')}\0{which}".encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    main()
