"""A weekly plan as departures: expanded on the local clock, so that 7:15 stays 7:15 whatever the clocks do."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listings.models import Schedule
from sharing.values.period import instant

DAY = timedelta(days=1)


def leaves(
    schedule: Schedule, exceptions: Mapping[date, time | None], zone: str, first: date, last: date
) -> dict[date, datetime]:
    """For each local day from `first` to `last` on which the plan runs the instant it sets off."""
    begin, end = max(first, schedule.starts), min(last, schedule.until or last)
    found = {}
    for number in range((end - begin).days + 1):
        day = begin + number * DAY
        at = exceptions[day] if day in exceptions else schedule.at if day.weekday() in schedule.weekdays else None
        if at is not None:
            found[day] = instant(day, at, ZoneInfo(zone))
    return found
