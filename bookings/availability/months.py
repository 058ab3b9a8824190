"""The month with its reasons: each day's state, price, and what of it is left, in one sweep over what is taken.

However much is taken, it is read as the driver gives it, in one statement, and swept once.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import EVERY_DAY, ListingState, Unit
from sharing.values.period import Period, days

from .. import plans
from ..load import Load
from ..models import Booking, Claim
from ..opening import MIDNIGHT
from ..states import ENDED, DayState
from .answers import arrive_sentence, notice_sentence, on_weekday
from .claimed import cell, taken, widened
from .notices import bounds

DAY = timedelta(days=1)


class Day(NamedTuple):
    """One cell of the month: its state, the reason in words when it can't be had, and what is left of it."""

    date: date
    state: DayState
    reason: str
    price_minor: int
    left: int
    mine: bool = False
    leavable: bool = False  # of a room: the night before can be had, so one may leave on this day
    arrivable: bool = True  # by the night: one may arrive on this weekday
    special: bool = False  # it costs other than usual

    @property
    def pickable(self) -> bool:
        """Whether a stay may begin here."""
        return self.state in (DayState.FREE, DayState.PART) and self.arrivable


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a listing in its own zone, `days` from the first to the last, or some way into the next."""

    year: int
    number: int
    days: list[Day]
    today: date

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def previous(self) -> date:
        return (self.first - DAY).replace(day=1)

    @property
    def following(self) -> date:
        return (self.first + 31 * DAY).replace(day=1)


def month(
    listing: Listing, year: int, number: int, viewer=None, *, now: datetime | None = None, more: int = 0
) -> Month:
    """Each day of a month, and so many `more`, with its state, its reason and its price.

    `viewer` sees what is theirs.
    """
    now = now or timezone.now()
    first = date(year, number, 1)
    last = first.replace(day=monthrange(year, number)[1]) + more * DAY
    cells = days_between(listing, first, last, viewer, now=now)
    return Month(year, number, cells, now.astimezone(ZoneInfo(listing.time_zone)).date())


def days_between(listing: Listing, first: date, last: date, viewer=None, *, now: datetime | None = None) -> list[Day]:
    """Each local day from the first to the last one, in three statements at most."""
    now = now or timezone.now()
    zone = ZoneInfo(listing.time_zone)
    by_night = listing.price_unit == Unit.NIGHT
    wanted = [first + n * DAY for n in range(-1 if by_night else 0, (last - first).days + 1)]
    whole = days(wanted[0], wanted[-1] + 2 * DAY, zone)
    reader = _Reader(listing, zone, now, widened(listing, whole))
    mine = _days_of(viewer, listing, whole, zone)
    cells: list[Day] = []
    for day in wanted:
        state, left = reader.state(day)
        leavable = bool(by_night and cells) and cells[-1].state == DayState.FREE
        cells.append(reader.day(day, state, left, mine=day in mine, leavable=leavable))
    return cells[1:] if by_night else cells


class _Reader:
    """One listing's terms, plan and load, asked day by day."""

    def __init__(self, listing: Listing, zone: ZoneInfo, now: datetime, around: Period) -> None:
        self.listing, self.zone = listing, zone
        self.plan = plans.of(listing)
        self.today = now.astimezone(zone).date()
        self.first, self.last = bounds(listing, now)
        self.load, self._native = _load(listing, around, now)

    def state(self, day: date) -> tuple[DayState, int]:
        """What the day is, and how many are left at its fullest instant."""
        listing = self.listing
        if day < self.today:
            return DayState.PAST, 0
        around = widened(listing, cell(listing, day, self.zone))
        left = listing.capacity - self.load.peak_between(self._native(around.starts), self._native(around.ends))
        if listing.state not in (ListingState.PUBLISHED, ListingState.DRAFT):  # a draft is shown as it will be
            return DayState.CLOSED, left
        if not self.first <= day <= self.last:
            return DayState.SOON if day < self.first else DayState.FAR, left
        is_open = self.plan.opening.is_open(day)
        if left < 1 and not self._has_gap(day):
            return DayState.TAKEN, left
        if not is_open:
            return DayState.CLOSED, left
        return DayState.FREE if left > 0 else DayState.PART, left

    def day(self, day: date, state: DayState, left: int, *, mine: bool, leavable: bool) -> Day:
        listing = self.listing
        arrivable = listing.price_unit != Unit.NIGHT or on_weekday(listing.arrive_days, day)
        leavable = leavable and on_weekday(listing.leave_days, day)
        price, special = 0, False
        if state in (DayState.FREE, DayState.PART):
            span = self.plan.price_on(day) if listing.price_minor else None
            price, special = (span.price_minor, True) if span else (listing.price_minor, False)
        reason = self._words(day, state, arrivable)
        return Day(day, state, reason, price, max(0, left), mine, leavable, arrivable, special)

    def _has_gap(self, day: date) -> bool:
        """By the hour a full day may still have an hour left."""
        if self.listing.price_unit != Unit.HOUR:
            return False
        whole = cell(self.listing, day, self.zone)
        return self.load.least_between(self._native(whole.starts), self._native(whole.ends)) < self.listing.capacity

    def _words(self, day: date, state: DayState, arrivable: bool) -> str:
        if state == DayState.SOON:
            return notice_sentence(self.listing)
        if state == DayState.CLOSED and (why := self.plan.opening.why(day)):
            return _("closed: %(why)s") % {"why": why}
        if state in (DayState.FREE, DayState.PART) and (own := self.plan.opening.hours(day)):
            hours = {"state": state.label, "opens": f"{own[0]:%H:%M}", "closes": f"{own[1]:%H:%M}"}
            return _("%(state)s, open %(opens)s–%(closes)s") % hours
        if state == DayState.FREE and not arrivable and self.listing.arrive_days != EVERY_DAY:
            return arrive_sentence(self.listing)
        return str(state.label)


