"""Where is "Freiburg", "47.99, 7.85", "Wiehre"? And which time zone is it there?

In order: coordinates as people paste them; a place of this very name among the cities we ship; what our
communities and public listings call their place; the geocoder, when one is set; a city that begins so.
Nothing leaves the server unless `GEOCODER` names one, and never while somebody is still typing.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _

from sharing.values.place import Point, metres_between

from . import coordinates, geocoder, neighbourhood
from .gazetteer import City, gazetteer

REMEMBERED_S = 600
LONGEST = 600  # a pasted address of a map


class FoundPlace(NamedTuple):
    """A place with a name to show and what is known of it."""

    name: str
    lat: float
    lon: float
    time_zone: str = ""
    country: str = ""
    population: int = 0
    detail: str = ""
    attribution: str = ""


def find(
    text: str, *, language: str = "en", country: str | None = None, near: Point | None = None, limit: int = 8
) -> list[FoundPlace]:
    """Cities (and pasted coordinates) that the text may mean, the likeliest first; memory only, no query."""
    text = text.strip()[:LONGEST]
    if point := coordinates.parse(text):
        return [_pasted(text, point)]
    cities = gazetteer().find(text, country=country, near=near, limit=limit)
    return _told_apart([(city, _of_city(city, name, language)) for city, name in cities])


def resolve(text: str, *, language: str = "en", near: Point | None = None) -> FoundPlace | None:
    """The one place the text means, or None: for "near …" in a search and for forms without script."""
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return None
    if point := coordinates.parse(text):
        return _pasted(text, point)
    if exact := gazetteer().find(text, near=near, limit=1, exact=True):
        return _of_city(*exact[0], language)
    key = f"place:{language}:{geocoder.digest(text)}"
    if (kept := cache.get(key)) is None:
        kept = neighbourhood.find(text) or geocoder.find(text, language) or ()
        cache.set(key, tuple(kept), REMEMBERED_S if kept else 30)
    if kept:
        name, lat, lon, country, attribution = kept
        return FoundPlace(name, lat, lon, zone_at(lat, lon), country, 0, "", attribution)
    beginning = gazetteer().find(text, near=near, limit=1)
    return _of_city(*beginning[0], language) if beginning else None


def lookup(text: str, *, language: str = "en", limit: int = 1) -> list[FoundPlace]:
    """For forms without script: the place meant first, then others of that name."""
    meant = resolve(text, language=language)
    others = [] if limit == 1 and meant else find(text, language=language, limit=limit)
    return ([meant] if meant else []) + [place for place in others if meant is None or place[1:3] != meant[1:3]]


def zone_at(lat: float, lon: float) -> str:
    """The time zone of the nearest city we know; "" when there is none within 500 km."""
    city = _nearest(lat, lon)
    return city.time_zone if city else ""


def name_at(lat: float, lon: float, *, within: float = 60_000) -> str:
    """The city one would say this is near to, or ""."""
    city = _nearest(lat, lon)
    if city is None or metres_between(Point(city.lat, city.lon), Point(lat, lon)) > within:
        return ""
    return city.name


@lru_cache(maxsize=4096)
def _nearest(lat: float, lon: float) -> City | None:
    """Asked again and again from one point, as one turns pages and sets filters; the gazetteer never changes."""
    return gazetteer().nearest(lat, lon)


def _told_apart(found: list[tuple[City, FoundPlace]]) -> list[FoundPlace]:
    """Two of one name in one region are also told by the large city they are near, or by where they lie."""
    for add in (_with_landmark, _with_point):
        same = Counter((place.name, place.detail) for _city, place in found)
        found = [
            (city, add(city, place) if same[place.name, place.detail] > 1 else place) for city, place in found
        ]
    return [place for _city, place in found]


def _with_landmark(city: City, place: FoundPlace) -> FoundPlace:
    landmark = gazetteer().landmark(city)
    if landmark is None:
        return place
    near_by = _("near %(city)s") % {"city": landmark.name}
    return place._replace(detail=f"{near_by}, {place.detail}" if place.detail else near_by)


def _with_point(city: City, place: FoundPlace) -> FoundPlace:
    return place._replace(detail=f"{place.detail} ({city.lat:.2f}, {city.lon:.2f})".strip())


def _pasted(text: str, point: Point) -> FoundPlace:
    city = gazetteer().nearest(point.lat, point.lon)
    zone, country = (city.time_zone, city.country) if city else ("", "")
    return FoundPlace(f"{point.lat:.4f}, {point.lon:.4f}", point.lat, point.lon, zone, country)


def _of_city(city: City, name: str, language: str) -> FoundPlace:
    from .names import where

    return FoundPlace(name, city.lat, city.lon, city.time_zone, city.country, city.population, where(city, language))
