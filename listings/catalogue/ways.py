"""The way of a ride in a cell: a line for each stop, "Freiburg | 47.997, 7.842 | 50 | 3.50 | 70.5".

Place, coordinates in any usual form, minutes from the first stop (or "0:50"); then, where one says so, what a seat
from the first stop costs and how many km it is by road. What is written is read in again as the same.
"""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.places import coordinates


def read(text: str, money: Callable[[str], int]) -> list[dict]:
    """The stops as ListingFacts takes them."""
    return [_stop([part.strip() for part in line.split("|")], money) for line in text.split("\n") if line.strip()]


def written(listing: Listing, money: Callable[[int], str]) -> str:
    return "\n".join(
        f"{_plain(stop.place)} | {_figure(stop.lat)}, {_figure(stop.lon)} | {stop.minutes} | {money(stop.price_minor)}"
        + (f" | {_figure(stop.road_m / 1000)}" if stop.road_m is not None else "")
        for stop in listing.stops.all()
    )


def _stop(parts: list[str], money: Callable[[str], int]) -> dict:
    point = coordinates.parse(parts[1]) if 3 <= len(parts) <= 5 else None
    minutes = _minutes(parts[2]) if point is not None else None
    if point is None or minutes is None:
        raise ValueError(_("Please write a line for each stop, like this: Freiburg | 47.997, 7.842 | 50"))
    price, km = [*parts[3:], "", ""][:2]
    return {
        "place": parts[0], "lat": point.lat, "lon": point.lon, "minutes": minutes,
        "price_minor": money(price) if price else None,
        "km": km.casefold().removesuffix("km").strip().replace(",", ".") or None,
    }  # fmt: skip


def _minutes(text: str) -> int | None:
    """"50", "0:50" or "50 min"."""
    hours, colon, minutes = text.casefold().removesuffix("min").strip().rpartition(":")
    given = (hours or "0", minutes) if colon else ("0", minutes)
    if not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in given):
        return None
    return int(given[0]) * 60 + int(given[1])


def _figure(value: float) -> str:
    """All its places, and never as 1e-05."""
    return f"{Decimal(repr(value)):f}"


def _plain(place: str) -> str:
    return " ".join(place.replace("|", "/").split())
