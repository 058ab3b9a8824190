"""Public holidays, by country and where it matters by subdivision: "DE", "DE-BW".

Their days come from the `holidays` package, their names in the reader's language where it knows them,
else in the country's own. A year of a region is worked out once in a process.
"""

from datetime import date
from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

from sharing.web import formats

FIRST_YEAR, LAST_YEAR = 2000, 2100


def name(region: str, day: date, language: str | None = None) -> str:
    """What is celebrated in the region on that day; "" on any other day."""
    return _of_year(region, day.year, (language or get_language() or "en").lower()).get(day, "") if region else ""


def between(region: str, first: date, last: date) -> list[tuple[date, str]]:
    """The holidays from the first to the last day, in order, in the active language."""
    language = (get_language() or "en").lower()
    years = [_of_year(region, year, language) for year in range(first.year, last.year + 1)] if region else []
    return sorted((day, name) for year in years for day, name in year.items() if first <= day <= last)


def is_known(region: str) -> bool:
    """Whether there are holidays for it."""
    country, _dash, subdivision = region.partition("-")
    known = _regions().get(country)
    return known is not None and (not subdivision or subdivision in known)


def regions(country: str) -> list[tuple[str, str]]:
    """The country as a whole and its parts that celebrate differently, each with its name."""
    known = _regions().get(country)
    if known is None:
        return []
    names = _subdivision_names(country)
    parts = sorted((names.get(part, part), f"{country}-{part}") for part in known)
    return [(country, country_name(country)), *((region, label) for label, region in parts)]


def countries() -> list[tuple[str, str]]:
    """Every country whose holidays are known, by its name in the active language."""
    return sorted(((code, country_name(code)) for code in _regions() if len(code) == 2), key=lambda pair: pair[1])


def country_name(code: str) -> str:
    locale = formats.locale()
    return locale.territories.get(code) or Locale("en").territories.get(code, code)


def label(region: str) -> str:
    """ "Germany, Baden-Württemberg" """
    country, _dash, part = region.partition("-")
    named = country_name(country)
    return f"{named}, {_subdivision_names(country).get(part, part)}" if part else named


@lru_cache(maxsize=1)
def _regions() -> dict[str, list[str]]:
    import holidays  # only where it is needed: it takes its time

    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=300)
def _subdivision_names(country: str) -> dict[str, str]:
    import holidays

    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", None) or {}
    return {code: alias for alias, code in aliases.items()}


@lru_cache(maxsize=1000)
def _of_year(region: str, year: int, language: str) -> dict[date, str]:
    if not (FIRST_YEAR <= year < LAST_YEAR and is_known(region)):
        return {}
    import holidays

    country, _dash, subdivision = region.partition("-")
    kind = type(holidays.country_holidays(country))
    spoken = _spoken(language, kind.supported_languages, kind.default_language)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=spoken)
    return {day: title.replace("; ", ", ") for day, title in found.items() if day.year == year}


def _spoken(language: str, offered: tuple[str, ...], own: str | None) -> str | None:
    """The reader's language if the names exist in it; else English where the country offers it; else its own."""
    wanted = language.replace("-", "_").lower()
    by_name = {name.lower(): name for name in offered or ()}
    if wanted in by_name:
        return by_name[wanted]
    short = wanted.split("_")[0]
    for known, spelt in by_name.items():
        if known.split("_")[0] == short:
            return spelt
    return own
