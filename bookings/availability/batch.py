"""Whether each of many listings can be had at one of some times: one statement, however many listings there are.

What a listing's terms and its opening make of a time depends on nothing but themselves, and most listings are alike
in them: it is thought over once for all that share them, by the rules of `answers`, and kept. What is taken of each
is then held against the time they mean. Of rides nothing is said: what is free of them depends on where one gets on
and off.
"""
# ruff: noqa: S608 - the SQL is made of our own words only

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
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
LONG_BUFFER = timedelta(minutes=2**15)  # no number of minutes is larger
RULES = (
    "kind", "state", "time_zone", "price_unit", "capacity", "min_units", "max_units", "notice_hours", "horizon_days",
    "buffer_before", "buffer_after", "arrive_days", "leave_days", "holiday_region", "is_kit",
)  # fmt: skip
_RULES = Part(Listing, RULES, 0, len(RULES), ())
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
    ids: Sequence[int], choices: Sequence[Choice], quantity: int = 1, *, zone: str = "", now: datetime | None = None
) -> dict[int, list[int]]:
    """For each listing that can be had, the numbers of the choices for which `is_free` says so; of a ride none.

    Of a listing by the hour, dates ask for any one booking of its shortest time on those days. `zone`: where most of
    the listings are.
    """
    if not ids or not choices:
        return {}
    asked, now = tuple(choices), now or timezone.now()
    reach, bounds = _reach(asked, zone)
    judged: dict[tuple, bool] = {}
    thought: dict[str, _Alike] = {}
    taken: dict[int, tuple[_Alike, list[tuple]]] = {}
    found: dict[int, list[int]] = {}
    for pk, starts, ends, n, rules in _rows(ids, bounds, now):
        alike = thought.get(rules)
        if alike is None:
            alike = thought[rules] = _Alike(_meaning(rules, asked, quantity), now, judged)
        if starts is not None:
            taken.setdefault(pk, (alike, []))[1].append((starts, ends, n))
        elif alike.is_kit:
            taken[pk] = alike, []
        elif alike.untaken is not None:
            found[pk] = alike.untaken
    _add_shortages(taken, reach, now)
    for pk, (alike, claims) in taken.items():
        numbers = alike.beside(claims)
        if numbers is not None:
            found[pk] = numbers
    return found


class _Meaning:
    """What choices mean to listings of the same rules, as far as that is so on any day; shared, so never changed."""

    def __init__(self, rules: str, choices: tuple[Choice, ...], quantity: int) -> None:
        *facts, check_in, check_out, windows, differing = json.loads(rules)
        self.quantity = quantity
        self.listing = listing = _RULES.row(facts)
        self.timing = (listing.time_zone, listing.price_unit, listing.notice_hours, listing.horizon_days)
        self.opening = _opening(windows, differing, listing.holiday_region)
        nights = _night_times(check_in, check_out)
        vars(listing).update(id=None, _plan=plans.Plan(self.opening), _night_times=nights)
        self.stays: list[tuple[int, Period, Any, Any]] = []
        self.any_hour: list[tuple[int, Dates]] = []
        for number, choice in enumerate(choices if listing.kind != Kind.RIDE else ()):
            dates = choice.of(listing)
            if listing.price_unit == Unit.HOUR and not isinstance(dates[0], datetime):
                self.any_hour.append((number, dates))
            elif (period := self._period(dates)) and self.admits(period):
                around = widened(listing, period)
                self.stays.append((number, period, _said(around.starts), _said(around.ends)))

    def _period(self, dates: Dates) -> Period | None:
        try:
            return stays.stay(self.listing, *dates).period
        except Refusal:  # no night between the two, say
            return None

    def admits(self, period: Period) -> bool:
        return not (by_its_terms(self.listing, period, self.quantity) or closed(self.listing, self.opening, period))


class _Alike:
    """The same for today. `untaken`: the choices they can be had for where nothing is taken; None if for none."""

    def __init__(self, meaning: _Meaning, now: datetime, judged: dict[tuple, bool]) -> None:
        """judged: of which periods it is known whether they are in time, by all that decides it beside today."""
        self.meaning, self.listing, self.now = meaning, meaning.listing, now
        self.is_kit = self.listing.is_kit
        self.stays = [stay for stay in meaning.stays if self._in_time(stay[1], judged)]
        self.untaken = self.beside(())

    def _in_time(self, period: Period, judged: dict[tuple, bool]) -> bool:
        key = (*self.meaning.timing, period)
        known = judged.get(key)
        if known is None:
            known = judged[key] = in_time(self.listing, period, self.now) is None
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


@lru_cache(maxsize=1024)
def _meaning(rules: str, choices: tuple[Choice, ...], quantity: int) -> _Meaning:
    """Neighbours are alike, and ask for the same weekend."""
    return _Meaning(rules, choices, quantity)


