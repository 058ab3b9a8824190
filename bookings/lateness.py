"""Late: how long after its end something is, whom it keeps waiting, and what that costs by the owner's rule."""

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from listings.states import Kind, Unit

from .availability.kits import freed_with
from .models import Booking, BookingEvent, BookingQuerySet, Handover, LateFee
from .states import HandoverPhase, State

GRACE = timedelta(hours=1)  # a traffic jam is not lateness
LONG_AGO = timedelta(days=10)  # by then enough has been said
HOUR = timedelta(hours=1)
NEAREST, FARTHEST = timedelta(days=1), timedelta(days=14)


def still_out(bookings: BookingQuerySet) -> BookingQuerySet:
    """Those whose thing the lender does not say is back; in dispute as well, until that is settled."""
    back = Handover.objects.filter(booking=OuterRef("pk"), phase=HandoverPhase.RETURN, side="lender")
    returned = BookingEvent.objects.filter(booking=OuterRef("pk"), state=State.RETURNED)
    bookings = bookings.filter(~Exists(back), ~Exists(returned), state__in=[State.HANDED_OVER, State.DISPUTED])
    return bookings.exclude(listing__kind=Kind.RIDE)


def reach(kind: str, ends: datetime, now: datetime) -> timedelta:
    """How far ahead nobody can count on what is late: the longer it is away already, the farther.

    A room is where it was; after ten days nobody is in it any more who only forgot to say that they left.
    """
    if kind == Kind.ROOM:
        return NEAREST if now - ends < LONG_AGO else timedelta()
    return min(max(NEAREST, now - ends), FARTHEST)


def is_kept_waiting(booking: Booking, now: datetime) -> bool:
    """Whether its borrower was warned that it may not be there, and it still is not: then one may cancel at no cost."""
    if booking.starts > now + FARTHEST or booking.state != State.ACCEPTED:
        return False
    if not BookingEvent.objects.filter(booking=booking.pk, step="late_next").exists():
        return False
    same = Booking.objects.filter(listing__in=with_parts(booking.listing_id), ends__lte=now - GRACE)
    return still_out(same.exclude(pk=booking.pk)).exists()


def with_parts(listing_id: int) -> set[int]:
    """The listing, the kits it belongs to, its own parts, and the kits that want those."""
    return freed_with([listing_id])[listing_id] | {listing_id}


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether it should have come back some time ago; a ride that arrives late is not brought back late.

    Nor is it late any more when the lender has it back, and the borrower only has not said so yet.
    """
    if booking.state != State.HANDED_OVER or booking.listing.kind == Kind.RIDE or now < booking.ends + GRACE:
        return False
    return not any(row.phase == HandoverPhase.RETURN and row.side == "lender" for row in booking.handovers.all())


def units_late(booking: Booking, now: datetime) -> int:
    """Started hours for what goes by the hour, else started local days, after the end."""
    if now < booking.ends + GRACE:
        return 0
    if booking.listing.price_unit == Unit.HOUR:
        return ceil((now - booking.ends) / HOUR)
    zone = ZoneInfo(booking.listing.time_zone)
    last = (booking.ends - timedelta(microseconds=1)).astimezone(zone).date()
    return max(1, (now.astimezone(zone).date() - last).days)


def fee_minor(booking: Booking, now: datetime) -> int:
    """What coming back now costs on top: by the rule that stood when it was asked for, whatever stands today."""
    units = units_late(booking, now)
    if not units:
        return 0
    if "late_fee" in booking.quote:
        rule = booking.quote["late_fee"]
    else:  # from before rules were kept with the quote
        rule = LateFee.objects.filter(listing=booking.listing_id).values("minor", "most_minor").first()
    return min(rule["minor"] * units, rule["most_minor"]) if rule else 0
