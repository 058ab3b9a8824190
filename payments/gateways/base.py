"""What a gateway offers: one small class, whose methods do nothing unless a gateway has something to do.

A gateway says whether it can be had, and what follows from each thing that may happen to a payment. It
answers with the entries that are booked at once, and itself only sees to what is booked later. Every
method runs in the caller's transaction.
"""

from datetime import datetime
from typing import ClassVar

from django.utils.functional import Promise

from members.models import Community, Member
from payments.ledger import Entry
from payments.models import Payment, Transfer


class PaymentGateway:
    """One way in which money reaches whom it is for."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]  # on a button: "Hand to hand"
    help: ClassVar[str | Promise]  # for whoever switches it on
    confirmed_by_hand = False  # two people say that the money changed hands
    pays_first = False  # the payer goes to the gateway with the request, and comes back
    on_by_itself = False  # as long as a community has not said otherwise

    def configured(self) -> bool:
        """Whether this house has it at all."""
        return True

    def serves(self, community: Community) -> bool:
        """Whether it could be had in this community: its currency, say."""
        return True

    def reaches(self, payee: Member | None) -> bool:
        """Whether money gets to this member by it; None is the commons."""
        return True

    def check(self, community: Community, payer: Member, *parts: int) -> None:
        """Refuse what the payer cannot pay by it, before anything is asked for: the price, the fee and the rest."""

    def reserve(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        starts: datetime, ends: datetime, now: datetime,
    ) -> None:
        """Somebody asks for something that will cost this much."""

    def reserve_more(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        starts: datetime, ends: datetime, now: datetime,
    ) -> bool:
        """What was asked for will cost this much instead; whether that counts at once, or `card_given` says when."""
        self.check(community, payer, minor)
        return True

    def more_counts(self, about: str, now: datetime) -> None:
        """What was reserved last takes the place of what was before."""

    def more_dropped(self, about: str, now: datetime) -> None:
        """What was reserved last is not wanted after all."""

    def noted(self, payment: Payment, now: datetime, *, at_once: bool = True) -> None:
        """The payment is due. at_once: what is known of the payer may be charged for it; else they are asked."""

    def amended(self, payment: Payment, now: datetime) -> None:
        """What is due has become another amount."""

    def let_go(self, about: str, now: datetime) -> None:
        """Nothing is to be paid for it after all."""

    def settlement(self, payment: Payment) -> list[Entry]:
        """The entries of a payment that both sides have confirmed."""
        return []

    def refund(self, payment: Payment, *, price_minor: int, fee_minor: int, now: datetime) -> list[Entry]:
        """The entries that give back this much of the price and of what the pool got."""
        return []

    def pass_on(self, about: str, now: datetime) -> None:
        """What it was paid for is over, as agreed: the price is the payee's."""

    def deposit_planned(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        at: datetime, now: datetime,
    ) -> None:
        """A deposit will be needed from `at` on."""

    def deposit_released(self, about: str, now: datetime) -> None:
        """Nobody needs it any more."""

    def kept_deposit(self, held: Transfer, minor: int, now: datetime) -> list[Entry]:
        """The entries that turn `minor` of a held deposit into the lender's; none when they follow later."""
        return []
