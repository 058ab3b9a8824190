"""What a seat may cost at most: the car's costs along the way, shared by all who have a seat, the driver too.

The way is as long as the driver says, or reckoned from the map: great circles between the stops times
`DETOUR`. The costs are `rates`. The whole way's share is rounded down, that of a part up to the next minor
unit, and prices are differences between stops; so no sum of parts exceeds the share of the whole, and
a way cut in two costs no more than in one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, Stop
from listings.states import Kind, Terms
from sharing.values.place import Point, metres_between
from sharing.web import formats
from sharing.web.refusals import Refusal

from . import own_rates
from .rates import Rate

DETOUR = Fraction(13, 10)  # roads against the great circle; usual figures lie between 1.2 and 1.4
LONGEST_DETOUR, LEAST_M = 2.0, 2_000  # what a driver may enter: up to twice the great circle, and some for short ways


class TooDear(Refusal):
    """More than sharing the costs comes to."""

    code = "above_cost_share"


@dataclass(frozen=True, slots=True)
class Share:
    """The reckoning of a part of the way: `metres` at `rate`, shared by `occupants`."""

    metres: int
    rate: Rate
    currency: str
    occupants: int
    whole: bool = True

    @property
    def total_minor(self) -> int:
        return int(self.metres * self.rate.per_metre)

    @property
    def each_minor(self) -> int:
        exact = self.metres * self.rate.per_metre / self.occupants
        return int(exact) if self.whole else ceil(exact)

    @property
    def words(self) -> str:
        """ "31 km × €0.30 = €9.30, shared by 4 = €2.32 each"."""
        length = format_decimal(round(self.metres / float(self.rate.metres), 1), locale=formats.locale())
        unit = _("miles") if self.rate.by_mile else _("km")
        return _("%(length)s %(unit)s × %(rate)s = %(total)s, shared by %(occupants)s = %(each)s each") % {
            "length": length, "unit": unit, "occupants": self.occupants,
            "rate": formats.money_exact(self.rate.minor, self.currency),
            "total": formats.money(self.total_minor, self.currency),
            "each": formats.money(self.each_minor, self.currency),
        }  # fmt: skip


def share(
    listing: Listing, stops: Sequence[Stop], board: Stop | None = None, alight: Stop | None = None, *,
    on: date | None = None,
) -> Share | None:
    """What a seat from `board` to `alight` (default: the whole way) comes to; None where no rate is known."""
    first, last = board or stops[0], alight or stops[-1]
    day = on or timezone.localdate(timezone=ZoneInfo(listing.time_zone))
    known = own_rates.holding(listing, country_of(stops[0]), day)
    if known is None:
        return None
    along = dict(zip((stop.position for stop in stops), road(stops), strict=True))
    whole = (first.position, last.position) == (stops[0].position, stops[-1].position)
    metres = max(0, along[last.position] - along[first.position])
    return Share(metres, known, listing.currency, listing.capacity + 1, whole)


def road(stops: Sequence[Stop]) -> list[int]:
    """Metres by road from the first stop to each: as entered, else reckoned; never backwards."""
    metres = [0]
    for here, there in zip(stops, stops[1:], strict=False):
        if there.road_m is not None and (here.road_m is not None or here is stops[0]):
            part = there.road_m - (here.road_m or 0)
        else:
            part = int(_straight(here, there) * float(DETOUR))
        metres.append(metres[-1] + max(0, part))
    return metres


def fare(
    listing: Listing, stops: Sequence[Stop], board: Stop, alight: Stop, *, on: date | None = None
) -> int:
    """What a seat costs between two stops: the difference of their prices, or its share of the whole way by time.

    Never more than sharing the costs comes to on the day it sets off, whatever was once written down.
    """
    if any(stop.price_minor for stop in stops):
        minor = max(0, alight.price_minor - board.price_minor)
    else:
        whole = stops[-1].minutes - stops[0].minutes
        along = [(stop.minutes - stops[0].minutes) * listing.price_minor for stop in (board, alight)]
        minor = along[1] // whole - along[0] // whole if whole else listing.price_minor
    most = share(listing, stops, board, alight, on=on) if minor else None
    return min(minor, most.each_minor) if most else minor


def check(listing: Listing, stops: Sequence[Stop], *, on: date | None = None) -> None:
    """Raise `TooDear` when a seat costs more than its share on any part of the way."""
    if sentence := above(listing, stops, on=on):
        raise TooDear(sentence, field="price_minor")


def above(listing: Listing, stops: Sequence[Stop], *, on: date | None = None) -> str:
    """Why the prices are more than the costs shared, in words; "" when they are not."""
    if listing.kind != Kind.RIDE or listing.terms == Terms.GIFT or len(stops) < 2 or not listing.price_minor:
        return ""
    for first, board in enumerate(stops):
        for alight in reversed(stops[first + 1 :]):
            most = share(listing, stops, board, alight, on=on)
            if most is None:
                return _("What a kilometre costs in %(currency)s is not known here: offer the ride for free.") % {
                    "currency": listing.currency
                }
            if alight.price_minor - board.price_minor > most.each_minor:
                return _too_dear(board, alight, most)
    return ""


def portions(stops: Sequence[Stop], whole_minor: int) -> list[int]:
    """The price of the whole way shared out over the stops by how far they are."""
    along = road(stops)
    return [whole_minor * metres // along[-1] if along[-1] else 0 for metres in along[:-1]] + [whole_minor]


def sound_road(stops: Sequence[Stop]) -> bool:
    """Whether what the driver entered is a way between these places: no shorter than the bird flies, not far longer."""
    for here, there in zip(stops, stops[1:], strict=False):
        if there.road_m is None or (here.road_m is None and here is not stops[0]):
            continue
        part, straight = there.road_m - (here.road_m or 0), _straight(here, there)
        if not straight * 0.98 <= part <= max(straight * LONGEST_DETOUR, straight + LEAST_M):
            return False
    return True


def country_of(stop: Stop) -> str:
    """The country of the nearest town to a stop, or ""."""
    return _country(round(stop.lat, 2), round(stop.lon, 2))


@lru_cache(maxsize=2048)
def _country(lat: float, lon: float) -> str:
    from listings.places.gazetteer import gazetteer

    city = gazetteer().nearest(lat, lon)
    return city.country if city else ""


def _straight(here: Stop, there: Stop) -> float:
    return metres_between(Point(here.lat, here.lon), Point(there.lat, there.lon))


def _too_dear(board: Stop, alight: Stop, most: Share) -> str:
    return _(
        "From %(board)s to %(alight)s a seat may cost %(most)s at most, because a ride shares its costs: %(reckoning)s."
    ) % {
        "board": board.place, "alight": alight.place, "most": formats.money(most.each_minor, most.currency),
        "reckoning": most.words,
    }  # fmt: skip
