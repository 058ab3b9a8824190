"""Rides in a search: on near here, off near there, in that order, in that time, a seat free all the way between.

A ride fits at a stop `s` when a later stop `o` and a departure `p` do: `o` is near where one goes, `p`
passes `s` in the time asked for and not before the driver's notice, and from `s` to `o` enough seats are
left at every moment. What is taken only a higher room knows: it registers a `Seats`. The same rule is
asked once more in Python for the few rides of a page (`passages`), to say which stops, when and for how much.

Without a radius one walks: `WALK_M` at both ends; only when nothing is so near, the circle grows.
"""
# ruff: noqa: S608 - the SQL is made of our own words only; every value is a parameter

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.db import connection

from sharing.values.place import Point, chord_squared, metres_between

from ..driving import costs, own_rates
from ..models import Departure, Listing, Stop
from ..states import Kind
from . import statements
from .criteria import AROUND_M, Criteria, Span

WALK_M = 1500.0
LONGEST = timedelta(days=7)  # the longest ride there is
AHEAD = timedelta(days=90)  # how far ahead a page looks for the next departure when no day is asked for
METRES_A_MINUTE, DETOUR = 80, 1.25  # on foot, and streets against the crow's flight
MARGIN_HOURS = (0, 24 * 3)


class Seats(Protocol):
    """How many seats are taken, as a higher room knows it."""

    def left(self, on: str, off: str, quantity: int, now: object) -> tuple[str, list]:
        """SQL on a row `l`: whether so many are free from `on` to `off`, two expressions; `now` is its present."""

    def counter(
        self, ids: Sequence[int], span: Span, now: datetime
    ) -> Callable[[Listing, datetime, datetime], int]:
        """How many are free on a listing from one instant to another, after one look at the claims in `span`."""


class Passage(NamedTuple):
    """How one would ride: the departure, on and off, when, how far to walk, what it costs and what is left."""

    departure: Departure
    board: Stop
    alight: Stop
    on_at: datetime
    off_at: datetime
    on_zone: str
    off_zone: str
    walk_on_m: float | None
    walk_off_m: float | None
    fare_minor: int
    left: int
    others: int

    @property
    def walk_on_minutes(self) -> int | None:
        return walk_minutes(self.walk_on_m)

    @property
    def walk_off_minutes(self) -> int | None:
        return walk_minutes(self.walk_off_m)

    @property
    def asked(self) -> str:
        """What leads to the ride's page with all this chosen."""
        return f"?departure={self.departure.pk}&board={self.board.pk}&alight={self.alight.pk}"


_seats: list[Seats] = []


def register(seats: Seats) -> None:
    """Called from a higher room's `ready()`."""
    _seats[:] = [seats]
    _worded.cache_clear()


def walk_minutes(metres: float | None) -> int | None:
    """How long one walks; None for what nobody would walk."""
    if metres is None or metres > 3 * WALK_M:
        return None
    return max(1, ceil(metres * DETOUR / METRES_A_MINUTE))


def asked(criteria: Criteria) -> bool:
    """Whether anything is asked that only a ride's stops and departures can answer."""
    return criteria.there is not None or bool(criteria.ride_spans)


# --- growing -------------------------------------------------------------------------------------------


def grows(criteria: Criteria) -> bool:
    """Whether the circle at both ends begins at a walk and grows: nobody has said how far."""
    return criteria.there is not None and criteria.radius_m is None


def circles(criteria: Criteria, after: list | None) -> Iterator[tuple[Criteria, list | None]]:
    """What to ask, one after the other until there is an answer; a page that goes on keeps its circle."""
    if not grows(criteria):
        yield criteria, after
    elif after is not None:
        yield criteria.changed(radius_m=after[-1]), after[:-1]
    else:
        yield criteria.changed(radius_m=WALK_M), None
        yield criteria.changed(radius_m=AROUND_M), None


def circle_of(values: list) -> tuple[list, list[float]]:
    """A cursor's values without and with its circle; ValueError when it is none of ours."""
    *rest, circle = values
    if circle not in (WALK_M, AROUND_M):
        raise ValueError("This is no circle of ours.")
    return rest, [float(circle)]


# --- as SQL ----------------------------------------------------------------------------------------------


def condition(criteria: Criteria, reach: float, now: datetime) -> statements.Statement:
    """Whether a stop `s` of a ride `l` fits."""
    spans = criteria.ride_spans
    first = max(now, min((span.starts for span in spans), default=now)) - LONGEST
    moments = {NOW: _instant(now), EXACTLY: connection.ops.adapt_datetimefield_value(now), FIRST: _instant(first)}
    sql, params = _worded(criteria.there, spans, criteria.quantity, reach, connection.vendor)
    return sql, [moments.get(value, value) if isinstance(value, str) else value for value in params]


NOW, EXACTLY, FIRST = "now", "exactly", "first"  # in place of the present, and of the earliest departure looked at


