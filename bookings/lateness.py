"""Late: how long after its end something is, and what that costs by the owner's rule."""

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from listings.states import Kind, Unit

from .models import Booking, LateFee
from .states import State

GRACE = timedelta(hours=1)  # a traffic jam is not lateness
LONG_AGO = timedelta(days=10)  # by then enough has been said
HOUR = timedelta(hours=1)


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether it should have come back some time ago; a ride that arrives late is not brought back late."""
    return booking.state == State.HANDED_OVER and booking.listing.kind != Kind.RIDE and now >= booking.ends + GRACE


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
