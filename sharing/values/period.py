"""Periods: half-open [starts, ends) spans of UTC instants, and the way from a local clock to them.

Every conversion from wall-clock time goes through `instant`, so the two awkward hours of the
year have one rule: a local time that does not exist moves forward by the gap; one that comes
twice means its first coming (PEP 495, fold=0).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """[starts, ends): aware datetimes, kept in UTC; `starts` belongs to it, `ends` does not."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise ValueError("A period is made of instants, not of local times.")
        if self.ends <= self.starts:
            raise ValueError("A period ends after it starts.")
        object.__setattr__(self, "starts", self.starts.astimezone(UTC))
        object.__setattr__(self, "ends", self.ends.astimezone(UTC))

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts

    def overlaps(self, other: "Period") -> bool:
        return self.starts < other.ends and other.starts < self.ends

    def contains(self, other: "Period") -> bool:
        return self.starts <= other.starts and other.ends <= self.ends

    def widened(self, before: timedelta, after: timedelta) -> "Period":
        return Period(self.starts - before, self.ends + after)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time on a day in `zone`.

    A time inside the spring gap is moved forward by the gap (02:30 becomes 03:30), one that
    comes twice in autumn is taken at its first coming.
    """
    local = datetime.combine(day, at.replace(fold=0), zone)
    return local.astimezone(UTC)


def nights(check_in: date, check_out: date, zone: ZoneInfo, *, arrive: time, leave: time) -> Period:
    """The stay from the `check_in` date at `arrive` to the `check_out` date at `leave`, local time."""
    return Period(instant(check_in, arrive, zone), instant(check_out, leave, zone))


def days(first: date, after_last: date, zone: ZoneInfo) -> Period:
    """Whole local days [first, after_last): 23, 24 or 25 hours each, as the zone has them."""
    return Period(instant(first, time(), zone), instant(after_last, time(), zone))


def local_days(period: Period, zone: ZoneInfo) -> Iterator[date]:
    """Each local calendar day the period touches, in order."""
    day = period.starts.astimezone(zone).date()
    last = (period.ends - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
