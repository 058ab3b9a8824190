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
from .availability.kits import freed_with
from .models import Booking, Claim, ImportedClaim, WaitEntry
from .signals import tell_freed
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
    wide = period.widened(*buffers(listing)) if kind in (ClaimKind.BOOKING, ClaimKind.OFFER) else period
    return Claim.objects.create(
        listing=listing, kind=kind, starts=wide.starts, ends=wide.ends, quantity=quantity, expires=expires, note=note,
        created=now,
    )


class Promised(Taken):
    """It is free this moment, but others wait for it: in the line for this `listing`."""

    def __init__(self, message: str, listing: int) -> None:
        super().__init__(message)
        self.listing = listing


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


def become_booking(claim: Claim, *, expires: datetime | None) -> Claim:
    """What was held for an offer is the booking's now. Raises Taken when the hold is gone."""
    held = Claim.objects.filter(pk=claim.pk, kind=ClaimKind.OFFER)
    if not held.update(kind=ClaimKind.BOOKING, expires=expires):
        raise Taken(_("Somebody else has been faster: that time is already taken."))
    claim.kind, claim.expires = ClaimKind.BOOKING, expires
    return claim


def give_up(claims) -> None:
    """Delete claims that no booking holds, and tell what is free by it."""
    times = list(claims.values_list("listing", "starts", "ends"))
    _delete(claims)
    freed((listing_id, Period(starts, ends)) for listing_id, starts, ends in times)


def move(claim: Claim, listing: Listing, period: Period, *, expires: datetime | None = None) -> None:
    """The claim takes another time, in one statement: refused (IntegrityError), it keeps the one it had."""
    before, wide = Period(claim.starts, claim.ends), period.widened(*buffers(listing))
    Claim.objects.filter(pk=claim.pk).update(starts=wide.starts, ends=wide.ends, expires=expires)
    claim.starts, claim.ends, claim.expires = wide.starts, wide.ends, expires
    if not wide.contains(before):
        freed([(listing.pk, before)])


def release(booking: Booking) -> None:
    """What a booking held is free again."""
    claim, booking.claim = booking.claim, None
    if claim is not None:
        booking.save(update_fields=["claim", "state"])  # together: what is agreed cannot be without its claim
        _delete(Claim.objects.filter(pk=claim.pk))
        freed([(claim.listing_id, Period(claim.starts, claim.ends))])


def shorten(booking: Booking, now: datetime) -> None:
    """It came back early: the rest of the time is free, after the buffer that follows."""
    claim = booking.claim
    ends = now + buffers(booking.listing)[1]
    if claim is None or claim.ends <= ends:
        return
    if ends <= claim.starts:
        release(booking)
    else:
        freed([(claim.listing_id, Period(ends, claim.ends))])
        claim.ends = ends
        claim.save(update_fields=["ends"])


def sweep(now: datetime | None = None, *, listing: Listing | None = None) -> int:
    """Delete the holds that have run out (of one listing); returns how many."""
    expired = Claim.objects.filter(expires__lte=now or timezone.now())
    if listing is not None:
        expired = expired.filter(listing=listing.pk)
    rows = list(expired.values_list("pk", "listing", "starts", "ends")[:1000])
    if rows:
        keys = [row[0] for row in rows]
        # A hold may have been made firm since it was read: both conditions are looked at again on the row.
        Booking.objects.filter(claim__in=keys, state=State.REQUESTED).update(claim=None)
        WaitEntry.objects.filter(claim__in=keys).update(claim=None)
        _delete(Claim.objects.filter(pk__in=keys, expires__isnull=False))
        freed((listing_id, Period(starts, ends)) for _key, listing_id, starts, ends in rows)
    return len(rows)


def drop(claims) -> None:
    """Delete claims that came from other calendars, with the notes of where they came from."""
    found = list(claims.values_list("pk", "listing", "starts", "ends"))
    keys = [row[0] for row in found]
    freed((listing_id, Period(starts, ends)) for _pk, listing_id, starts, ends in found)
    for at in range(0, len(keys), 500):
        part = keys[at : at + 500]
        ImportedClaim.objects.filter(claim__in=part).delete()
        _delete(Claim.objects.filter(pk__in=part, kind=ClaimKind.IMPORT))


def freed(times: Iterable[tuple[int, Period]]) -> None:
    """Some of these listings can be had again then, and the kits they make up or are made of: kept searches
    and whoever waits in line are told by it.
    """
    times = list(times)
    if not times:
        return
    with_them = freed_with(listing_id for listing_id, _period in times)
    times += [(other, period) for listing_id, period in times for other in sorted(with_them[listing_id])]
    kept_searches.note({listing_id for listing_id, _period in times}, dates=True)
    tell_freed(times)


def _delete(claims) -> None:
    """Without the collector's own look for bookings: those have let go of the claim already."""
    claims._raw_delete(claims.db)
