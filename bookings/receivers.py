"""What the bookings room does when it, or a lower room, tells something."""

from typing import Any

from django.utils import timezone

from cooperative.signals import care_changed
from listings.models import Listing
from sharing.values.period import Period

from . import actions, upkeep, waiting
from .models import OpeningWindow
from .signals import period_freed


def connect() -> None:
    """Called when the app loads: what this room tells itself."""
    care_changed.connect(upkeep.follow, dispatch_uid="bookings.upkeep")
    period_freed.connect(offer_what_is_free, dispatch_uid="bookings.offer_what_is_free")


def keep_the_week(listing: Listing, like: Listing, **_signal: object) -> None:
    """A listing begun like another is open in the same hours of the week; days that differ are each one's own."""
    OpeningWindow.objects.bulk_create(
        OpeningWindow(listing=listing, weekday=window.weekday, opens=window.opens, closes=window.closes)
        for window in like.windows.all()
    )


def offer_what_is_free(sender: object, *, listing_id: int, period: Period, **_more: Any) -> None:
    """The first in line need not wait for the clock; should this fail, the clock comes anyway."""
    if waiting.waits_for(listing_id, period):
        actions.offer_next(listing_id, timezone.now())
