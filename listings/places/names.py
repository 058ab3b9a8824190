"""What to say beside a city's name so that one knows which one it is: its region and country."""

from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError

from .gazetteer import City


def where(city: City, language: str) -> str:
    """ "Pennsylvania, United States", in the reader's language as far as Babel knows it."""
    return ", ".join(part for part in (city.region, country(city.country, language[:2])) if part)


@lru_cache(maxsize=2048)
def country(code: str, language: str) -> str:
    try:
        return Locale.parse(language).territories.get(code, code)
    except (UnknownLocaleError, ValueError):
        return Locale("en").territories.get(code, code)
