"""How far away what was found is from where one is."""

from collections.abc import Sequence
from typing import Any

from listings.models import Listing, Spot
from listings.states import Kind
from sharing.values.place import Point, metres_between

from . import metric
from .asking import Asking
from .criteria import NEAR


def each(asking: Asking, found: Sequence[tuple[Listing, Any]]) -> list[float | None]:
    """How far away each listing is that was found with a key."""
    here = asking.criteria.here
    if here is None:  # the middle of a map is not where anybody is
        return [None] * len(found)
    if asking.criteria.order == NEAR:
        return [metric.metres(key) for _listing, key in found]
    stops = _nearest_stops(here, [listing for listing, _key in found])
    return [_away(here, listing, stops) for listing, _key in found]


def _away(here: Point, listing: Listing, stops: dict[int, int]) -> float:
    if listing.pk in stops:
        return metric.metres(stops[listing.pk])
    assert listing.public_lat is not None and listing.public_lon is not None  # it is published
    return metres_between(here, Point(listing.public_lat, listing.public_lon))


def _nearest_stops(here: Point, listings: Sequence[Listing]) -> dict[int, int]:
    """By date or price: `d` to the stop of each ride that is nearest to where one is."""
    rides = [listing.pk for listing in listings if listing.kind == Kind.RIDE]
    if not rides:
        return {}
    found: dict[int, int] = {}
    for pk, *xyz in Spot.objects.filter(listing_id__in=rides).values_list("listing_id", "x", "y", "z"):
        d = metric.between(metric.rounded(*xyz), metric.grid(here))
        found[pk] = min(d, found.get(pk, d))
    return found
