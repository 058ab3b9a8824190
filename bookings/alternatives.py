"""What else is free then, nearby: of the same kind and category, where there is one, else of the same name."""

from datetime import datetime

from listings.models import Listing
from listings.search.criteria import NEAR, Criteria, Span
from listings.search.query import search
from listings.states import Unit
from members.models import Member
from sharing.values.period import Period
from sharing.values.place import Point

from .models import Booking

MOST = 3
FARTHEST_M = 30_000


def of(booking: Booking, *, now: datetime) -> list[dict]:
    """Up to three, the nearest first, as {"title", "url"} for a message; the borrower may see each of them."""
    return beside(booking.listing, booking.period, booking.borrower, quantity=booking.quantity, now=now)


def beside(listing: Listing, period: Period, member: Member, *, quantity: int, now: datetime) -> list[dict]:
    """The same for a listing and a time."""
    if listing.public_lat is None or listing.public_lon is None:
        return []
    page = search(_asked(listing, period, quantity), member, size=MOST + 2, now=now)
    found = [hit.listing for hit in page.hits if hit.listing.pk != listing.pk and hit.listing.owner_id != member.pk]
    return [{"title": row.title, "url": row.get_absolute_url()} for row in found[:MOST]]


def _asked(listing: Listing, period: Period, quantity: int) -> Criteria:
    """The same category, or else the same words in the title."""
    wanted = Criteria(
        kinds=(listing.kind,), here=Point(listing.public_lat, listing.public_lon), radius_m=FARTHEST_M,
        quantity=quantity, sort=NEAR, category=listing.category.slug if listing.category else "",
        q="" if listing.category else listing.title, language=listing.language,
    )
    span = Span(period.starts, period.ends)
    return wanted.changed(by_night=span) if listing.price_unit == Unit.NIGHT else wanted.changed(by_day=span)
