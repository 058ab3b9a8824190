"""What search asks of this room: is it free then? In two steps that together say what `availability.is_free` says.

First as SQL on one row, over what is taken: it may let through what is not to be had, and never hides what is.
Then exactly, for the candidates of a page at once: opening hours, holidays, changeover, notice, lengths, buffers.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from listings.models import Listing
from listings.search.criteria import Window
from listings.search.predicates import Fragment, Wanted
from listings.states import Kind
from sharing.values.period import instant

from . import availability

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def _room_left(starts: str, ends: str) -> str:
    """Enough is left at the start, and wherever a claim starts inside: the load rises nowhere else."""
    return f"""(
  (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > {starts}
     and c.starts <= {starts} and (c.expires is null or c.expires > w.now)) + w.quantity <= l.capacity
  and not exists (
    select 1 from bookings_claim s where s.listing_id = l.id and s.ends > {starts} and s.starts > {starts}
      and s.starts < {ends}
      and (select sum(c.quantity) from bookings_claim c where c.listing_id = l.id and c.ends > s.starts
        and c.starts <= s.starts and (c.expires is null or c.expires > w.now)) + w.quantity > l.capacity))"""  # noqa: S608


# Dates mean nights to one listing and days to another, and only an hour of them to a third, which the claims alone
# cannot tell. Where it is another time of day they are other instants: that is for the exact step.
_THING_LEFT = f"""case when w.zone <> '' and (l.price_unit = 'hour' or l.time_zone <> w.zone) then 1 = 1
  when l.price_unit = 'night' then w.night_starts is null or {_room_left("w.night_starts", "w.night_ends")}
  else {_room_left("w.starts", "w.ends")} end"""
_LEFT = f"case when l.kind = 'ride' then 1 = 1 else {_THING_LEFT} end"  # of rides `riding` speaks


def free(wanted: Wanted) -> Fragment | None:
    """The condition that so much may be left at one of the times; nothing is asked of rides."""
    if set(wanted.kinds) == {Kind.RIDE}:
        return None
    left = _LEFT if Kind.RIDE in wanted.kinds else _THING_LEFT
    windows, params = _windows(wanted)
    return Fragment(f"exists (select 1 from {windows} where {left})", params)  # noqa: S608


def exactly(listings: Sequence[Listing], wanted: Wanted, now: datetime) -> dict[int, list[int]]:
    """For each of these listings that can be had the numbers of the times, in one statement, three if there are kits;
    of a ride none.
    """
    choices = [_choice(each) for each in wanted.times]
    return availability.all_fits(listings, choices, wanted.quantity, zone=wanted.zone, now=now)


def _choice(wanted: Window) -> availability.Choice:
    if wanted.days is None or wanted.nights is None:
        return availability.Choice((wanted.by_day.starts, wanted.by_day.ends))
    return availability.Choice(wanted.days, wanted.nights)


def _windows(wanted: Wanted) -> tuple[str, tuple]:
    """The times as a small table `w`, so that the text grows by a row for each and not by a condition."""
    now = _instant(timezone.now())
    rows = [
        (
            number, _instant(each.by_day.starts), _instant(each.by_day.ends),
            *(_instant(moment) for moment in _midnights(each, wanted.zone)), wanted.zone if each.days else "", now,
            wanted.quantity,
        )
        for number, each in enumerate(wanted.times)
    ]
    postgresql = connection.vendor == "postgresql"
    moment, text = ("cast(%s as timestamptz)", "cast(%s as text)") if postgresql else ("%s", "%s")
    row = (
        f"select %s as number, {moment} as starts, {moment} as ends, {moment} as night_starts,"
        f" {moment} as night_ends, {text} as zone, {moment} as now, %s as quantity"
    )
    return f"({' union all '.join([row] * len(rows))}) w", tuple(value for values in rows for value in values)


def _midnights(wanted: Window, zone: str) -> tuple[datetime | None, datetime | None]:
    """What every stay of these nights holds, whenever one comes and goes: the midnights between."""
    if wanted.nights is None:
        starts, ends = wanted.by_day.starts + DAY, wanted.by_day.ends - DAY
        return (starts, ends) if starts < ends else (None, None)
    first, last = (instant(day, time(), ZoneInfo(zone or "UTC")) for day in (wanted.nights[0] + DAY, wanted.nights[1]))
    return first - SECOND, last


def _instant(moment: datetime | None):
    return connection.ops.adapt_datetimefield_value(moment) if moment else None
