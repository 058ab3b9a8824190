"""Is it free, when is it free, and what of each day of a month: the one place that knows.

What decides: the state of the listing, notice and horizon, shortest and longest stay, opening
windows and the days that differ, and what is already taken, buffers included. Search, calendar,
form, API and actions all ask here; the database has the last word when a claim goes in.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import Kind, ListingState, Unit
from sharing.values.period import Period, days, nights
from sharing.web import formats

from . import stays, words
from .load import Load, Taken
from .models import Booking, Claim
from .opening import MIDNIGHT, Opening
from .states import ENDED, DayState

DAY = timedelta(days=1)
GRACE = timedelta(minutes=5)  # between choosing "now" and pressing the button
LONGEST_LOOK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is free; if not, a code, a kind sentence, and the input to change (if one is)."""

    free: bool
    code: str = ""
    reason: str = ""
    field: str | None = None


FREE = Answer(True)


class Day(NamedTuple):
    """One cell of the month: its state, the reason in words when it can't be had, and what is left of it."""

    date: date
    state: DayState
    reason: str
    price_minor: int
    left: int
    mine: bool = False
    leavable: bool = False  # of a room: the night before can be had, so one may leave on this day

    @property
    def pickable(self) -> bool:
        return self.state in (DayState.FREE, DayState.PART)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a listing in its own zone, `days` from the first to the last."""

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


def is_free(
    listing: Listing, period: Period, quantity: int = 1, *, ignoring: int | None = None, now: datetime | None = None
) -> Answer:
    """Whether `quantity` of the listing can be had for the whole period; `ignoring` a claim by its id."""
    now = now or timezone.now()
    for refused in (_offered(listing, quantity), _in_time(listing, period, now), _long_enough(listing, period)):
        if refused:
            return refused
    if listing.kind != Kind.RIDE:
        prefetch_related_objects([listing], "windows", "exceptions")
        if closed := _closed(listing, Opening.of(listing), period):
            return closed
    around = widened(listing, period)
    if Load(taken(listing, around, now, ignoring=ignoring)).peak(around) + quantity > listing.capacity:
        return Answer(False, "taken", _taken_sentence(listing, quantity))
    return FREE


def free_periods(
    listing: Listing, within: Period, quantity: int = 1, *, now: datetime | None = None
) -> list[Period]:
    """The longest stretches of `within` that one booking could take, in order.

    Buffers are kept towards other claims and not towards the listing's own edges. For tools by the
    day or night, opening windows only say when one may come, so they do not cut a stretch.
    """
    now = now or timezone.now()
    if listing.state != ListingState.PUBLISHED or quantity > listing.capacity:
        return []
    zone = ZoneInfo(listing.time_zone)
    first_day, last_day = bounds(listing, now)
    starts = max(within.starts, now, days(first_day, first_day + DAY, zone).starts)
    ends = min(within.ends, days(last_day, last_day + DAY, zone).ends)
    if ends <= starts:
        return []
    before, after = buffers(listing)
    # A claim just outside still keeps its distance through our own buffers.
    horizon = Period(starts - before, min(ends + after, starts + LONGEST_LOOK))
    found = []
    for gap in Load(taken(listing, horizon, now)).gaps(horizon, listing.capacity - quantity):
        first, last = max(starts, gap.starts + before), min(ends, gap.ends - after)
        if first < last:
            found.append(Period(first, last))
    if listing.price_unit == Unit.HOUR and listing.kind == Kind.ROOM:
        prefetch_related_objects([listing], "windows", "exceptions")
        opening = Opening.of(listing)
        found = [span for gap in found for span in opening.spans(gap, zone)]
    return found


def month(listing: Listing, year: int, number: int, viewer=None, *, now: datetime | None = None) -> Month:
    """Each day of a month with its state, its reason and its price; `viewer` sees what is theirs."""
    now = now or timezone.now()
    first = date(year, number, 1)
    cells = days_between(listing, first, first.replace(day=monthrange(year, number)[1]), viewer, now=now)
    return Month(year, number, cells, now.astimezone(ZoneInfo(listing.time_zone)).date())


def days_between(listing: Listing, first: date, last: date, viewer=None, *, now: datetime | None = None) -> list[Day]:
    """Each local day from the first to the last one, in four statements at most."""
    now = now or timezone.now()
    zone = ZoneInfo(listing.time_zone)
    wanted = [first + n * DAY for n in range((last - first).days + 1)]
    whole = days(wanted[0] - DAY, wanted[-1] + 2 * DAY, zone)
    prefetch_related_objects([listing], "windows", "exceptions")
    opening, load = Opening.of(listing), Load(taken(listing, widened(listing, whole), now))
    mine = _days_of(viewer, listing, whole, zone)
    soonest, latest = bounds(listing, now)
    today = now.astimezone(zone).date()
    before = listing.price_unit == Unit.NIGHT
    cells: list[Day] = []
    for day in [wanted[0] - DAY, *wanted] if before else wanted:
        left = listing.capacity - load.peak(widened(listing, cell(listing, day, zone)))
        state = _state(listing, day, left, today, soonest, latest, opening, load, zone)
        price = listing.price_minor if state in (DayState.FREE, DayState.PART) else 0
        leavable = bool(before and cells) and cells[-1].state == DayState.FREE
        cells.append(Day(day, state, _words(state, listing), price, max(0, left), day in mine, leavable))
    return cells[1:] if before else cells


def bounds(listing: Listing, now: datetime) -> tuple[date, date]:
    """The first and the last local day on which a booking may start today."""
    zone = ZoneInfo(listing.time_zone)
    first = (now + timedelta(hours=listing.notice_hours)).astimezone(zone).date()
    return first, now.astimezone(zone).date() + listing.horizon_days * DAY


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
        claims = claims.exclude(pk=ignoring)
    return (Taken(*row) for row in claims.values_list("starts", "ends", "quantity"))


def look_once(listing: Listing, within: Period, now: datetime | None = None) -> None:
    """Read what is taken in a long period once, for a page that asks several questions about it."""
    vars(listing)["_seen"] = list(taken(listing, within, now or timezone.now()))
    vars(listing)["_looked_at"] = within


def cell(listing: Listing, day: date, zone: ZoneInfo) -> Period:
    """What one day of the calendar stands for: the day, or the night that begins on it."""
    if listing.price_unit == Unit.NIGHT:
        arrive, leave = stays.night_times(listing)
        return nights(day, day + DAY, zone, arrive=arrive, leave=leave)
    return days(day, day + DAY, zone)


def _offered(listing: Listing, quantity: int) -> Answer | None:
    if listing.state != ListingState.PUBLISHED:
        return Answer(False, "not_offered", _("This is not offered at the moment."))
    if quantity < 1:
        return Answer(False, "quantity", _("Take at least one."), "quantity")
    if quantity > listing.capacity:
        sentence = ngettext("There is only one.", "There are only %(n)d.", listing.capacity) % {"n": listing.capacity}
        return Answer(False, "quantity", sentence, "quantity")
    return None


def _in_time(listing: Listing, period: Period, now: datetime) -> Answer | None:
    zone = ZoneInfo(listing.time_zone)
    first, last = bounds(listing, now)
    begin = period.starts.astimezone(zone)
    whole_days = listing.price_unit in (Unit.DAY, Unit.USE) and begin.time() == MIDNIGHT
    by_the_day = whole_days or listing.price_unit == Unit.NIGHT
    today = now.astimezone(zone).date()
    if period.ends <= now or (begin.date() < today if by_the_day else period.starts < now - GRACE):
        return Answer(False, "past", _("That time has passed."), "starts")
    notice = timedelta(hours=listing.notice_hours)
    if begin.date() < first if by_the_day else notice and period.starts < now + notice - GRACE:
        return Answer(False, "notice", _notice_sentence(listing), "starts")
    if begin.date() > last:
        sentence = _("It can be booked until %(day)s so far.") % {"day": formats.moment(last, zone, "date")}
        return Answer(False, "horizon", sentence, "starts")
    return None


def _long_enough(listing: Listing, period: Period) -> Answer | None:
    if listing.kind == Kind.RIDE:
        return None
    units = stays.count(listing, period)
    unit = Unit.DAY if listing.price_unit == Unit.USE else listing.price_unit
    if units < listing.min_units:
        sentence = _("The shortest time is %(time)s.") % {"time": words.units(listing.min_units, unit)}
        return Answer(False, "too_short", sentence, "ends")
    if units > listing.max_units:
        sentence = _("The longest time is %(time)s.") % {"time": words.units(listing.max_units, unit)}
        return Answer(False, "too_long", sentence, "ends")
    return None


def _closed(listing: Listing, opening: Opening, period: Period) -> Answer | None:
    if opening.always:
        return None
    zone = ZoneInfo(listing.time_zone)
    if listing.price_unit == Unit.HOUR and listing.kind == Kind.ROOM:
        if opening.spans(period, zone) != [period]:
            return Answer(False, "closed", _("It is not open for all of that time."), "starts")
        return None
    for moment, field, closing in ((period.starts, "starts", False), (period.ends, "ends", True)):
        local = moment.astimezone(zone)
        day = local.date() - DAY if closing and local.time() == MIDNIGHT else local.date()
        by_the_day = listing.price_unit == Unit.NIGHT or local.time() == MIDNIGHT
        if not (opening.is_open(day) if by_the_day else opening.admits(moment, zone, closing=closing)):
            return Answer(False, "closed", _closed_sentence(day, zone, closing), field)
    return None


def _state(listing, day, left, today, first, last, opening, load, zone) -> DayState:
    if day < today:
        return DayState.PAST
    if listing.state != ListingState.PUBLISHED:
        return DayState.CLOSED
    if day < first:
        return DayState.SOON
    if day > last:
        return DayState.FAR
    if left < 1:
        by_parts = listing.price_unit == Unit.HOUR
        gaps = load.gaps(cell(listing, day, zone), listing.capacity - 1) if by_parts else []
        if not gaps:
            return DayState.TAKEN
        return DayState.PART if opening.is_open(day) else DayState.CLOSED
    return DayState.FREE if opening.is_open(day) else DayState.CLOSED


def _words(state: DayState, listing: Listing) -> str:
    return _notice_sentence(listing) if state == DayState.SOON else str(state.label)


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


def _taken_sentence(listing: Listing, quantity: int) -> str:
    if listing.kind == Kind.RIDE:
        return _("There are not enough seats left on that part of the way.")
    if quantity > 1:
        return _("Somebody else has been faster: there are not that many left for those days.")
    return _("Somebody else has been faster: that time is already taken.")


def _notice_sentence(listing: Listing) -> str:
    hours = listing.notice_hours
    if hours % 24 == 0 and hours:
        n = hours // 24
        return ngettext("It needs a day's notice.", "It needs %(n)d days' notice.", n) % {"n": n}
    return ngettext("It needs an hour's notice.", "It needs %(n)d hours' notice.", hours) % {"n": hours}


def _closed_sentence(day: date, zone: ZoneInfo, closing: bool) -> str:
    words = {"day": formats.moment(day, zone, "day")}
    if closing:
        return _("It can't be brought back on %(day)s at that time.") % words
    return _("It can't be picked up on %(day)s at that time.") % words
