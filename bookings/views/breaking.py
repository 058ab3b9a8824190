"""A copy is broken: what no longer fits is shown, and cancelled only when the owner says so."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from listings.models import Listing
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from .. import actions, alternatives, breakage
from ..forms import BrokenForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def listing_broken(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is broken; when bookings no longer fit, the second press cancels exactly those shown.

    `to`: how many there are to be from now on; what no longer fits then is shown at once.
    """
    listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    posted = request.method == "POST"
    less = _fewer(request, listing)
    form = BrokenForm(listing, request.POST if posted else None, less=less)
    clashing: list = []
    if less and not posted:
        now = timezone.now()
        found = actions.would_break(listing, Period(now, now + breakage.FOR_LONG), less, now=now)
        clashing = [(booking, alternatives.of(booking, now=now)) for booking in found]
    if posted and form.is_valid():
        keys = [key for key in request.POST.getlist("cancel") if key.isascii() and key.isdigit()]
        agreed = [int(key) for key in keys if len(key) < 19]
        try:
            actions.break_down(pk, by=request.user, cancel=agreed, **form.given())
            messages.success(request, _said(len(agreed)))
            return redirect(f"{reverse('listing_edit', args=[pk])}#availability")
        except actions.StillBooked as refusal:
            now = timezone.now()
            clashing = [(booking, alternatives.of(booking, now=now)) for booking in refusal.bookings]
        except Refusal as refusal:
            form.refuse(refusal)
    left = listing.capacity - (less or 0)
    context = {"listing": listing, "form": form, "clashing": clashing, "less": less, "left": left}
    status = 200 if not posted else 409 if clashing else 422
    return render(request, "bookings/broken.html", context, status=status)


def _fewer(request: HttpRequest, listing: Listing) -> int:
    """By how many there are to be fewer, if that is what the address asks for."""
    text = request.GET.get("to", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return listing.capacity - wanted if 1 <= wanted < listing.capacity else 0


def _said(cancelled: int) -> str:
    if not cancelled:
        return _("It is out of use. No booking had to give way.")
    sentence = ngettext(
        "It is out of use, and %(n)d booking is cancelled.", "It is out of use, and %(n)d bookings are cancelled.",
        cancelled,
    )
    return sentence % {"n": cancelled}
