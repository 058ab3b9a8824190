"""The same questions about many listings at once: two statements, however many there are.

Rides are left out: what is free of them depends on where one gets on and off.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
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
from .spans import bookable, stretches

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Choice = tuple[date | datetime, date | datetime]


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


def first_fit(
    listings: Iterable[Listing], choices: Sequence[Choice], quantity: int = 1, *, now: datetime | None = None
) -> dict[int, Choice]:
    """For each listing that can be had, the first of the choices for which `is_free` says so.

    A choice is what one would type on the listing's page: two dates, both included by the day, arriving and
    leaving by the night; or two instants. Of a listing by the hour, dates ask for any one booking of its
    shortest time on those days.
    """
    now = now or timezone.now()
    crowd = _Crowd(listings, [_reach(choice) for choice in choices], now)
    found: dict[int, Choice] = {}
    for listing in crowd.listings:
        for choice in choices:
            if crowd.has(listing, choice, quantity):
                found[listing.pk] = choice
                break
    return found


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
        rows = Claim.objects.filter(
            Q(expires__isnull=True) | Q(expires__gt=now),
            listing__in=[listing.pk for listing in self.listings], ends__gt=starts, starts__lt=ends,
        )
        for pk, *claim in rows.values_list("listing_id", "starts", "ends", "quantity"):
            self._claims.setdefault(pk, []).append(Taken(*claim))

    def load(self, listing: Listing) -> Load:
        if listing.pk not in self._loads:
            self._loads[listing.pk] = Load(self._claims.get(listing.pk, ()))
        return self._loads[listing.pk]

    def has(self, listing: Listing, choice: Choice, quantity: int) -> bool:
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

    def _has_hours(self, listing: Listing, choice: Choice, quantity: int) -> bool:
        """Whether the shortest booking fits anywhere into these days: at a stretch's beginning, or at an opening."""
        zone = ZoneInfo(listing.time_zone)
        within = days(choice[0], choice[1] + DAY, zone)
        wanted = bookable(listing, within, quantity, self.now)
        shortest = listing.min_units * HOUR
        if wanted is None:
            return False
        for stretch in stretches(listing, self.load(listing), wanted, quantity):
            for span in plans.of(listing).opening.spans(stretch, zone):
                starts = max(span.starts, self.now + timedelta(hours=listing.notice_hours))
                booking = Period(starts, starts + shortest)
                if booking.ends <= stretch.ends and self._free(listing, booking, quantity):
                    return True
        return False


def _reach(choice: Choice) -> Period:
    """The choice with room for every zone on earth."""
    first, last = choice
    if isinstance(first, datetime) and isinstance(last, datetime):
        return Period(first, last)
    wide = days(first, last + DAY, ZoneInfo("UTC"))
    return wide.widened(DAY, 2 * DAY)
