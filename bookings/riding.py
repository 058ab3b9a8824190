"""What search asks of this room about rides: the seats left between two stops, as SQL and for a page of rides."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q

from listings.models import Listing
from listings.search.criteria import Span
from sharing.values.period import Period

from .load import Load, Taken
from .models import Claim

# At the start, and wherever a claim starts on the way: the load rises nowhere else.
_LEFT = """
  (select coalesce(sum(c.quantity), 0) from bookings_claim c where c.listing_id = l.id and c.ends > {on}
     and c.starts <= {on} and (c.expires is null or c.expires > %s)) + %s <= l.capacity
  and not exists (
    select 1 from bookings_claim b where b.listing_id = l.id and b.ends > {on} and b.starts > {on} and b.starts < {off}
      and (select sum(c.quantity) from bookings_claim c where c.listing_id = l.id and c.ends > b.starts
        and c.starts <= b.starts and (c.expires is null or c.expires > %s)) + %s > l.capacity)"""


class Seats:
    """A ride's seats are claims for the time between two stops, like everything else that is taken."""

    @staticmethod
    def left(on: str, off: str, quantity: int, now: object) -> tuple[str, list]:
        return _LEFT.format(on=on, off=off), [now, quantity, now, quantity]

    @staticmethod
    def counter(ids: Sequence[int], span: Span, now: datetime) -> Callable[[Listing, datetime, datetime], int]:
        claims = Claim.objects.filter(listing__in=ids, ends__gt=span.starts, starts__lt=span.ends)
        claims = claims.filter(Q(expires__isnull=True) | Q(expires__gt=now))
        taken: dict[int, list[Taken]] = {}
        for listing_id, *row in claims.values_list("listing_id", "starts", "ends", "quantity"):
            taken.setdefault(listing_id, []).append(Taken._make(row))
        loads = {listing_id: Load(rows) for listing_id, rows in taken.items()}

        def left(listing: Listing, on: datetime, off: datetime) -> int:
            load = loads.get(listing.pk)
            return listing.capacity - (load.peak(Period(on, off)) if load else 0)

        return left
