"""Money: accounts, the transfers between them, and the payments that cause transfers. An idea in each file."""

from .accounts import Account, Transfer
from .payments import Payment, PaymentQuerySet

__all__ = ["Account", "Payment", "PaymentQuerySet", "Transfer"]
