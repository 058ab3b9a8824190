"""What the bookings room does when a lower room tells it something."""

from listings.models import Listing

from .models import OpeningWindow


def keep_the_week(listing: Listing, like: Listing, **_signal: object) -> None:
    """A listing begun like another is open in the same hours of the week; days that differ are each one's own."""
    OpeningWindow.objects.bulk_create(
        OpeningWindow(listing=listing, weekday=window.weekday, opens=window.opens, closes=window.closes)
        for window in like.windows.all()
    )
