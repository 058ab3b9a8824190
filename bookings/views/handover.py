"""At the door: the code one phone shows the other, times to meet, the photos, and what a listing wants looked at."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings.models import Listing
from sharing.web.refusals import Refusal

from .. import actions, parties, queries, timeline, words
from ..forms import StepForm
from ..handover import appointments, codes, plan
from ..handover.forms import CodeForm, PlanForm, TimesForm
from ..models import Booking, HandoverPhoto
from ..states import BORROWER, LENDER, HandoverPhase
from .feeds import site

TYPES = {"webp": "image/webp", "avif": "image/avif"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def booking_code(request: HttpRequest, pk: int) -> HttpResponse:
    """My code for the other side to read; or, typed below, theirs."""
    booking, step = _at_the_door(request, pk)
    if not step:
        return _moved_on(request, pk)
    if request.htmx and request.method == "GET":
        return render(request, "bookings/handover/_code.html", _code(request, booking, step))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_by_code(pk, form.cleaned_data["code"], by=request.user, step=step)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Both of you have confirmed."))
            return redirect("booking", pk=pk)
    context = _code(request, booking, step) | {"form": form}
    return render(request, "bookings/handover/code.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def booking_scanned(request: HttpRequest, pk: int, step: str, code: str) -> HttpResponse:
    """Where the other phone's QR code leads: one press confirms for both, with photos and words if one likes."""
    booking, now_step = _at_the_door(request, pk)
    if step != now_step:
        return _moved_on(request, pk)
    form = StepForm(booking, step, *((request.POST, request.FILES) if request.method == "POST" else ()))
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_by_code(pk, code, by=request.user, step=step, **form.given())
        except Refusal as refusal:
            if refusal.field in form.fields:
                form.refuse(refusal)
            else:
                error = str(refusal)
        else:
            messages.success(request, _("Both of you have confirmed."))
            return redirect("booking", pk=pk)
    context = {
        "booking": booking, "listing": booking.listing, "form": form, "error": error, "step": step,
        "other": timeline.other_name(booking, request.user), "action": request.path,
        "main": {"step": step, "label": words.button(step, booking.listing)},
    }
    status = 409 if error else 422 if form.errors else 200
    return render(request, "bookings/handover/scanned.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def booking_times(request: HttpRequest, pk: int, phase: str) -> HttpResponse:
    """Propose when to meet."""
    booking, _step = _at_the_door(request, pk)
    if phase not in appointments.phases(booking):
        return _moved_on(request, pk)
    form = TimesForm(booking, phase, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            place = form.cleaned_data["place"]
            actions.propose_times(pk, phase, by=request.user, times=form.moments, place=place)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Proposed. The other side picks one."))
            return redirect("booking", pk=pk)
    context = {
        "booking": booking, "listing": booking.listing, "form": form, "phase": phase,
        "name": appointments.name_of(booking, phase), "other": timeline.other_name(booking, request.user),
        "place": booking.listing.address or booking.listing.place,
    }
    return render(request, "bookings/handover/times.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def booking_pick(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """Take one of the proposed times."""
    try:
        actions.pick_time(pk, slot, by=request.user)
    except Booking.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Agreed. It stands in both your calendars."))
    return redirect("booking", pk=pk)


@require_safe
@login_required
def handover_photo(request: HttpRequest, pk: int, width: int, fmt: str) -> FileResponse:
    """A photo of a handover, to those whose booking it belongs to."""
    return photo_file(request.user, pk, width, fmt)


def photo_file(member, pk: int, width: int, fmt: str) -> FileResponse:
    """The file, for pages and API alike. 404 to everyone else, and for what there is not."""
    mine = Booking.objects.involving(member).filter(pk=OuterRef("handover__booking"))
    photo = get_object_or_404(HandoverPhoto.objects.filter(Exists(mine)), pk=pk)
    try:
        file = photo.open(width, fmt)
    except (FileNotFoundError, OSError):
        raise Http404 from None
    response = FileResponse(file, content_type=TYPES[fmt])
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def listing_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """What is looked at when this listing changes hands."""
    listing = get_object_or_404(
        Listing.objects.looked_after_by(request.user).select_related("tool", "handover_plan"), pk=pk
    )
    known = plan.of(listing)
    initial = {"pickup": "\n".join(known.pickup), "back": "\n".join(known.back), "meter": known.meter} if known else {}
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_handover_plan(listing.pk, by=request.user, **form.given())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. It holds from the next pick-up on."))
            return redirect(f"{reverse('listing_edit', args=[listing.pk])}#handover")
    context = {
        "listing": listing, "form": form, "usual": [
            (HandoverPhase.PICKUP, plan.usual(listing, HandoverPhase.PICKUP)),
            (HandoverPhase.RETURN, plan.usual(listing, HandoverPhase.RETURN)),
        ],
    }
    return render(request, "bookings/handover/plan.html", context, status=422 if form.errors else 200)


def _at_the_door(request: HttpRequest, pk: int) -> tuple[Booking, str]:
    """The booking for one of its two sides, and what would be confirmed now; 404 to everyone else."""
    try:
        booking = queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
    if not parties.parties(booking, request.user) & (BORROWER | LENDER):
        raise Http404
    return booking, codes.step_of(booking) if codes.others(booking, request.user) else ""


def _moved_on(request: HttpRequest, pk: int) -> HttpResponse:
    """It has been confirmed meanwhile, or has ended: back to the booking, which says so."""
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("booking", args=[pk])
        return response
    return redirect("booking", pk=pk)


def _code(request: HttpRequest, booking: Booking, step: str) -> dict:
    now = timezone.now()
    path = reverse("booking_scanned", args=[booking.pk, step, codes.token(booking, step, request.user, now)])
    return {
        "booking": booking, "listing": booking.listing, "step": step,
        "other": timeline.other_name(booking, request.user), "until": codes.lives_until(now),
        "digits": codes.digits(booking, step, request.user, now), "qr": codes.drawing(f"{site(request)}{path}"),
        "deed": words.button(step, booking.listing),
    }
