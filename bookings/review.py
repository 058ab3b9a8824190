"""A booking as its community's treasurers see it when they follow an entry of the books to it.

Who, what, when and how much; neither the talk nor the place, and only once money moved for it.
"""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from members.models import Membership
from members.states import Role
from payments.models import Transfer

from . import news, parties, quotes
from .models import Booking


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking for a treasurer; 404 to everyone else."""
    entrusted = Membership.objects.active().filter(Q(role=Role.TREASURER) | Q(treasurer=True), member=request.user)
    reviewed = Booking.objects.for_cards().filter(community__in=entrusted.values("community"))
    booking = get_object_or_404(reviewed.select_related("board", "alight", "departure"), pk=pk)
    moved = Transfer.objects.filter(community=booking.community_id, about__in=booking.abouts)
    first = moved.order_by("sequence").values_list("sequence", flat=True).first()
    if first is None:
        raise Http404
    context = {
        "booking": booking,
        "listing": booking.listing,
        "when": news.spoken(booking.starts, booking.ends, booking.listing.time_zone, booking.listing.price_unit),
        "lines": quotes.in_words(booking.quote),
        "payment": parties.payment_of(booking),
        "entry": reverse("books_entry", args=[booking.community.slug, first]),
    }
    return render(request, "bookings/review.html", context)
