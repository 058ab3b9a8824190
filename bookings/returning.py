"""And back: departures of the other way that would take a rider home from where they got off."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from listings.actions.returns import other_way
from listings.models import Departure, Listing, Stop
from listings.search.criteria import Span

from .riding import Seats

SHOWN = 3
WITHIN = timedelta(days=31)


class Back(NamedTuple):
    """A way back: the departure, on and off, when, and the seats left."""

    listing: Listing
    departure: Departure
    board: Stop
    alight: Stop
    at: object
    left: int

    @property
    def url(self) -> str:
        chosen = f"?departure={self.departure.pk}&board={self.board.pk}&alight={self.alight.pk}"
        return f"{self.listing.get_absolute_url()}{chosen}#book"


def offers(listing: Listing, departure: Departure, board: Stop, alight: Stop, quantity: int = 1) -> list[Back]:
    """The next of them after one has arrived, with enough seats; none where the driver offers no way back."""
    back = other_way(listing)
    if back is None or not back.is_published:
        return []
    stops = list(back.stops.all())
    on = next((stop for stop in stops if stop.place == alight.place), None)
    off = next((stop for stop in stops if stop.place == board.place), None)
    if on is None or off is None or off.minutes <= on.minutes:
        return []
    now = timezone.now()
    arrived = departure.leaves + timedelta(minutes=alight.minutes)
    earliest = max(arrived, now) - timedelta(minutes=on.minutes)
    rows = back.departures.filter(cancelled=False, leaves__gte=earliest, leaves__lt=earliest + WITHIN)[: 4 * SHOWN]
    left = Seats.counter([back.pk], Span(earliest, earliest + WITHIN + timedelta(days=7)), now)
    found = []
    for row in rows:
        at, until = (row.leaves + timedelta(minutes=stop.minutes) for stop in (on, off))
        if (free := left(back, at, until)) >= quantity:
            found.append(Back(back, row, on, off, at, free))
    return found[:SHOWN]
