"""Flexible dates: several times of which any one will do, from a few parameters of the address.

`flex=1…7` with from (and to): the same stay, so many days sooner or later. `flex=weekend`: Friday evening
to Sunday (Saturday and Sunday for what goes by the day), `within` a month or some days, or from … to, or
the coming weeks. `nights=3` or `days=3` with `within`: that many in a row. `within` is a month, 2027-06, or
two days, 2027-06-10/2027-06-24, and reaches over two months at most: so there are never more than some
sixty times to look at, asked of the database as one small table.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..models import Listing
from ..states import Unit
from .criteria import Window

DAY = timedelta(days=1)
WEEKEND = "weekend"
MOST_FLEX, MOST_UNITS = 7, 30
LONGEST_WITHIN = 62
COMING_WEEKS = 56
NAMES = ("flex", "nights", "days", "within")
FRIDAY = 4

Dates = tuple[tuple[date, date], tuple[date, date]]  # by day, by night
Make = Callable[[tuple[date, date], tuple[date, date]], Window]


class Wrong(ValueError):
    """A parameter that cannot be used: which one, and why."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


class Asked(NamedTuple):
    """What the address says, each None when it says nothing."""

    flex: str | None
    nights: int | None
    days: int | None
    within: tuple[date, date] | None
    given: tuple[date, date] | None  # from and to
    today: date


def windows(asked: Asked, make: Make) -> tuple[Window, ...]:
    """Every time that will do, the likeliest first. Raises Wrong."""
    if asked.nights and asked.days:
        raise Wrong("days", _("Nights or days, not both."))
    if asked.flex and (asked.nights or asked.days):
        raise Wrong("flex", _("Say how many, or how flexible, not both."))
    if asked.flex and asked.flex != WEEKEND:
        chosen = _around(asked)
    elif asked.flex or asked.nights or asked.days:
        chosen = _in_a_range(asked)
    elif asked.within:
        raise Wrong("within", _("Say also how many nights or days you need then."))
    else:
        return ()
    if not chosen:
        raise Wrong("within" if asked.within or not asked.given else "to", _("So much does not fit into that time."))
    return tuple(make(by_day, by_night) for by_day, by_night in chosen)


def read_within(text: str) -> tuple[date, date]:
    """A month or two days. Raises ValueError."""
    first, slash, last = text.partition("/")
    if slash:
        return date.fromisoformat(first), date.fromisoformat(last)
    if len(text) != 7:
        raise ValueError("This is no month.")
    begins = date.fromisoformat(f"{text}-01")
    return begins, begins.replace(day=monthrange(begins.year, begins.month)[1])


def dates_of(times: Sequence[Window], numbers: Iterable[int], listing: Listing) -> list[tuple[date, date]]:
    """The (from, to) of the times with these numbers as the listing goes, by night or by day, in order of date."""
    chosen = (times[number] for number in numbers)
    by_night = listing.price_unit == Unit.NIGHT
    return sorted({dates for each in chosen if (dates := each.nights if by_night else each.days)})


def _around(asked: Asked) -> list[Dates]:
    """The days given, then sooner or later by one day, by two …"""
    if asked.given is None:
        raise Wrong("flex", _("Choose the days first, then how flexible they are."))
    first, last = asked.given
    shifts = sorted(range(-int(asked.flex or 0), int(asked.flex or 0) + 1), key=lambda n: (abs(n), n))
    moved = [(first + n * DAY, last + n * DAY) for n in shifts]
    return [_pair(begin, end) for begin, end in moved if begin >= asked.today]


def _in_a_range(asked: Asked) -> list[Dates]:
    first, last = asked.within or asked.given or (None, None)
    if first is None or last is None:
        if asked.flex != WEEKEND:
            raise Wrong("within", _("Say within when: a month like 2027-06, or two days."))
        first, last = asked.today, asked.today + COMING_WEEKS * DAY
    if last < first:
        raise Wrong("within", _("The end comes after the start."))
    if (last - first).days >= LONGEST_WITHIN:
        raise Wrong("within", _("Please ask for two months at most."))
    first = max(first, asked.today)
    if last < first:
        raise Wrong("within", _("That time has passed."))
    starts = [first + n * DAY for n in range((last - first).days + 1)]
    if asked.flex == WEEKEND:
        fridays = [day for day in (first - DAY, *starts) if day.weekday() == FRIDAY and day >= asked.today]
        return [((day + DAY, day + 2 * DAY), (day, day + 2 * DAY)) for day in fridays if day + DAY <= last]
    if asked.nights:
        return [_pair(day, day + asked.nights * DAY) for day in starts if day + (asked.nights - 1) * DAY <= last]
    length = (asked.days or 1) - 1
    return [_pair(day, day + length * DAY) for day in starts if day + length * DAY <= last]


def _pair(first: date, last: date) -> Dates:
    return (first, last), (first, max(last, first + DAY))
