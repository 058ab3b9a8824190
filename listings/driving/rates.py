"""What driving costs a kilometre or a mile, by country and from which day on, each with its source.

Sharing costs is not carriage for money: what riders give may cover the costs of the car and no more.
Countries publish figures for what a car costs, most of them for taxes; they serve here as the measure.
They are pointers for neighbours, not advice: a community may say less (`own_rates`). To bring a rate up to date,
add a row; rows are never changed, because what was agreed was agreed under them. Where no figure of the
country itself is known in the currency of the ride, `GENERAL` holds: cautious figures of our own.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

KM, MILE = Fraction(1000), Fraction(1_609_344, 1000)  # metres


class Rate(NamedTuple):
    """`minor` units of `currency` for each `metres` of the way, from the day `since` on.

    checked: somebody has held the figure against what is published about it (November 2026).
    """

    country: str
    currency: str
    minor: Fraction
    metres: Fraction
    since: date
    source: str
    checked: bool = True

    @property
    def named(self) -> str:
        """The source as one reads it, honest about what nobody has checked."""
        if self.checked:
            return self.source
        return _("%(source)s. Nobody has checked this figure here yet; a community may set its own") % {
            "source": self.source
        }

    @property
    def per_metre(self) -> Fraction:
        return self.minor / self.metres

    @property
    def by_mile(self) -> bool:
        return self.metres == MILE


def _rate(
    country: str, currency: str, minor: str, metres: Fraction, since: str, source: str, *, checked: bool = True
) -> Rate:
    return Rate(country, currency, Fraction(minor), metres, date.fromisoformat(since), source, checked)


OFFICIAL = (
    _rate("AT", "EUR", "42", KM, "2008-07-01", "Amtliches Kilometergeld, Reisegebührenvorschrift 1955 § 10 (2008)"),
    _rate("AT", "EUR", "50", KM, "2025-01-01", "Amtliches Kilometergeld, Kilometergeldverordnung (2025)"),
    _rate("CH", "CHF", "70", KM, "2016-01-01", "Berufskostenverordnung des EFD, SR 642.118.1 (2016)", checked=False),
    _rate("DE", "EUR", "30", KM, "2014-01-01", "Bundesreisekostengesetz § 5 (2), EStG § 9 (1) Nr. 4a (2014)"),
    _rate("ES", "EUR", "19", KM, "2005-12-03", "Orden EHA/3771/2005"),
    _rate("ES", "EUR", "26", KM, "2023-07-17", "Orden HFP/792/2023, BOE 17 July 2023"),
    _rate("FR", "EUR", "52.9", KM, "2023-01-01", "Barème kilométrique, 3 CV, arrêté du 27 mars 2023", checked=False),
    _rate("GB", "GBP", "40", MILE, "2002-04-06", "HMRC, approved mileage allowance payments (2002)"),
    _rate("GB", "GBP", "45", MILE, "2011-04-06", "HMRC, approved mileage allowance payments (2011)"),
    _rate("NL", "EUR", "21", KM, "2023-01-01", "Belastingdienst, onbelaste reiskostenvergoeding (2023)"),
    _rate("NL", "EUR", "23", KM, "2024-01-01", "Belastingdienst, onbelaste reiskostenvergoeding (2024)"),
    _rate("US", "USD", "67", MILE, "2024-01-01", "IRS, standard mileage rate, Notice 2024-08"),
    _rate("US", "USD", "70", MILE, "2025-01-01", "IRS, standard mileage rate for 2025"),
    _rate("US", "USD", "72.5", MILE, "2026-01-01", "IRS, standard mileage rate for 2026, announced 29 December 2025"),
)

_OURS = "Commonshare, a cautious figure where no official one is known"
GENERAL = tuple(
    _rate("", currency, minor, KM, "2020-01-01", _OURS)
    for currency, minor in {
        "AUD": "40", "CAD": "40", "CHF": "30", "CZK": "500", "DKK": "200", "EUR": "25", "GBP": "22", "HUF": "9000",
        "ISK": "40", "JPY": "30", "MXN": "400", "NOK": "300", "NZD": "45", "PLN": "100", "RON": "125", "SEK": "250",
        "USD": "28",
    }.items()
)  # fmt: skip


def rate(country: str, currency: str, on: date) -> Rate | None:
    """The rate of the country on that day, else the general one of the currency; None when there is neither."""
    official = [row for row in OFFICIAL if (row.country, row.currency) == (country, currency) and row.since <= on]
    if official:
        return max(official, key=lambda row: row.since)
    return next((row for row in GENERAL if row.currency == currency), None)


def in_force(on: date) -> Iterator[Rate]:
    """The official rates that hold on that day, for the documentation and its test."""
    for country, currency in dict.fromkeys((row.country, row.currency) for row in OFFICIAL):
        row = rate(country, currency, on)
        if row is not None and row.country == country:
            yield row
