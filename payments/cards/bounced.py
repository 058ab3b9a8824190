"""Refunds that a bank has sent back: the money lies with Stripe again, and is the payer's in the books.

Payer and treasurers are told. It waits on the desk until a treasurer sends it once more, or until two of them have
paid it out of the payer's wallet by hand; what was begun by hand goes to no card any more.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Member
from members.queries import treasurers
from messaging.actions import notify, notify_all
from payments.models import CardCharge, Errand, Payment, Transfer
from payments.states import ErrandState, TransferKind
from sharing.db.retry import retrying
from sharing.web import formats

from . import client, errands, money
from .client import Thing, from_gateway

TROUBLE = "sent_back"
_BY_A_PERSON = timedelta(days=36_500)  # the same card by itself would say the same again


def read(name: str) -> Thing:
    """A refund as it stands at Stripe. Never inside a transaction."""
    return client.ask(lambda stripe_, _: stripe_.v1.refunds.retrieve(name))


@retrying
def note(pk: int, thing: Thing, now: datetime) -> None:
    """A refund has become what it is now; once, whoever tells of it. Raises Unsure before it is in the books itself."""
    movement = thing.get("failure_balance_transaction")
    if thing["status"] != "failed" or not movement:
        return
    with transaction.atomic():
        rows = CardCharge.objects.select_related("community", "payer").select_for_update(of=("self",), no_key=True)
        charge = rows.get(pk=pk)
        if not money.booked(thing["id"]):
            raise client.Unsure("The refund itself is not in the books yet.")
        minor, why = from_gateway(thing["amount"], thing["currency"]), thing.get("failure_reason") or "?"
        if not money.bounced(charge, movement, minor, now):
            return
        charge.refunded_minor -= minor
        charge.save(update_fields=["refunded_minor"])
        Errand.objects.create(
            key=f"{charge.name}:again:{thing['id']}", deed="refund", charge=charge, state=ErrandState.FAILED,
            facts={"stray": minor, "sent_back": thing["id"], "by": movement}, trouble=f"{TROUBLE}: {why}"[:200],
            due=now + _BY_A_PERSON, created=now,
        )
        _tell(charge, thing["id"], minor)


def end(charge: CardCharge, now: datetime) -> int:
    """The payer's bank has taken the money for them after all: nothing is sent any more. Returns how much it was.

    Runs in the caller's transaction, which holds the charge's row.
    """
    found = list(_open().filter(charge=charge))
    for row in found:
        errands.end_unsent(row, now)
    return sum(row.facts["stray"] for row in found)


def waiting_for(about: str) -> int:
    """How much of what was to go back for a cause lies here, because a bank has sent it back."""
    found = _open().filter(charge__about=about)
    return sum(row.facts["stray"] for row in found if not paid_by_hand(row))


def is_bounced(errand: Errand) -> bool:
    return "sent_back" in errand.facts


def paid_by_hand(errand: Errand) -> bool:
    """Whether the payer was given money out of their wallet since: then the rest goes that way too."""
    charge = errand.charge
    assert charge is not None, "A refund is about a charge."
    came = Transfer.objects.get(key=money.named(errand.facts["by"]))
    return Transfer.objects.filter(source=came.target, kind=TransferKind.CASH_OUT, sequence__gt=came.sequence).exists()


def _open() -> QuerySet[Errand]:
    rows = Errand.objects.filter(deed="refund", facts__has_key="sent_back").exclude(state=ErrandState.DONE)
    return rows.select_related("charge__community", "charge__payer")


def _tell(charge: CardCharge, name: str, minor: int) -> None:
    payment, others = Payment.objects.filter(about=charge.about).first(), _others(charge)

    def amount() -> str:
        return formats.money(minor, charge.currency)

    notify(
        charge.payer, kind="payment", key=f"bounced:{name}",
        title=lambda: _("%(amount)s could not go back to your card") % {"amount": amount()},
        body=lambda: _("Your bank has sent it back. It is yours all the same; your treasurers send it once more, or"
                       " pay it out to you."),
        url=payment.get_absolute_url() if payment else reverse("wallet"),
    )
    notify_all(
        others, kind="payment", key=f"bounced:{name}:treasurers", answering=others,
        title=lambda: _("A refund of %(amount)s to %(name)s was sent back") % {
            "amount": amount(), "name": charge.payer.name,
        },
        body=lambda: _("Send it once more, or pay it out of their wallet."),
        url=reverse("card_desk", args=[charge.community.slug]),
    )


def _others(charge: CardCharge) -> list[Member]:
    return [member for member in treasurers(charge.community) if member.pk != charge.payer_id]
