"""What follows when a card is given, or says no: the lender is asked, or it is agreed; its owner is asked again."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging import actions as messaging
from messaging.models import Notification
from payments import actions as payments
from payments.models import CardCharge
from payments.states import Wanted
from sharing.db.retry import retrying
from sharing.web.formats import money
from sharing.web.refusals import Refusal

from .. import news, parties, paying
from ..models import Booking, BookingEvent, Change, Claim
from ..states import ChangeState, State
from . import promising
from .changes import apply
from .requests import answer_until
from .steps import _seen, take


@retrying
def card_given(booking_id: int, now: datetime | None = None) -> None:
    """A request is paid for: from now on it holds its time for as long as any other; at once is agreed at once.

    Told twice, it happens once: the first time lengthens the hold.
    """
    now = now or timezone.now()
    with transaction.atomic():
        booking = _seen(booking_id, None, lock=True)
        if booking.state != State.REQUESTED or (booking.expires and booking.expires <= now):
            return
        event = BookingEvent.objects.filter(booking=booking, step="request").first()
        if BookingEvent.objects.filter(booking=booking, step="card").exists() or event is None:
            return
        BookingEvent.objects.create(booking=booking, step="card", state=booking.state, by=booking.borrower, created=now)
        until = answer_until(booking.starts, booking.ends, now)
        Booking.objects.filter(pk=booking.pk).update(expires=until)
        Claim.objects.filter(booking=booking.pk).update(expires=until)
        agreed = booking.listing.instant or promising.holds(booking)
        if not agreed:
            lenders, words = parties.lenders(booking), booking.note[: news.LONGEST_NOTE]
            news.notify(booking, "request", by=booking.borrower, event=event, needs_answer=lenders, note=words)
    if agreed:
        take(booking_id, "accept", by=None, now=now)


def card_troubled(booking_id: int, charge: CardCharge) -> None:
    """A card was not charged by itself: its owner is asked for one, with the way to do it."""
    booking = Booking.objects.select_related("listing__owner", "borrower").filter(pk=booking_id).first()
    damage = charge.purpose == "deposit" and charge.wanted == Wanted.TAKE  # what the lender keeps of it
    holds = charge.purpose == "deposit" and not damage
    if booking is None or (holds and booking.state not in paying.DEPOSIT_NEEDED):
        return

    def title() -> str:
        words = {"title": booking.listing, "amount": money(charge.take_minor or charge.minor, charge.currency)}
        if holds:
            return _("%(title)s: the deposit of %(amount)s could not be held on your card") % words
        if charge.problem:
            return _("%(title)s: your card could not be charged %(amount)s") % words
        return _("%(title)s: %(amount)s is to be paid by card") % words

    if holds:
        _tell_of_deposit(booking, charge, "refused")
    elif damage:
        _tell_of_damage(booking, charge)
    messaging.notify(
        booking.borrower, kind="payment", title=title, body=lambda: _("Give your card once more, or another one."),
        url=reverse("booking", args=[booking.pk]), needs_answer=True,
        key=f"card:{charge.pk}:{charge.problem}{':damage' if damage else ''}",
    )


def deposit_held(booking_id: int, charge: CardCharge) -> None:
    """The lender was told that the card is still asked, or that it said no: now it holds the deposit."""
    booking = Booking.objects.select_related("listing__owner", "borrower").filter(pk=booking_id).first()
    if booking is not None and booking.state in paying.DEPOSIT_NEEDED:
        waited = booking.state != State.ACCEPTED and charge.number == 1
        told = Notification.objects.filter(member__in=parties.lenders(booking), key=_deposit_key(charge, "refused"))
        if waited or told.exists():
            _tell_of_deposit(booking, charge, "held")


def _tell_of_deposit(booking: Booking, charge: CardCharge, standing: str) -> None:
    with transaction.atomic():
        news.deposit(booking, standing, charge.minor, key=_deposit_key(charge, standing))


def _tell_of_damage(booking: Booking, charge: CardCharge) -> None:
    """The lender reads as plainly as the borrower that what was settled is not paid."""

    def title() -> str:
        words = {"title": booking.listing, "amount": money(charge.take_minor or charge.minor, charge.currency)}
        return _("%(title)s: the card did not pay the %(amount)s for the damage yet") % words

    messaging.notify_all(
        parties.lenders(booking), kind="payment", title=title, url=booking.get_absolute_url(),
        body=lambda: _("The borrower is asked for another card; your treasurers see it too."),
        key=f"card:{charge.pk}:damage:lender",
    )


def _deposit_key(charge: CardCharge, standing: str) -> str:
    return f"card:{charge.pk}:deposit_{standing}"


@retrying
def card_holds_more(booking_id: int, now: datetime | None = None) -> None:
    """The new price is held: the new dates count now, unless somebody else has them meanwhile."""
    now = now or timezone.now()
    with transaction.atomic():
        booking = _seen(booking_id, None, lock=True)
        rows = booking.changes.select_related("departure", "board", "alight", "by")
        row = rows.filter(state=ChangeState.PROPOSED, waits_for_card=True).first()
        gateway = paying.gateway_of(booking)
        if row is None or booking.state != State.REQUESTED or row.expires <= now:
            payments.more_dropped(booking.about, gateway=gateway, now=now)
            return
        row.state, row.answered = ChangeState.AGREED, now
        try:
            with transaction.atomic():
                row.save(update_fields=["state", "answered"])
                payments.more_counts(booking.about, gateway=gateway, now=now)
                _card_is_given(booking, now)
                apply(booking, row, row.by, now)
        except Refusal as refusal:
            Change.objects.filter(pk=row.pk).update(state=ChangeState.DECLINED, answered=now)
            payments.more_dropped(booking.about, gateway=gateway, now=now)
            _tell_in_vain(Booking.objects.select_related("listing", "borrower").get(pk=booking_id), row, str(refusal))


def _card_is_given(booking: Booking, now: datetime) -> None:
    """What was free until now holds a card from now on."""
    if not BookingEvent.objects.filter(booking=booking, step="card").exists():
        BookingEvent.objects.create(booking=booking, step="card", state=booking.state, by=booking.borrower, created=now)


def _tell_in_vain(booking: Booking, row: Change, reason: str) -> None:
    def title() -> str:
        return _("%(title)s: the new dates could not be had any more") % {"title": booking.listing}

    messaging.notify(
        booking.borrower, kind="booking.change", title=title, url=booking.get_absolute_url(),
        body=lambda: _("Your request stands as it was, and your card holds no more than before."),
        key=f"change:{row.pk}:in_vain",
    )
