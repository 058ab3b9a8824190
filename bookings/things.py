"""What bookings were of, for yearly summaries: the listing, and how many nights somebody slept there."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from listings.models import Listing
from listings.states import Kind, Unit
from payments.causes import Thing

from .models import Booking

AT_ONCE = 500
COLUMNS = ("pk", "starts", "ends", "listing__title", "listing__kind", "listing__price_unit", "listing__time_zone")


def of_numbers(numbers: Iterable[int]) -> dict[int, Thing]:
    """By the number of the booking; a statement for five hundred of them."""
    wanted, found = sorted(numbers), dict[int, Thing]()
    for at in range(0, len(wanted), AT_ONCE):
        rows = Booking.objects.filter(pk__in=wanted[at : at + AT_ONCE]).order_by().select_related("listing")
        found |= {row.pk: _thing(row.listing, row.starts, row.ends) for row in rows.only(*COLUMNS)}
    return found


def _thing(listing: Listing, starts: datetime, ends: datetime) -> Thing:
    nights = 0
    if listing.kind == Kind.ROOM and listing.price_unit == Unit.NIGHT:
        zone = ZoneInfo(listing.time_zone)
        nights = (ends.astimezone(zone).date() - starts.astimezone(zone).date()).days
    return Thing(str(listing), reverse("listing", args=[listing.pk]), listing.kind, nights)
