"""Money: accounts, the transfers between them, and the payments that cause transfers. An idea in each file."""

from .accounts import Account, Transfer
from .cards import CardAccount, CardCharge, CardCustomer
from .credit import CreditPlan
from .errands import Errand, GatewayLetter
from .flows import MonthFlow
from .payments import Payment, PaymentQuerySet
from .reconciling import Difference, Reconciliation
from .switches import GatewaySwitch

__all__ = [
    "Account", "CardAccount", "CardCharge", "CardCustomer", "CreditPlan", "Difference", "Errand", "GatewayLetter",
    "GatewaySwitch", "MonthFlow", "Payment", "PaymentQuerySet", "Reconciliation", "Transfer",
]
