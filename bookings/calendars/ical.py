"""Writing iCalendar: the few lines we need, escaped and folded as RFC 5545 wants them.

Instants go out in UTC, so that the hour which comes twice in autumn stays itself and no reader needs
our idea of a time zone. What goes by whole days or by nights goes out as dates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from django.conf import settings

PRODUCT = "-//Commonshare//Calendar//EN"
WIDEST = 75  # octets of a line
MAKER = "X-COMMONSHARE-SOURCE"


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. `starts` and `ends` are both instants or both dates; `version` counts its changes."""

    uid: str
    starts: datetime | date
    ends: datetime | date
    summary: str
    changed: datetime
    version: int = 0
    status: str = "CONFIRMED"
    busy: bool = True
    description: str = ""
    place: str = ""
    url: str = ""
    source: str = ""


def house() -> str:
    """What our UIDs end with; events that carry it back to us are our own."""
    return urlsplit(settings.PUBLIC_URL).hostname or "commonshare.local"


def calendar(name: str, events: Iterable[Event], *, hourly: bool = True) -> bytes:
    """The whole file. `hourly`: it is a feed, and readers may come again after an hour."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    if hourly:
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}@{house()}"
    yield f"DTSTAMP:{_utc(event.changed)}"
    yield f"LAST-MODIFIED:{_utc(event.changed)}"
    yield f"SEQUENCE:{event.version}"
    yield f"DTSTART{_moment(event.starts)}"
    yield f"DTEND{_moment(event.ends)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"STATUS:{event.status}"
    yield f"TRANSP:{'OPAQUE' if event.busy else 'TRANSPARENT'}"
    for name, value in (("DESCRIPTION", event.description), ("LOCATION", event.place), (MAKER, event.source)):
        if value:
            yield f"{name}:{_text(value)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "END:VEVENT"


def _moment(value: datetime | date) -> str:
    return f":{_utc(value)}" if isinstance(value, datetime) else f";VALUE=DATE:{value:%Y%m%d}"


def _utc(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    plain = "".join(char for char in value.replace("\r\n", "\n").replace("\r", "\n") if char >= " " or char == "\n")
    for char, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(char, escaped)
    return plain


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never through the middle of a character."""
    piece, room = "", WIDEST
    for char in line:
        size = len(char.encode())
        if size > room:
            yield piece
            piece, room = " ", WIDEST - 1
        piece, room = piece + char, room - size
    yield piece
