"""The addresses of the bank: method, pattern, the library's type of what may be sent, and what answers."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import stripe.params as types
import stripe.params.checkout as checkout

from . import connect, money
from .state import Bank, Declined, Thing


class Route(NamedTuple):
    method: str
    path: re.Pattern[str]
    types: type
    answer: Callable[..., Thing]


def _reader(kind: str) -> Callable[..., Thing]:
    def read(bank: Bank, sent: Thing, name: str) -> Thing:
        return bank.get(name, kind)

    return read


def _lister(kind: str, *by: str) -> Callable[..., Thing]:
    """A page of the newest first, by the given fields and by when."""

    def page(bank: Bank, sent: Thing, *of: str) -> Thing:
        rows = bank.all(kind)
        for name in by:
            if name in sent:
                rows = [row for row in rows if row.get(name) == sent[name]]
        if of:
            rows = [row for row in rows if row.get("transfer") == of[0]]
        for bound, keeps in (("gte", int.__ge__), ("gt", int.__gt__), ("lte", int.__le__), ("lt", int.__lt__)):
            if isinstance(sent.get("created"), dict) and bound in sent["created"]:
                rows = [row for row in rows if keeps(row["created"], int(sent["created"][bound]))]
        if after := sent.get("starting_after"):
            names = [row["id"] for row in rows]
            rows = rows[names.index(after) + 1:]
        size = int(sent.get("limit", 10))
        return {"object": "list", "data": rows[:size], "has_more": len(rows) > size, "url": f"/v1/{kind}s"}

    return page


def _balance(bank: Bank, sent: Thing) -> Thing:
    sums = [{"amount": amount, "currency": currency} for currency, amount in bank.balance().items()]
    return {"object": "balance", "available": sums, "pending": [], "livemode": False}


_TABLE: list[tuple[str, str, type, Callable[..., Thing]]] = [
    ("POST", "customers", types.CustomerCreateParams, money.create_customer),
    ("GET", "customers", types.CustomerListParams, _lister("customer", "email")),
    ("POST", "payment_intents", types.PaymentIntentCreateParams, money.create_intent),
    ("GET", "payment_intents", types.PaymentIntentListParams, _lister("payment_intent", "customer")),
    ("GET", r"payment_intents/(\w+)", types.PaymentIntentRetrieveParams, _reader("payment_intent")),
    ("POST", r"payment_intents/(\w+)/capture", types.PaymentIntentCaptureParams, money.capture),
    ("POST", r"payment_intents/(\w+)/cancel", types.PaymentIntentCancelParams, money.cancel),
    ("GET", r"setup_intents/(\w+)", types.SetupIntentRetrieveParams, _reader("setup_intent")),
    ("POST", "checkout/sessions", checkout.SessionCreateParams, money.create_session),
    ("GET", "checkout/sessions", checkout.SessionListParams, _lister("checkout.session", "customer")),
    ("GET", r"checkout/sessions/(\w+)", checkout.SessionRetrieveParams, _reader("checkout.session")),
    ("POST", r"checkout/sessions/(\w+)/expire", checkout.SessionExpireParams, money.expire_session),
    ("POST", "refunds", types.RefundCreateParams, money.create_refund),
    ("GET", "refunds", types.RefundListParams, _lister("refund", "payment_intent")),
    ("GET", r"refunds/(\w+)", types.RefundRetrieveParams, _reader("refund")),
    ("GET", r"charges/(\w+)", types.ChargeRetrieveParams, _reader("charge")),
    ("GET", r"disputes/(\w+)", types.DisputeRetrieveParams, _reader("dispute")),
    ("POST", "accounts", types.AccountCreateParams, connect.create_account),
    ("GET", "accounts", types.AccountListParams, _lister("account")),
    ("GET", r"accounts/(\w+)", types.AccountRetrieveParams, _reader("account")),
    ("POST", "account_links", types.AccountLinkCreateParams, connect.create_link),
    ("POST", "transfers", types.TransferCreateParams, connect.create_transfer),
    ("GET", "transfers", types.TransferListParams, _lister("transfer", "transfer_group")),
    ("POST", r"transfers/(\w+)/reversals", types.TransferReversalCreateParams, connect.create_reversal),
    ("GET", r"transfers/(\w+)/reversals", types.TransferReversalListParams, _lister("transfer_reversal")),
    ("POST", "payouts", types.PayoutCreateParams, connect.create_payout),
    ("GET", "payouts", types.PayoutListParams, _lister("payout")),
    ("GET", r"payouts/(\w+)", types.PayoutRetrieveParams, _reader("payout")),
    ("GET", "balance", types.BalanceRetrieveParams, _balance),
    ("GET", "balance_transactions", types.BalanceTransactionListParams, _lister("balance_transaction", "type", "source")),
]
ROUTES = [Route(method, re.compile(f"/v1/{path}"), known, answer) for method, path, known, answer in _TABLE]


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        if route.method == method and (match := route.path.fullmatch(path)):
            return route, match.groups()
    raise Declined(f"Unrecognized request URL ({method}: {path})", status=404)


def expanded(bank: Bank, thing: Thing, paths: list[str]) -> Thing:
    """The answer with the named objects in place of their ids."""
    copy: dict[str, Any] = dict(thing)
    for path in paths:
        head, _dot, rest = path.partition(".")
        inner = copy.get(head)
        if isinstance(inner, list):
            copy[head] = [expanded(bank, each, [rest]) for each in inner]
        elif isinstance(inner, dict):
            copy[head] = expanded(bank, inner, [rest] if rest else [])
        elif isinstance(inner, str) and inner in bank.things:
            copy[head] = expanded(bank, bank.things[inner], [rest] if rest else [])
    return copy
