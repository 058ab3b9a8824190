"""Criteria: what is asked for, as values that search can trust."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import cached_property

from sharing.values.place import Point

from .traits import Traits

NEAR, NEW, PRICE = "near", "new", "price"
SORTS = (NEAR, NEW, PRICE)
AROUND_M = 25_000.0  # what "here" means where an order by date or price needs an end, and for the ends of a ride


@dataclass(frozen=True)
class Box:
    """South, west, north, east in degrees; west > east crosses the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    @property
    def middle(self) -> Point:
        across = self.east - self.west + (360 if self.west > self.east else 0)
        lon = self.west + across / 2
        return Point((self.south + self.north) / 2, lon - 360 if lon >= 180 else lon)

    def nearest(self, point: Point) -> Point:
        """The point of the box one would go to from here: itself when inside."""
        lat = min(self.north, max(self.south, point.lat))
        if self.holds_longitude(point.lon):
            return Point(lat, point.lon)
        west, east = ((edge - point.lon + 180) % 360 - 180 for edge in (self.west, self.east))
        lon = self.west if abs(west) < abs(east) else self.east
        return Point(lat, lon if lon < 180 else -180)

    def holds(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.holds_longitude(point.lon)

    def holds_longitude(self, lon: float) -> bool:
        return self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east


@dataclass(frozen=True)
class Span:
    """From one instant to another; `days`, where dates were asked for: the first and the last, both included."""

    starts: datetime
    ends: datetime
    days: tuple[date, date] | None = None


@dataclass(frozen=True)
class Window:
    """A time that would do. What goes by the night is had for the nights of `nights` (from, to), other things for
    the days of `days`, both included, as one writes them into a link; both are None where instants were given.
    """

    by_day: Span
    days: tuple[date, date] | None = None
    nights: tuple[date, date] | None = None


@dataclass(frozen=True)
class Criteria:
    """What is looked for. `kinds`, `terms`: any of these, empty for all. `here` is where from.

    `by_day` is when it is wanted, on the clocks of `zone`; instead of it `windows` are several times of which any
    one will do. What dates mean, nights or days or an hour of them, each listing says itself. `there` is
    where a ride should go, `by_ride` when one would get on if that is another time than `by_day`.
    Without `here` and `box` the newest come first, else the nearest; `traits` are
    facts of its kind and answers to a community's questions; `max_price` is in whole units of each
    listing's currency.
    """

    q: str = ""
    kinds: tuple[str, ...] = ()
    here: Point | None = None
    there: Point | None = None
    radius_m: float | None = None
    box: Box | None = None
    by_day: Span | None = None
    windows: tuple[Window, ...] = ()
    zone: str = ""
    by_ride: Span | None = None
    quantity: int = 1
    category: str = ""
    max_price: float | None = None
    terms: tuple[str, ...] = ()
    community: int | None = None
    traits: Traits = Traits()
    sort: str = ""
    language: str = "en"

    @property
    def origin(self) -> Point | None:
        """Where distances are measured from."""
        return self.here or (self.box.middle if self.box else None)

    @cached_property
    def times(self) -> tuple[Window, ...]:
        """When it is wanted, each time that would do; empty when nobody said."""
        if self.windows or self.by_day is None:
            return self.windows
        if self.by_day.days is None:
            return (Window(self.by_day),)
        first, last = self.by_day.days
        return (Window(self.by_day, (first, last), (first, max(last, first + timedelta(days=1)))),)

    @property
    def order(self) -> str:
        if self.sort in (NEW, PRICE):
            return self.sort
        return NEAR if self.origin else NEW

    @property
    def reach(self) -> float | None:
        """How far is far enough, in metres; None for no end."""
        if self.radius_m is not None:
            return self.radius_m
        if self.there is not None or (self.here and not self.box and self.order != NEAR):
            return AROUND_M
        return None

    @property
    def only_kinds(self) -> bool:
        """Whether nothing is asked but kinds, and nearest first as far as there is anything."""
        bare = Criteria(
            kinds=self.kinds, here=self.here, box=self.box, sort=self.sort, zone=self.zone, language=self.language
        )
        return self == bare and self.reach is None

    @property
    def ride_spans(self) -> tuple[Span, ...]:
        """When one would get on a ride: any of these will do; none at all for any time."""
        if self.windows:
            return tuple(window.by_day for window in self.windows)
        span = self.by_ride or self.by_day
        return (span,) if span else ()

    def changed(self, **facts: Any) -> "Criteria":
        return replace(self, **facts)
