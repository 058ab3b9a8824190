"""The one door to Stripe: never inside a transaction, always with a key, patient for a few seconds."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings
from django.db import connection

from sharing.values.keepable import keepable
from sharing.values.money import exponent

Thing = dict[str, Any]
Call = Callable[[stripe.StripeClient, Any], Any]

# Stripe counts these in whole units, whatever ISO 4217 says; and these two in hundredths, though nobody pays in them.
WHOLE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
HUNDREDTHS = frozenset(["ISK", "UGX"])


class InsideATransaction(RuntimeError):
    """A call to the gateway was about to be made while the database waits: a mistake of the programmer."""


class Unsure(Exception):
    """Nobody knows whether it was done: no answer came, or the gateway stumbled (`replayed`: and says so again)."""

    def __init__(self, reason: str, *, answered: bool = False) -> None:
        super().__init__(reason)
        self.answered = answered


def configured() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def ask(call: Call, *, key: str = "") -> Thing:
    """Call the gateway. Raises Unsure when it may or may not have been done, stripe.StripeError when it was refused."""
    if any(not block._from_testcase for block in connection.atomic_blocks):  # type: ignore[attr-defined]
        raise InsideATransaction("The gateway is never called inside a transaction.")
    options = {"idempotency_key": key} if key else {}
    try:
        answer = call(_client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_PATIENCE), options)
    except stripe.APIConnectionError as error:
        raise Unsure(f"no answer: {type(error).__name__}") from error
    except (stripe.RateLimitError, stripe.APIError) as error:
        raise Unsure(f"{error.http_status or ''} {error.user_message or 'the gateway stumbled'}".strip(),
                     answered=True) from error
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # the first call under this key is still at work
            raise Unsure("still at work") from error
        raise
    return keepable(answer.to_dict())


@functools.lru_cache(maxsize=4)
def _client(key: str, base: str, patience: float) -> stripe.StripeClient:
    addresses: Any = {"api": base} if base else {}
    http = stripe.RequestsClient(timeout=patience)
    return stripe.StripeClient(key, base_addresses=addresses, max_network_retries=0, http_client=http)


def forget() -> None:
    """Another gateway answers from now on."""
    _client.cache_clear()


def pages(call: Call, **params: Any) -> list[Thing]:
    """All rows of a list, page by page; for lists that are short by nature."""
    rows: list[Thing] = []
    while True:
        sent = {"limit": 100, **params} | ({"starting_after": rows[-1]["id"]} if rows else {})
        page = ask(lambda client, _options: call(client, sent))  # noqa: B023
        rows += page["data"]
        if not page["has_more"]:
            return rows


def to_gateway(minor: int, currency: str) -> int:
    """An amount as Stripe counts it. Raises ValueError where it cannot be said."""
    scaled = minor * 10 ** _places(currency)
    whole = scaled // 10 ** exponent(currency)
    if whole * 10 ** exponent(currency) != scaled or _unsupported(currency):
        raise ValueError(f"{minor} {currency} cannot be paid by card.")
    return whole


def from_gateway(amount: int, currency: str) -> int:
    """An amount of Stripe's in minor units as we count them."""
    currency = currency.upper()
    return amount * 10 ** exponent(currency) // 10 ** _places(currency)


def takes(currency: str) -> bool:
    return not _unsupported(currency)


def instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _places(currency: str) -> int:
    if currency in WHOLE:
        return 0
    return 2 if currency in HUNDREDTHS else exponent(currency)


def _unsupported(currency: str) -> bool:
    """Thousandths must end in a zero there, which no price of ours promises."""
    return exponent(currency) > 2 or (currency in WHOLE and exponent(currency) > 0)
