"""The photos of a listing while it is edited: each deed answers with the list of them, or goes back to the page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from listings import actions
from listings.models import Listing
from sharing.web.refusals import Refusal


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the sent photos one by one; of those that are refused, say why."""
    get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    return _answer(request, pk, take(request, pk))


@require_POST
@login_required
def picture(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """`do`: earlier, later, first, describe (with `alt`), remove."""
    do, by, trouble = request.POST.get("do"), request.user, []
    try:
        if do in _MOVES:
            actions.move_photo(pk, photo_pk, _MOVES[do], by=by)
        elif do == "remove":
            actions.remove_photo(pk, photo_pk, by=by)
        else:
            actions.describe_photo(pk, photo_pk, request.POST.get("alt", ""), by=by)
    except Refusal as refusal:
        trouble.append(str(refusal))
    return _answer(request, pk, trouble, moved=photo_pk if do in _MOVES else None, do=do)


@require_POST
@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """`photo`: the ids in their new order."""
    ids = [int(value) for value in request.POST.getlist("photo") if value.isdecimal() and len(value) < 19]
    actions.order_photos(pk, ids, by=request.user)
    return _answer(request, pk, [])


def take(request: HttpRequest, pk: int) -> list[str]:
    """Add every file sent as `photos`; returns the sentences about those that could not be taken."""
    trouble = []
    for upload in request.FILES.getlist("photos"):
        try:
            actions.add_photo(pk, upload, by=request.user)
        except Refusal as refusal:
            trouble.append(f"{(upload.name or '')[:60]}: {refusal}")
    return trouble


_MOVES = {"earlier": -1, "later": 1, "first": -99}


def _answer(
    request: HttpRequest, pk: int, trouble: list[str], *, moved: int | None = None, do: str | None = None
) -> HttpResponse:
    if not request.htmx:
        for sentence in trouble:
            messages.error(request, sentence)
        return redirect("listing_step", pk, "start")
    shown = get_object_or_404(Listing.objects.looked_after_by(request.user).prefetch_related("photos"), pk=pk)
    context = {"listing": shown, "trouble": trouble, "moved": moved, "do": do}
    return render(request, "listings/_photos.html", context, status=422 if trouble else 200)
