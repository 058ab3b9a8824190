"""When a listing is open, in its own local time: a weekly plan and the days that differ from it.

A plan says when one may pick up and bring back, arrive and leave; for a room by the hour it says
when it may be used at all. A listing without any window is always open. Times are turned
into instants late, day by day, so that both awkward hours of the year stay local (see
`sharing.values.period`).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sharing.values.period import Period, instant

MIDNIGHT = time()
LAST_MINUTE = time(23, 59)  # a window until then means until the day is over


class Opening:
    """The plan of one listing: `weekly` maps weekdays to (opens, closes), `exceptions` days to open or closed."""

    def __init__(self, weekly: dict[int, list[tuple[time, time]]], exceptions: dict[date, bool]) -> None:
        self.weekly, self.exceptions = weekly, exceptions

    @classmethod
    def of(cls, listing) -> "Opening":
        """From the rows of a listing whose `windows` and `exceptions` are prefetched."""
        weekly: dict[int, list[tuple[time, time]]] = {}
        for window in listing.windows.all():
            weekly.setdefault(window.weekday, []).append((window.opens, window.closes))
        return cls(weekly, {row.day: row.is_open for row in listing.exceptions.all()})

    @property
    def always(self) -> bool:
        return not self.weekly and not self.exceptions

    def is_open(self, day: date) -> bool:
        if day in self.exceptions:
            return self.exceptions[day]
        return not self.weekly or day.weekday() in self.weekly

    def windows(self, day: date) -> list[tuple[time, time]]:
        """Local windows of a day; a day that is opened against the plan is open all day."""
        if not self.is_open(day):
            return []
        return self.weekly.get(day.weekday()) or [(MIDNIGHT, LAST_MINUTE)]

    def admits(self, at: datetime, zone: ZoneInfo, *, closing: bool = False) -> bool:
        """Whether one may come at this instant; `closing`: or leave, also in the minute it closes."""
        local = at.astimezone(zone)
        day, clock = local.date(), local.time()
        if closing and clock == MIDNIGHT:  # the end of a day belongs to that day
            day, clock = day - timedelta(days=1), time.max
        return any(
            opens <= clock and (clock < closes or (closing and clock == closes)) for opens, closes in self.until(day)
        )

    def until(self, day: date) -> list[tuple[time, time]]:
        """The windows of a day, with those that last until its end closing at its last instant."""
        return [
            (opens, time.max if closes >= LAST_MINUTE else closes) for opens, closes in sorted(self.windows(day))
        ]

    def spans(self, within: Period, zone: ZoneInfo) -> list[Period]:
        """The open stretches of a period as instants, touching ones joined, in order."""
        if self.always:
            return [within]
        spans: list[Period] = []
        day = within.starts.astimezone(zone).date() - timedelta(days=1)
        while day <= within.ends.astimezone(zone).date():
            for opens, closes in self.until(day):
                starts = instant(day, opens, zone)
                whole = closes == time.max
                ends = instant(day + timedelta(days=1), MIDNIGHT, zone) if whole else instant(day, closes, zone)
                starts, ends = max(starts, within.starts), min(ends, within.ends)
                if starts >= ends:  # outside, or swallowed by the hour that does not exist
                    continue
                if spans and starts <= spans[-1].ends:
                    spans[-1] = Period(spans[-1].starts, max(ends, spans[-1].ends))
                else:
                    spans.append(Period(starts, ends))
            day += timedelta(days=1)
        return spans