@lru_cache(maxsize=256)
def _worded(
    there: Point | None, spans: tuple[Span, ...], quantity: int, reach: float, _vendor: str
) -> tuple[str, tuple]:
    """The same whenever it is asked: wording it costs as much as half the answer."""
    on, off = _later("p.leaves", "s.minutes"), _later("p.leaves", "o.minutes")
    parts, params = ["o.listing_id = s.listing_id", "o.position > s.position", "not p.cancelled"], []
    if there is not None:
        d, d_params = statements.chord("o", there)
        parts.append(f"{d} <= %s")
        params += [*d_params, chord_squared(reach)]
    sql, more = _in_time(spans, on)
    parts.append(sql)
    params += more
    for seats in _seats:
        sql, more = seats.left(on, off, quantity, EXACTLY)
        parts.append(sql)
        params += more
    fits = (
        "exists (select 1 from listings_spot o join listings_departure p on p.listing_id = o.listing_id"
        f" where {' and '.join(f'({part})' for part in parts)})"
    )
    if spans:
        return fits, tuple(params)
    undated, undated_params = statements.goes_to(there, chord_squared(reach)) if there else ("", [])
    never = "not exists (select 1 from listings_departure q where q.listing_id = s.listing_id)"
    return f"{fits} or ({undated} and {never})", (*params, *undated_params)


def _in_time(spans: tuple[Span, ...], on: str) -> statements.Statement:
    """Boarding after the driver's notice, in one of the times asked for; departures far from them are not looked at."""
    parts = [f"{on} >= {_later_by('%s', 'l.notice_hours', 'hours')}", "p.leaves >= %s"]
    params: list = [NOW, FIRST]
    if spans:
        parts.append("p.leaves < %s")
        params.append(_instant(max(span.ends for span in spans)))
        parts.append("(" + " or ".join([f"({on} >= %s and {on} < %s)"] * len(spans)) + ")")
        params += [_instant(moment) for span in spans for moment in (span.starts, span.ends)]
    return " and ".join(parts), params


def _later(moment: str, minutes: str) -> str:
    """`moment` so many minutes later, in the words of the engine."""
    if connection.vendor == "sqlite":
        return f"datetime({moment}, '+' || {minutes} || ' minutes')"
    return f"({moment} + make_interval(mins => {minutes}))"


def _later_by(moment: str, number: str, unit: str) -> str:
    if connection.vendor == "sqlite":
        return f"datetime({moment}, '+' || {number} || ' {unit}')"
    return f"(cast({moment} as timestamp with time zone) + make_interval({unit} => {number}))"


def _instant(moment: datetime):
    """Whole seconds: that is how fine SQLite's arithmetic of instants is."""
    return connection.ops.adapt_datetimefield_value(moment.replace(microsecond=0))


# --- for the rides of a page -------------------------------------------------------------------------------


def passages(criteria: Criteria, listings: Iterable[Listing], now: datetime) -> dict[int, Passage]:
    """For each of these rides how one would go, in four statements; nothing where nothing of the kind is asked."""
    rides = {listing.pk: listing for listing in listings if listing.kind == Kind.RIDE}
    if not rides or not asked(criteria):
        return {}
    now = now.replace(microsecond=0)
    spans = criteria.ride_spans or (Span(now, now + AHEAD),)
    whole = Span(max(now, min(span.starts for span in spans)) - LONGEST, max(span.ends for span in spans))
    own_rates.read_for(rides.values())
    stops: dict[int, list[Stop]] = {}
    for stop in Stop.objects.filter(listing__in=rides).order_by("listing", "position"):
        stop.listing = rides[stop.listing_id]
        stops.setdefault(stop.listing_id, []).append(stop)
    departures: dict[int, list[Departure]] = {}
    rows = Departure.objects.filter(
        listing__in=rides, cancelled=False, leaves__gte=whole.starts, leaves__lt=whole.ends
    )
    for row in rows:
        departures.setdefault(row.listing_id, []).append(row)
    left = _seats[0].counter(list(rides), Span(whole.starts, whole.ends + LONGEST), now) if _seats else None
    found = {}
    for pk, ride in rides.items():
        passage = _best(criteria, spans, ride, stops.get(pk, []), departures.get(pk, []), left, now)
        if passage is not None:
            found[pk] = passage
    return found


def _best(criteria, spans, ride: Listing, stops: list[Stop], departures: list[Departure], left, now) -> Passage | None:
    """The nearest stop to get on, then the nearest to get off, then the earliest departure."""
    reach = criteria.reach or AROUND_M
    on_m = [_metres(criteria.here, stop) for stop in stops]
    off_m = [_metres(criteria.there, stop) for stop in stops]
    soonest = now + timedelta(hours=ride.notice_hours)
    fitting = []
    for i, board in enumerate(stops):
        if on_m[i] is not None and criteria.reach is not None and on_m[i] > criteria.reach:
            continue
        for j in range(i + 1, len(stops)):
            off = off_m[j]
            if off is not None and off > reach:
                continue
            for row in departures:
                on_at = row.leaves + timedelta(minutes=board.minutes)
                if on_at < soonest or not any(span.starts <= on_at < span.ends for span in spans):
                    continue
                off_at = row.leaves + timedelta(minutes=stops[j].minutes)
                free = left(ride, on_at, off_at) if left else ride.capacity
                if free >= criteria.quantity:
                    far = -j if off is None else off  # nobody says where to: the whole way
                    fitting.append((on_m[i] or 0, far, on_at, i, j, row, off_at, free))
    if not fitting:
        return None
    _on, _off, on_at, i, j, row, off_at, free = min(fitting, key=lambda each: each[:5])
    board, alight, day = stops[i], stops[j], row.leaves.astimezone(ZoneInfo(ride.time_zone)).date()
    return Passage(
        row, board, alight, on_at, off_at, board.time_zone or ride.time_zone, alight.time_zone or ride.time_zone,
        on_m[i], off_m[j], costs.fare(ride, stops, board, alight, on=day), free,
        len({each[5].pk for each in fitting}) - 1,
    )  # fmt: skip


def _metres(point: Point | None, stop: Stop) -> float | None:
    return None if point is None else metres_between(point, stop.public)
