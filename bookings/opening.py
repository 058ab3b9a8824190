"""When a listing is open, in its own local time: a weekly plan, the days that differ from it, public holidays.

A plan says when one may pick up and bring back, arrive and leave; for a room by the hour it says
when it may be used at all. A listing without any window is always open, but for its holidays. A window that
closes before it opens lasts past midnight and belongs to the day it opens on: a day that is closed has none.
Times are turned into instants late, day by day, so that both awkward hours of the year stay local (see
`sharing.values.period`).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharing.values.period import Period, instant

from . import closed_days

MIDNIGHT = time()
LAST_MINUTE = time(23, 59)  # a window until then means until the day is over
DAY = timedelta(days=1)
Hours = tuple[time, time]


class Opening:
    """The plan of one listing: `weekly` maps weekdays to (opens, closes), `exceptions` days to open or closed, or to
    (opens, closes) of that day alone, `notes` says why a day differs, and on the public holidays of `region` it is
    closed.
    """

    def __init__(
        self, weekly: Mapping[int, list[tuple[time, time]]], exceptions: Mapping[date, bool | Hours],
        notes: Mapping[date, str] | None = None, region: str = "",
    ) -> None:
        self.weekly, self.exceptions, self.notes, self.region = weekly, exceptions, notes or {}, region

    @classmethod
    def of(cls, listing) -> "Opening":
        """From the rows of a listing whose `windows` and `exceptions` are prefetched."""
        weekly: dict[int, list[tuple[time, time]]] = {}
        for window in listing.windows.all():
            weekly.setdefault(window.weekday, []).append((window.opens, window.closes))
        rows = list(listing.exceptions.all())
        return cls(
            weekly, {row.day: row.hours or row.is_open for row in rows},
            {row.day: row.note for row in rows if row.note}, listing.holiday_region,
        )

    @property
    def always(self) -> bool:
        return not (self.weekly or self.exceptions or self.region)

    def is_open(self, day: date) -> bool:
        """Whether anything opens on that day; what a day says of itself goes before a holiday."""
        if day in self.exceptions:
            return bool(self.exceptions[day])
        if self.weekly and day.weekday() not in self.weekly:
            return False
        return not (self.region and closed_days.name(self.region, day))

    def why(self, day: date) -> str:
        """What is known of a closed day beyond that it is closed: its note, or the holiday's name."""
        if day in self.exceptions:
            return self.notes.get(day, "")
        if self.weekly and day.weekday() not in self.weekly:
            return ""
        return closed_days.name(self.region, day)

    def windows(self, day: date) -> list[tuple[time, time]]:
        """Local windows of a day; a day that is opened against the plan, at no hours of its own, is open all day."""
        if not self.is_open(day):
            return []
        if own := self.hours(day):
            return [own]
        return self.weekly.get(day.weekday()) or [(MIDNIGHT, LAST_MINUTE)]

    def hours(self, day: date) -> Hours | None:
        """The hours of a day that has its own."""
        known = self.exceptions.get(day)
        return known if isinstance(known, tuple) else None

    def admits(self, at: datetime, zone: ZoneInfo, *, closing: bool = False) -> bool:
        """Whether one may come at this instant; `closing`: or leave, also in the minute it closes."""
        day = at.astimezone(zone).date()
        return any(
            starts <= at and (at < ends or (closing and at == ends)) for starts, ends in self._around(day, day, zone)
        )

    def spans(self, within: Period, zone: ZoneInfo) -> list[Period]:
        """The open stretches of a period as instants, touching ones joined, in order."""
        if self.always:
            return [within]
        first, last = (moment.astimezone(zone).date() for moment in (within.starts, within.ends))
        spans: list[Period] = []
        for starts, ends in self._around(first, last, zone):
            starts, ends = max(starts, within.starts), min(ends, within.ends)
            if starts >= ends:  # outside, or swallowed by the hour that does not exist
                continue
            if spans and starts <= spans[-1].ends:
                spans[-1] = Period(spans[-1].starts, max(ends, spans[-1].ends))
            else:
                spans.append(Period(starts, ends))
        return spans

    def _around(self, first: date, last: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        """The windows of these days and of the day before, as instants, by when they open."""
        found = []
        day = first - DAY
        while day <= last:
            for opens, closes in self.windows(day):
                ends_on = day + DAY if closes < opens or closes >= LAST_MINUTE else day
                until = MIDNIGHT if closes >= LAST_MINUTE else closes
                found.append((instant(day, opens, zone), instant(ends_on, until, zone)))
            day += DAY
        return sorted(found)
