"""Claims go in and out here only; the database refuses one that would exceed the capacity.

Holds that have run out count no more, here as in the guard, whether they are swept away yet or not. A
refusal by the database reads like a refusal by `availability`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.saved import matching as kept_searches
from listings.states import Kind
from sharing.db.guards import refused_by
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from .availability import buffers
from .models import Booking, Claim, ImportedClaim
from .states import ClaimKind, State

GUARD = "claims_never_exceed_the_capacity"


class Taken(Refusal):
    """Somebody else has it then."""

    code = "taken"


def take(
    listing: Listing, period: Period, quantity: int, *, now: datetime, kind: str = ClaimKind.BOOKING,
    expires: datetime | None = None, note: str = "",
) -> Claim:
    """Claim a part of the listing, buffers included. Raises IntegrityError when it is taken: see `kindly`."""
    wide = period.widened(*buffers(listing)) if kind == ClaimKind.BOOKING else period
    return Claim.objects.create(
        listing=listing, kind=kind, starts=wide.starts, ends=wide.ends, quantity=quantity, expires=expires, note=note,
        created=now,
    )


@contextmanager
def kindly(listing: Listing) -> Iterator[None]:
    """Turn the guard's refusal into a sentence; goes around the transaction, which the refusal has ended."""
    try:
        yield
    except IntegrityError as error:
        if not refused_by(error, GUARD):
            raise
        if listing.kind == Kind.RIDE:
            raise Taken(_("There are not enough seats left on that part of the way.")) from error
        raise Taken(_("Somebody else has been faster: that time is already taken.")) from error


def firm(claim: Claim) -> None:
    """A hold becomes a promise."""
    claim.expires = None
    claim.save(update_fields=["expires"])


def release(booking: Booking) -> None:
    """What a booking held is free again."""
    claim, booking.claim = booking.claim, None
    if claim is not None:
        booking.save(update_fields=["claim", "state"])  # together: what is agreed cannot be without its claim
        _delete(Claim.objects.filter(pk=claim.pk))
        freed([booking.listing_id])


def shorten(booking: Booking, now: datetime) -> None:
    """It came back early: the rest of the time is free, after the buffer that follows."""
    claim = booking.claim
    ends = now + buffers(booking.listing)[1]
    if claim is None or claim.ends <= ends:
        return
    if ends <= claim.starts:
        release(booking)
    else:
        claim.ends = ends
        claim.save(update_fields=["ends"])
        freed([booking.listing_id])


def sweep(now: datetime | None = None, *, listing: Listing | None = None) -> int:
    """Delete the holds that have run out (of one listing); returns how many."""
    expired = Claim.objects.filter(expires__lte=now or timezone.now())
    if listing is not None:
        expired = expired.filter(listing=listing.pk)
    found = list(expired.values_list("pk", "listing_id")[:1000])
    keys = [pk for pk, _listing in found]
    if keys:
        # A hold may have been made firm since it was read: both conditions are looked at again on the row.
        Booking.objects.filter(claim__in=keys, state=State.REQUESTED).update(claim=None)
        _delete(Claim.objects.filter(pk__in=keys, expires__isnull=False))
        freed(listing_id for _pk, listing_id in found)
    return len(keys)


def drop(claims) -> None:
    """Delete claims that came from other calendars, with the notes of where they came from."""
    found = list(claims.values_list("pk", "listing_id"))
    keys = [pk for pk, _listing in found]
    freed(listing_id for _pk, listing_id in found)
    for at in range(0, len(keys), 500):
        part = keys[at : at + 500]
        ImportedClaim.objects.filter(claim__in=part).delete()
        _delete(Claim.objects.filter(pk__in=part, kind=ClaimKind.IMPORT))


def freed(listing_ids: Iterable[int]) -> None:
    """Some days can be had again: whoever keeps a search for such days is told, by a task."""
    kept_searches.note(listing_ids, dates=True)


def _delete(claims) -> None:
    """Without the collector's own look for bookings: those have let go of the claim already."""
    claims._raw_delete(claims.db)
