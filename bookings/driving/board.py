"""What the driver's page shows: the coming departures, with seats by segment and people by stop, in few statements."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from listings.models import Departure, Listing, Stop
from sharing.values.period import Period

from .. import availability
from ..load import Load
from ..models import Aboard, Booking
from ..states import ENDED, State

PAGE = 12


class Rider(NamedTuple):
    """Somebody who gets on or off: a booking, or seats the driver keeps."""

    name: str
    quantity: int
    booking: Booking | None = None
    aboard: Aboard | None = None

    @property
    def asks(self) -> bool:
        return self.booking is not None and self.booking.state == State.REQUESTED


@dataclass
class Passing:
    """A stop of one departure: when, who gets on and off, and the seats free until the next."""

    stop: Stop
    at: datetime
    zone: str
    left: int | None
    on: list[Rider] = field(default_factory=list)
    off: list[Rider] = field(default_factory=list)


@dataclass
class Running:
    """One departure as its driver sees it."""

    departure: Departure
    stops: list[Passing]
    people: int
    booked: int


def running(listing: Listing, after: datetime | None = None) -> tuple[list[Running], datetime | None]:
    """The departures from now on, or after that instant; and where the next page starts."""
    now = timezone.now()
    stops = list(listing.stops.all())
    whole = timedelta(minutes=stops[-1].minutes if stops else 0)
    coming = listing.departures.filter(leaves__gt=after or now - whole).order_by("leaves")
    rows = list(coming.prefetch_related("aboard__claim")[: PAGE + 1])
    more = rows[PAGE - 1].leaves if len(rows) > PAGE else None
    rows = rows[:PAGE]
    if not rows or not stops:
        return [], None
    around = Period(rows[0].leaves, rows[-1].leaves + whole + timedelta(minutes=1))
    load = Load(availability.taken(listing, around, now))
    bookings: dict[int | None, list[Booking]] = {}
    held = Booking.objects.filter(departure__in=rows).exclude(state__in=ENDED).select_related("borrower")
    for booking in held.order_by("starts", "pk"):
        bookings.setdefault(booking.departure_id, []).append(booking)
    return [_running(listing, row, stops, load, bookings.get(row.pk, [])) for row in rows], more


def _running(listing: Listing, row: Departure, stops: list[Stop], load: Load, bookings: list[Booking]) -> Running:
    passings = {}
    for stop, following in zip(stops, [*stops[1:], None], strict=True):
        at = row.leaves + timedelta(minutes=stop.minutes)
        left = None
        if following is not None:
            until = row.leaves + timedelta(minutes=following.minutes)
            left = max(0, listing.capacity - load.peak(Period(at, until)))
        passings[stop.pk] = Passing(stop, at, stop.time_zone or listing.time_zone, left)
    people = 0
    for booking in bookings:
        rider = Rider(booking.borrower.first_name or str(booking.borrower), booking.quantity, booking)
        people += _seat(passings, booking.board_id, booking.alight_id, rider)
    for aboard in row.aboard.all():
        rider = Rider(aboard.who, aboard.claim.quantity, None, aboard)
        people += _seat(passings, aboard.board_id, aboard.alight_id, rider)
    return Running(row, list(passings.values()), people, len(bookings))


def _seat(passings: dict, board: int | None, alight: int | None, rider: Rider) -> int:
    if board in passings and alight in passings:
        passings[board].on.append(rider)
        passings[alight].off.append(rider)
    return rider.quantity
