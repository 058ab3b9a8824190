"""Other dates for a booking: proposed by one side, agreed by the other, at once where the listing's rules let it.

The new time takes the place of the old in one statement: the claim is never lost on the way.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Departure, Listing
from listings.states import Kind
from members.models import Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import car, changes, claims, fairness, fresh, money, news, parties, paying, ruled
from ..changes import Preview
from ..models import Booking, BookingEvent, Change
from ..states import BORROWER, LENDER, ChangeState, Party, State
from ..stays import Moment
from . import raising
from .offering import mind_the_line
from .requests import LONGEST_NOTE, PATIENCE, NotFree, answer_until
from .steps import NotNow, _seen

AT_ONCE = 200  # that end in one tick of the clock; whoever comes too late for one is told so anyway
ANSWERS = {"agree": ChangeState.AGREED, "decline": ChangeState.DECLINED, "withdraw": ChangeState.WITHDRAWN}


@retrying
def preview_change(
    booking_id: int, *, by: Member, starts: Moment = None, ends: Moment = None, departure=None, board=None,
    alight=None, now: datetime | None = None,
) -> Preview:
    """What other dates would mean; nothing is written. Raises as `change` does."""
    booking = _seen(booking_id, by)
    return changes.preview(
        booking, _party(booking, by), starts=starts, ends=ends, departure=departure, board=board, alight=alight,
        now=now or timezone.now(),
    )


@retrying
def change(
    booking_id: int, *, by: Member, starts: Moment = None, ends: Moment = None, departure=None, board=None,
    alight=None, note: str = "", now: datetime | None = None,
) -> Change:
    """Propose other dates, or have them at once; left out, a date stays. A longer end is an extension.

    Of a ride another departure, or other stops.
    """
    now = now or timezone.now()
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    with transaction.atomic():
        booking = _seen(booking_id, by, lock=True)
        party = _party(booking, by)
        if ruled.is_ruled(booking.listing):
            fairness.one_at_a_time(booking.borrower)  # two changes at once are counted one after the other
        wanted = changes.preview(
            booking, party, starts=starts, ends=ends, departure=departure, board=board, alight=alight, now=now
        )
        if not wanted.answer.free:
            raise NotFree(wanted.answer.reason, field=wanted.answer.field, code=wanted.answer.code)
        if booking.changes.filter(state=ChangeState.PROPOSED, waits_for_card=True).exists():
            raising.drop(booking, now)  # another thought takes its place
        booking.changes.filter(state=ChangeState.PROPOSED, expires__lte=now).update(state=ChangeState.EXPIRED)
        if booking.changes.filter(state=ChangeState.PROPOSED).exists():
            raise NotNow(_("There is a proposal already. Answer it or take it back first."), code="already")
        row = Change(
            booking=booking, by=by, side="borrower" if party & BORROWER else "lender", note=note.strip(), created=now,
            starts=wanted.stay.period.starts, ends=wanted.stay.period.ends, quote=wanted.quote,
            departure=wanted.stay.departure, board=wanted.stay.board, alight=wanted.stay.alight,
            expires=_open_until(booking, wanted, now),
        )
        if wanted.at_once and booking.state == State.REQUESTED and not raising.counts_at_once(booking, row, now):
            raising.wait(booking, row, now)
            row.save()
        elif wanted.at_once:
            row.state, row.answered = ChangeState.AGREED, now
            row.save()
            apply(booking, row, by, now, policy=wanted.policy)
        else:
            row.save()
            _tell(booking, "change_ask", row, by, now)
    return row


@retrying
def answer_change(change_id: int, answer: str, *, by: Member, now: datetime | None = None) -> Change:
    """Agree or decline (the other side), or withdraw (who proposed). Raises Change.DoesNotExist for a stranger."""
    now = now or timezone.now()
    if answer not in ANSWERS:
        raise NotNow(_("There is no such step."), code="no_such_step")
    with transaction.atomic():
        booking_id = Change.objects.values_list("booking", flat=True).get(pk=change_id)
        try:
            booking = _seen(booking_id, by, lock=True)
        except Booking.DoesNotExist:
            raise Change.DoesNotExist from None
        row = booking.changes.select_related("departure", "board", "alight").get(pk=change_id)
        party = parties.parties(booking, by)
        proposed_by, side = (BORROWER, LENDER) if row.side == "borrower" else (LENDER, BORROWER)
        if row.state != ChangeState.PROPOSED or row.expires <= now or booking.state not in changes.OPEN:
            raise NotNow(_("This proposal is not open any more."), code="not_open")
        if not party & (proposed_by if answer == "withdraw" else side):
            raise NotNow(_("That is for the other side to do."), code="not_yours")
        if row.waits_for_card:
            if answer != "withdraw":
                raise NotNow(_("The card has to hold the new price first."), code="card")
            raising.drop(booking, now)
        row.state, row.answered = ANSWERS[answer], now
        row.save(update_fields=["state", "answered"])
        if answer == "agree":
            apply(booking, row, by, now)
        elif not row.waits_for_card:  # nobody else has heard of it
            _tell(booking, f"change_{answer}", row, by, now)
    return row


def expire_changes(now: datetime) -> int:
    """Proposals nobody answered in time are open no more; the booking stays as it is."""
    dropped = raising.expire_due(now)
    due = Change.objects.filter(state=ChangeState.PROPOSED, expires__lte=now)
    over = dict(due.values_list("pk", "booking")[:AT_ONCE])
    ended = due.filter(pk__in=over).update(state=ChangeState.EXPIRED, answered=now)
    fresh.tell_of(*over.values())
    return dropped + ended


def _open_until(booking: Booking, wanted: Preview, now: datetime) -> datetime:
    """How long the other side may answer: what is late already may still be kept by agreement until the new end."""
    period = wanted.stay.period
    return min(now + PATIENCE, next(at for at in (max(booking.ends, period.starts), period.ends) if at > now))


def _party(booking: Booking, by: Member) -> Party:
    party = parties.parties(booking, by)
    if changes.may_change(booking, party):
        return party
    if booking.state not in changes.OPEN:
        raise NotNow(_("The dates of this booking can't be changed any more."))
    raise NotNow(_("That is for the other side to do."), code="not_yours")


def apply(booking: Booking, row: Change, by: Member, now: datetime, *, policy=None) -> None:
    """The booking moves: claim, dates, price and what is paid or due, all or nothing."""
    was, was_in = news.facts(booking), booking.departure_id
    booking.starts, booking.ends, booking.quote, booking.moved = row.starts, row.ends, row.quote, now
    if booking.departure_id is not None:
        booking.departure, booking.board, booking.alight = row.departure, row.board, row.alight
    if booking.state == State.REQUESTED and not _waits_for_its_first_card(booking):
        booking.expires = answer_until(row.starts, row.ends, now)
    if policy is not None:
        booking.policy = policy
    with claims.kindly(booking.listing), transaction.atomic():
        Listing.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=booking.listing_id)
        mind_the_line(booking.listing, row.period, booking.borrower, now=now)
        if booking.claim is None:
            booking.claim = claims.take(
                booking.listing, row.period, booking.quantity, now=now, expires=booking.expires
            )
        else:
            claims.move(booking.claim, booking.listing, row.period, expires=booking.expires)
    if booking.listing.kind == Kind.RIDE:
        _still_passes(row)
    booking.save(update_fields=[
        "starts", "ends", "quote", "moved", "expires", "policy", "claim", "departure", "board", "alight"
    ])
    car.settle(was_in, booking.departure_id)
    balance = money.Balance(0, 0) if booking.state == State.REQUESTED else money.rebalance(booking, by=by, now=now)
    _tell(
        booking, "change", row, by, now, was_starts=was["starts"], was_ends=was["ends"],
        more=balance.more_minor, back=balance.back_minor,
    )


def _waits_for_its_first_card(booking: Booking) -> bool:
    """A request that is paid first is held for as long as one takes to give the card, whatever its dates."""
    return paying.is_first(booking) and not BookingEvent.objects.filter(booking=booking, step="card").exists()


def _still_passes(row: Change) -> None:
    """The departure sets off when the proposal says; the claim holds the ride's row, so nobody moves it meanwhile."""
    if row.departure_id is not None and row.board is not None:
        leaves = row.starts - timedelta(minutes=row.board.minutes)
        if Departure.objects.filter(pk=row.departure_id, leaves=leaves, cancelled=False).exists():
            return
    raise NotFree(_("This departure was cancelled or moved."), field="departure", code="cancelled")


def _tell(booking: Booking, step: str, row: Change, by: Member, now: datetime, **params: Any) -> None:
    event = BookingEvent.objects.create(
        booking=booking, step=step, state=booking.state, by=by, note=row.note if step == "change_ask" else "",
        created=now,
    )
    others = [booking.borrower] if by.pk != booking.borrower_id else parties.lenders(booking)
    params |= {"note": event.note[: news.LONGEST_NOTE], "new_starts": row.starts.isoformat(),
               "new_ends": row.ends.isoformat(), "diff": row.quote["total_minor"] - booking.quote["total_minor"]}
    if row.board is not None and row.alight is not None:
        params["way"] = f"{row.board.place} – {row.alight.place}"
    news.tell(booking, step, by=by, event=event, needs_answer=others if step == "change_ask" else (), **params)
