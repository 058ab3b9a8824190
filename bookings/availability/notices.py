"""How early and how late: from when to when one may book, and until when one may change or cancel."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from listings.models import Listing

if TYPE_CHECKING:
    from ..models import Booking

DAY = timedelta(days=1)


def bounds(listing: Listing, now: datetime) -> tuple[date, date]:
    """The first and the last local day on which a booking may start today."""
    zone = ZoneInfo(listing.time_zone)
    first = (now + timedelta(hours=listing.notice_hours)).astimezone(zone).date()
    return first, now.astimezone(zone).date() + listing.horizon_days * DAY


def change_until(booking: "Booking") -> datetime:
    """Until when the borrower alone may change it, by today's terms; its start where no notice is asked."""
    return booking.starts - timedelta(hours=booking.listing.change_hours)


def cancel_until(booking: "Booking") -> datetime:
    """Until when the borrower may cancel by themselves, by the terms that stood; its start where no notice is asked."""
    return booking.starts - booking.notice_to_cancel
