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
from ..states import Kind
from . import predicates
from .criteria import Criteria, Window
from .predicates import WantedAny

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


def questions(criteria: Criteria, kinds: Iterable[str]) -> list[WantedAny]:
    """What to ask of the calendar: for rooms the nights, for other things the days."""
    kinds = tuple(kinds)
    rooms = tuple(kind for kind in kinds if kind == Kind.ROOM)
    others = tuple(kind for kind in kinds if kind != Kind.ROOM)
    by_night = tuple((w.by_night.starts, w.by_night.ends) for w in criteria.windows)
    by_day = tuple((w.by_day.starts, w.by_day.ends) for w in criteria.windows)
    if by_day == by_night:
        return [WantedAny(kinds, by_day, criteria.quantity)] if kinds else []
    asked = [WantedAny(others, by_day, criteria.quantity), WantedAny(rooms, by_night, criteria.quantity)]
    return [question for question in asked if question.kinds]


def free_times(criteria: Criteria, listings: Sequence[Listing]) -> dict[int, list[tuple[date, date]]]:
    """For each listing the (from, to) of the times it can be had, in order of date: two statements at most."""
    found: dict[int, list[tuple[date, date]]] = {}
    for question in questions(criteria, sorted({str(listing.kind) for listing in listings})):
        ids = [listing.pk for listing in listings if listing.kind in question.kinds]
        rooms = Kind.ROOM in question.kinds
        for pk, numbers in predicates.choose("free", ids, question).items():
            dates = {_dates(criteria.windows[number], rooms) for number in numbers}
            found[pk] = sorted(dates)
    return found


def _dates(window: Window, room: bool) -> tuple[date, date]:
    return window.nights if room else window.days


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
