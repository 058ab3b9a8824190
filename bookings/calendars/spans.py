"""From a stay to what a calendar shows, and back: nights and whole days are dates, all else instants.

`of_booking` and `period_of` undo each other, so that what we tell another calendar comes back as the
very same instants, over both changes of the clock.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listings.models import Listing
from listings.states import Kind, Unit
from sharing.values.period import Period, days, instant, nights

from .. import stays
from ..models import Booking

Moment = datetime | date
DAY = timedelta(days=1)
MIDNIGHT = time()


def of_booking(booking: Booking) -> tuple[Moment, Moment]:
    return of_period(booking.listing, booking.period)


def of_period(listing: Listing, period: Period) -> tuple[Moment, Moment]:
    """Dates where going back from them gives this very period, instants otherwise."""
    if listing.kind == Kind.RIDE or listing.price_unit == Unit.HOUR:
        return period.starts, period.ends
    zone = ZoneInfo(listing.time_zone)
    first, last = (moment.astimezone(zone).date() for moment in (period.starts, period.ends))
    if first < last and period_of(listing, first, last) == period:
        return first, last
    return period.starts, period.ends


def period_of(listing: Listing, starts: Moment, ends: Moment) -> Period | None:
    """What an event keeps of the listing: dates mean its nights or its days; a time without a zone is its wall clock.

    None for what has no length. A room by the night is left and entered on days that others begin and end on.
    """
    zone = ZoneInfo(listing.time_zone)
    if not isinstance(starts, datetime):
        if ends <= starts:
            ends = starts + DAY
        if listing.price_unit == Unit.NIGHT:
            arrive, leave = stays.night_times(listing)
            return nights(starts, ends, zone, arrive=arrive, leave=leave)
        return days(starts, ends, zone)
    assert isinstance(ends, datetime), "An event begins and ends with the same kind of time."
    begin, end = _instant(starts, zone), _instant(ends, zone)
    return Period(begin, end) if end > begin else None


def _instant(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        return instant(moment.date(), moment.time(), zone)
    return moment.astimezone(UTC)
