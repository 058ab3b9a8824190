"""How early and how late: from when to when one may book, and until when one may change or cancel."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from listings.models import Listing

DAY = timedelta(days=1)


def bounds(listing: Listing, now: datetime) -> tuple[date, date]:
    """The first and the last local day on which a booking may start today."""
    zone = ZoneInfo(listing.time_zone)
    first = (now + timedelta(hours=listing.notice_hours)).astimezone(zone).date()
    return first, now.astimezone(zone).date() + listing.horizon_days * DAY


def change_until(listing: Listing, starts: datetime) -> datetime:
    """Until when the borrower alone may change a booking that starts then; its start where no notice is asked."""
    return starts - timedelta(hours=listing.change_hours)


def cancel_until(listing: Listing, starts: datetime) -> datetime:
    """Until when the borrower may cancel by themselves; its start where no notice is asked."""
    return starts - timedelta(hours=listing.cancel_hours)
