"""Taking a step: the table says whether, one lock makes it once, and everybody hears of it.

A step that needs both sides is confirmed by each on their own phone; the second confirmation moves
the booking. The clock takes steps through the same door (`by=None`).
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from messaging import actions as messaging
from sharing.db.retry import retrying
from sharing.photos import pipeline
from sharing.web import formats
from sharing.web.refusals import Refusal

from .. import availability, car, claims, damages, lateness, money, news, parties, paying, settling
from ..handover import plan
from ..models import Booking, BookingEvent, Handover, HandoverPhoto
from ..states import BORROWER, ENDED, LENDER, STEPS, ChangeState, HandoverPhase, Party, State

LONGEST_NOTE = 2000
MOST_PHOTOS = 8
MOST_ITEMS, LONGEST_ITEM = 60, 200
HANDOVERS = ("hand_over", "return")
CALLED_OFF_BY = {State.REQUESTED: "decline", State.ACCEPTED: "cancel"}  # when there is nothing to lend after all
LONGEST_WITHOUT_NETWORK = timedelta(days=14)
LONGEST_CLIENT_ID = 64


class NotNow(Refusal):
    """The step is not possible in this state, or not for this side."""

    code = "not_now"


@dataclass
class Taking:
    """One step being taken: who, as what, with which words and pictures; `told` is what the line says of it."""

    step: str
    by: Member | None
    party: Party
    now: datetime
    note: str = ""
    checklist: Sequence[str] = ()
    pictures: Sequence[dict] = ()
    kept_minor: int | None = None
    beyond_minor: int | None = None
    meter: Decimal | None = None
    client_id: str = ""
    made: datetime | None = None
    shown_by: Member | None = None
    told: dict = field(default_factory=dict)
    quiet: bool = False  # whoever takes many steps at once tells of them together


def take(
    booking_id: int, step: str, *, by: Member | None, note: str = "", photos: Sequence = (),
    checklist: Sequence[str] = (), kept_minor: int | None = None, beyond_minor: int | None = None,
    meter: Decimal | None = None, client_id: str = "", made: datetime | None = None, shown_by: Member | None = None,
    now: datetime | None = None,
) -> Booking:
    """Take a step of the table. Raises Booking.DoesNotExist for a stranger and Refusal when it is not possible now.

    At a handover `meter` is a reading; `client_id` names a confirmation from a phone that had no network,
    which happens once however often it is sent; `made` is when it was given there; `shown_by` is the other
    side, whose code was read (see `actions.handover`), and who has confirmed by showing it. `kept_minor` is
    what the lender keeps of the deposit, as a steward says or one of the two (None: as the other has said),
    `beyond_minor` what is owed beyond the whole of it.
    """
    note, checklist = _checked(step, note, photos, checklist, client_id)
    now = now or timezone.now()
    if client_id and (known := confirmed_before(booking_id, step, by, client_id)):
        return known
    given: dict = {"note": note, "checklist": checklist, "kept_minor": kept_minor, "beyond_minor": beyond_minor}
    given |= {"meter": meter}
    given |= {"client_id": client_id, "made": believable(made, now), "shown_by": shown_by}
    with ExitStack() as files:
        pictures = []
        if photos:
            check(_seen(booking_id, by), step, by, now)  # before any picture is decoded
            pictures = [_stored(files, photo, booking_id) for photo in photos]
        return _take(booking_id, step, by, now, given | {"pictures": pictures})


def call_off(booking: Booking, *, by: Member, note: str, now: datetime, told: dict) -> None:
    """The lender can lend nothing after all: says no, or cancels; `told` joins the line, as for alternatives."""
    step = CALLED_OFF_BY[State(booking.state)]
    note, _items = _checked(step, note, (), (), "")
    _take(booking.pk, step, by, now, {"note": note, "told": told})


def confirmed_before(booking_id: int, step: str, by: Member | None, client_id: str) -> Booking | None:
    """The booking, if this very confirmation has arrived already."""
    if by is None or step not in parties.PHASES:
        return None
    rows = Handover.objects.filter(booking=booking_id, phase=parties.PHASES[step], by=by, client_id=client_id)
    return _seen(booking_id, by) if rows.exists() else None


def believable(made: datetime | None, now: datetime) -> datetime | None:
    """When a phone says it happened; a clock that is ahead of ours, or weeks behind, says nothing."""
    if made is None or not now - LONGEST_WITHOUT_NETWORK <= made < now:
        return None
    return made


def _stored(files: ExitStack, photo, booking_id: int) -> dict:
    """The fields of a photo whose files go again should the step fail."""
    try:
        return files.enter_context(pipeline.stored(photo, f"handovers/{booking_id}"))
    except pipeline.PhotoRefused as refusal:
        raise Refusal(str(refusal), field="photos", code=refusal.code) from refusal


@retrying
def _take(booking_id: int, step: str, by: Member | None, now: datetime, given: dict) -> Booking:
    with transaction.atomic():
        booking = _seen(booking_id, by, lock=True)
        party = check(booking, step, by, now)
        taking = Taking(step, by, party, now, **given)
        if STEPS[step].needs_both and not _confirmed_by_both(booking, taking):
            _note_first(booking, taking)
        else:
            _move(booking, taking)
    return booking


def _seen(booking_id: int, by: Member | None, *, lock: bool = False) -> Booking:
    bookings = Booking.objects.all() if by is None else Booking.objects.involving(by)
    if lock:  # by its own row first: PostgreSQL locks no row of a query that joins what may be missing
        list(Booking.objects.select_for_update(no_key=True).filter(pk=booking_id).values_list("pk"))
    return bookings.for_cards().select_related("claim").prefetch_related("handovers").get(pk=booking_id)


def check(booking: Booking, step: str, by: Member | None, now: datetime) -> Party:
    """What whoever acts is in this booking, if they may take the step now; NotNow says why they may not."""
    party = parties.parties(booking, by)
    if parties.may(booking, step, party, now=now):
        return party
    rule = STEPS[step]
    if booking.state in ENDED:
        raise NotNow(_("This booking has ended."))
    if booking.state not in rule.before:
        words = {"state": booking.get_state_display()}
        raise NotNow(_("That is not possible now: the booking is at “%(state)s”.") % words)
    if not party & rule.by:
        raise NotNow(_("That is for the other side to do."), code="not_yours")
    if step == "accept":
        raise NotNow(_("This request has run out. Ask the borrower to send a new one."), code="expired")
    if rule.needs_both:
        raise NotNow(_("You have confirmed this already. The other side has not yet."), code="already")
    if step == "cancel":
        until = formats.moment(availability.cancel_until(booking), booking.listing.time_zone)
        raise NotNow(
            _("You could cancel by yourself until %(when)s. Ask the other side to call it off.") % {"when": until},
            code="too_late",
        )
    if step == "dispute":
        raise NotNow(_("The 48 hours in which one could report a problem are over."), code="too_late")
    if step == "no_show" and booking.starts > now:
        raise NotNow(_("Wait until it was meant to begin."), code="too_early")
    confirmed = parties.done(booking, "hand_over")
    if any(side in confirmed for flag, side in parties.SIDES.items() if flag & party):
        raise NotNow(_by_mistake(party), code="you_confirmed")
    raise NotNow(_("The other side has confirmed the pick-up, so somebody did come."), code="they_came")


def _by_mistake(party: Party) -> str:
    """Records stay as they are: what undoes a confirmation is that the lender cancels, which costs nobody anything."""
    if LENDER & party:
        return _("You have confirmed the pick-up yourself. If that was a mistake, cancel: all that was paid goes back.")
    return _(
        "You have confirmed the pick-up yourself. "
        "If that was a mistake, ask the other side to cancel: all that was paid goes back then."
    )


def _confirmed_by_both(booking: Booking, taking: Taking) -> bool:
    """Write this side's confirmation; whether the other's is there as well."""
    assert taking.by is not None, "The clock confirms nothing."
    if taking.step == "agree":
        return settling.confirm(booking, taking)
    confirmed, phase = parties.done(booking, taking.step), parties.PHASES[taking.step]
    asked = plan.items(booking.listing, phase) if taking.step in HANDOVERS else []
    meter = plan.checked_meter(booking, phase, taking.meter) if taking.step in HANDOVERS else None
    for flag, side in parties.SIDES.items():
        if not flag & taking.party or side in confirmed:
            continue
        row = Handover.objects.create(
            booking=booking, phase=phase, side=side, by=taking.by, note=taking.note, checklist=list(taking.checklist),
            asked=asked, meter=meter, client_id=taking.client_id, made=taking.made, created=taking.now,
        )
        HandoverPhoto.objects.bulk_create(HandoverPhoto(handover=row, **fields) for fields in taking.pictures)
        taking.pictures = ()
        confirmed.add(side)
    if taking.shown_by is not None and (missing := set(parties.SIDES.values()) - confirmed):
        _by_code(booking, taking, missing.pop(), asked)
        confirmed |= set(parties.SIDES.values())
    vars(booking)["_prefetched_objects_cache"].pop("handovers", None)
    return confirmed >= set(parties.SIDES.values())


def _by_code(booking: Booking, taking: Taking, side: str, asked: list[str]) -> None:
    """Who has shown their code has confirmed by that."""
    assert taking.shown_by is not None
    Handover.objects.create(
        booking=booking, phase=parties.PHASES[taking.step], side=side, by=taking.shown_by, asked=asked, by_code=True,
        made=taking.made, created=taking.now,
    )
    BookingEvent.objects.create(
        booking=booking, step=taking.step, state=booking.state, by=taking.shown_by, created=taking.now
    )


def _note_first(booking: Booking, taking: Taking) -> None:
    """One side has confirmed: the state stays, the other side is asked to do the same."""
    event = _write(booking, taking)
    others = [booking.borrower] if LENDER & taking.party else parties.lenders(booking)
    news.tell(
        booking, f"{taking.step}_one", by=taking.by, event=event, needs_answer=others,
        note=taking.note[: news.LONGEST_NOTE], **taking.told,
    )


def _move(booking: Booking, taking: Taking) -> None:
    """Change the state, do what follows from it, and tell."""
    before = booking.state
    booking.state, booking.moved, booking.expires = STEPS[taking.step].after, taking.now, None
    if effect := _EFFECTS.get(taking.step):
        effect(booking, taking)
    booking.save(update_fields=["state", "moved", "expires"])
    car.settle(booking.departure_id)
    event = _write(booking, taking)
    answering = parties.mediators(booking) if taking.step == "dispute" else ()
    mediating = parties.mediators(booking) if State.DISPUTED in (before, booking.state) else ()
    if taking.quiet:
        return
    news.tell(
        booking, taking.step, by=taking.by, event=event, needs_answer=answering, also=mediating,
        note=taking.note[: news.LONGEST_NOTE], **taking.told,
    )


def _write(booking: Booking, taking: Taking) -> BookingEvent:
    return BookingEvent.objects.create(
        booking=booking, step=taking.step, state=booking.state, by=taking.by, note=taking.note, created=taking.now
    )


def _accepted(booking: Booking, taking: Taking) -> None:
    booking.changes.filter(state=ChangeState.PROPOSED, waits_for_card=True).update(
        state=ChangeState.EXPIRED, answered=taking.now  # what the card was still asked for is let go with the yes
    )
    if booking.claim is None:  # swept between two ticks of different clocks
        with claims.kindly(booking.listing):
            booking.claim = claims.take(booking.listing, booking.period, booking.quantity, now=taking.now)
            booking.save(update_fields=["claim"])
    else:
        claims.firm(booking.claim)
    money.due(booking, taking.now)


def _let_go(booking: Booking, taking: Taking) -> None:
    claims.release(booking)
    paying.let_go(booking, taking.now)


def _cancelled(booking: Booking, taking: Taking) -> None:
    claims.release(booking)
    # One who is both sides of a commons booking gets what a borrower gets.
    rule = money.rule_for(booking, by_lender=not taking.party & BORROWER, now=taking.now)
    taking.told["back"] = money.call_off(booking, rule, by=taking.by, now=taking.now)


def _nobody_came(booking: Booking, taking: Taking) -> None:
    claims.release(booking)
    rule = money.rule_when_nobody_came(by_lender=bool(taking.party & LENDER))
    taking.told["back"] = money.call_off(booking, rule, by=taking.by, now=taking.now)


def _handed_over(booking: Booking, taking: Taking) -> None:
    taking.told["deposit"] = money.hold_deposit(booking, taking.now)
    taking.told["deposit_card"] = paying.deposit_on_card(booking)


def _returned(booking: Booking, taking: Taking) -> None:
    claims.shorten(booking, taking.now)
    if fee := lateness.fee_minor(booking, _brought_back(booking, taking.now)):
        money.charge(booking, fee, now=taking.now)
        taking.told["late_fee"] = fee
    paying.pass_on(booking, taking.now)


def _brought_back(booking: Booking, now: datetime) -> datetime:
    """When the first of the two confirmed it: who confirms late makes nobody late.

    What a phone without network says of the time counts where it says it for the other, or both stood there.
    """
    rows = list(Handover.objects.filter(booking=booking, phase=HandoverPhase.RETURN))
    together = any(row.by_code for row in rows)
    return min((row.at if together or row.side == "lender" else row.created for row in rows), default=now)


def _disputed(booking: Booking, taking: Taking) -> None:
    if booking.conversation_id is None:
        return
    for mediator in parties.mediators(booking):
        messaging.add(booking.conversation_id, mediator)


def _closed(booking: Booking, taking: Taking) -> None:
    held = paying.deposit_on_card(booking) in ("", "held")
    taking.told["deposit"] = booking.quote.get("deposit_minor", 0) if held else 0
    money.settle_deposit(booking, 0, by=taking.by, now=taking.now)
    paying.pass_on(booking, taking.now)


def _resolved(booking: Booking, taking: Taking) -> None:
    """By a steward, or by the two of them."""
    kept, beyond = settling.checked(booking, taking.kept_minor, taking.beyond_minor)
    claims.shorten(booking, taking.now)
    money.settle_deposit(booking, kept, by=taking.by, now=taking.now)
    if beyond:
        damages.claim(booking, beyond, now=taking.now)
    paying.pass_on(booking, taking.now)
    taking.told |= {"kept": kept, "beyond": beyond}


_EFFECTS: dict[str, Callable[[Booking, Taking], None]] = {
    "accept": _accepted,
    "decline": _let_go,
    "withdraw": _let_go,
    "expire": _let_go,
    "cancel": _cancelled,
    "no_show": _nobody_came,
    "hand_over": _handed_over,
    "return": _returned,
    "dispute": _disputed,
    "close": _closed,
    "agree": _resolved,
    "resolve": _resolved,
}


def _checked(step: str, note: str, photos: Sequence, checklist: Sequence[str], client_id: str) -> tuple[str, list[str]]:
    if step not in STEPS:
        raise NotNow(_("There is no such step."), code="no_such_step")
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    if photos and step not in HANDOVERS:
        raise Refusal(_("Photos belong to a pick-up or a return."), field="photos", code="no_photos_here")
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("At most %(n)d photos at once.") % {"n": MOST_PHOTOS}, field="photos", code="too_many")
    if len(checklist) > MOST_ITEMS or any(len(item) > LONGEST_ITEM for item in checklist):
        raise Refusal(_("The checklist is too long."), field="checklist", code="too_long")
    if len(client_id) > LONGEST_CLIENT_ID or not client_id.isprintable():
        raise Refusal(_("A client id has 1 to 64 printable characters."), field="client_id", code="invalid")
    return note.strip(), list(checklist)
