"""Whether each of many listings can be had at one of some times: one statement, however many listings there are.

What a listing's terms and its opening make of a time depends on nothing but themselves, and most listings are alike
in them: it is thought over once for all that share them, by the rules of `answers`, and kept. What is taken of each
is then held against the time they mean. Of rides nothing is said: what is free of them depends on where one gets on
and off.

The listings are at hand already, so the statement brings only what somebody has set or claimed: nothing at all of
most of them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from listings.models import Listing
from listings.states import Kind, Unit
from sharing.db import prepared
from sharing.db.rows import Part
from sharing.values.period import Period, days
from sharing.web.refusals import Refusal

from .. import plans, stays
from ..load import Load
from ..opening import Hours, Opening
from .answers import by_its_terms, closed, in_time
from .claimed import widened
from .kits import shortages
from .spans import bookable, stretches

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF_A_DAY = 720  # minutes: a buffer longer than that is rare
LONG_BUFFER = timedelta(minutes=2**15)  # no number of minutes is larger
AT_ONCE = timedelta(minutes=5)  # what is so now and then as well is not asked again in between
RULES = (
    "kind", "state", "time_zone", "price_unit", "capacity", "min_units", "max_units", "notice_hours", "horizon_days",
    "buffer_before", "buffer_after", "arrive_days", "leave_days", "holiday_region", "is_kit",
)  # fmt: skip
_RULES, _rules_of = Part(Listing, RULES, 0, len(RULES), ()), itemgetter(*RULES)
NIGHTS = -3  # a row that is no claim tells of windows (-1), of differing days (-2), or of the times of nights
Dates = tuple[date | datetime, date | datetime]


class Choice(NamedTuple):
    """What one would type on a listing's page: two dates, both included by the day; arriving and leaving by the
    night (as `nights`, if that is another pair); or two instants.
    """

    days: Dates
    nights: Dates | None = None

    def of(self, listing: Listing) -> Dates:
        return self.nights if self.nights and listing.price_unit == Unit.NIGHT else self.days


def all_fits(
    listings: Sequence[Listing], choices: Sequence[Choice], quantity: int = 1, *, zone: str = "",
    now: datetime | None = None,
) -> dict[int, list[int]]:
    """For each listing that can be had, the numbers of the choices for which `is_free` says so; of a ride none.

    Of a listing by the hour, dates ask for any one booking of its shortest time on those days. `zone`: where most of
    the listings are.
    """
    if not listings or not choices:
        return {}
    asked, now = tuple(choices), now or timezone.now()
    claimed, told = _read(listings, asked, zone, now)
    meaning_of = _meanings(asked, quantity)
    judged: dict[tuple, tuple] = {}
    found: dict[int, list[int]] = {}
    kits: dict[int, tuple[_Alike, list[tuple]]] = {}
    for listing in listings:
        facts = vars(listing)
        pk = facts["id"]
        alike = meaning_of(_rules_of(facts), *told.get(pk, NOTHING_TOLD)).on(now, judged)
        if alike.is_kit:
            kits[pk] = alike, claimed.get(pk, [])
            continue
        numbers = alike.beside(claimed[pk]) if pk in claimed else alike.untaken
        if numbers is not None:
            found[pk] = numbers
    if kits:
        _add_shortages(kits, _reach(asked, zone).farthest, now)
    for pk, (alike, claims) in kits.items():
        if (numbers := alike.beside(claims)) is not None:
            found[pk] = numbers
    return found


class _Meaning:
    """What choices mean to listings of the same rules, as far as that is so on any day; shared, so never changed."""

    def __init__(
        self, choices: tuple[Choice, ...], quantity: int, rules: tuple, windows: str | None, differing: str | None,
        nights: tuple[str, str] | None,
    ) -> None:  # fmt: skip
        self.quantity = quantity
        self.listing = listing = _RULES.row(rules)
        self.timing = (listing.time_zone, listing.price_unit, listing.notice_hours, listing.horizon_days)
        self.opening = _opening(windows, differing, listing.holiday_region)
        vars(listing).update(id=None, _plan=plans.Plan(self.opening), _night_times=_night_times(nights))
        self.stays: list[tuple[int, Period, Any, Any]] = []
        self.any_hour: list[tuple[int, Dates]] = []
        for number, choice in enumerate(choices if listing.kind != Kind.RIDE else ()):
            dates = choice.of(listing)
            if listing.price_unit == Unit.HOUR and not isinstance(dates[0], datetime):
                self.any_hour.append((number, dates))
            elif (period := self._period(dates)) and self.admits(period):
                around = widened(listing, period)
                self.stays.append((number, period, _said(around.starts), _said(around.ends)))
        self._known: _Alike | None = None

    def on(self, now: datetime, judged: dict[tuple, tuple]) -> "_Alike":
        """judged: what is known already of periods and today, by all that decides it beside that."""
        known = self._known
        if known is None or not known.now <= now <= known.until:
            self._known = known = _Alike(self, now, judged)
        return known

    def _period(self, dates: Dates) -> Period | None:
        try:
            return stays.stay(self.listing, *dates).period
        except Refusal:  # no night between the two, say
            return None

    def admits(self, period: Period) -> bool:
        return not (by_its_terms(self.listing, period, self.quantity) or closed(self.listing, self.opening, period))


class _Alike:
    """The same for today, and for as long as nothing of it changes (`until`). `untaken`: the choices they can be had
    for where nothing is taken; None if for none.
    """

    def __init__(self, meaning: _Meaning, now: datetime, judged: dict[tuple, tuple]) -> None:
        self.meaning, self.listing, self.now = meaning, meaning.listing, now
        self.is_kit = self.listing.is_kit
        judgements = [self._judged(stay[1], judged) for stay in meaning.stays]
        self.stays = [stay for stay, (soon, _later) in zip(meaning.stays, judgements, strict=True) if soon is None]
        # Time refuses once and for all, or until a certain day: what it says at both ends it says in between.
        steady = not meaning.any_hour and all(soon == later for soon, later in judgements)
        self.until = now + AT_ONCE if steady else now
        self.untaken = self.beside(())

    def _judged(self, period: Period, judged: dict[tuple, tuple]) -> tuple:
        """Why it is not in time, now and a little later; None when it is."""
        key = (*self.meaning.timing, period)
        known = judged.get(key)
        if known is None:
            answers = [in_time(self.listing, period, moment) for moment in (self.now, self.now + AT_ONCE)]
            known = judged[key] = tuple(answer and answer.code for answer in answers)
        return known

    def beside(self, claims: Sequence[tuple]) -> list[int] | None:
        """The choices for which enough is left beside what is taken, (starts, ends, quantity) in its words."""
        if self.listing.kind == Kind.RIDE:
            return []
        free = [number for number, _period, starts, ends in self.stays if self._is_left(claims, starts, ends)]
        if self.meaning.any_hour:
            load = Load((_instant(starts), _instant(ends), n) for starts, ends, n in claims)
            free += [number for number, dates in self.meaning.any_hour if self._has_hours(load, dates)]
        return sorted(free) or None

    def _is_left(self, claims: Sequence[tuple], starts: str, ends: str) -> bool:
        room = self.listing.capacity - self.meaning.quantity
        beside = [claim for claim in claims if claim[0] < ends and claim[1] > starts]
        if sum(claim[2] for claim in beside) <= room:
            return True
        return room > 0 and Load(beside).peak_between(starts, ends) <= room

    def _has_hours(self, load: Load, dates: Dates) -> bool:
        """Whether the shortest booking fits anywhere into these days: it begins or ends where something opens."""
        listing, quantity = self.listing, self.meaning.quantity
        zone = ZoneInfo(listing.time_zone)
        shortest, earliest = listing.min_units * HOUR, self.now + timedelta(hours=listing.notice_hours)
        wanted = bookable(listing, days(dates[0], dates[1] + DAY, zone), quantity, self.now, beyond=shortest)
        if wanted is None:
            return False
        for stretch in stretches(listing, load, wanted, quantity):
            opened = [span.starts for span in self.meaning.opening.spans(stretch, zone)]
            for starts in {max(each, earliest) for each in opened} | {each - shortest for each in opened}:
                booking = Period(starts, starts + shortest)
                if stretch.contains(booking) and self._can_be_had(load, booking):
                    return True
        return False

    def _can_be_had(self, load: Load, period: Period) -> bool:
        if in_time(self.listing, period, self.now) or not self.meaning.admits(period):
            return False
        return load.peak(widened(self.listing, period)) + self.meaning.quantity <= self.listing.capacity


@lru_cache(maxsize=32)
def _meanings(choices: tuple[Choice, ...], quantity: int) -> Callable[..., _Meaning]:
    """By rules and opening: neighbours are alike, and ask for the same weekend."""
    return lru_cache(maxsize=64)(partial(_Meaning, choices, quantity))


# --- one look ---------------------------------------------------------------------------------------------


class _Reach(NamedTuple):
    """From when to when a claim may matter: to a listing where one asks with buffers of half a day, to any at all. And
    the days that may differ.
    """

    near: Period
    farthest: Period
    words: tuple[tuple, ...]  # the same as the statement is told


@lru_cache(maxsize=1024)
def _reach(choices: tuple[Choice, ...], zone: str) -> _Reach:
    whole = [_whole(dates, zone or "UTC") for choice in choices for dates in choice if dates]
    here = Period(min(each.starts for each in whole), max(each.ends for each in whole))
    half = timedelta(minutes=HALF_A_DAY)
    near, wide = here.widened(half, half), here.widened(2 * DAY, 2 * DAY)  # the second for every zone on earth
    farthest = wide.widened(LONG_BUFFER, LONG_BUFFER)
    adapt, on = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    words = [(adapt(each.starts), adapt(each.ends)) for each in (near, farthest)]
    return _Reach(near, farthest, (*words, (on(wide.starts.date()), on(wide.ends.date()))))


def _whole(dates: Dates, zone: str) -> Period:
    first, last = dates
    if isinstance(first, datetime) and isinstance(last, datetime):
        return Period(first, last)
    return days(first, last + DAY, ZoneInfo(zone))


def _read(
    listings: Sequence[Listing], choices: tuple[Choice, ...], zone: str, now: datetime
) -> tuple[dict[int, list[tuple]], dict[int, list]]:
    """What is claimed of them around then, (starts, ends, quantity), and what was set: windows, differing days, nights;
    only of those of which there is any.
    """
    everyday: list[int] = []
    far: list[int] = []
    by_night: list[int] = []
    for facts in map(vars, listings):
        usual = facts["buffer_before"] <= HALF_A_DAY and facts["buffer_after"] <= HALF_A_DAY
        (everyday if usual and facts["time_zone"] == zone else far).append(facts["id"])
        if facts["price_unit"] == BY_NIGHT:
            by_night.append(facts["id"])
    near, farthest, differ = _reach(choices, zone).words
    every, present = [*everyday, *far], connection.ops.adapt_datetimefield_value(now)
    arms = [(CLAIMED, ids, (*bounds, present)) for ids, bounds in ((everyday, near), (far, farthest)) if ids]
    arms += [(SET, every, ()), (DIFFERS, every, differ), *([(STAYS, by_night, ())] if by_night else ())]
    sql, params = _statement(connection.vendor == "sqlite", arms)
    claimed: dict[int, list[tuple]] = {}
    told: dict[int, list] = {}
    for pk, first, second, n in prepared.rows(sql, params):
        if n > 0:
            claimed.setdefault(pk, []).append((first, second, n))
        else:
            told.setdefault(pk, [None, None, None])[-1 - n] = (first, second) if n == NIGHTS else first
    return claimed, told


BY_NIGHT = Unit.NIGHT.value
CLAIMED = """select c.listing_id, {starts}, {ends}, c.quantity from bookings_claim c where c.listing_id {ids}
 and c.ends > {moment} and c.starts < {moment} and (c.expires is null or c.expires > {moment})"""
SET = """select w.listing_id, {join}(cast(w.weekday as text) || ' ' || cast(w.opens as text) || ' '
 || cast(w.closes as text), ','), '', -1 from bookings_openingwindow w where w.listing_id {ids} group by w.listing_id"""
DIFFERS = """select e.listing_id, {join}(cast(e.day as text) || case when e.is_open then ' 1' else ' 0' end
 || coalesce(' ' || cast(e.opens as text) || ' ' || cast(e.closes as text), ''), ','), '', -2
 from bookings_dateexception e where e.listing_id {ids} and e.day >= %s and e.day <= %s group by e.listing_id"""
STAYS = """select r.listing_id, cast(r.check_in as text), cast(r.check_out as text), -3 from listings_roomfacts r
 where r.listing_id {ids}"""
EIGHT = 8
NOTHING_TOLD = (None, None, None)


def _statement(sqlite: bool, arms: list[tuple[str, list[int], tuple]]) -> tuple[str, list]:
    """Ids come to PostgreSQL as one value: reading forty costs its driver more than the look. To SQLite they come by
    eights, the last one again and again, so that it meets few different texts.
    """
    params: list = []
    counted: list[tuple[str, int]] = []
    for arm, ids, more in arms:
        these = [*ids, *ids[-1:] * (-len(ids) % EIGHT)] if sqlite else [f"{{{','.join(map(str, ids))}}}"]
        counted.append((arm, len(these)))
        params += these
        params += more
    return _worded(sqlite, tuple(counted)), params


@lru_cache(maxsize=1024)
def _worded(sqlite: bool, arms: tuple[tuple[str, int], ...]) -> str:
    """SQLite's instants are text in UTC already; as an expression the driver leaves them so. PostgreSQL's become the
    same text.
    """
    said = "c.{} || ''" if sqlite else "to_char(c.{} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    words = {"starts": said.format("starts"), "ends": said.format("ends")}
    words["moment"], words["join"] = ("%s", "group_concat") if sqlite else ("cast(%s as timestamptz)", "string_agg")
    return " union all ".join(
        arm.format(ids=f"in ({', '.join(['%s'] * n)})" if sqlite else "= any(cast(%s as bigint[]))", **words)
        for arm, n in arms
    )


def _add_shortages(taken: dict[int, tuple[_Alike, list[tuple]]], reach: Period, now: datetime) -> None:
    """What cannot be had of kits because their parts are taken; two statements for all of them."""
    kits = [Listing(pk=pk, capacity=alike.listing.capacity, is_kit=True) for pk, (alike, _claims) in taken.items()]
    for pk, missing in shortages(kits, reach, now).items():
        taken[pk][1].extend((_said(starts), _said(ends), n) for starts, ends, n in missing)


@lru_cache(maxsize=4096)
def _opening(windows: str | None, differing: str | None, region: str) -> Opening:
    """The same words are the same opening, whichever listing said them."""
    weekly: dict[int, list[tuple[time, time]]] = {}
    for weekday, opens, closes in _words(windows):
        weekly.setdefault(int(weekday), []).append((time.fromisoformat(opens), time.fromisoformat(closes)))
    exceptions: dict[date, bool | Hours] = {}
    for day, is_open, *hours in _words(differing):
        opens_at = [time.fromisoformat(at) for at in hours]
        exceptions[date.fromisoformat(day)] = (opens_at[0], opens_at[1]) if opens_at else is_open == "1"
    return Opening(weekly, exceptions, {}, region)


def _night_times(told: tuple[str, str] | None) -> tuple[time, time]:
    if told is None or None in told:  # nothing is said of a room
        return stays.CHECK_IN, stays.CHECK_OUT
    return time.fromisoformat(told[0]), time.fromisoformat(told[1])


def _words(text: str | None) -> Iterable[list[str]]:
    return (part.split(" ") for part in text.split(",")) if text else ()


def _said(moment: datetime) -> str:
    """An instant as the statement tells it: text in UTC that orders like time, for making instants of it is dear."""
    if connection.vendor == "sqlite":
        return str(connection.ops.adapt_datetimefield_value(moment))
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)
