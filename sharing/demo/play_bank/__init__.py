"""A play bank: a small stateful server that answers as Stripe does, for the demo and the tests.

Real HTTP on 127.0.0.1, asked by the real library. Parameters are checked against the library's own
types, idempotency keys replay what they answered, webhooks are signed, the clock can be advanced,
and faults happen when they are ordered. No money moves, and every page of it says so.
"""

from .server import PlayBank
from .state import GOOD_CARD, Bank

__all__ = ["GOOD_CARD", "Bank", "PlayBank"]
