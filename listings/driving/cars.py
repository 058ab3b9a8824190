"""Nobody drives two cars at once: departures of one driver that overlap."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max

from listings.models import Departure, Listing
from listings.states import Kind, ListingState
from members.models import Member

LONGEST = timedelta(days=7)
DRIVEN = (ListingState.PUBLISHED, ListingState.PAUSED)


class Clash(NamedTuple):
    leaves: datetime
    other: Listing
    other_leaves: datetime


def clashes(listing: Listing, moments: Iterable[datetime], minutes: int) -> list[Clash]:
    """Those of the moments at which the driver of the listing would still, or already, be on the road elsewhere.

    Also among themselves: the same car does not set off again before it has arrived. Commons have no one
    driver. Call it under the driver's own row (`at_the_wheel`), or two plans made at once miss each other.
    """
    wanted, takes = sorted(moments), timedelta(minutes=minutes)
    if not wanted:
        return []
    found = [Clash(b, listing, a) for a, b in zip(wanted, wanted[1:], strict=False) if b < a + takes]
    if listing.owner_id is None:
        return found
    rows = Departure.objects.filter(
        listing__owner=listing.owner_id, listing__kind=Kind.RIDE, listing__state__in=DRIVEN, cancelled=False,
        leaves__gt=wanted[0] - LONGEST, leaves__lt=wanted[-1] + takes,
    ).exclude(listing=listing.pk)  # fmt: skip
    others = list(rows.select_related("listing").annotate(takes=Max("listing__stops__minutes")).order_by("leaves"))
    for moment in wanted:
        for other in others:
            if other.leaves < moment + takes and moment < other.leaves + timedelta(minutes=other.takes or 0):
                found.append(Clash(moment, other.listing, other.leaves))
                break
    return found


def at_the_wheel(listing: Listing) -> None:
    """Hold the driver's row, so that two of their rides are not planned at the same moment."""
    if listing.owner_id is not None:
        list(Member.objects.select_for_update(no_key=True).filter(pk=listing.owner_id).values_list("pk"))
