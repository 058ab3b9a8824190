"""A thing with its label scanned: what a member does with it next, and what its stewards see of its use."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from listings.models import Listing
from members.models import Member

from . import parties
from .models import Booking, BookingQuerySet
from .states import State

EARLY = timedelta(hours=12)  # so long before it begins, a pick-up is meant by who scans the label
A_FEW = 12
_STEPS = {State.ACCEPTED: "hand_over", State.HANDED_OVER: "return"}
_DUE = {State.ACCEPTED, State.REQUESTED}


@dataclass(frozen=True)
class Use:
    """A booking at the desk: is it out, and where does the steward go on."""

    booking: Booking
    url: str

    @property
    def out(self) -> bool:
        return self.booking.state == State.HANDED_OVER


def next_step(listing: Listing, member: Member) -> str:
    """The handover of the member's own booking of it, begun or about to begin; "" without one."""
    rows = _about(listing).filter(borrower=member).filter(
        Q(state=State.HANDED_OVER) | Q(state=State.ACCEPTED, starts__lte=timezone.now() + EARLY)
    )
    booking = rows.order_by("-state", "starts").first()  # what is out comes back before the next goes out
    return _handover(booking, member) if booking is not None else ""


def use(request: HttpRequest, *, listing: Listing) -> str:
    """Slot `inventory.use`: who has it now, and who comes next."""
    member = cast(Member, request.user)  # an inventory is for those signed in
    rows = _about(listing).filter(state__in=[State.HANDED_OVER, *_DUE]).select_related("borrower")
    bookings = list(rows.order_by("starts", "pk")[:A_FEW])
    if not bookings:
        return ""
    parties.look_up(bookings)
    uses = [Use(row, _handover(row, member)) for row in bookings]
    context = {"listing": listing, "out": [one for one in uses if one.out], "next": [u for u in uses if not u.out]}
    return render_to_string("bookings/_use.html", context, request)


def _about(listing: Listing) -> BookingQuerySet:
    """Bookings of the thing itself, or of a kit that it is a part of."""
    kits = listing.kit_places.values("kit")
    rows = Booking.objects.filter(Q(listing=listing.pk) | Q(listing__in=kits))
    return rows.for_cards().prefetch_related("handovers")


def _handover(booking: Booking, member: Member) -> str:
    step = _STEPS.get(State(booking.state))
    if step and step in parties.steps_for(booking, member):
        return reverse("booking_step", args=[booking.pk, step])
    return booking.get_absolute_url()
