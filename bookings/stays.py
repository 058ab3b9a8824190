"""What somebody asks for, as a period of the listing's own clock and a number of units.

A date means a local day: tools go by days from the first to the last one, both included; rooms by
nights, from the check-in time of the first date to the check-out time of the last. A time without
a zone is the listing's wall clock, an instant is an instant. A ride is taken between two stops of
one departure. `stay` and `seat` are the only ways in, for pages, API and actions alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from listings.models import Departure, Listing, RoomFacts, Stop
from listings.states import Kind, Unit
from sharing.values.period import Period, days, instant, nights
from sharing.web.refusals import Refusal

CHECK_IN, CHECK_OUT = time(15), time(11)
EARLIEST, LATEST = 2000, 2100  # years; beyond them a date is a typing error
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DIGITS = 18  # more than that is no row of ours
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Moment = date | datetime | str | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A period of one listing, counted in `units` of `unit`; rides also know where one gets on and off."""

    period: Period
    unit: str
    units: int
    departure: Departure | None = None
    board: Stop | None = None
    alight: Stop | None = None


def stay(listing: Listing, starts: Moment, ends: Moment = None) -> Stay:
    """The stay that these two moments mean for this listing; raises Refusal at "starts" or "ends"."""
    zone = ZoneInfo(listing.time_zone)
    first, last = read(starts, "starts"), read(ends if ends not in (None, "") else _same_day(listing, starts), "ends")
    if listing.price_unit == Unit.NIGHT:
        arrive, leave = night_times(listing)
        check_in, check_out = _local_date(first, zone), _local_date(last, zone)
        if check_out <= check_in:
            raise Refusal(_("You leave at least one night after you arrive."), field="ends", code="too_short")
        period = nights(check_in, check_out, zone, arrive=arrive, leave=leave)
    else:
        begin = _instant(first, zone)
        end = _instant(last if isinstance(last, datetime) else last + DAY, zone)
        if end <= begin:
            raise Refusal(_("The end lies before the beginning."), field="ends", code="ends_first")
        period = Period(begin, end)
    return Stay(period, listing.price_unit, count(listing, period))


def seat(
    listing: Listing, departure: int | Departure | None, board: int | Stop | None, alight: int | Stop | None,
    *, starts: Moment = None, now: datetime,
) -> Stay:
    """The way between two stops of a departure; without a departure, the next one that fits `starts`."""
    stops = sorted(listing.stops.all(), key=lambda stop: stop.position)
    if len(stops) < 2:
        raise Refusal(_("This ride has no stops yet."), code="no_stops")
    on = _one_of(stops, board, stops[0], "board", _("Choose where you get on."))
    off = _one_of(stops, alight, stops[-1], "alight", _("Choose where you get off."))
    if off.minutes <= on.minutes:
        raise Refusal(_("You get off after you get on."), field="alight", code="wrong_way")
    running = _departure(listing, departure, on, starts, now)
    period = Period(running.leaves + timedelta(minutes=on.minutes), running.leaves + timedelta(minutes=off.minutes))
    return Stay(period, Unit.SEAT, 1, running, on, off)


def count(listing: Listing, period: Period) -> int:
    """How many units a period is: real hours, local nights, or started local days (a day of 23 hours is one)."""
    if listing.price_unit == Unit.HOUR:
        return max(1, ceil(period.length / HOUR))
    zone = ZoneInfo(listing.time_zone)
    begin, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (period.starts, period.ends))
    if listing.price_unit == Unit.NIGHT:
        return max(1, (end.date() - begin.date()).days)
    return max(1, ceil((end - begin) / DAY))


