"""What is taken of a listing, and how much room a booking of it takes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from listings.models import Listing
from listings.states import Kind, Unit
from sharing.values.period import Period, days, nights

from .. import stays
from ..load import Taken
from ..models import Claim
from .kits import shortages

DAY = timedelta(days=1)
ALWAYS = Period(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def buffers(listing: Listing) -> tuple[timedelta, timedelta]:
    """What stays free before and after; the seats of a ride pass from one rider to the next at once."""
    if listing.kind == Kind.RIDE:
        return timedelta(), timedelta()
    return timedelta(minutes=listing.buffer_before), timedelta(minutes=listing.buffer_after)


def widened(listing: Listing, period: Period) -> Period:
    """What a booking of this period claims: its buffers belong to it."""
    return period.widened(*buffers(listing))


def taken(listing: Listing, within: Period, now: datetime, *, ignoring: int | None = None) -> Iterable[Taken]:
    """What is taken of the listing around a period: everything but holds that have run out."""
    known: Period | None = vars(listing).get("_looked_at")
    if known is not None and known.contains(within) and ignoring is None:
        return (claim for claim in vars(listing)["_seen"] if claim.ends > within.starts and claim.starts < within.ends)
    claims = Claim.objects.filter(listing=listing.pk, ends__gt=within.starts, starts__lt=within.ends)
    claims = claims.filter(Q(expires__isnull=True) | Q(expires__gt=now))
    if ignoring is not None:
        claims = claims.exclude(Q(pk=ignoring) | Q(whole=ignoring))
    rows = (Taken(*row) for row in claims.values_list("starts", "ends", "quantity"))
    if not listing.is_kit:
        return rows
    return chain(rows, shortages([listing], within, now, ignoring=ignoring).get(listing.pk, ()))


def look_once(listing: Listing, within: Period, now: datetime | None = None) -> None:
    """Read what is taken in a long period once, for a page that asks several questions about it."""
    vars(listing)["_seen"] = list(taken(listing, within, now or timezone.now()))
    vars(listing)["_looked_at"] = within


def leave_to_the_guard(listing: Listing) -> None:
    """Nobody looks what is taken: the claim that goes in will tell, and of two at once it alone can."""
    vars(listing)["_seen"], vars(listing)["_looked_at"] = (), ALWAYS


def cell(listing: Listing, day: date, zone: ZoneInfo) -> Period:
    """What one day of the calendar stands for: the day, or the night that begins on it."""
    if listing.price_unit == Unit.NIGHT:
        arrive, leave = stays.night_times(listing)
        return nights(day, day + DAY, zone, arrive=arrive, leave=leave)
    return days(day, day + DAY, zone)
