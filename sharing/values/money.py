"""Money in integer minor units of one currency: it never rounds by itself and never mixes.

Splits use the largest remainder, so the parts always sum to the whole and no part is off
by more than one unit from its exact share (Hamilton's method).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, list_currencies

CURRENCIES = frozenset(list_currencies("en"))
HOURS, TOKENS = "XHR", "XTK"  # units of community credit, in hundredths; codes that ISO 4217 leaves to its users
BASIS_POINTS = 10_000
_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d{0,18})(?:[.,](?P<part>\d{0,6}))?")


class MixedCurrencies(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` units (cents, yen, fils) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("Money is counted in whole minor units.")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not add up.")
        return other.minor

    def format(self, locale: str = "en", *, short: bool = False) -> str:
        """Write the amount as people of `locale` do; `short` drops the cents of a whole sum."""
        places = exponent(self.currency)
        if short and self.minor % 10**places == 0:
            pattern = _whole_pattern(locale)
            return format_currency(
                self.minor // 10**places, self.currency, format=pattern, locale=_locale(locale), currency_digits=False
            )
        return format_currency(_decimal(self.minor, places), self.currency, locale=_locale(locale))


def exponent(currency: str) -> int:
    """How many decimal places the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def basis_points(minor: int, rate: int) -> int:
    """`rate` hundredths of a per cent of `minor`, rounded half up to a whole minor unit."""
    return (minor * rate + BASIS_POINTS // 2) // BASIS_POINTS


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` minor units in proportion to `weights` by the largest remainder.

    Ties go to the earlier share. Raises ValueError when there is nobody to share with, or
    a weight or the total is negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0 or total < 0:
        raise ValueError("A split needs a total of at least zero and weights that sum to more than zero.")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def parse_minor(text: str, currency: str) -> int:
    """Read a decimal amount as typed ("12.50", "12,5") into minor units.

    Raises ValueError when it is no amount or has more places than the currency knows: "1,000" may be a thousand
    or one, so it is neither. Powers of ten are none either: working out a large one takes minutes.
    """
    amount = _AMOUNT.fullmatch(str(text).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", ""))
    if amount is None or not (amount["whole"] or amount["part"]):
        raise ValueError("Not an amount.")
    places, part = exponent(currency), amount["part"] or ""
    if len(part) > places:
        raise ValueError("More decimal places than the currency has.")
    minor = int(f"{amount['whole']}{part.ljust(places, '0')}" or "0")
    return -minor if amount["sign"] == "-" else minor


def _decimal(minor: int, places: int) -> Decimal:
    return Decimal(minor).scaleb(-places)


def _locale(locale: str) -> Locale:
    return Locale.parse(locale.replace("-", "_"))


def _whole_pattern(locale: str) -> str:
    pattern = _locale(locale).currency_formats["standard"].pattern
    return pattern.replace(".00", "")


def currency_of(country: str) -> str:
    """Today's currency of an ISO 3166 country code, EUR when unknown."""
    for code, _start, end, tender in get_global("territory_currencies").get(country.upper(), ()):
        if end is None and tender:
            return code
    return "EUR"
