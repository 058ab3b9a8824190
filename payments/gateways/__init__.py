"""Gateways: the ways in which money reaches whom it is for, behind one small protocol.

A gateway says whether a community offers it, and which entries the ledger books when a payment is
settled, when some of it goes back, and when a deposit is kept. It never writes to the books itself.
A gateway that settles by itself (no two people who confirm) says so with `confirmed_by_hand`.
"""

from typing import Protocol

from django.utils.translation import gettext as _

from members.models import Community
from payments.ledger import Entry
from payments.models import Payment, Transfer
from sharing.web.refusals import Refusal

from . import hand


class PaymentGateway(Protocol):
    """What a gateway offers to `payments.actions`."""

    confirmed_by_hand: bool

    def offered_in(self, community: Community) -> bool:
        """Whether members of the community can pay this way now."""

    def settlement(self, payment: Payment) -> list[Entry]:
        """The entries of a payment that has arrived."""

    def refund(self, payment: Payment, *, price_minor: int, fee_minor: int) -> list[Entry]:
        """The entries that give back this much of the price and of what the pool got."""

    def kept_deposit(self, held: Transfer, minor: int) -> list[Entry]:
        """The entries that turn `minor` of a held deposit into the lender's."""


_gateways: dict[str, PaymentGateway] = {"hand": hand.HandToHand()}


def named(name: str) -> PaymentGateway:
    """The gateway of this name. Refuses what this house does not offer."""
    try:
        return _gateways[name]
    except KeyError:
        raise Refusal(_("One cannot pay this way here."), code="no_such_gateway") from None
