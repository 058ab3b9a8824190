"""Kinds of account, transfer and payment, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    WALLET = "wallet", _("Wallet of a member")
    POOL = "pool", _("Pool of the community")
    DEPOSITS = "deposits", _("Deposits held")
    CLEARING = "clearing", _("On its way through a gateway")
    WORLD = "world", _("Outside the books")


class Phase(models.TextChoices):
    """POSTED moves at once. PENDING holds; its one follower is a POST (moves up to the held amount) or a VOID."""

    POSTED = "posted", _("Posted")
    PENDING = "pending", _("Held")
    POST = "post", _("Hold posted")
    VOID = "void", _("Hold released")


class TransferKind(models.TextChoices):
    PRICE = "price", _("Price")
    FEE = "fee", _("Fee")
    SOLIDARITY = "solidarity", _("Voluntary share")
    DEPOSIT = "deposit", _("Deposit")
    CASH_IN = "cash_in", _("Cash brought in")
    CASH_OUT = "cash_out", _("Cash taken out")
    SPEND = "spend", _("Spent by decision")
    REFUND = "refund", _("Refund")
    DIVIDEND = "dividend", _("Dividend")
    CARE = "care", _("Thanks for care")


class PaymentState(models.TextChoices):
    DUE = "due", _("Due")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Not needed any more")
    REFUNDED = "refunded", _("Refunded")


class Gateway(models.TextChoices):
    HAND = "hand", _("Hand to hand")
    CREDIT = "credit", _("Community credit")
    STRIPE = "stripe", _("Card")


# Cash goes from hand to hand before it reaches the books: a wallet below zero says what its member
# still holds for the others. The pool and the deposits are the community's own and are never overdrawn.
MAY_OVERDRAW = frozenset({AccountKind.WALLET, AccountKind.WORLD, AccountKind.CLEARING})