def _load(listing: Listing, around: Period, now: datetime) -> tuple[Load, Any]:
    """The load as the driver gives it, and the way from an instant to what it orders with."""
    known: Period | None = vars(listing).get("_looked_at")
    if known is not None and known.contains(around):
        return Load(vars(listing)["_seen"]), lambda moment: moment
    if listing.is_kit:
        return Load(list(taken(listing, around, now))), lambda moment: moment
    adapt = connection.ops.adapt_datetimefield_value
    # SQLite keeps instants as text that orders like time; as an expression the driver leaves it so.
    starts, ends = ("starts || ''", "ends || ''") if connection.vendor == "sqlite" else ("starts", "ends")
    sql = (
        f"select {starts}, {ends}, quantity from {Claim._meta.db_table}"  # noqa: S608
        " where listing_id = %s and ends > %s and starts < %s and (expires is null or expires > %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [listing.pk, adapt(around.starts), adapt(around.ends), adapt(now)])
        return Load(cursor.fetchall()), adapt


def _days_of(viewer, listing: Listing, whole: Period, zone: ZoneInfo) -> set[date]:
    """Local days on which the viewer has a booking here."""
    if viewer is None or not viewer.is_authenticated:
        return set()
    rows = Booking.objects.filter(
        listing=listing.pk, borrower=viewer.pk, ends__gt=whole.starts, starts__lt=whole.ends
    ).exclude(state__in=ENDED)
    found: set[date] = set()
    for starts, ends in rows.values_list("starts", "ends"):
        first, last = starts.astimezone(zone), ends.astimezone(zone)
        # A stay does not own the day one leaves in the morning; a loan owns the day it comes back.
        until = last.date() - DAY if listing.price_unit == Unit.NIGHT or last.time() == MIDNIGHT else last.date()
        found.update(first.date() + n * DAY for n in range((until - first.date()).days + 1))
    return found
