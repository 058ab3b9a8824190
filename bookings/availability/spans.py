"""When a listing is free: the longest stretches that one booking could take."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from listings.models import Listing
from listings.states import Kind, ListingState, Unit
from sharing.values.period import Period, days

from .. import plans
from ..load import Load
from .claimed import buffers, taken
from .notices import bounds

DAY = timedelta(days=1)
LONGEST_LOOK = timedelta(days=400)


def free_periods(
    listing: Listing, within: Period, quantity: int = 1, *, now: datetime | None = None
) -> list[Period]:
    """The longest stretches of `within` that one booking could take, in order.

    Buffers are kept towards other claims and not towards the listing's own edges. For tools by the
    day or night, opening windows only say when one may come, so they do not cut a stretch.
    """
    now = now or timezone.now()
    wanted = bookable(listing, within, quantity, now)
    if wanted is None:
        return []
    # A claim just outside still keeps its distance through our own buffers.
    horizon = wanted.widened(*buffers(listing))
    return stretches(listing, Load(taken(listing, horizon, now)), wanted, quantity)


def bookable(
    listing: Listing, within: Period, quantity: int, now: datetime, *, beyond: timedelta = timedelta()
) -> Period | None:
    """The part of a period that can be booked at all today. `beyond`: how far past midnight of the last day one may
    stay who begins on it.
    """
    if listing.state != ListingState.PUBLISHED or quantity > listing.capacity:
        return None
    zone = ZoneInfo(listing.time_zone)
    first_day, last_day = bounds(listing, now)
    starts = max(within.starts, now, days(first_day, first_day + DAY, zone).starts)
    ends = min(within.ends, days(last_day, last_day + DAY, zone).ends + beyond, starts + LONGEST_LOOK)
    return Period(starts, ends) if starts < ends else None


def stretches(listing: Listing, load: Load, wanted: Period, quantity: int) -> list[Period]:
    """The free stretches of what can be booked, by the load around it."""
    before, after = buffers(listing)
    found = []
    for gap in load.gaps(wanted.widened(before, after), listing.capacity - quantity):
        first, last = max(wanted.starts, gap.starts + before), min(wanted.ends, gap.ends - after)
        if first < last:
            found.append(Period(first, last))
    if found and listing.price_unit == Unit.HOUR and listing.kind == Kind.ROOM:
        opening, zone = plans.of(listing).opening, ZoneInfo(listing.time_zone)
        found = [span for gap in found for span in opening.spans(gap, zone)]
    return found
