"""A copy breaks: it is taken out of use, and bookings that no longer fit are cancelled, but only those agreed to.

Mended, it can be booked again; what was cancelled stays cancelled.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings import actions as listings
from listings.models import Listing
from members.models import Member
from sharing.db.retry import retrying
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from .. import alternatives, breakage, claims
from ..models import Booking, Claim
from ..states import ClaimKind
from . import waiting
from .steps import call_off


class StillBooked(Refusal):
    """Bookings stand in the way; `bookings` are those that would have to be cancelled."""

    code = "still_booked"

    def __init__(self, bookings: list[Booking]) -> None:
        sentence = ngettext("%(n)d booking no longer fits.", "%(n)d bookings no longer fit.", len(bookings))
        super().__init__(sentence % {"n": len(bookings)})
        self.bookings = bookings


def would_break(listing: Listing, period: Period, quantity: int, *, now: datetime | None = None) -> list[Booking]:
    """The bookings that no longer fit; nothing is written."""
    return breakage.clash(listing, period, quantity, now or timezone.now()).bookings


@retrying
def break_down(
    listing_id: int, *, by: Member, quantity: int, starts: datetime | None = None, ends: datetime | None = None,
    for_good: bool = False, note: str = "", cancel: Collection[int] = (), now: datetime | None = None,
) -> Claim | None:
    """Take copies out of use until `ends` (None: until further notice), or for good: then there are fewer.

    cancel: the bookings that may be cancelled for it. Raises StillBooked when others would have to be; each
    borrower is told with `note` and, where there are some, three alternatives nearby.
    """
    now = now or timezone.now()
    starts = max(starts or now, now)
    period = Period(starts, ends or starts + breakage.FOR_LONG) if ends is None or ends > starts else None
    if period is None:
        raise Refusal(_("The end lies before the beginning."), field="ends", code="ends_first")
    with transaction.atomic():
        mine = Listing.objects.looked_after_by(by).get(pk=listing_id)
        listing = Listing.objects.select_for_update(no_key=True).get(pk=mine.pk)
        most = listing.capacity - 1 if for_good else listing.capacity
        if not 1 <= quantity <= most:
            raise Refusal(_("There are only %(n)d.") % {"n": listing.capacity}, field="quantity", code="quantity")
        if for_good:
            period = Period(now, now + breakage.FOR_LONG)
        found = breakage.clash(listing, period, quantity, now)
        if not found.enough:
            raise claims.Taken(_("That many are out, or kept by yourself, in that time. Have them back first."))
        if {booking.pk for booking in found.bookings} - set(cancel):
            raise StillBooked(found.bookings)
        for booking in found.bookings:
            _call_off(booking, by, note.strip(), now)
        waiting.take_back(found.offers)
        if not for_good:
            with claims.kindly(listing):
                return claims.take(
                    listing, period, quantity, now=now, kind=ClaimKind.REPAIR, note=note.strip()[:200]
                )
        listings.update(listing.pk, by=by, facts={"capacity": listing.capacity - quantity})
    return None


def _call_off(booking: Booking, by: Member, note: str, now: datetime) -> None:
    call_off(booking, by=by, note=note, now=now, told={"broken": True, "others": alternatives.of(booking, now=now)})
