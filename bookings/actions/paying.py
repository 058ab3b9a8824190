"""Saying that the money has changed hands: each side for itself; the second word settles it in the books."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from payments import actions as payments
from payments.states import PaymentState
from sharing.db.retry import retrying

from .. import news, parties
from ..models import Booking, BookingEvent
from .steps import NotNow, _seen


@retrying
def confirm_payment(booking_id: int, *, by: Member, now: datetime | None = None) -> Booking:
    """Confirm the payment of a booking for one's own side. Raises as `take` does."""
    now = now or timezone.now()
    with transaction.atomic():
        booking = _seen(booking_id, by, lock=True)
        payment = parties.payment_of(booking)
        if payment is None or not parties.may_confirm(booking, payment, by):
            raise _refusal(booking, payment, by)
        payment = payments.confirm(payment.about, by=by, now=now)
        parties.forget_payments(booking)
        settled = payment.state == PaymentState.SETTLED
        event = BookingEvent.objects.create(booking=booking, step="pay", state=booking.state, by=by, created=now)
        others = [booking.borrower] if by.pk != booking.borrower_id else parties.lenders(booking)
        news.tell(
            booking, "pay" if settled else "pay_one", by=by, event=event, needs_answer=() if settled else others,
            total=payment.total_minor, pooled=payment.fee_minor + payment.solidarity_minor,
        )
    return booking


def _refusal(booking: Booking, payment, by: Member) -> NotNow:
    if payment is None:
        return NotNow(_("There is nothing to pay for this."), code="no_payment")
    if payment.state == PaymentState.SETTLED:
        return NotNow(_("This has been paid and confirmed by both."), code="already")
    if payment.state != PaymentState.DUE or booking.state not in parties.PAYABLE:
        return NotNow(_("This payment is not due any more."), code="not_due")
    if payments.side_of(payment, by):
        return NotNow(_("You have confirmed this already. The other side has not yet."), code="already")
    return NotNow(_("That is for the other side to do."), code="not_yours")
