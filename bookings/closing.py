"""What still runs: it keeps a member from closing their account, and a listing's way from changing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.promises import Promise
from members.models import Member

from . import news
from .models import Booking, WaitEntry
from .states import ENDED, HOLDING
from .waiting import OPEN

A_FEW = 20


def running_bookings(member: Member) -> str | None:
    """A kind sentence while the member borrows or lends something, None otherwise."""
    running = Booking.objects.exclude(state__in=ENDED).select_related("listing")
    if borrowed := running.filter(borrower=member).first():
        words = {"title": borrowed.listing}
        return _("You still have a booking: %(title)s. See it through or call it off first.") % words
    if lent := running.filter(listing__owner=member).first():
        words = {"title": lent.listing}
        return _("Somebody still has a booking with you: %(title)s. See it through or call it off first.") % words
    return None


def running_on(listing: Listing) -> str:
    """How many bookings of a listing are not over yet, in words; "" when none is."""
    running = Booking.objects.filter(listing=listing.pk).exclude(state__in=ENDED).count()
    if not running:
        waits = WaitEntry.objects.filter(listing=listing.pk, departure__isnull=False, state__in=OPEN).exists()
        return _("Somebody waits in line for a seat.") if waits else ""
    return ngettext("%(n)d booking is still running.", "%(n)d bookings are still running.", running) % {"n": running}


def coming_on(listing: Listing) -> list[Promise]:
    """The bookings of a listing, and of its kits, that are asked for, agreed or out, the next first, a few of them."""
    wholes = [listing.pk, *listing.kit_places.values_list("kit", flat=True)]
    rows = Booking.objects.filter(listing__in=wholes, state__in=HOLDING)
    rows = rows.select_related("borrower").order_by("starts")
    return [
        Promise(
            _("%(name)s, %(when)s (%(state)s)")
            % {
                "name": row.borrower,
                "when": news.spoken(row.starts, row.ends, listing.time_zone, listing.price_unit),
                "state": row.get_state_display(),
            },
            row.get_absolute_url(),
        )
        for row in rows[:A_FEW]
    ]


def review(listing: Listing, capacity: int) -> str:
    """Where an owner sees which bookings no longer fit when there are so many."""
    return f"{reverse('listing_broken', args=[listing.pk])}?to={capacity}"
