"""The same questions about many listings at once: two statements, however many there are.

Rides are left out: what is free of them depends on where one gets on and off.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from listings.models import Listing
from listings.states import Kind, Unit
from sharing.values.period import Period, days
from sharing.web.refusals import Refusal

from .. import plans, stays
from ..load import Load, Taken
from ..models import Claim
from .answers import closed, fits, may_be_asked
from .claimed import buffers, widened
from .kits import shortages
from .spans import bookable, stretches

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Dates = tuple[date | datetime, date | datetime]


class Choice(NamedTuple):
    """What one would type on a listing's page: two dates, both included by the day; arriving and leaving by the
    night (as `nights`, if that is another pair); or two instants.
    """

    days: Dates
    nights: Dates | None = None

    def of(self, listing: Listing) -> Dates:
        return self.nights if self.nights and listing.price_unit == Unit.NIGHT else self.days


def free_spans(
    listings: Iterable[Listing], within: Period, quantity: int = 1, *, now: datetime | None = None
) -> dict[int, list[Period]]:
    """For each listing, by its id, what `free_periods` says of the period."""
    now = now or timezone.now()
    crowd = _Crowd(listings, [within], now)
    found: dict[int, list[Period]] = {}
    for listing in crowd.listings:
        wanted = bookable(listing, within, quantity, now)
        found[listing.pk] = stretches(listing, crowd.load(listing), wanted, quantity) if wanted else []
    return found


def all_fits(
    listings: Iterable[Listing], choices: Sequence[Choice], quantity: int = 1, *, now: datetime | None = None
) -> dict[int, list[int]]:
    """For each listing that can be had, the numbers of the choices for which `is_free` says so.

    Of a listing by the hour, dates ask for any one booking of its shortest time on those days.
    """
    now = now or timezone.now()
    crowd = _Crowd(listings, [_reach(dates) for choice in choices for dates in choice if dates], now)
    found = {
        listing.pk: [n for n, choice in enumerate(choices) if crowd.has(listing, choice.of(listing), quantity)]
        for listing in crowd.listings
    }
    return {pk: numbers for pk, numbers in found.items() if numbers}


class _Crowd:
    """Listings with their plans, and what is taken of them around some periods."""

    def __init__(self, listings: Iterable[Listing], periods: Sequence[Period], now: datetime) -> None:
        self.listings = [listing for listing in listings if listing.kind != Kind.RIDE]
        self.now = now
        self._claims: dict[int, list[Taken]] = {}
        self._loads: dict[int, Load] = {}
        if not self.listings or not periods:
            return
        plans.of_many(self.listings)
        before = max(buffers(listing)[0] for listing in self.listings)
        after = max(buffers(listing)[1] for listing in self.listings)
        starts, ends = min(p.starts for p in periods) - before, max(p.ends for p in periods) + after
        for pk, *claim in _claims([listing.pk for listing in self.listings], starts, ends, now):
            self._claims.setdefault(pk, []).append(Taken(*claim))
        for pk, missing in shortages(self.listings, Period(starts, ends), now).items():
            self._claims.setdefault(pk, []).extend(missing)

    def load(self, listing: Listing) -> Load:
        if listing.pk not in self._loads:
            self._loads[listing.pk] = Load(self._claims.get(listing.pk, ()))
        return self._loads[listing.pk]

    def has(self, listing: Listing, choice: Dates, quantity: int) -> bool:
        if listing.price_unit == Unit.HOUR and not isinstance(choice[0], datetime):
            return self._has_hours(listing, choice, quantity)
        try:
            period = stays.stay(listing, *choice).period
        except Refusal:  # no night between the two, say
            return False
        return self._free(listing, period, quantity)

    def _free(self, listing: Listing, period: Period, quantity: int) -> bool:
        if may_be_asked(listing, period, quantity, self.now):
            return False
        if closed(listing, plans.of(listing).opening, period):
            return False
        return fits(listing, self.load(listing), widened(listing, period), quantity).free

    def _has_hours(self, listing: Listing, choice: Dates, quantity: int) -> bool:
        """Whether the shortest booking fits anywhere into these days: it begins or ends where something opens."""
        zone = ZoneInfo(listing.time_zone)
        wanted = bookable(listing, days(choice[0], choice[1] + DAY, zone), quantity, self.now)
        if wanted is None:
            return False
        shortest, earliest = listing.min_units * HOUR, self.now + timedelta(hours=listing.notice_hours)
        for stretch in stretches(listing, self.load(listing), wanted, quantity):
            opened = [span.starts for span in plans.of(listing).opening.spans(stretch, zone)]
            for starts in {max(each, earliest) for each in opened} | {each - shortest for each in opened}:
                booking = Period(starts, starts + shortest)
                if stretch.contains(booking) and self._free(listing, booking, quantity):
                    return True
        return False


def _claims(ids: Sequence[int], starts: datetime, ends: datetime, now: datetime) -> Iterator[tuple]:
    """(listing, starts, ends, quantity) of what is taken in that time, past the model's own readers: there are many."""
    adapt = connection.ops.adapt_datetimefield_value
    sql = (
        f"select listing_id, starts, ends, quantity from {Claim._meta.db_table}"  # noqa: S608
        f" where listing_id in ({', '.join(['%s'] * len(ids))}) and ends > %s and starts < %s"
        " and (expires is null or expires > %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, adapt(starts), adapt(ends), adapt(now)])
        for pk, begins, finishes, quantity in cursor.fetchall():
            yield pk, _aware(begins), _aware(finishes), quantity


def _aware(moment: datetime) -> datetime:
    """SQLite's instants are in UTC and do not say so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reach(choice: Dates) -> Period:
    """The choice with room for every zone on earth."""
    first, last = choice
    if isinstance(first, datetime) and isinstance(last, datetime):
        return Period(first, last)
    wide = days(first, last + DAY, ZoneInfo("UTC"))
    return wide.widened(DAY, 2 * DAY)
