"""After a dispute that was lost: what had gone on to the lender is asked back, kindly.

Their wallet says it at once, so they can hand it to a treasurer like any fee; and until it is made good, what they are
paid by card later, a price or what they keep of a deposit, is kept back for it instead of being sent. Nobody is asked
for more than had reached them.

All of it runs in the caller's transaction, which holds the charge's row.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community, Member
from messaging.actions import notify
from payments import ledger, waiting
from payments.ledger import Entry
from payments.models import CardCharge
from payments.states import ChargePurpose, TransferKind
from sharing.web import formats

from . import money


def register() -> None:
    """Called when the app loads."""
    waiting.register(
        waiting.Source(
            "claims", gettext_lazy("To come back from lenders"), _waiting,
            gettext_lazy("A bank, or a refund, took what had gone on to a lender. What they are paid by card later is"
                         " kept back for it; they can also hand it to you, which you write down below. If the pool"
                         " shall bear it, propose a spend to their wallet."),
        )
    )


def reached(charge: CardCharge) -> int:
    """What of a charge the lender has, or is just being sent."""
    sending = charge.errands.filter(deed="transfer").exclude(state="done").first()
    return max(charge.passed_minor - charge.taken_back_minor, sending.facts["minor"] if sending else 0) + (
        charge.withheld_minor or 0
    )


def claim(charge: CardCharge, minor: int, now: datetime) -> None:
    """Note what the lender is asked for; the entry itself is booked with the dispute (`money.lost`)."""
    charge.claimed_minor += minor
    charge.save(update_fields=["claimed_minor"])
    assert charge.payee is not None, "Nothing had gone on to the commons."
    words = {"amount": formats.money(minor, charge.currency), "title": charge.title or charge.about}

    def body() -> str:
        return _("It is kept back from what you are paid by card next, or you hand it to a treasurer. You have done"
                 " nothing wrong; if it does not seem fair, talk with your community.")

    notify(
        charge.payee, kind="payment.claim", body=body, url=reverse("wallet"), key=f"claim:{charge.pk}",
        title=lambda: _("A bank took back what was paid for “%(title)s”: %(amount)s of it had gone to you") % words,
    )


def stand_in(charge: CardCharge, minor: int, key: str, now: datetime) -> None:
    """What a refund needs cannot be taken back from the lender, and goes to the borrower all the same.

    In the books it lies in trust again, and the lender owes it: to their community, which stands in for it.
    """
    assert charge.payee is not None, "Nothing was passed on to the commons."
    charge.taken_back_minor += minor
    charge.claimed_minor += minor
    charge.save(update_fields=["taken_back_minor", "claimed_minor"])
    entry = Entry(
        money.wallet(charge.community, charge.payee), money.trust(charge.community), minor, TransferKind.REFUND,
        f"stood-in:{key}", charge.about, charge.title,
    )
    ledger.post(charge.community, [entry], batch=f"back:{charge.name}", now=now)
    words = {"amount": formats.money(minor, charge.currency), "title": charge.title or charge.about}
    notify(
        charge.payee, kind="payment.claim", url=reverse("wallet"), key=f"stood-in:{key}",
        title=lambda: _("%(amount)s of “%(title)s” went back to the borrower; it had reached you before") % words,
        body=lambda: _("Stripe could not take it from your account, so your community stood in for it. It is kept back"
                       " from what you are paid by card next, or you hand it to a treasurer."),
    )


def keep_back(charge: CardCharge, minor: int, now: datetime) -> int:
    """Of what is to be sent to the lender, what stays here for their claims; decided once for a charge."""
    if charge.withheld_minor is None:
        charge.withheld_minor = _set_off(charge, minor, now)
        charge.save(update_fields=["withheld_minor"])
    return charge.withheld_minor


def _set_off(charge: CardCharge, minor: int, now: datetime) -> int:
    assert charge.payee is not None, "The commons owe nobody for a dispute."
    rows = locked(charge.payee, charge.community)
    if not rows:
        return 0
    ledger.lock(charge.community)
    priced = charge.purpose == ChargePurpose.PRICE  # a price waits in trust; of a deposit theirs is in their wallet
    left = made_good(rows, charge.payee, charge.community, leaving=0 if priced else minor)
    kept = min(minor, left)
    _recover(rows, kept)
    if kept and priced:
        entry = Entry(
            money.trust(charge.community), money.wallet(charge.community, charge.payee), kept, TransferKind.PASSED_ON,
            f"kept-back:{charge.name}", charge.about, charge.title,
        )
        ledger.post(charge.community, [entry], batch=f"pass:{charge.name}", now=now)
    return kept


def give_up(charge: CardCharge, minor: int, part: int, now: datetime) -> None:
    """Of a price that goes back to the borrower, what had been kept back: the lender owes it again."""
    assert charge.payee is not None, "Nothing was kept back from the commons."
    made = CardCharge.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = list(made.filter(community=charge.community, payee=charge.payee, recovered_minor__gt=0))
    ledger.lock(charge.community)
    entry = Entry(
        money.wallet(charge.community, charge.payee), money.trust(charge.community), minor, TransferKind.REFUND,
        f"kept-back:{charge.name}:back:{part}", charge.about, charge.title,
    )
    ledger.post(charge.community, [entry], batch=f"back:{charge.name}", now=now)
    charge.withheld_minor = (charge.withheld_minor or 0) - minor
    charge.save(update_fields=["withheld_minor"])
    for row in reversed(rows):
        back = min(minor, row.recovered_minor)
        row.recovered_minor, minor = row.recovered_minor - back, minor - back
        row.save(update_fields=["recovered_minor"])


def locked(member: Member, community: Community) -> list[CardCharge]:
    """The claims on a member that are open, held to the end of the transaction; before the chain, as everywhere."""
    rows = _open(community).filter(payee=member).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def made_good(rows: list[CardCharge], member: Member, community: Community, *, leaving: int = 0) -> int:
    """What of these claims was made good in another way, in cash say, is open no more; returns what is.

    leaving: what of the wallet is just about to be sent on, and so makes nothing good.
    """
    below = max(0, leaving - money.wallet(community, member).balance_minor)
    _recover(rows, max(0, sum(row.claim_left_minor for row in rows) - below))
    return sum(row.claim_left_minor for row in rows)


def _recover(rows: list[CardCharge], minor: int) -> None:
    """The oldest first."""
    for row in rows:
        if part := min(minor, row.claim_left_minor):
            row.recovered_minor, minor = row.recovered_minor + part, minor - part
            row.save(update_fields=["recovered_minor"])


def of_member(member: Member) -> list[CardCharge]:
    """What a lender is asked for, for their own page: one statement."""
    rows = CardCharge.objects.filter(payee=member, claimed_minor__gt=F("recovered_minor"))
    return list(rows.select_related("community").order_by("pk")[: waiting.MOST])


def _open(community: Community) -> QuerySet[CardCharge]:
    return CardCharge.objects.filter(community=community, claimed_minor__gt=F("recovered_minor"))


def _waiting(community: Community, most: int) -> Iterator[waiting.Item]:
    """Claims whose lender's wallet is still below zero."""
    standing = {
        account.member_id: account.balance_minor
        for account in money.wallets_below_zero(community)
    }
    desk = reverse("card_desk", args=[community.slug])
    for charge in _open(community).filter(payee__in=standing).select_related("payee").order_by("pk")[:most]:
        assert charge.payee is not None
        yield waiting.Item(
            charge.payee.name, charge.title or charge.about, min(charge.claim_left_minor, -standing[charge.payee_id]),
            charge.currency, charge.created, desk,
        )
