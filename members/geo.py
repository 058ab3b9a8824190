"""Where a place written in words lies, and which zone and currency belong to it.

The gazetteer belongs to a higher room, which registers itself here when it loads. Forms that take a
place work without script: the words are looked up on the server, and when nobody knows them the
form says so at the field.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.utils.translation import get_language

from sharing.values.place import Point


class Found(Protocol):
    """What a gazetteer answers; more fields are welcome."""

    name: str
    lat: float
    lon: float
    time_zone: str
    country: str


class Spot(NamedTuple):
    """A place as a form takes it: its words and where it lies, with what is known beside."""

    name: str
    point: Point
    time_zone: str = ""
    country: str = ""


_find: list[Callable[..., Sequence[Found]]] = []
_zone_at: list[Callable[[float, float], str]] = []
ZONES = frozenset(available_timezones())


def register(
    *, find: Callable[..., Sequence], zone_at: Callable[[float, float], str] | None = None
) -> None:
    """`find(text, language=…, limit=…)` answers the likeliest first; `zone_at(lat, lon)` an IANA zone or ""."""
    _find[:] = [find]
    _zone_at[:] = [zone_at] if zone_at else []


def lookup(text: str) -> Spot | None:
    """The likeliest place of this name, or None when nobody knows it."""
    return next(namesakes(text, 1), None)


def namesakes(text: str, limit: int = 5) -> Iterator[Spot]:
    """The places of this name, the likeliest first."""
    for find in _find:
        for found in find(text, language=get_language() or "en", limit=limit):
            yield Spot(found.name, Point(found.lat, found.lon), found.time_zone, found.country)


def zone_at(point: Point) -> str:
    """The IANA zone of a point, "" when nobody knows it."""
    zone = next((zone for find in _zone_at if (zone := find(point.lat, point.lon))), "")
    return zone if zone in ZONES else ""


def country_of_zone(zone: str) -> str:
    """The country a zone lies in, "" for zones of none: Europe/Berlin → DE."""
    country = get_global("zone_territories").get(zone, "")
    return country if len(country) == 2 and country.isalpha() else ""


def currency_of(country: str) -> str:
    """What people pay with there today, EUR when unknown."""
    try:
        return next(iter(get_territory_currencies(country, start_date=date.today())), "EUR")  # noqa: DTZ011
    except (KeyError, ValueError):
        return "EUR"
