"""A payment has arrived: its entries are booked, and the rooms above hear of it after the commit."""

from datetime import datetime

from django.db import transaction

from . import ledger, signals
from .ledger import Entry
from .models import Payment
from .states import PaymentState


def settle(payment: Payment, entries: list[Entry], now: datetime) -> None:
    ledger.post(payment.community, entries, batch=f"settle:{payment.about}", now=now)
    signals.payment_settling.send(Payment, payment=payment, now=now)
    payment.state, payment.settled = PaymentState.SETTLED, now
    payment.save(update_fields=["state", "settled"])
    tell(signals.payment_settled, payment)


def tell(signal, payment: Payment, **more: object) -> None:
    """Tell the rooms above once the deed is done; none of them can undo it."""
    transaction.on_commit(lambda: signal.send_robust(Payment, payment=payment, **more), robust=True)
