"""Places in lines: get in, see where one stands, take what is offered, leave."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings.models import Listing
from sharing.web.refusals import Refusal

from .. import actions, waiting
from ..choices import Choice
from ..models import WaitEntry
from ..states import State


@require_POST
@login_required
def listing_wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Get in line for the chosen time."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_pages(), pk=pk)
    given = Choice(request, listing).given
    number = given.get("quantity", "")
    quantity = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    try:
        asked = {name: given.get(name, "") for name in ("starts", "ends", "departure", "board", "alight")}
        actions.join_line(pk, by=request.user, quantity=quantity, **asked)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(listing)
    messages.success(request, _("You are in line. When it becomes free for you, you hear of it at once."))
    return redirect("waiting")


@require_safe
@login_required
def waiting_list(request: HttpRequest) -> HttpResponse:
    return render(request, "bookings/waiting.html", {"places": waiting.of(request.user)})


@require_POST
@login_required
def waiting_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Take what is offered, or leave the line."""
    if deed not in ("take", "leave"):
        raise Http404
    try:
        if deed == "take":
            booking = actions.take_offer(pk, by=request.user)
            agreed = booking.state == State.ACCEPTED
            messages.success(request, _("It is agreed.") if agreed else _("Your request is on its way."))
            return redirect(booking)
        actions.leave_line(pk, by=request.user)
        messages.success(request, _("You have left the line."))
    except WaitEntry.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("waiting")
