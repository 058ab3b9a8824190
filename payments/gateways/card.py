"""By card: Stripe holds, charges and sends; here is what that means for a payment (see `payments.cards`).

Nothing is booked before Stripe says that it has happened.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Community, Member
from payments.cards import charges, client, onboarding, raising
from payments.ledger import Entry
from payments.models import Payment, Transfer
from sharing.web.refusals import Refusal

from .base import PaymentGateway

# Stripe keeps money that is not passed on yet for 90 days at most; the return takes a while to be settled.
KEPT_FOR = timedelta(days=90)
RESERVE = timedelta(days=10)


class Card(PaymentGateway):
    name = "stripe"
    label = _("By card")
    help = _("Paid at Stripe and passed on to the lender after the return. Lenders open an account there first.")
    pays_first = True

    def configured(self) -> bool:
        return client.configured()

    def serves(self, community: Community) -> bool:
        return client.takes(community.currency)

    def reaches(self, payee: Member | None) -> bool:
        return onboarding.may_be_paid(payee)

    def reserve(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        starts: datetime, ends: datetime, now: datetime,
    ) -> None:
        charges.reserve(
            about, title=title, community=community, payer=payer, payee=payee, minor=minor,
            later=charged_at(starts, ends, now),
        )

    def reserve_more(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        starts: datetime, ends: datetime, now: datetime,
    ) -> bool:
        return raising.ask(
            about, title=title, community=community, payer=payer, payee=payee, minor=minor,
            later=charged_at(starts, ends, now), now=now,
        )

    def more_counts(self, about: str, now: datetime) -> None:
        raising.counts(about, now)

    def more_dropped(self, about: str, now: datetime) -> None:
        raising.drop(about, now)

    def noted(self, payment: Payment, now: datetime, *, at_once: bool = True) -> None:
        if payment.total_minor:
            charges.take(payment, now, at_once=at_once)

    def amended(self, payment: Payment, now: datetime) -> None:
        charges.amend(payment, now)

    def let_go(self, about: str, now: datetime) -> None:
        charges.let_go(about, now)

    def refund(self, payment: Payment, *, price_minor: int, fee_minor: int, now: datetime) -> list[Entry]:
        charges.refund(payment, price_minor=price_minor, fee_minor=fee_minor, now=now)
        return []

    def pass_on(self, about: str, now: datetime) -> None:
        charges.pass_on(about, now)

    def deposit_planned(
        self, about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
        at: datetime, now: datetime,
    ) -> None:
        charges.plan_deposit(
            about, title=title, community=community, payer=payer, payee=payee, minor=minor, at=at, now=now
        )

    def deposit_released(self, about: str, now: datetime) -> None:
        charges.release_deposit(about, now)

    def kept_deposit(self, held: Transfer, minor: int, now: datetime) -> list[Entry]:
        charges.keep_deposit(held.about, minor, now)
        return []


def charged_at(starts: datetime, ends: datetime, now: datetime) -> datetime | None:
    """None: at once. Else when, so that the money need not be kept too long before it is passed on.

    Raises Refusal for a stay that is itself too long.
    """
    earliest = ends + RESERVE - KEPT_FOR
    if earliest > starts:
        raise Refusal(gettext("So long a time cannot be paid by card."), code="too_long_for_cards")
    return earliest if earliest > now else None
