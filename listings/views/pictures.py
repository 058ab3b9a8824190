"""The photos of a listing while it is edited: each deed answers with the list of them, or goes back to the page."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from listings import actions
from listings.models import Listing, Photo
from sharing.photos.pipeline import Crop, PhotoRefused
from sharing.web.refusals import Refusal


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the sent photos one by one; of those that are refused, say why."""
    get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    return _answer(request, pk, take(request, pk))


@require_POST
@login_required
def picture(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """`do`: earlier, later, first, describe (with `alt`), remove, put_back."""
    do, by, trouble = request.POST.get("do"), request.user, []
    try:
        if do in _MOVES:
            actions.move_photo(pk, photo_pk, _MOVES[do], by=by)
        elif do == "remove":
            actions.remove_photo(pk, photo_pk, by=by)
        elif do == "put_back":
            actions.put_back_photo(pk, photo_pk, by=by)
        else:
            actions.describe_photo(pk, photo_pk, request.POST.get("alt", ""), by=by)
    except Refusal as refusal:
        trouble.append(str(refusal))
    return _answer(request, pk, trouble, moved=photo_pk if do != "describe" else None, do=do)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def picture_edit(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """Turn and crop: `turn` in degrees, the frame in parts of the turned picture; without script `turn_now` alone."""
    listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    photo = get_object_or_404(listing.photos.all(), pk=photo_pk)
    trouble = ""
    if request.method == "POST":
        try:
            turn, crop = _edit_of(request.POST)
            actions.edit_photo(pk, photo_pk, by=request.user, turn=turn, crop=crop)
            if request.POST.get("turn_now"):
                return redirect("listing_photo_edit", pk, photo_pk)
            return _answer(request, pk, [], moved=photo_pk, do="edit")
        except Refusal as refusal:
            trouble = str(refusal)
    if trouble and request.htmx:
        return HttpResponse(trouble, status=422, content_type="text/plain; charset=utf-8")
    page = "listings/_photo_edit.html" if request.htmx else "listings/photo_edit.html"
    context = {"listing": listing, "photo": photo, "trouble": trouble}
    return render(request, page, context, status=422 if trouble else 200)


def _edit_of(sent) -> tuple[int, Crop | None]:
    """Quarter turns and the frame; what is no number is refused like a frame outside the photo."""
    try:
        turn = int((sent.get("turn_now") or sent.get("turn") or "0")[:5])
        if sent.get("turn_now") or sent.get("whole") or "x" not in sent:
            return turn, None
        return turn, Crop(*(float(sent.get(name, "")[:20]) for name in ("x", "y", "width", "height")))
    except ValueError as error:
        raise PhotoRefused(_("The frame lies outside the photo."), field="crop") from error


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


def taken_out(pk: int) -> list[Photo]:
    """What was taken out a moment ago, to be put back; the last ones first."""
    lately = timezone.now() - LATELY
    return list(Photo.everything.filter(listing=pk, removed__gt=lately).order_by("-removed")[:3])


def _said(photos: list[Photo], moved: int | None, do: str | None) -> str:
    """For screen readers: what has just happened to the photo."""
    at = next((n for n, photo in enumerate(photos, 1) if photo.pk == moved), None)
    words = {"at": at, "all": len(photos)}
    if do == "remove":
        return _("The photo is taken out. You can put it back.")
    if at is None:
        return ""
    if do == "edit":
        return _("The photo is changed.")
    return _("This photo is now number %(at)s of %(all)s.") % words


LATELY = timedelta(hours=1)
_MOVES = {"earlier": -1, "later": 1, "first": -99}


def _answer(
    request: HttpRequest, pk: int, trouble: list[str], *, moved: int | None = None, do: str | None = None
) -> HttpResponse:
    if not request.htmx:
        for sentence in trouble:
            messages.error(request, sentence)
        return redirect("listing_step", pk, "start")
    shown = get_object_or_404(Listing.objects.looked_after_by(request.user).prefetch_related("photos"), pk=pk)
    context = {
        "listing": shown, "trouble": trouble, "moved": moved, "do": do, "bin": taken_out(pk),
        "said": _said(list(shown.photos.all()), moved, do),
    }
    return render(request, "listings/_photos.html", context, status=422 if trouble else 200)
