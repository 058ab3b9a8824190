"""A member's year as rows, for CSV and API: the same figures as on the page, in whole minor units and in words."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from sharing.values.money import exponent

from .counting import Amounts, Part

COLUMNS = (
    "year", "community", "currency", "what", "quarter", "thing", "kind", "bookings", "nights", "price", "fee",
    "voluntary", "given_back", "amount",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(parts: list[Part], year: int) -> Iterator[dict[str, object]]:
    """One row for each figure of the year; `amount` is what was earned, paid or received by it."""
    for part in parts:
        base = {"year": year, "community": part.community.name, "currency": part.currency}
        for quarter, amounts in sorted(part.quarters.items()):
            yield base | {"what": "earned", "quarter": quarter, "amount": amounts.earned} | _figures(amounts)
        for thing in part.things:
            yield base | {
                "what": "earned_by_thing", "thing": thing.name, "kind": thing.kind, "bookings": thing.count,
                "nights": thing.nights or "", "amount": thing.earned,
            }
        if part.spent.count:
            yield base | {"what": "paid", "amount": part.spent.paid} | _figures(part.spent)
        for kind, minor in sorted(part.from_pool.items()):
            yield base | {"what": f"from_pool_{kind}", "amount": minor}


def as_csv(parts: list[Part], year: int) -> str:
    """With decimals as the currency has them, and the mark by which spreadsheet programs know UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for row in rows(parts, year):
        currency = str(row["currency"])
        for name in ("price", "fee", "voluntary", "given_back", "amount"):
            if isinstance(minor := row.get(name), int):
                row[name] = Decimal(minor).scaleb(-exponent(currency))
        writer.writerow({name: safe(value) for name, value in row.items()})
    return f"\ufeff{out.getvalue()}"


def as_data(part: Part) -> dict[str, object]:
    """One community's part, for the API; all amounts in minor units of its currency."""
    return {
        "community": part.community.slug,
        "currency": part.currency,
        "earned": _minor(part.earned) | {"amount_minor": part.earned.earned},
        "quarters": [
            {"quarter": quarter} | _minor(amounts) | {"amount_minor": amounts.earned}
            for quarter, amounts in sorted(part.quarters.items())
        ],
        "things": [
            {
                "name": thing.name, "url": thing.url, "kind": thing.kind, "bookings": thing.count,
                "nights": thing.nights, "amount_minor": thing.earned,
            }
            for thing in part.things
        ],
        "things_complete": not part.cut,
        "paid": _minor(part.spent) | {"amount_minor": part.spent.paid},
        "from_pool": [{"kind": kind, "amount_minor": minor} for kind, minor in sorted(part.from_pool.items())],
    }


def _figures(amounts: Amounts) -> dict[str, object]:
    return {
        "bookings": amounts.count, "price": amounts.price, "fee": amounts.fee, "voluntary": amounts.solidarity,
        "given_back": amounts.back,
    }


def _minor(amounts: Amounts) -> dict[str, int]:
    return {
        "bookings": amounts.count, "price_minor": amounts.price, "fee_minor": amounts.fee,
        "solidarity_minor": amounts.solidarity, "given_back_minor": amounts.back,
    }


def safe(value: object) -> object:
    """A name that a spreadsheet program would take for a formula is only words."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