def unit_days(listing: Listing, period: Period) -> list[date]:
    """The local day that each unit of a period falls on: the night's first, the hour's, the day itself.

    A price for each use looks at the first day alone.
    """
    zone = ZoneInfo(listing.time_zone)
    if listing.price_unit == Unit.HOUR:
        return [(period.starts + n * HOUR).astimezone(zone).date() for n in range(count(listing, period))]
    first = period.starts.astimezone(zone).date()
    units = 1 if listing.price_unit == Unit.USE else count(listing, period)
    return [first + n * DAY for n in range(units)]


def night_times(listing: Listing) -> tuple[time, time]:
    """Local check-in and check-out of a room."""
    if known := vars(listing).get("_night_times"):  # read along with its plan
        return known
    try:
        facts = listing.room
    except RoomFacts.DoesNotExist:
        return CHECK_IN, CHECK_OUT
    return _time(facts.check_in), _time(facts.check_out)


def read(value: Moment, field: str) -> date | datetime:
    """A date, a wall-clock time or an instant, from what was typed or sent; raises Refusal at `field`."""
    if value is None or value == "":
        raise Refusal(_("Choose a day."), field=field, code="missing")
    moment = value
    if isinstance(value, str):
        text = value.strip()
        try:
            moment = date.fromisoformat(text) if _DATE.fullmatch(text) else datetime.fromisoformat(text)
        except ValueError:
            raise Refusal(_("This is not a date: %(text)s.") % {"text": text[:40]}, field=field, code="invalid")
    if not isinstance(moment, date):
        raise Refusal(_("Choose a day."), field=field, code="invalid")
    if not EARLIEST <= moment.year < LATEST:
        raise Refusal(_("This date is too far away."), field=field, code="invalid")
    return moment


def begin_of(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """The instant a date begins, a wall-clock time or an instant stands for."""
    return _instant(moment, zone)


def end_of(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """The same for where something ends: a date is included."""
    return _instant(moment if isinstance(moment, datetime) else moment + DAY, zone)


def _same_day(listing: Listing, starts: Moment) -> Moment:
    """By the day, one day alone is a whole stay."""
    alone = not isinstance(read(starts, "starts"), datetime)
    return starts if alone and listing.price_unit in (Unit.DAY, Unit.USE) else None


def _local_date(moment: date | datetime, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        return days(moment, moment + DAY, zone).starts
    if moment.tzinfo is None:
        return instant(moment.date(), moment.time(), zone)
    return moment.astimezone(UTC)


def _time(value: time | str) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)  # a default that was not read back yet


def _one_of(stops: Sequence[Stop], wanted, default: Stop, field: str, sentence: str) -> Stop:
    if wanted in (None, ""):
        return default
    wanted = getattr(wanted, "pk", wanted)
    for stop in stops:
        if str(stop.pk) == str(wanted):
            return stop
    raise Refusal(sentence, field=field, code="no_such_stop")


def _departure(listing: Listing, wanted, board: Stop, starts: Moment, now: datetime) -> Departure:
    """The departure named, or the first that passes `board` from the instant, or on the local day, `starts`."""
    if wanted not in (None, ""):
        number = str(getattr(wanted, "pk", wanted))
        known = number.isascii() and number.isdigit() and len(number) < DIGITS
        at_hand = {str(row.pk): row for row in getattr(listing, "coming", ())}
        found = at_hand.get(number) or (listing.departures.filter(pk=number).first() if known else None)
        if found is None:
            raise Refusal(_("Choose a departure."), field="departure", code="no_such_departure")
        return found
    way = timedelta(minutes=board.minutes)
    coming = listing.departures.filter(cancelled=False, leaves__gt=now - way)
    if starts not in (None, ""):
        first = _instant(read(starts, "starts"), ZoneInfo(listing.time_zone))
        coming = coming.filter(leaves__gte=first - way, leaves__lt=first + DAY - way)
    found = coming.first()
    if found is None:
        field = "starts" if starts else "departure"
        raise Refusal(_("There is no such departure."), field=field, code="no_such_departure")
    return found


def is_ride(listing: Listing) -> bool:
    return listing.kind == Kind.RIDE
