"""What search asks of this room: is there anything left of the listing in that time, as SQL on one row.

The same question as `availability.is_free`, without what only one listing knows of itself (buffers,
opening windows, notice): search shows what may be free, the listing's own calendar says exactly.
"""

from django.db import connection
from django.utils import timezone

from listings.search.predicates import Fragment, Wanted
from listings.states import Kind

# At the start, and wherever a claim starts inside: the load rises nowhere else.
_ROOM_LEFT = """(
  (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > %s
     and c.starts <= %s and (c.expires is null or c.expires > %s)) + %s <= l.capacity
  and not exists (
    select 1 from bookings_claim s where s.listing_id = l.id and s.ends > %s and s.starts > %s and s.starts < %s
      and (select sum(c.quantity) from bookings_claim c where c.listing_id = l.id and c.ends > s.starts
        and c.starts <= s.starts and (c.expires is null or c.expires > %s)) + %s > l.capacity))"""

_SEAT_LEFT = """exists (
  select 1 from listings_departure d where d.listing_id = l.id and d.leaves >= %s and d.leaves < %s and not d.cancelled
    and (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > d.leaves
      and c.starts <= d.leaves and (c.expires is null or c.expires > %s)) + %s <= l.capacity)"""


def free(wanted: Wanted) -> Fragment:
    """The condition that so much is left from start to end; of a ride, that one sets off in that time with a seat."""
    starts, ends, now = (
        connection.ops.adapt_datetimefield_value(moment) for moment in (wanted.starts, wanted.ends, timezone.now())
    )
    quantity = wanted.quantity
    room = (starts, starts, now, quantity, starts, starts, ends, now, quantity)
    seat = (starts, ends, now, quantity)
    if Kind.RIDE not in wanted.kinds:
        return Fragment(_ROOM_LEFT, room)
    if set(wanted.kinds) == {Kind.RIDE}:
        return Fragment(_SEAT_LEFT, seat)
    return Fragment(f"case when l.kind = 'ride' then {_SEAT_LEFT} else {_ROOM_LEFT} end", (*seat, *room))
