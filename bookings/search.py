"""What search asks of this room: is there anything left of the listing in that time, as SQL on one row.

The same question as `availability.is_free`, without what only one listing knows of itself (buffers,
opening windows, notice): search shows what may be free, the listing's own calendar says exactly.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from listings.search.predicates import Fragment, Wanted, WantedAny
from listings.states import Kind

# At the start, and wherever a claim starts inside: the load rises nowhere else.
_ROOM_LEFT = """(
  (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > w.starts
     and c.starts <= w.starts and (c.expires is null or c.expires > w.now)) + w.quantity <= l.capacity
  and not exists (
    select 1 from bookings_claim s where s.listing_id = l.id and s.ends > w.starts and s.starts > w.starts
      and s.starts < w.ends
      and (select sum(c.quantity) from bookings_claim c where c.listing_id = l.id and c.ends > s.starts
        and c.starts <= s.starts and (c.expires is null or c.expires > w.now)) + w.quantity > l.capacity))"""

_SEAT_LEFT = """exists (
  select 1 from listings_departure d where d.listing_id = l.id and d.leaves >= w.starts and d.leaves < w.ends
    and not d.cancelled
    and (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > d.leaves
      and c.starts <= d.leaves and (c.expires is null or c.expires > w.now)) + w.quantity <= l.capacity)"""


def free(wanted: Wanted) -> Fragment:
    """The condition that so much is left from start to end; of a ride, that one sets off in that time with a seat."""
    return free_in_any(WantedAny(wanted.kinds, ((wanted.starts, wanted.ends),), wanted.quantity))


def free_in_any(wanted: WantedAny) -> Fragment:
    """The same of several times: one of them will do."""
    windows, params = _windows(wanted)
    return Fragment(f"exists (select 1 from {windows} where {_left(wanted.kinds)})", params)  # noqa: S608


def free_among(ids: Sequence[int], wanted: WantedAny) -> dict[int, list[int]]:
    """For each of these listings the numbers of the times it can be had, in one statement."""
    windows, params = _windows(wanted)
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"select l.id, w.number from listings_listing l cross join {windows}"  # noqa: S608
            f" where l.id in ({_marks(ids)}) and l.kind in ({_marks(wanted.kinds)}) and {_left(wanted.kinds)}"
            " order by l.id, w.number",
            [*params, *ids, *wanted.kinds],
        )
        for listing_id, number in cursor.fetchall():
            found.setdefault(listing_id, []).append(number)
    return found


def _left(kinds: tuple[str, ...]) -> str:
    if Kind.RIDE not in kinds:
        return _ROOM_LEFT
    if set(kinds) == {Kind.RIDE}:
        return _SEAT_LEFT
    return f"case when l.kind = 'ride' then {_SEAT_LEFT} else {_ROOM_LEFT} end"


def _windows(wanted: WantedAny) -> tuple[str, tuple]:
    """The times as a small table `w`, so that the text grows by a row for each and not by a condition."""
    now = _instant(timezone.now())
    rows = [
        (number, _instant(starts), _instant(ends), now, wanted.quantity)
        for number, (starts, ends) in enumerate(wanted.spans)
    ]
    instant = "cast(%s as timestamp with time zone)" if connection.vendor == "postgresql" else "%s"
    row = f"select %s as number, {instant} as starts, {instant} as ends, {instant} as now, %s as quantity"
    return f"({' union all '.join([row] * len(rows))}) w", tuple(value for values in rows for value in values)


def _instant(moment: datetime):
    return connection.ops.adapt_datetimefield_value(moment)


def _marks(values: Sequence) -> str:
    return ", ".join(["%s"] * len(values))
