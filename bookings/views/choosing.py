"""Choosing when: the month and the quote as fragments, and the page where one asks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from listings.models import Listing
from listings.states import Kind
from members.models import Member
from payments.cards.views import go
from sharing.web.refusals import Refusal

from .. import actions, paying, trips
from ..choices import Choice
from ..models import Booking
from ..states import State


@require_safe
def listing_month(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar of another month, to take the place of the one shown."""
    choice = Choice(request, _visible(request, pk))
    return render(request, "bookings/_month.html", {"choice": choice, "listing": choice.listing})


@require_safe
def listing_quote(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote that follows the choice."""
    choice = Choice(request, _visible(request, pk))
    return render(request, "bookings/_quote.html", {"choice": choice, "listing": choice.listing})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def booking_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose, see the price, ask. What was typed comes back when something is wrong with it."""
    choice = Choice.of(request, _visible(request, pk))
    if request.method != "POST":
        return _page(request, choice)
    form = choice.form
    if form.is_valid():
        try:
            note, gateway = form.cleaned_data["note"], form.cleaned_data.get("gateway", "")
            booking = _ask(choice, request.user, form.asked() | {"note": note, "gateway": gateway})
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if paying.is_first(booking):
                return _to_pay(request, booking)
            messages.success(request, _said(booking))
            return redirect(booking)
    return _page(request, choice, status=422)


def _ask(choice: Choice, by: Member, asked: dict) -> Booking:
    """Ask for it; of a ride for the way back as well, where one was chosen."""
    back = choice.given.get("back") if choice.listing.kind == Kind.RIDE else ""
    if back:
        return actions.request_both(choice.listing.pk, by=by, back=back, **asked)[0]
    return actions.request(choice.listing.pk, by=by, **asked)


def _to_pay(request: HttpRequest, booking: Booking) -> HttpResponse:
    """On to where the card is given; should nobody answer there, the booking's page leads there as well.

    There and back are paid one after the other: the page says so first, and leads to both.
    """
    if trips.other(booking) is not None:
        return redirect(booking)
    charge = paying.to_pay(paying.charges_of(booking), booking.state)
    return go(request, charge.pk) if charge else redirect(booking)


def _said(booking) -> str:
    if booking.state == State.ACCEPTED:
        return _("It is yours for that time.")
    owner = booking.listing.owner
    if owner is None:
        return _("The stewards have your request.")
    return _("%(name)s has your request. You will hear as soon as there is an answer.") % {"name": owner.first_name}


def _page(request: HttpRequest, choice: Choice, status: int = 200) -> HttpResponse:
    return render(request, "bookings/new.html", {"choice": choice, "listing": choice.listing}, status=status)


def _visible(request: HttpRequest, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.visible_to(request.user).for_pages(), pk=pk)
