"""A series: chosen and shown beforehand time by time, then seen, answered and called off as a whole."""

from types import SimpleNamespace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from listings.models import Listing
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import actions, news, parties, queries, repeats, stays
from ..actions.series import would_go_back
from ..forms import SeriesForm
from ..models import Booking, Series
from ..states import BORROWER, LENDER, State

MOST = repeats.MOST


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def series_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a rhythm; a GET with all of it shows each time beforehand, a POST asks."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_pages(), pk=pk)
    if listing.kind == "ride":
        raise Http404
    posted = request.method == "POST"
    # What is shown is what is asked for: without the times that are taken.
    sent = request.POST if posted else (request.GET.dict() | {"skip": "on"} if request.GET.get("rhythm") else None)
    form = SeriesForm(listing, sent, initial={name: request.GET.get(name, "") for name in ("starts", "ends")})
    turns: list[repeats.Turn] = []
    if form.is_bound and form.is_valid():
        try:
            if posted and "ask" in request.POST:
                data = form.cleaned_data
                made = actions.request_series(
                    pk, by=request.user, skip=data["skip"], note=data["note"], **form.asked()
                )
                messages.success(request, _("It is agreed.") if listing.instant else _("Your request is on its way."))
                return redirect(made)
            turns = actions.preview_series(pk, by=request.user, **form.asked())
        except Refusal as refusal:
            form.refuse(refusal)
            turns = _shown_anyway(form, pk, request) if refusal.code == "some_taken" else []
    free = [turn for turn in turns if turn.free]
    context = {
        "listing": listing, "form": form, "turns": [_row(listing, turn) for turn in turns], "free": len(free),
        "missing": len(turns) - len(free), "total": repeats.total_minor(turns),
        "own": listing.owner_id == request.user.pk,
    }
    return render(request, "bookings/series_new.html", context, status=422 if posted and form.errors else 200)


@require_safe
@login_required
def series_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All of its bookings, with what may be done with those to come."""
    rows = _of(request, pk)
    now = timezone.now()
    party = parties.parties(rows[0], request.user)
    coming = [row for row in rows if row.starts > now and row.state in (State.REQUESTED, State.ACCEPTED)]
    context = {
        "series": get_object_or_404(Series.objects.select_related("listing"), pk=pk), "listing": rows[0].listing,
        "cards": [queries.card_of(row, request.user, now) for row in rows],
        "may_end": bool(coming and party & (BORROWER | LENDER)),
        "may_accept": bool(party & LENDER) and any(row.state == State.REQUESTED for row in coming),
    }
    return render(request, "bookings/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def series_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Say yes to all, or call off the rest; a GET asks first, with what goes back."""
    if deed not in ("accept", "end"):
        raise Http404
    rows = _of(request, pk)
    if request.method != "POST":
        count, back = would_go_back(pk, request.user, timezone.now())
        context = {"series_id": pk, "listing": rows[0].listing, "deed": deed, "count": count, "back": back,
                   "currency": rows[0].quote["currency"]}
        return render(request, "bookings/series_deed.html", context)
    try:
        if deed == "accept":
            n = actions.accept_series(pk, by=request.user)
            said = ngettext("You said yes to %(n)d booking.", "You said yes to %(n)d bookings.", n)
        else:
            n = actions.end_series(pk, by=request.user)
            said = ngettext("%(n)d booking is called off.", "%(n)d bookings are called off.", n)
        messages.success(request, said % {"n": n})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("series", pk=pk)


def _of(request: HttpRequest, pk: int) -> list[Booking]:
    rows = Booking.objects.involving(request.user).filter(series=pk).order_by("starts", "pk")
    found = list(queries.with_cards(rows)[:MOST])
    if not found:
        raise Http404
    parties.look_up(found)
    return found


def _shown_anyway(form: SeriesForm, pk: int, request: HttpRequest) -> list[repeats.Turn]:
    """Every time with its reason, where it was asked for all of them."""
    data = form.data
    asked = {name: data.get(name, "") for name in ("starts", "ends", "rhythm", "until")}
    return actions.preview_series(pk, by=request.user, **asked)


def _row(listing: Listing, turn: repeats.Turn) -> SimpleNamespace:
    if turn.offer is not None:
        period = turn.offer.stay.period
        when = news.spoken(period.starts, period.ends, listing.time_zone, listing.price_unit)
        return SimpleNamespace(when=when, minor=turn.offer.total_minor, reason=turn.reason)
    day = stays.read(turn.starts, "starts")
    return SimpleNamespace(when=formats.moment(day, None, "day"), minor=0, reason=turn.reason)
