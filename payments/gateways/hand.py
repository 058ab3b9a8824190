"""Hand to hand: the borrower gives the cash to the lender, both confirm, and the books follow the cash.

The lender then holds the price, which is theirs, and the fee, which is everyone's: their wallet goes
below zero by the fee until they hand it in. When the commons lend, a treasurer holds all of it for
the community, and nobody owes anything. In entries: the cash comes in from outside by the payer's
wallet, is shared out, and what the lender has in their pocket goes out of the books again.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from payments import ledger
from payments.ledger import Entry
from payments.models import Account, Payment, Transfer
from payments.states import AccountKind, TransferKind

from .base import PaymentGateway


class HandToHand(PaymentGateway):
    """Cash; needs nothing and is offered wherever nobody has switched it off."""

    name = "hand"
    label = _("Hand to hand")
    help = _("The borrower gives the money to the lender, and both say so.")
    confirmed_by_hand = True
    on_by_itself = True

    def settlement(self, payment: Payment) -> list[Entry]:
        world, pool, payer, payee = _accounts(payment)
        parts = [
            (world, payer, payment.total_minor, TransferKind.CASH_IN),
            (payer, payee or pool, payment.price_minor, TransferKind.PRICE),
            (payer, pool, payment.fee_minor, TransferKind.FEE),
            (payer, pool, payment.solidarity_minor, TransferKind.SOLIDARITY),
        ]
        if payee is not None:
            parts.append((payee, world, payment.total_minor, TransferKind.CASH_OUT))
        return _entries("settle", payment, parts)

    def refund(self, payment: Payment, *, price_minor: int, fee_minor: int, now: datetime) -> list[Entry]:
        world, pool, payer, payee = _accounts(payment)
        total = price_minor + fee_minor
        if payee is None:
            parts = [(pool, payer, total, TransferKind.REFUND)]
        else:
            parts = [
                (world, payee, total, TransferKind.CASH_IN),
                (payee, payer, price_minor, TransferKind.REFUND),
                (pool, payer, fee_minor, TransferKind.REFUND),
            ]
        # After a part has gone back, the keys say from where the next part starts.
        deed = f"refund-{payment.refunded_minor}" if payment.refunded_minor else "refund"
        return _entries(deed, payment, [*parts, (payer, world, total, TransferKind.CASH_OUT)])

    def kept_deposit(self, held: Transfer, minor: int, now: datetime) -> list[Entry]:
        """The lender has the deposit in their pocket: what they keep of it becomes theirs in the books as well."""
        world = ledger.account(AccountKind.WORLD, held.community)
        about, memo = held.about, held.memo
        cash_in = Entry(world, held.source, minor, TransferKind.CASH_IN, f"{held.key}:cash_in", about, memo)
        entries = [cash_in, ledger.posting(held, minor)]
        if held.target.kind == AccountKind.WALLET:
            entries.append(Entry(held.target, world, minor, TransferKind.CASH_OUT, f"{held.key}:cash_out", about, memo))
        return entries


def _accounts(payment: Payment) -> tuple[Account, Account, Account, Account | None]:
    community = payment.community
    payee = ledger.account(AccountKind.WALLET, community, payment.payee) if payment.payee else None
    return (
        ledger.account(AccountKind.WORLD, community),
        ledger.account(AccountKind.POOL, community),
        ledger.account(AccountKind.WALLET, community, payment.payer),
        payee,
    )


def _entries(deed: str, payment: Payment, parts: list[tuple[Account, Account, int, TransferKind]]) -> list[Entry]:
    """An entry for each part that moves something; a refund has two of a kind, so its keys are numbered."""
    return [
        Entry(source, target, minor, kind, f"{deed}:{payment.about}:{number}:{kind}", payment.about, payment.title)
        for number, (source, target, minor, kind) in enumerate(parts, 1)
        if minor > 0
    ]
