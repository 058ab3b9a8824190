"""Other dates for a booking: choose, see what it would cost, ask; and the other side's answer."""

from types import SimpleNamespace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.models import Member
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import actions, changes, news, parties, queries, quotes, timeline
from ..change_forms import ChangeForm
from ..models import Booking, Change
from ..states import BORROWER, LENDER, ChangeState, State


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def booking_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with what the chosen dates would mean; sent, they are proposed or had at once."""
    booking = _mine(request, pk)
    possible = changes.may_change(booking, parties.parties(booking, request.user))
    posted = request.method == "POST"
    asked = request.GET.get("ends") or request.GET.get("alight")
    sent = request.POST if posted else (request.GET if asked else None)
    form = ChangeForm(booking, sent)
    preview = None
    if possible and form.is_bound and form.is_valid():
        try:
            if posted:
                row = actions.change(booking.pk, by=request.user, note=form.cleaned_data["note"], **form.asked())
                messages.success(request, _said(row, timeline.other_name(booking, request.user)))
                return redirect("booking", pk=pk)
            preview = actions.preview_change(booking.pk, by=request.user, **form.asked())
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "booking": booking, "listing": booking.listing, "form": form, "possible": possible, "preview": preview,
        "when": _spoken(booking, booking), "new_when": _new(booking, preview.stay) if preview else "",
        "lines": quotes.in_words(preview.quote) if preview else (), "until": _until(booking, possible),
        "less_minor": -preview.more_minor if preview else 0, "other": timeline.other_name(booking, request.user),
    }
    if request.htmx and not posted:
        return render(request, "bookings/_change_preview.html", context)
    return render(request, "bookings/change.html", context, status=422 if posted else 200)


@require_POST
@login_required
def change_answer(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    """Agree, decline, or take the proposal back."""
    booking = _mine(request, pk)
    if not booking.proposals:
        messages.error(request, _("This proposal is not open any more."))
        return redirect("booking", pk=pk)
    try:
        row = actions.answer_change(booking.proposals[0].pk, answer, by=request.user)
        if row.state == ChangeState.AGREED:
            said = _("The dates are changed: %(when)s.") % {"when": _new(booking, row)}
            messages.success(request, formats.one_stop(said))
    except Change.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("booking", pk=pk)


def proposal(booking: Booking, member: Member) -> SimpleNamespace | None:
    """The open proposal as this member reads it."""
    row = next((each for each in booking.proposals if each.expires > timezone.now()), None)
    party = parties.parties(booking, member)
    if row is None or booking.state not in changes.OPEN or not party & (BORROWER | LENDER):
        return None
    if row.waits_for_card and not party & BORROWER:
        return None  # the lender hears of it once it counts
    answering = bool(party & (LENDER if row.side == "borrower" else BORROWER))
    difference = row.quote["total_minor"] - booking.quote["total_minor"]
    return SimpleNamespace(
        row=row, mine=row.by_id == member.pk, answering=answering, when=_new(booking, row),
        more_minor=max(0, difference), less_minor=max(0, -difference),
        until=formats.moment(row.expires, booking.listing.time_zone),
    )


def _said(row: Change, other: str) -> str:
    if row.state == ChangeState.AGREED:
        return _("The dates are changed.")
    if row.waits_for_card:
        return _("Your card is asked for the new price. As soon as it holds it, the new dates count.")
    return _("%(name)s has your proposal. Until they agree, everything stays as it is.") % {"name": other}


def _until(booking: Booking, possible: bool) -> str:
    """Until when what is out could be kept, in words; "" when nothing stands in the way."""
    if not possible or booking.state != State.HANDED_OVER or booking.departure_id is not None:
        return ""
    until = changes.longest_until(booking, timezone.now())
    if until is None:
        return ""
    if until <= booking.ends:
        return _("Somebody else has it right after you, so it can't be kept longer.")
    return _("It is free until %(when)s.") % {"when": formats.moment(until, booking.listing.time_zone)}


def _spoken(booking: Booking, period) -> str:
    listing = booking.listing
    return news.spoken(period.starts, period.ends, listing.time_zone, listing.price_unit)


def _new(booking: Booking, wanted) -> str:
    """The time of a proposal or a stay, and of a ride from where to where."""
    when = _spoken(booking, wanted.period)
    if wanted.board is None or wanted.alight is None:
        return when
    return f"{wanted.board.place} – {wanted.alight.place}, {when}"


def _mine(request: HttpRequest, pk: int) -> Booking:
    try:
        return queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
