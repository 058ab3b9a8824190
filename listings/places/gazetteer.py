"""The gazetteer: 34,000 cities of 15,000 people and more, in memory from the first question on.

Names and other names are folded (case, accents, hyphens) and kept sorted, so a beginning is one range.
An answer is ranked by how well the name fits, then by population, and by nearness when one says near what.
"""

import csv
import gzip
import io
import math
import re
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sharing.values.folding import fold
from sharing.values.place import Point, metres_between

from ..search import tiles

FILE = Path(__file__).resolve().parent.parent / "data" / "cities.csv.gz"
ATTRIBUTION = "GeoNames"
FARTHEST_M = 500_000
LOOKED_AT = 4000


class City(NamedTuple):
    name: str
    country: str
    region: str
    lat: float
    lon: float
    time_zone: str
    population: int
    tile: int


def key_of(name: str) -> str:
    """How a name is compared: "Freiburg im Breisgau" as "freiburg im breisgau", "St.-Denis" as "st denis"."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(name)).split())


class Gazetteer:
    def __init__(self, rows: list[list[str]]) -> None:
        self.cities: list[City] = []
        keys: list[tuple[str, int, str]] = []
        zones: dict[str, str] = {}
        for index, (name, others, country, region, lat, lon, zone, population) in enumerate(rows):
            point = float(lat), float(lon)
            zone = zones.setdefault(zone, zone)
            self.cities.append(City(name, country, region, *point, zone, int(population), tiles.tile(*point)))
            keys.append((key_of(name), index, ""))
            keys.extend((key_of(other), index, other) for other in others.split("|") if other)
        self._keys = sorted(keys)
        self._by_tile = sorted((city.tile, index) for index, city in enumerate(self.cities))

    def find(
        self, text: str, *, country: str | None = None, near: Point | None = None, limit: int = 8, exact: bool = False
    ) -> list[tuple[City, str]]:
        """Cities whose name, or an other name, is or begins with the text, with the name that fits."""
        name, hints = _parts(text)
        wanted = key_of(name)
        if len(wanted) < 2:
            return []
        best: dict[int, tuple[float, str]] = {}
        start = bisect_left(self._keys, (wanted,))
        for key, index, other in self._keys[start : start + LOOKED_AT]:
            if not key.startswith(wanted) or (exact and key != wanted):
                break
            city = self.cities[index]
            if country and city.country != country.upper():
                continue
            score = self._score(city, key == wanted, bool(other), near) + self._hinted(city, hints, key == wanted)
            if index not in best or best[index][0] < score:
                best[index] = score, other or city.name
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        return [(self.cities[index], name) for index, (_score, name) in ranked]

    def nearest(self, lat: float, lon: float) -> City | None:
        """The nearest city within 500 km."""
        here, metres = Point(lat, lon), 30_000.0
        while metres <= FARTHEST_M * 2:
            found = [
                (metres_between(here, Point(self.cities[index].lat, self.cities[index].lon)), index)
                for low, high in tiles.cover(lat, lon, metres)
                for _tile, index in self._by_tile[
                    bisect_left(self._by_tile, (low,)) : bisect_left(self._by_tile, (high,))
                ]
            ]
            if found and min(found)[0] <= min(metres, FARTHEST_M):
                return self.cities[min(found)[1]]
            metres *= 2.5
        return None

    def landmark(self, city: City) -> City | None:
        """The largest city within a degree or so that is larger than this one: what one would say it is near."""
        wide = 1.2 / max(0.1, math.cos(math.radians(city.lat)))
        south, north = max(-90.0, city.lat - 1.2), min(90.0, city.lat + 1.2)
        west, east = city.lon - wide, city.lon + wide
        found = self.within(south, _turned(west), north, _turned(east), 2)
        return next((one for one in found if one.population > city.population and one.name != city.name), None)

    def within(self, south: float, west: float, north: float, east: float, limit: int) -> list[City]:
        """The largest cities of a box."""
        found = [
            index
            for low, high in tiles.box(south, west, north, east)
            for _tile, index in self._by_tile[bisect_left(self._by_tile, (low,)) : bisect_left(self._by_tile, (high,))]
        ]
        chosen = []
        for index in sorted(found):  # the file is sorted by population
            city = self.cities[index]
            across = west <= city.lon <= east if west <= east else city.lon >= west or city.lon <= east
            if south <= city.lat <= north and across:
                chosen.append(city)
                if len(chosen) == limit:
                    break
        return chosen

    @staticmethod
    def _score(city: City, exact: bool, other: bool, near: Point | None) -> float:
        score = math.log10(max(city.population, 1)) + (3 if exact else 0)
        if other:  # a beginning of some language's name for a far city should not hide the towns called so
            score -= 0.4 if exact else 1.6
        if near is not None:
            score -= 1.6 * math.log10(1 + metres_between(near, Point(city.lat, city.lon)) / 20_000)
        return score

    def _hinted(self, city: City, hints: list[str], exact: bool) -> float:
        """What comes after a comma, "Reading, Pennsylvania", "Freiburg, DE", speaks for a country or region; so do
        the city it is near and its point, which we say ourselves to tell namesakes apart.
        """
        if not hints:
            return 0
        from .names import country

        known = {
            city.country.casefold(),
            key_of(city.region),
            *(key_of(country(city.country, code)) for code in LANGUAGES),
        }
        fitting = sum(1 for hint in hints if any(name and name.startswith(hint) for name in known))
        if exact and fitting < len(hints):
            point = f"{city.lat:.2f} {city.lon:.2f}"
            landmark = self.landmark(city)
            near = f" {key_of(landmark.name)}" if landmark else "?"
            fitting += sum(1 for hint in hints if hint == point or hint.endswith(near))
        return 6 * fitting


def _parts(text: str) -> tuple[str, list[str]]:
    """The name, and what is said to tell it from others: each part folded, a point as "15.50 -88.00"."""
    points = [f"{match[1]} {match[2]}" for match in _POINT.finditer(text)]
    name, *rest = _POINT.sub("", text).split(",")
    return name, [hint for part in rest if (hint := key_of(part))] + points


_POINT = re.compile(r"\((-?\d+\.\d\d), (-?\d+\.\d\d)\)")


def _turned(lon: float) -> float:
    return (lon + 180) % 360 - 180


LANGUAGES = ("en", "de", "es", "fr", "it")


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    with gzip.open(FILE, "rb") as file:
        return Gazetteer(list(csv.reader(io.StringIO(file.read().decode()))))
