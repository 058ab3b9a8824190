"""The same time again and again: which local days a rhythm means, and what each of them would be.

A rhythm goes by the listing's own calendar and clock: ten o'clock stays ten o'clock when the clocks change.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.states import Kind
from members.models import Member
from sharing.values.period import Period
from sharing.web.refusals import Refusal

from . import availability, quotes, stays
from .quotes import Quote
from .states import Rhythm
from .stays import Moment

WEEK = timedelta(days=7)
MOST = 53
LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Turn:
    """One time of the series, with its price, or the reason why it can't be had."""

    starts: Moment
    ends: Moment
    offer: Quote | None
    reason: str = ""

    @property
    def free(self) -> bool:
        return self.offer is not None and not self.reason


def days_of(first: date, rhythm: str, until: date) -> list[date]:
    """The local days on which it begins, from the first to `until`; a month without a fifth Friday is left out."""
    if rhythm == Rhythm.MONTHLY:
        months = (until.year - first.year) * 12 + until.month - first.month
        found = [_month_on(first, n) for n in range(months + 1)]
    else:
        step = WEEK if rhythm == Rhythm.WEEKLY else 2 * WEEK
        found = [first + n * step for n in range((until - first) // step + 1)]
    return [day for day in found if day is not None and day <= until]


def plan(
    listing: Listing, *, by: Member | None, starts: Moment, ends: Moment, rhythm: str, until: Moment,
    quantity: int = 1, now: datetime,
) -> list[Turn]:
    """Every time with its price or its reason, in order. Raises Refusal at the input that makes no sense."""
    if listing.kind == Kind.RIDE:
        raise Refusal(_("A ride has its own departures."), code="ride")
    if rhythm not in Rhythm.values:
        raise Refusal(_("Choose how often."), field="rhythm", code="invalid")
    zone = ZoneInfo(listing.time_zone)
    first, last = _local(stays.read(starts, "starts"), zone), _local(stays.read(ends or starts, "ends"), zone)
    end = _day(_local(stays.read(until, "until"), zone))
    if end < _day(first):
        raise Refusal(_("The end lies before the beginning."), field="until", code="ends_first")
    if end - _day(first) > LONGEST:
        raise Refusal(_("At most a year at once."), field="until", code="too_long")
    days = days_of(_day(first), rhythm, end)
    if len(days) > MOST:
        raise Refusal(_("At most %(n)d times at once.") % {"n": MOST}, field="until", code="too_many")
    if len(days) > 1 and last - first >= min(after - day for day, after in pairwise(days)):
        raise Refusal(_("One time would run into the next."), field="ends", code="too_long")
    whole = stays.stay(listing, first, last).period
    availability.look_once(listing, availability.widened(listing, Period(whole.starts, whole.ends + LONGEST)), now)
    shifts = [day - days[0] for day in days]
    turns: list[Turn] = []
    for shift in shifts:
        beside = [turn.offer.stay.period for turn in turns if turn.free and turn.offer is not None]
        turns.append(_turn(listing, by, first + shift, last + shift, quantity, beside, now))
    return turns


def total_minor(turns: list[Turn]) -> int:
    return sum(turn.offer.total_minor for turn in turns if turn.free and turn.offer is not None)


def _turn(
    listing: Listing, by: Member | None, starts: Moment, ends: Moment, quantity: int, beside: list[Period],
    now: datetime,
) -> Turn:
    try:
        offer = quotes.quote(listing, by=by, starts=starts, ends=ends, quantity=quantity, beside=beside, now=now)
    except Refusal as refusal:
        if refusal.field in ("quantity",):
            raise
        return Turn(starts, ends, None, str(refusal))
    return Turn(starts, ends, offer, "" if offer.answer.free else offer.answer.reason)


def _month_on(first: date, months: int) -> date | None:
    """The same weekday of the month, so many months on: the second Tuesday; None where there is no fifth."""
    which = (first.day - 1) // 7
    index = first.month - 1 + months
    begin = date(first.year + index // 12, index % 12 + 1, 1)
    day = begin + timedelta(days=(first.weekday() - begin.weekday()) % 7) + which * WEEK
    return day if day.month == begin.month else None


def _local(moment: date | datetime, zone: ZoneInfo) -> date | datetime:
    """Wall-clock time, so that adding days keeps the hour."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(zone).replace(tzinfo=None)
    return moment


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
