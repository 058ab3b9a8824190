"""The list of one's bookings, one booking, and its steps."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging import dressing, threads
from messaging.writer import NotInside
from payments import gateways
from sharing.web.api.pagination import decode_cursor
from sharing.web.refusals import Refusal

from .. import (
    actions,
    changes,
    damages,
    in_credit,
    money,
    news,
    parties,
    paying,
    queries,
    quotes,
    review,
    timeline,
    trips,
    waiting,
    words,
)
from ..actions.late import late_payment
from ..calendars import sync
from ..forms import StepForm
from ..handover import appointments, codes, records, window
from ..models import Booking, Meeting
from ..states import BORROWER, ENDED, LENDER, STEPS, Party, State
from . import changing

PLACE_KNOWN = frozenset({State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.DISPUTED})
ASKED_FIRST = (*timeline.SECOND_THINGS, "resolve")


@require_safe
@login_required
def bookings(request: HttpRequest) -> HttpResponse:
    """Needs you, now, coming, past; htmx asks for more of the past."""
    try:
        cursor = request.GET.get("cursor", "")
        rows = queries.mine(request.user)
        past, more = queries.past(rows, request.user, decode_cursor(cursor, 2) if cursor else None)
    except (ValueError, TypeError):
        raise Http404 from None
    context = {"past": past, "more": f"{reverse('bookings')}?cursor={more}" if more else "", "words": words}
    if request.htmx and cursor:
        return render(request, "bookings/_past.html", context)
    return render(request, "bookings/bookings.html", context | {
        "mine": queries.open_ones(request.user, rows=rows), "places": waiting.of(request.user),
    })


@require_safe
@login_required
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """One booking beside its conversation; htmx asks for the booking alone, when something has happened."""
    try:
        found = queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        return review.page(request, pk)  # a treasurer who comes from the books; 404 to everyone else
    if request.htmx:
        return render(request, "bookings/_booking.html", shown(request, found))
    return _page(request, found)


@require_safe
@login_required
def booking_of(request: HttpRequest, conversation: int) -> HttpResponse:
    """What a conversation is about."""
    found = Booking.objects.involving(request.user).filter(conversation=conversation)
    return redirect("booking", pk=get_object_or_404(found.values_list("pk", flat=True).order_by("pk")[:1]))


@require_safe
@login_required
def booking_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking on paper: who, what, when, where, how much."""
    return render(request, "bookings/print.html", shown(request, _mine(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def booking_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; a GET asks first, on a page of its own, with what follows from it."""
    if step not in STEPS and step != "pay":
        raise Http404
    found = _mine(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = None if step == "pay" else StepForm(found, step, *sent)
    if request.method != "POST":
        return _ask(request, found, step, form)
    if form is not None and not form.is_valid():
        return _refused(request, found, step, form, "")
    try:
        if step == "pay":
            actions.confirm_payment(found.pk, by=request.user)
        else:
            actions.take(found.pk, step, by=request.user, **form.given())
    except Refusal as refusal:
        found = _mine(request, pk)
        if form is not None and refusal.field:
            form.refuse(refusal)
            return _refused(request, found, step, form, "")
        return _refused(request, found, step, form, str(refusal))
    if request.htmx:
        return render(request, "bookings/_booking.html", shown(request, _mine(request, pk)))
    return redirect("booking", pk=pk)


@require_POST
@login_required
def late_fee_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """The lender forgives the late fee."""
    try:
        actions.waive_late_fee(pk, by=request.user)
        messages.success(request, _("The late fee is forgiven."))
    except Booking.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("booking", pk=pk)


@require_POST
@login_required
def damage_forgiven(request: HttpRequest, pk: int) -> HttpResponse:
    """The lender lets go of what is owed for a damage."""
    try:
        actions.forgive_damage(pk, by=request.user)
        messages.success(request, _("Nothing is owed for the damage any more."))
    except Booking.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("booking", pk=pk)


def shown(request: HttpRequest, booking: Booking, *, form: StepForm | None = None, error: str = "") -> dict:
    """Everything the booking's page says, for this member."""
    member = request.user
    payment = parties.payment_of(booking)
    steps = parties.steps_for(booking, member, payment=payment)
    party = parties.parties(booking, member)
    cards = paying.charges_of(booking) if party & (BORROWER | LENDER | Party.MEDIATOR) else []
    deposit = paying.deposit_on_card(booking, cards)
    following = timeline.next_thing(booking, member, steps, payment, deposit=deposit)
    if form is None and following and following.step and following.step != "pay":
        form = StepForm(booking, following.step)
    kind = words.manner(booking.listing.kind, booking.listing.price_unit)
    meetings = _meetings(booking, party)
    looked = sync.last_look(booking.listing) if "accept" in steps else None
    return {
        "booking": booking, "listing": booking.listing, "home": parties.home(booking, member),
        "kind": kind, "steps": steps, "next": following,
        "cards": cards, "card_to_pay": paying.to_pay(cards, booking.state),
        "by_hand": payment is not None and gateways.named(payment.gateway).confirmed_by_hand,
        "credit": in_credit.of_booking(booking),
        "way": gateways.named(paying.gateway_of(booking)),
        "looked": looked, "form": form, "meet": _first_agreed(meetings), "error": error, "payment": payment,
        "borrows": bool(party & BORROWER), "lends": bool(party & LENDER),
        "records": records.of(booking), "meetings": meetings, "reports_until": window.ends(booking),
        "report_past": window.is_past(booking, timezone.now()), "by_code": _by_code(booking, member),
        "other": timeline.other_name(booking, member), "entries": timeline.entries(booking, member, deposit=deposit),
        "deposit_due": deposit in ("", "held") and booking.quote.get("deposit_minor"),
        "other_clock": timeline.other_clock(booking, timezone.now()),
        "refunded": sum(row.refunded_minor for row in parties.payments_of(booking)),
        "sent_back": paying.sent_back(booking) if party & BORROWER else 0,
        "lines": quotes.in_words(booking.quote), "when": _when(booking), "ended": booking.state in ENDED,
        "place_known": booking.state in PLACE_KNOWN and bool(party & (BORROWER | LENDER)),
        "deeds": [
            {"step": step, "label": words.button(step, booking.listing), "question": words.DEEDS[step].question}
            for step in _besides(steps, following)
        ],
        "main": {"step": following.step, "label": words.button(following.step, booking.listing)}
        if following and following.step else None,
        "role": _role(party, kind), "proposal": changing.proposal(booking, member),
        "late_fee": late_payment(booking) if party & LENDER else None,
        "owed": damages.owed(booking, cards) if booking.state == State.CLOSED else None,
        "leg": trips.other(booking) if party & (BORROWER | LENDER) else None,
        "changeable": changes.may_change(booking, party) and not booking.proposals and not _is_coming_back(booking),
    }


def _is_coming_back(booking: Booking) -> bool:
    """Whether one side has said already that it is back: nobody asks to keep it longer then."""
    return booking.state == State.HANDED_OVER and bool(parties.done(booking, "return"))


def _by_code(booking: Booking, member) -> str:
    """The step both could confirm at once now, by a code."""
    if booking.state == State.ACCEPTED and not timeline.is_near(booking, timezone.now()):
        return ""
    return codes.step_of(booking) if codes.others(booking, member) else ""


def _meetings(booking: Booking, party: Party) -> list[dict]:
    """The appointments of the two sides: agreed, proposed, or still to be made."""
    if not party & (BORROWER | LENDER) or booking.state not in (State.ACCEPTED, State.HANDED_OVER):
        return []
    known, side = appointments.agreed(booking), "borrower" if party & BORROWER else "lender"
    rows = []
    for phase in appointments.phases(booking):
        meeting = known.get(phase)
        slots = list(meeting.slots.all()) if meeting else []
        rows.append({
            "phase": phase, "name": appointments.name_of(booking, phase), "meeting": meeting,
            "theirs": [slot for slot in slots if slot.side != side],
            "mine": [slot for slot in slots if slot.side == side],
        })
    return rows


def _first_agreed(meetings: list[dict]) -> Meeting | None:
    """The meeting that comes next, once its time is agreed."""
    return meetings[0]["meeting"] if meetings and meetings[0]["meeting"] and meetings[0]["meeting"].starts else None


def _besides(steps: list[str], following: timeline.Next | None) -> list[str]:
    """What else one may do; an early pick-up among it, while it is not the main thing yet."""
    early = ("hand_over",) if following is None or following.step != "hand_over" else ()
    return [step for step in (*early, *timeline.SECOND_THINGS) if step in steps]


def _role(party: Party, kind: str) -> str:
    if party & BORROWER:
        return str(words.YOU_USE[kind])
    return str(words.YOU_LEND[kind]) if party & LENDER else _("You mediate")


def _page(request: HttpRequest, booking: Booking, status: int = 200, **more: object) -> HttpResponse:
    context = shown(request, booking, **more) | {"thread": None}
    with suppress(NotInside):  # a steward who was not there yet when it began
        if booking.conversation:
            context["thread"] = dressing.dressed(threads.load(booking.conversation, request.user), request)
    return render(request, "bookings/booking.html", context, status=status)


def _refused(request: HttpRequest, booking: Booking, step: str, form: StepForm | None, error: str) -> HttpResponse:
    """The same page with the reason on it; nothing typed is lost."""
    status = 409 if error else 422
    asked_first = step in ASKED_FIRST and form is not None and not error
    if asked_first and not request.htmx:
        return _ask(request, booking, step, form, status=status)
    keep = form if form is not None and not error else None
    if request.htmx:
        return render(request, "bookings/_booking.html", shown(request, booking, form=keep, error=error), status=status)
    if error:
        messages.error(request, error)
        return redirect("booking", pk=booking.pk)
    return _page(request, booking, status=status, form=keep)


def _ask(request: HttpRequest, booking: Booking, step: str, form: StepForm | None, status: int = 200) -> HttpResponse:
    party = parties.parties(booking, request.user)
    back = None
    if step in ("cancel", "no_show") and parties.may(booking, step, party):
        back = money.would_go_back(booking, money.ending_rule(booking, step, party, timezone.now()))
    context = {
        "booking": booking, "listing": booking.listing, "step": step, "form": form, "back": back,
        "possible": step in parties.steps_for(booking, request.user, payment=parties.payment_of(booking)),
        "deed": (deed := words.button(step, booking.listing)), "question": words.DEEDS[step].question or deed,
        "early": step == "hand_over" and not timeline.is_near(booking, timezone.now()),
        "begins": news.begins(booking),
        "when": _when(booking), "danger": step in timeline.SECOND_THINGS,
    }
    return render(request, "bookings/step.html", context, status=status)


def _when(booking: Booking) -> str:
    return news.spoken(booking.starts, booking.ends, booking.listing.time_zone, booking.listing.price_unit)


def _mine(request: HttpRequest, pk: int) -> Booking:
    try:
        return queries.for_page(request.user, pk)
    except Booking.DoesNotExist:
        raise Http404 from None
