"""The lender's calendar: all listings by days, and what one listing keeps free."""

from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from listings.models import Listing
from sharing.values.period import Period, days, local_days
from sharing.web.refusals import Refusal

from .. import actions, agenda
from ..forms import BlockForm, ExceptionForm, LateFeeForm, WeekForm
from ..models import Claim, DateException
from ..states import ClaimKind
from . import times

DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Four weeks of everything one lends, a page of listings at a time; the form below keeps days free."""
    listings, more = agenda.listings_of(request.user, _number(request.GET.get("after", "")))
    sent = (request.POST,) if request.method == "POST" else ()
    form = BlockForm(None, *sent, choices=[(str(each.pk), str(each)) for each in listings])
    if request.method == "POST" and form.is_valid():
        listing = next(each for each in listings if str(each.pk) == form.cleaned_data["listing"])
        if claim := _block(request, listing, form):
            return _back(request, kept=claim.pk)
    grid = agenda.grid(request.user, listings, _first(request), more=more)
    context = {"grid": grid, "form": form, "beyond": request.GET.get("after", "")} | _undo(request)
    return render(request, "bookings/calendar.html", context, status=422 if form.errors else 200)


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
    """Open blocked days again; from the grid one may take that back."""
    claim = Claim.objects.filter(pk=pk).select_related("listing").first()
    try:
        listing = actions.unblock(pk, by=request.user)
        messages.success(request, _("It can be booked again. What was cancelled meanwhile stays cancelled."))
    except Claim.DoesNotExist:
        raise Http404 from None
    if "grid" in request.POST and claim is not None:
        zone = ZoneInfo(listing.time_zone)
        kept = list(local_days(Period(claim.starts, claim.ends), zone))
        opened = {"listing": listing.pk, "starts": kept[0], "ends": kept[-1], "kind": claim.kind, "note": claim.note}
        request.session["opened"] = {name: str(value) for name, value in opened.items()}
        return _back(request, opened=1)
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
        try:
            actions.close_day(listing.pk, by=request.user, **form.facts())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
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


def _back(request: HttpRequest, **said: object) -> HttpResponse:
    """The same weeks and page of the grid, with what was done and can be undone."""
    kept = {name: request.GET.get(name) or request.POST.get(name) for name in ("from", "after")}
    query = {name: value for name, value in kept.items() if value} | said
    return redirect(f"{reverse('calendar')}?{urlencode(query)}#undo")


def _undo(request: HttpRequest) -> dict:
    """What was just kept or opened, for the line that offers to undo it."""
    if kept := _number(request.GET.get("kept", "")):
        mine = Claim.objects.filter(pk=kept, listing__in=Listing.objects.looked_after_by(request.user).values("pk"))
        return {"kept": mine.exclude(kind=ClaimKind.BOOKING).select_related("listing").first()}
    if "opened" in request.GET:
        return {"opened": request.session.get("opened")}
    return {}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _block(request: HttpRequest, listing: Listing, form: BlockForm) -> Claim | None:
    data = form.cleaned_data
    period = days(data["starts"], data["ends"] + DAY, ZoneInfo(listing.time_zone))
    try:
        claim = actions.block(
            listing.pk, period, by=request.user, note=data["note"], kind=data["kind"], quantity=data.get("quantity")
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, _("Those days are kept free."))
    return claim


def _first(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None
