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
    CARD_IN = "card_in", _("Paid by card")
    CARD_OUT = "card_out", _("Sent by the card service")
    CARD_COST = "card_cost", _("Costs of the card service")
    PASSED_ON = "passed_on", _("Passed on to the lender")
    DISPUTED = "disputed", _("Taken back by a bank")
    EARMARK = "earmark", _("Set aside")
    GIVEN = "given", _("Given")


class PaymentState(models.TextChoices):
    DUE = "due", _("Due")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Not needed any more")
    REFUNDED = "refunded", _("Refunded")


class Gateway(models.TextChoices):
    HAND = "hand", _("Hand to hand")
    CREDIT = "credit", _("Community credit")
    STRIPE = "stripe", _("Card")


class ChargePurpose(models.TextChoices):
    PRICE = "price", _("Price")
    DEPOSIT = "deposit", _("Deposit")


class ChargeWay(models.TextChoices):
    """How a card is asked: its owner at Checkout now, with the funds held; or saved there, and asked later."""

    HOLD = "hold", _("Held at once")
    SAVE = "save", _("Saved, charged later")
    PAY = "pay", _("Paid at once")


class ChargeState(models.TextChoices):
    NEEDED = "needed", _("The card is not given yet")
    PLANNED = "planned", _("Follows by itself")
    SAVED = "saved", _("The card is kept")
    HELD = "held", _("Held on the card")
    TAKEN = "taken", _("Paid by card")
    CANCELLED = "cancelled", _("Let go")


class Wanted(models.TextChoices):
    """What is to become of a charge, whatever state the news of it arrives in."""

    NOTHING = "", _("To wait")
    TAKE = "take", _("To be taken")
    LET_GO = "let_go", _("To be let go")
    RAISE = "raise", _("To take the place of the one before")


class ErrandState(models.TextChoices):
    WAITING = "waiting", _("To be done")
    DONE = "done", _("Done")
    FAILED = "failed", _("Somebody must look")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("To be read")
    DONE = "done", _("Acted on")
    IGNORED = "ignored", _("Kept, nothing to do")


class DisputeState(models.TextChoices):
    NONE = "", _("None")
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


# What is paid for a damage, as the kind of a payment: it makes good a loss, is nobody's income and bears no fee.
DAMAGE = "damage"

# Cash goes from hand to hand before it reaches the books: a wallet below zero says what its member
# still holds for the others. The pool and the deposits are the community's own and are never overdrawn.
MAY_OVERDRAW = frozenset({AccountKind.WALLET, AccountKind.WORLD, AccountKind.CLEARING})
