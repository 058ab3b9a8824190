"""And back: departures of the other way that would take a rider home from where they got off."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.actions.returns import other_way
from listings.models import Departure, Listing, Stop
from listings.search.criteria import Span
from sharing.web.refusals import Refusal

from . import quotes
from .models import Booking
from .riding import Seats
from .stays import DIGITS

SHOWN = 3
WITHIN = timedelta(days=31)


class Back(NamedTuple):
    """A way back: the departure, on and off, when, the seats left, and what it costs."""

    listing: Listing
    departure: Departure
    board: Stop
    alight: Stop
    at: object
    left: int
    minor: int

    @property
    def url(self) -> str:
        chosen = f"?departure={self.departure.pk}&board={self.board.pk}&alight={self.alight.pk}"
        return f"{self.listing.get_absolute_url()}{chosen}#book"


def way(there: Booking, departure: int | str) -> Back:
    """That departure as the way back from where a booking leads; raises Refusal when it is none."""
    assert there.departure is not None and there.board is not None and there.alight is not None
    stops = _stops(there.listing, there.board, there.alight)
    number = str(departure)
    known = stops is not None and number.isascii() and number.isdigit() and len(number) < DIGITS
    row = stops.listing.departures.filter(pk=number).first() if stops is not None and known else None
    if stops is None or row is None or row.leaves + stops.on_after < there.ends:
        raise Refusal(_("Choose a departure of the way back that sets off after you have arrived."), field="back",
                      code="no_way_back")  # fmt: skip
    return Back(stops.listing, row, stops.board, stops.alight, row.leaves + stops.on_after, 0, 0)


def offers(listing: Listing, departure: Departure, board: Stop, alight: Stop, quantity: int = 1) -> list[Back]:
    """The next of them after one has arrived, with enough seats; none where the driver offers no way back."""
    stops = _stops(listing, board, alight)
    if stops is None:
        return []
    now = timezone.now()
    arrived = departure.leaves + timedelta(minutes=alight.minutes)
    earliest = max(arrived, now) - stops.on_after
    rows = stops.listing.departures.filter(cancelled=False, leaves__gte=earliest, leaves__lt=earliest + WITHIN)
    left = Seats.counter([stops.listing.pk], Span(earliest, earliest + WITHIN + timedelta(days=7)), now)
    found = []
    for row in rows[: 4 * SHOWN]:
        at, until = row.leaves + stops.on_after, row.leaves + timedelta(minutes=stops.alight.minutes)
        if (free := left(stops.listing, at, until)) >= quantity:
            day = row.leaves.astimezone(ZoneInfo(stops.listing.time_zone)).date()
            minor = quotes.way_minor(stops.listing, stops.board, stops.alight, on=day)
            found.append(Back(stops.listing, row, stops.board, stops.alight, at, free, minor * quantity))
    return found[:SHOWN]


class _Stops(NamedTuple):
    listing: Listing
    board: Stop
    alight: Stop

    @property
    def on_after(self) -> timedelta:
        return timedelta(minutes=self.board.minutes)


def _stops(listing: Listing, board: Stop, alight: Stop) -> _Stops | None:
    """Where one gets on and off on the way back, if the driver offers one that passes both."""
    back = other_way(listing)
    if back is None or not back.is_published:
        return None
    prefetch_related_objects([back], "stops")
    stops = list(back.stops.all())
    on = next((stop for stop in stops if stop.place == alight.place), None)
    off = next((stop for stop in stops if stop.place == board.place), None)
    if on is None or off is None or off.minutes <= on.minutes:
        return None
    return _Stops(back, on, off)
