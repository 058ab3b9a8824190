"""Which bookings no longer fit when some of the copies are out of use: who was agreed with first keeps theirs.

Copies are interchangeable: a booking holds so many of them, not this one or that, so handing over another one
needs no new look. Who has a kit has its parts: such a booking gives way like any other. What is out already, kept
by the owner or busy elsewhere can't give way; what is only offered to somebody in line always can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from listings.models import Listing
from sharing.values.period import Period

from .load import Load, Taken
from .models import Booking, Claim
from .states import ClaimKind, State

FOR_LONG = timedelta(days=3652)  # "until further notice"
T = TypeVar("T")
GIVES_WAY = (State.ACCEPTED, State.REQUESTED)  # in this order: what is agreed before what is only asked


@dataclass(frozen=True, slots=True)
class Clash:
    """What has to give way, the earliest first, and whether that is enough; `offers` by their claims."""

    bookings: list[Booking]
    enough: bool
    offers: tuple[int, ...] = ()


def clash(listing: Listing, period: Period, quantity: int, now: datetime) -> Clash:
    """What no longer fits when `quantity` are out of use in the period."""
    claims = Claim.objects.filter(
        Q(expires__isnull=True) | Q(expires__gt=now), listing=listing.pk, ends__gt=period.starts,
        starts__lt=period.ends,
    )
    rows = list(claims.order_by("starts", "pk"))
    held = Booking.objects.filter(claim__in=[_held_by(row) for row in rows])
    bookings = {row.claim_id: row for row in held.for_cards()}
    movable, offered, fixed = [], [], [Taken(period.starts, period.ends, quantity)]
    for claim in rows:
        booking, taken = bookings.get(_held_by(claim)), Taken(claim.starts, claim.ends, claim.quantity)
        if booking is not None and booking.state in GIVES_WAY:
            movable.append((booking, taken))
        elif claim.kind == ClaimKind.OFFER:
            offered.append((_held_by(claim), taken))
        else:
            fixed.append(taken)
    enough = Load(fixed).peak(period) <= listing.capacity
    movable.sort(key=lambda each: (GIVES_WAY.index(State(each[0].state)), each[0].created))
    losing = _without_room(movable, fixed, listing.capacity)
    passed_over = _without_room(offered, fixed, listing.capacity)
    return Clash(sorted(losing, key=lambda booking: booking.starts), enough, tuple(passed_over))


def _held_by(claim: Claim) -> int:
    """The claim that a booking or an offer holds: of a part of a kit, the one on the kit."""
    return claim.whole_id or claim.pk


def _without_room(wanting: Sequence[tuple[T, Taken]], fixed: list[Taken], capacity: int) -> list[T]:
    """Those for which too little is left, in their order; the others join what is fixed."""
    losing = []
    for each, taken in wanting:
        if Load(fixed).peak(Period(taken.starts, taken.ends)) + taken.quantity <= capacity:
            fixed.append(taken)
        else:
            losing.append(each)
    return losing
