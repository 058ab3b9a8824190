"""The driver's page of a ride and the deeds on it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from listings import actions as listing_actions
from listings.actions.returns import other_way
from listings.models import Departure, Listing, Schedule
from listings.states import Kind
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import actions
from ..actions.departures import told
from ..models import Aboard
from . import board
from .forms import AboardForm, MoveForm, PlanForm, ReturnForm


@require_safe
@login_required
def driving(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan, way back and departures with their people; `after` goes on."""
    return _page(request, _mine(request, pk))


@require_POST
@login_required
def driving_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow this plan from now on, or none any more."""
    listing = _mine(request, pk)
    if "end" in request.POST:
        planned = listing_actions.end_schedule(pk, by=request.user)
        messages.success(request, " ".join([_("The weekly plan has ended."), planned.sentence]).strip())
        return redirect("driving", pk)
    form = PlanForm(_schedule(listing), request.POST)
    if form.is_valid():
        try:
            planned = listing_actions.set_schedule(pk, by=request.user, **form.given())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            n = planned.made
            made = ngettext("%(n)d departure was made.", "%(n)d departures were made.", n) % {"n": n}
            messages.success(request, f"{made} {planned.sentence}".strip())
            return redirect("driving", pk)
    return _page(request, listing, plan=form)


@require_POST
@login_required
def driving_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the way back as well."""
    listing = _mine(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            back = listing_actions.make_return(pk, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The way back is made: “%(title)s”.") % {"title": back.title})
            if back.description:
                messages.info(request, _("Its description is that of the way there. Does it fit?"))
            return redirect("driving", back.pk)
    return _page(request, listing, back=form)


@require_POST
@login_required
def departure_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Move, call off, run after all, or keep seats on one departure."""
    if deed not in _DEEDS:
        raise Http404
    mine = Departure.objects.filter(listing__in=Listing.objects.looked_after_by(request.user).values("pk"))
    row = get_object_or_404(mine.select_related("listing"), pk=pk)
    try:
        messages.success(request, _DEEDS[deed](request, row))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{_url(row.listing_id)}#departure-{row.pk}")


@require_POST
@login_required
def aboard_off(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept seats can be had again."""
    try:
        row = actions.let_off(pk, by=request.user)
    except Aboard.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The seats can be had again."))
    return redirect(f"{_url(row.listing_id)}#departure-{row.pk}")


def _move(request: HttpRequest, row: Departure) -> str:
    form = MoveForm(row.listing, request.POST)
    if not form.is_valid():
        raise Refusal(_("A departure has a day and a time."), field="leaves", code="invalid")
    n = actions.move_departure(row.pk, form.leaves(), by=request.user)
    return f"{_('It sets off at another time.')} {told(n)}".strip()


def _cancel(request: HttpRequest, row: Departure) -> str:
    n = actions.cancel_departure(row.pk, by=request.user, note=request.POST.get("note", "")[:600])
    return f"{_('This departure is called off.')} {told(n)}".strip()


def _restore(request: HttpRequest, row: Departure) -> str:
    actions.restore_departure(row.pk, by=request.user)
    return _("It runs after all. Who had a seat may ask again.")


def _keep(request: HttpRequest, row: Departure) -> str:
    form = AboardForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Say from where to where, and how many seats."), field="quantity", code="invalid")
    actions.take_aboard(row.pk, by=request.user, **form.cleaned_data)
    return _("The seats are kept.")


_DEEDS = {"move": _move, "cancel": _cancel, "restore": _restore, "keep": _keep}


def _page(request: HttpRequest, listing: Listing, *, plan=None, back=None) -> HttpResponse:
    rows, more = board.running(listing, _after(request))
    schedule = _schedule(listing)
    context = {
        "listing": listing, "rows": rows, "more": more, "schedule": schedule, "stops": list(listing.stops.all()),
        "plan": plan or PlanForm(schedule, initial={"starts": timezone.localdate()}), "other": other_way(listing),
        "back": back or ReturnForm(), "now": timezone.now(), "runs": _in_words(schedule),
    }  # fmt: skip
    return render(request, "bookings/driving/page.html", context, status=422 if plan or back else 200)


def _schedule(listing: Listing) -> Schedule | None:
    return Schedule.objects.filter(pk=listing.pk).prefetch_related("exceptions").first()


def _in_words(schedule: Schedule | None) -> str:
    """ "Mon, Wed 07:15"."""
    if schedule is None:
        return ""
    names = formats.locale().days["format"]["abbreviated"]
    return f"{', '.join(names[day] for day in sorted(schedule.weekdays))} {schedule.at:%H:%M}"


def _after(request: HttpRequest) -> datetime | None:
    try:
        moment = parse_datetime(request.GET.get("after", "").replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _mine(request: HttpRequest, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk, kind=Kind.RIDE)


def _url(pk: int) -> str:
    return reverse("driving", args=[pk])
