"""Letting go of what is still owed for a damage."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from payments import actions as payments
from sharing.db.retry import retrying

from .. import damages, news, parties, paying
from ..models import Booking, BookingEvent
from ..states import LENDER
from .steps import NotNow, _seen


@retrying
def forgive_damage(booking_id: int, *, by: Member, now: datetime | None = None) -> Booking:
    """The lender asks for it no more. What of the deposit was set aside for it in the books is free again.

    Raises NotNow when it is not the lender who says so or nothing is owed, PaymentError when the borrower has paid it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        booking = _seen(booking_id, by, lock=True)
        if not parties.parties(booking, by) & LENDER:
            raise NotNow(_("That is for the other side to do."), code="not_yours")
        owed = damages.owed(booking, paying.charges_of(booking))
        if owed is None:
            raise NotNow(_("Nothing is owed for a damage here."), code="nothing_owed")
        if owed.payment is not None:
            payments.forgive(owed.payment.about)
        else:
            payments.release_deposit(booking.about, now=now)
        parties.forget_payments(booking)
        event = BookingEvent.objects.create(booking=booking, step="forgive", state=booking.state, by=by, created=now)
        news.tell(booking, "forgive", by=by, event=event)
    return booking
