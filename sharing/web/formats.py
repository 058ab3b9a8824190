"""Money, distances and moments in words and figures, as people of the active language write them."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
)
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from babel.units import format_unit
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sharing.values.money import BASIS_POINTS, HOURS, TOKENS, Money, exponent

METRES_PER_MILE = 1609.344
_MILES = {"US", "GB", "LR", "MM"}
_SKELETONS = {"day": "MMMEd", "date": "yMMMd", "month": "yMMMM", "time": "", "short": "MMMEd", "long": "yMMMMEEEEd"}


def locale() -> Locale:
    """The active language as a Babel locale; English without a country is written as in Europe (4 Dec, 17:00)."""
    return _locale((get_language() or "en").replace("-", "_"))


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    try:
        return Locale("en", "GB") if tag == "en" else Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def money(minor: int, currency: str, *, short: bool = False) -> str:
    return _money(minor, currency, _tag(get_language()), short)


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, tag: str, short: bool) -> str:
    if currency in (HOURS, TOKENS):
        return _credit(Decimal(minor) / 100, currency, tag)
    return Money(minor, currency).format(tag, short=short)


def _credit(units: Decimal, currency: str, tag: str) -> str:
    """ "1.5 hours", "3 tokens"."""
    if currency == HOURS:
        return format_unit(units, "duration-hour", length="long", locale=_locale(tag.replace("-", "_")))
    figure = format_decimal(units, locale=_locale(tag.replace("-", "_")))
    return ngettext("%(n)s token", "%(n)s tokens", 1 if units == 1 else 2) % {"n": figure}


@lru_cache(maxsize=64)
def _tag(_language: str | None) -> str:
    return str(locale())


def money_exact(minor: Fraction, currency: str) -> str:
    """A rate that may be a fraction of the smallest coin: "€0.529"."""
    if minor.denominator == 1:
        return money(int(minor), currency)
    major = float(minor) / 10 ** exponent(currency)
    return format_currency(major, currency, locale=locale(), decimal_quantization=False, currency_digits=False)


def percent(basis_points: int) -> str:
    """500 → "5%", as the active language writes it: "5 %" in German."""
    return format_percent(Decimal(basis_points) / BASIS_POINTS, locale=locale(), decimal_quantization=False)


def currency(code: str) -> str:
    """A currency by its name: "euro", "British pound"."""
    return get_currency_name(code, locale=locale())


def zone(name: str) -> str:
    """The town a clock goes by: "Berlin"."""
    return get_timezone_location(name, locale=locale(), return_city=True)


def distance(metres: float | None, language: str | None = None) -> str:
    """Rounded as one would say it: "350 m", "1.2 km", "14 km"; miles where roads are signed in miles.

    `language`: the active one, where the caller has looked for it already.
    """
    if metres is None:
        return ""
    language = language or get_language() or ""
    if "-" in language and language.upper()[-2:] in _MILES:
        miles = metres / METRES_PER_MILE
        return _("%(miles)s mi") % {"miles": format_decimal(round(miles, 1 if miles < 10 else 0), locale=locale())}
    if metres < 950:
        return _short_way(max(50, int(round(metres / 50) * 50)), language)
    kilometres = metres / 1000
    return _long_way(round(kilometres, 1) if kilometres < 10 else round(kilometres), language)


@lru_cache(maxsize=256)
def _short_way(metres: int, _language: str) -> str:
    return _("%(metres)s m") % {"metres": metres}


@lru_cache(maxsize=1024)
def _long_way(kilometres: float, _language: str) -> str:
    return _("%(kilometres)s km") % {"kilometres": format_decimal(kilometres, locale=locale())}


def moment(value: datetime | date, zone: ZoneInfo | str | None = None, style: str = "short") -> str:
    """An instant in `zone` (default: the active one). Styles: time, day, date, month, short, long.

    `short` is weekday, day, month and time; the year joins when it is not this one.
    """
    if not isinstance(value, datetime):
        return _of_style(value, style if style != "short" else "day")
    local = value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone or timezone.get_current_timezone())
    if style == "time":
        return format_time(local, "short", locale=locale())
    if style in ("short", "long"):
        clock = format_time(local, "short", locale=locale())
        return _("%(day)s, %(time)s") % {"day": _of_style(local.date(), style), "time": clock}
    return _of_style(local.date(), style)


def ago(value: datetime) -> str:
    """ "3 minutes ago", "yesterday's" length of time in the active language."""
    delta = value - timezone.now()
    if abs(delta) < timedelta(seconds=45):
        return _("just now")
    return format_timedelta(delta, add_direction=True, locale=locale())


def span(starts: datetime, ends: datetime, zone: ZoneInfo | str) -> str:
    """A period as one reads it aloud: "Fri 27 Nov, 17:00 – Sun 29 Nov, 19:00", the day once if it is one day."""
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    first, last = starts.astimezone(tz), ends.astimezone(tz)
    if first.date() == last.date():
        return f"{moment(first, tz, 'short')} – {format_time(last, 'short', locale=locale())}"
    return f"{moment(first, tz, 'short')} – {moment(last, tz, 'short')}"


def day_span(starts: datetime, ends: datetime, zone: ZoneInfo | str) -> str:
    """The days only: "Fri 27 – Sun 29 Nov"; an end at local midnight does not count its day."""
    tz = ZoneInfo(zone) if isinstance(zone, str) else zone
    first = starts.astimezone(tz).date()
    return date_span(first, (ends - timedelta(microseconds=1)).astimezone(tz).date())


def date_span(first: date, last: date, *, short: bool = False) -> str:
    """From one day to another, both named: "Fri 27 – Sun 29 Nov"; one day once. `short`: "27–29 Nov"."""
    if short:
        if first == last:
            return format_skeleton("MMMd", first, locale=locale())
        return format_interval(first, last, "MMMd", locale=locale())
    if first == last:
        return _of_style(first, "day")
    same_year = first.year == last.year == timezone.localdate().year
    return _alike(format_interval(first, last, "MMMEd" if same_year else "yMMMEd", locale=locale()))


def month_span(first: date, last: date) -> str:
    """Two months as one name, "November – December 2026"; where it wraps, no line begins with the dash."""
    return format_interval(first, last, "yMMMM", locale=locale()).replace(
        "\N{THIN SPACE}–\N{THIN SPACE}", "\N{NO-BREAK SPACE}– "
    )


def _alike(day: str) -> str:
    """A day looks the same with its year and without, alone and beside another.

    The locales differ in that: "Wed 6 Jan" but "Wed, 6 Jan 2027", "mer 6 gen" but "mer 06 – gio 07 gen".
    """
    day = day.replace("\N{THIN SPACE}", " ")
    if locale().language == "en" and locale().territory != "US":
        day = day.replace(", ", " ")
    return re.sub(r"\b0(?=\d\b)", "", day)


def one_stop(text: str) -> str:
    """One full stop where a date that ends in one ends a sentence: "bis Do., 26. Nov."; markup may stand between."""
    return re.sub(r"(?<!\.)\.((?:</\w+>)*)\.(?!\.)", r".\1", text)


def _of_style(day: date, style: str) -> str:
    skeleton = _SKELETONS.get(style, "yMMMd")
    if skeleton == "MMMEd" and day.year != timezone.localdate().year:
        skeleton = "yMMMEd"
    try:
        return _alike(format_skeleton(skeleton, day, locale=locale()))
    except (KeyError, AttributeError):
        return format_date(day, locale=locale())


def stamp(value: datetime) -> str:
    """Machine-readable UTC for <time datetime>."""
    return format_datetime(value, "yyyy-MM-dd'T'HH:mm:ss'Z'", tzinfo=ZoneInfo("UTC"), locale="en")
