"""What else is free then, nearby: of the same kind and category, where there is one, else of the same name.

For a seat: other rides that pass both stops at about that time.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from listings.models import Listing
from listings.search.criteria import NEAR, Criteria, Span, Window
from listings.search.query import search
from listings.states import Kind, Unit
from members.models import Member
from sharing.values.period import Period
from sharing.values.place import Point

from .models import Booking

MOST = 3
FARTHEST_M = 30_000
ABOUT = timedelta(hours=12)  # before or after, for a ride


def of(booking: Booking, *, now: datetime) -> list[dict]:
    """Up to three, the nearest first, as {"title", "url"} for a message; the borrower may see each of them."""
    if booking.board is not None and booking.alight is not None:
        return _rides(booking, now)
    return beside(booking.listing, booking.period, booking.borrower, quantity=booking.quantity, now=now)


def beside(listing: Listing, period: Period, member: Member, *, quantity: int, now: datetime) -> list[dict]:
    """The same for a listing and a time."""
    if listing.public_lat is None or listing.public_lon is None:
        return []
    page = search(_asked(listing, period, quantity), member, size=MOST + 2, now=now)
    found = [hit.listing for hit in page.hits if hit.listing.pk != listing.pk and hit.listing.owner_id != member.pk]
    return [{"title": row.title, "url": row.get_absolute_url()} for row in found[:MOST]]


def _rides(booking: Booking, now: datetime) -> list[dict]:
    """Each with when one would get on; another departure of the same ride is as good."""
    assert booking.board is not None and booking.alight is not None  # see of
    span = Span(max(now, booking.starts - ABOUT), booking.starts + ABOUT)
    asked = Criteria(
        kinds=(Kind.RIDE,), here=Point(booking.board.lat, booking.board.lon), by_ride=span,
        there=Point(booking.alight.lat, booking.alight.lon), quantity=booking.quantity, sort=NEAR,
        language=booking.listing.language,
    )
    page = search(asked, booking.borrower, size=MOST + 2, now=now)
    found = [
        (hit.listing, hit.passage) for hit in page.hits
        if hit.passage and hit.listing.owner_id != booking.borrower_id
        and hit.passage.departure.pk != booking.departure_id
    ]
    return [
        {
            "title": row.title, "url": row.get_absolute_url() + way.asked, "at": way.on_at.isoformat(),
            "zone": way.on_zone,
        }
        for row, way in found[:MOST]
    ]


def _asked(listing: Listing, period: Period, quantity: int) -> Criteria:
    """The same category, or else the same words in the title; in the same days, or hours where it goes by the hour."""
    assert listing.public_lat is not None and listing.public_lon is not None  # see beside
    zone = ZoneInfo(listing.time_zone)
    first = period.starts.astimezone(zone).date()
    last = (period.ends - timedelta(microseconds=1)).astimezone(zone).date()
    out = max(last, first + timedelta(days=1)) if listing.price_unit == Unit.NIGHT else last + timedelta(days=1)
    by_hour = listing.price_unit == Unit.HOUR
    window = Window(
        Span(period.starts, period.ends), days=None if by_hour else (first, last),
        nights=None if by_hour else (first, out),
    )
    return Criteria(
        kinds=(listing.kind,), here=Point(listing.public_lat, listing.public_lon), radius_m=FARTHEST_M,
        quantity=quantity, sort=NEAR, category=listing.category.slug if listing.category else "",
        q="" if listing.category else listing.title, language=listing.language, windows=(window,),
        zone=listing.time_zone,
    )