# --- one look ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _reach(choices: tuple[Choice, ...], zone: str) -> tuple[Period, list]:
    """Farthest from when to when a claim may matter, and what the statement is told of days and of when: to a listing
    in `zone` without buffers, to one elsewhere, to any at all.
    """
    whole = [_whole(dates, zone or "UTC") for choice in choices for dates in choice if dates]
    here = Period(min(each.starts for each in whole), max(each.ends for each in whole))
    wide = here.widened(2 * DAY, 2 * DAY)  # for every zone on earth, or buffers of half a day
    farthest = wide.widened(LONG_BUFFER, LONG_BUFFER)
    adapt, on = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    periods = (here, wide, farthest)
    return farthest, [
        on(wide.starts.date()), on(wide.ends.date()),
        zone, *(adapt(each.starts) for each in periods), zone, *(adapt(each.ends) for each in periods),
    ]  # fmt: skip


def _whole(dates: Dates, zone: str) -> Period:
    first, last = dates
    if isinstance(first, datetime) and isinstance(last, datetime):
        return Period(first, last)
    return days(first, last + DAY, ZoneInfo(zone))


def _rows(ids: Sequence[int], bounds: list, now: datetime) -> list[tuple]:
    """A row for each claim of a listing in that time, one without a claim for the others."""
    params = [*bounds, connection.ops.adapt_datetimefield_value(now), *ids]
    return prepared.rows(f"{_worded(connection.vendor)} ({', '.join(['%s'] * len(ids))})", params)


@lru_cache(maxsize=2)
def _worded(vendor: str) -> str:
    """What decides in one text, so that a row is a few values whatever it says.

    PostgreSQL would rather read all claims and all rooms there are than look for a page's; LATERAL with OFFSET keeps it
    to a look for each. SQLite's instants are text in UTC already; as an expression the driver leaves them so.
    """
    sqlite = vendor == "sqlite"
    moment = "%s" if sqlite else "cast(%s as timestamptz)"
    said = "c.{} || ''" if sqlite else "to_char(c.{} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    join, array = ("group_concat", "json_array") if sqlite else ("string_agg", "json_build_array")
    bound = f"""case when l.time_zone = %s and l.buffer_before + l.buffer_after = 0 then {moment}
   when l.buffer_before <= 720 and l.buffer_after <= 720 then {moment} else {moment} end"""
    nights = "r.listing_id = case when l.price_unit = 'night' then l.id end"
    near = f"c.listing_id = l.id and c.ends > {bound} and c.starts < {bound} and (c.expires is null or c.expires > %s)"
    joined = f"left join listings_roomfacts r on {nights} left join bookings_claim c on {near}" if sqlite else (
        f"""left join lateral (select check_in, check_out from listings_roomfacts r where {nights} offset 0) r on true
 left join lateral (select c.starts, c.ends, c.quantity from bookings_claim c where {near} offset 0) c on true"""
    )  # fmt: skip
    return f"""select l.id, {said.format("starts")}, {said.format("ends")}, c.quantity,
 cast({array}({", ".join(f"l.{name}" for name in RULES)}, cast(r.check_in as text), cast(r.check_out as text),
  (select {join}(cast(w.weekday as text) || ' ' || cast(w.opens as text) || ' ' || cast(w.closes as text), ',')
   from bookings_openingwindow w where w.listing_id = l.id),
  (select {join}(cast(e.day as text) || case when e.is_open then ' 1' else ' 0' end
    || coalesce(' ' || cast(e.opens as text) || ' ' || cast(e.closes as text), ''), ',')
   from bookings_dateexception e where e.listing_id = l.id and e.day >= %s and e.day <= %s)) as text)
 from listings_listing l {joined} where l.id in"""


def _add_shortages(taken: dict[int, tuple[_Alike, list[tuple]]], reach: Period, now: datetime) -> None:
    """What cannot be had of kits because their parts are taken; two statements for all of them, usually none."""
    kits = [
        Listing(pk=pk, capacity=alike.listing.capacity, is_kit=True)
        for pk, (alike, _claims) in taken.items() if alike.is_kit
    ]  # fmt: skip
    for pk, missing in shortages(kits, reach, now).items() if kits else ():
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


def _night_times(check_in: str | None, check_out: str | None) -> tuple[time, time]:
    if check_in is None or check_out is None:  # nothing is said of a room
        return stays.CHECK_IN, stays.CHECK_OUT
    return time.fromisoformat(check_in), time.fromisoformat(check_out)


def _words(text: str | None) -> Iterable[list[str]]:
    return (part.split(" ") for part in text.split(",")) if text else ()


def _said(moment: datetime) -> str:
    """An instant as the statement tells it: text in UTC that orders like time, for making instants of it is dear."""
    if connection.vendor == "sqlite":
        return str(connection.ops.adapt_datetimefield_value(moment))
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)
