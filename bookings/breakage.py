"""Which bookings no longer fit when some of the copies are out of use: who was agreed with first keeps theirs.

Copies are interchangeable: a booking holds so many of them, not this one or that, so handing over another one
needs no new look. What is out already, kept by the owner or busy elsewhere can't give way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from listings.models import Listing
from sharing.values.period import Period

from .load import Load, Taken
from .models import Booking, Claim
from .states import ClaimKind, State

FOR_LONG = timedelta(days=3652)  # "until further notice"
GIVES_WAY = (State.ACCEPTED, State.REQUESTED)  # in this order: what is agreed before what is only asked


@dataclass(frozen=True, slots=True)
class Clash:
    """What has to give way, the earliest first, and whether that is enough."""

    bookings: list[Booking]
    enough: bool


def clash(listing: Listing, period: Period, quantity: int, now: datetime) -> Clash:
    """What no longer fits when `quantity` are out of use in the period."""
    claims = Claim.objects.filter(
        Q(expires__isnull=True) | Q(expires__gt=now), listing=listing.pk, ends__gt=period.starts,
        starts__lt=period.ends,
    )
    movable, fixed = [], [Taken(period.starts, period.ends, quantity)]
    bookings = {row.claim_id: row for row in Booking.objects.filter(claim__in=claims).for_cards()}
    for claim in claims.order_by("starts", "pk"):
        booking = bookings.get(claim.pk)
        if booking is not None and booking.state in GIVES_WAY:
            movable.append((booking, Taken(claim.starts, claim.ends, claim.quantity)))
        elif claim.kind != ClaimKind.OFFER:  # an offer is only an offer: it runs out by itself
            fixed.append(Taken(claim.starts, claim.ends, claim.quantity))
    enough = Load(fixed).peak(period) <= listing.capacity
    losing = []
    for booking, taken in sorted(movable, key=lambda each: (GIVES_WAY.index(State(each[0].state)), each[0].created)):
        if Load(fixed).peak(Period(taken.starts, taken.ends)) + taken.quantity <= listing.capacity:
            fixed.append(taken)
        else:
            losing.append(booking)
    return Clash(sorted(losing, key=lambda booking: booking.starts), enough)
