"""The lender's calendar: all listings by days, and what one listing keeps free."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from listings.models import Listing
from sharing.values.period import days
from sharing.web.refusals import Refusal

from .. import actions, agenda
from ..forms import BlockForm, ExceptionForm, LateFeeForm, WeekForm
from ..models import Claim, DateException
from . import times

DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Four weeks of everything one lends; the form below keeps days free."""
    listings = agenda.listings_of(request.user)
    sent = (request.POST,) if request.method == "POST" else ()
    form = BlockForm(None, *sent, choices=[(str(each.pk), str(each)) for each in listings])
    if request.method == "POST" and form.is_valid():
        listing = next(each for each in listings if str(each.pk) == form.cleaned_data["listing"])
        if _block(request, listing, form):
            return redirect("calendar")
    grid = agenda.grid(request.user, listings, _first(request))
    status = 422 if form.errors else 200
    return render(request, "bookings/calendar.html", {"grid": grid, "form": form}, status=status)


@require_POST
@login_required
def listing_block(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep days of one listing free."""
    listing = times.cared_for(request, pk)
    form = BlockForm(listing, request.POST)
    if form.is_valid() and _block(request, listing, form):
        return times.answer(request, listing)
    return times.answer(request, listing, keep=form)


@require_POST
@login_required
def claim_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Open blocked days again."""
    try:
        listing = actions.unblock(pk, by=request.user)
        messages.success(request, _("It can be booked again. What was cancelled meanwhile stays cancelled."))
    except Claim.DoesNotExist:
        raise Http404 from None
    return times.answer(request, listing)


@require_POST
@login_required
def listing_week(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the weekly plan."""
    listing = times.cared_for(request, pk)
    form = WeekForm(request.POST)
    if form.is_valid():
        actions.set_weekly(listing.pk, form.windows(), by=request.user)
        messages.success(request, _("The week is set."))
        return times.answer(request, listing)
    return times.answer(request, listing, week=form)


@require_POST
@login_required
def listing_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a day differ from the week."""
    listing = times.cared_for(request, pk)
    form = ExceptionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        actions.close_day(listing.pk, data["day"], by=request.user, note=data["note"], is_open=bool(data["is_open"]))
        return times.answer(request, listing)
    return times.answer(request, listing, exception=form)


@require_POST
@login_required
def exception_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The week's plan holds again on that day."""
    try:
        listing = actions.open_day(pk, by=request.user)
    except DateException.DoesNotExist:
        raise Http404 from None
    return times.answer(request, listing)


@require_POST
@login_required
def listing_late_fee(request: HttpRequest, pk: int) -> HttpResponse:
    """What it costs to bring it back late."""
    listing = times.cared_for(request, pk)
    form = LateFeeForm(listing, request.POST)
    if form.is_valid():
        try:
            actions.set_late_fee(listing.pk, **form.cleaned_data, by=request.user)
            messages.success(request, _("The late fee is set."))
            return times.answer(request, times.cared_for(request, pk))
        except Refusal as refusal:
            form.refuse(refusal)
    return times.answer(request, listing, late=form)


def _block(request: HttpRequest, listing: Listing, form: BlockForm) -> bool:
    data = form.cleaned_data
    period = days(data["starts"], data["ends"] + DAY, ZoneInfo(listing.time_zone))
    try:
        actions.block(
            listing.pk, period, by=request.user, note=data["note"], kind=data["kind"], quantity=data.get("quantity")
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("Those days are kept free."))
    return True


def _first(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None
