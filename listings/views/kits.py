"""The parts of a kit, put together by those who look after it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from listings import actions
from listings.actions.kits import candidates
from listings.models import Listing
from sharing.web.refusals import Refusal

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def kit(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: add (with `part` and `quantity`) or remove (with `part`)."""
    listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    trouble = ""
    if request.method == "POST":
        try:
            _do(request, pk)
            return redirect("listing_kit", pk)
        except Refusal as refusal:
            trouble = str(refusal)
    context = {
        "listing": listing,
        "parts": listing.kit_parts.select_related("part").all(),
        "candidates": candidates(listing, request.user)[:SHOWN],
        "trouble": trouble,
    }
    return render(request, "listings/kit.html", context, status=422 if trouble else 200)


def _do(request: HttpRequest, pk: int) -> None:
    part, quantity = (_whole(request.POST.get(name, "")) for name in ("part", "quantity"))
    if request.POST.get("do") == "remove":
        actions.remove_part(pk, part, by=request.user)
        messages.success(request, _("It is no part of this kit any more."))
    else:
        actions.add_part(pk, part, by=request.user, quantity=quantity or 1)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
