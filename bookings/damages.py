"""What is still owed for a damage when a booking is over: beyond the deposit, or because the card did not pay it.

What a damage is beyond the deposit becomes a payment of its own, which no card is charged for by itself: its owner is
asked. What the lender keeps of a deposit by card may fail as well, when its hold has run out and the card says no.
Either way both sides read it on the booking, treasurers on their desk; the lender can let it go (`actions.damages`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from members.models import Community
from payments import actions as payments
from payments import causes, waiting
from payments.models import CardCharge, Payment
from payments.states import DAMAGE, ChargePurpose, ChargeState, Gateway, PaymentState, Wanted

from . import parties, paying
from .models import Booking


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open: a payment, or a part of the deposit that the card has not paid. `charge`: what a card is asked."""

    minor: int
    currency: str
    payment: Payment | None = None
    charge: CardCharge | None = None

    @property
    def may_be_let_go(self) -> bool:
        """Not once the borrower says that it is paid."""
        return self.payment is None or self.payment.payer_confirmed is None


def register() -> None:
    """Called when the room opens."""
    waiting.register(
        waiting.Source(
            "damages", gettext_lazy("Damages that are not paid"), _unpaid,
            gettext_lazy("Agreed by both, or settled by a steward. The borrower was asked; a word from you may help."),
        )
    )


def claim(booking: Booking, minor: int, *, now: datetime) -> Payment:
    """What a damage is beyond the deposit is the lender's; due from now on, under a name of its own."""
    way = paying.gateway_of(booking)
    booking.extras += 1
    booking.save(update_fields=["extras"])
    payment = payments.due(
        about=booking.abouts[-1], title=booking.listing.title[:160], community=booking.community,
        payer=booking.borrower, payee=booking.listing.owner, price_minor=minor, fee_minor=0,
        gateway=Gateway.HAND if way == Gateway.CREDIT else way, kind=DAMAGE, at_once=False, now=now,
    )
    parties.forget_payments(booking)
    return payment


def owed(booking: Booking, cards: list[CardCharge]) -> Owed | None:
    """What is still open for a damage, from what the page has loaded."""
    for payment in parties.payments_of(booking):
        if payment.kind == DAMAGE and payment.state == PaymentState.DUE:
            asked = next((row for row in cards if row.about == payment.about), None)
            return Owed(payment.total_minor, payment.currency, payment=payment, charge=asked)
    for row in cards:
        if row.purpose == ChargePurpose.DEPOSIT and row.state == ChargeState.NEEDED and row.wanted == Wanted.TAKE:
            return Owed(row.take_minor or row.minor, row.currency, charge=row)
    return None


def _unpaid(community: Community, most: int) -> Iterator[waiting.Item]:
    due = Payment.objects.filter(community=community, state=PaymentState.DUE, kind=DAMAGE).select_related("payer")
    for payment in due.order_by("created", "pk")[:most]:
        yield _item(community, payment, payment.total_minor)
    cards = CardCharge.objects.filter(
        community=community, state=ChargeState.NEEDED, purpose=ChargePurpose.DEPOSIT, wanted=Wanted.TAKE
    ).select_related("payer")
    for charge in cards.order_by("created", "pk")[:most]:
        yield _item(community, charge, charge.take_minor or charge.minor)


def _item(community: Community, row: Payment | CardCharge, minor: int) -> waiting.Item:
    reference = causes.reference(row.about, community)
    url = reference.url if reference else ""
    return waiting.Item(row.title, row.payer.name, minor, row.currency, since=row.created, url=url)
