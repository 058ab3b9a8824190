"""Whether a listing can be had for a whole period, and if not, why, in a sentence for the person who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from listings.states import EVERY_DAY, Kind, ListingState, Unit
from sharing.values.period import Period
from sharing.web import formats

from .. import plans, stays, words
from ..load import Load
from ..opening import MIDNIGHT, Opening
from .claimed import taken, widened
from .notices import bounds

DAY = timedelta(days=1)
GRACE = timedelta(minutes=5)  # between choosing "now" and pressing the button


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is free; if not, a code, a kind sentence, and the input to change (if one is).

    The sentence may be given as a function: who only asks whether, of many listings, words nothing.
    """

    free: bool
    code: str = ""
    say: str | Callable[[], str] = ""
    field: str | None = None

    @property
    def reason(self) -> str:
        return self.say if isinstance(self.say, str) else self.say()


FREE = Answer(True)


def is_free(
    listing: Listing, period: Period, quantity: int = 1, *, ignoring: int | None = None, now: datetime | None = None
) -> Answer:
    """Whether `quantity` of the listing can be had for the whole period; `ignoring` a claim by its id."""
    now = now or timezone.now()
    refused = may_be_asked(listing, period, quantity, now)
    if refused is None and listing.kind != Kind.RIDE:
        refused = closed(listing, plans.of(listing).opening, period)
    if refused:
        return refused
    around = widened(listing, period)
    return fits(listing, Load(taken(listing, around, now, ignoring=ignoring)), around, quantity)


def may_be_asked(listing: Listing, period: Period, quantity: int, now: datetime) -> Answer | None:
    """What the listing's own terms refuse, before anybody looks at a calendar."""
    return (
        _offered(listing, quantity)
        or in_time(listing, period, now)
        or _long_enough(listing, period)
        or _changeover(listing, period)
    )


def by_its_terms(listing: Listing, period: Period, quantity: int) -> Answer | None:
    """The same but for `in_time`: what depends on nothing but the terms."""
    return _offered(listing, quantity) or _long_enough(listing, period) or _changeover(listing, period)


def fits(listing: Listing, load: Load, around: Period, quantity: int) -> Answer:
    """Whether so much is left of it through a period that has its buffers with it."""
    if load.peak(around) + quantity > listing.capacity:
        return Answer(False, "taken", partial(_taken_sentence, listing, quantity))
    return FREE


def closed(listing: Listing, opening: Opening, period: Period) -> Answer | None:
    """Whether one finds it closed: for all of the time by the hour, else where one comes and goes."""
    if opening.always:
        return None
    zone = ZoneInfo(listing.time_zone)
    if listing.price_unit == Unit.HOUR and listing.kind == Kind.ROOM:
        if opening.spans(period, zone) != [period]:
            return Answer(False, "closed", partial(_shut_sentence, opening, period, zone), "starts")
        return None
    for moment, field, closing in ((period.starts, "starts", False), (period.ends, "ends", True)):
        local = moment.astimezone(zone)
        day = local.date() - DAY if closing and local.time() == MIDNIGHT else local.date()
        # By the hour midnight is a moment like any other; else it stands for the whole day.
        by_the_day = listing.price_unit == Unit.NIGHT or listing.price_unit != Unit.HOUR and local.time() == MIDNIGHT
        if not (opening.is_open(day) if by_the_day else opening.admits(moment, zone, closing=closing)):
            return Answer(False, "closed", partial(_closed_sentence, opening, day, closing), field)
    return None


def on_weekday(weekdays: int, day: date) -> bool:
    """Whether the day's weekday is in the set."""
    return bool(weekdays >> day.weekday() & 1)


def weekday_names(weekdays: int) -> str:
    """ "Fridays or Saturdays" would need a plural; "Friday or Saturday" is said in every language."""
    names = formats.locale().days["stand-alone"]["wide"]
    return format_list([names[day] for day in range(7) if weekdays >> day & 1], "or", formats.locale())


def _offered(listing: Listing, quantity: int) -> Answer | None:
    if listing.state != ListingState.PUBLISHED:
        return Answer(False, "not_offered", lambda: _("This is not offered at the moment."))
    if quantity < 1:
        return Answer(False, "quantity", lambda: _("Take at least one."), "quantity")
    if quantity > listing.capacity:
        return Answer(False, "quantity", partial(_few_sentence, listing.capacity), "quantity")
    return None


def in_time(listing: Listing, period: Period, now: datetime) -> Answer | None:
    """What notice and horizon refuse."""
    zone = ZoneInfo(listing.time_zone)
    first, last = bounds(listing, now)
    begin = period.starts.astimezone(zone)
    whole_days = listing.price_unit in (Unit.DAY, Unit.USE) and begin.time() == MIDNIGHT
    by_the_day = whole_days or listing.price_unit == Unit.NIGHT
    today = now.astimezone(zone).date()
    if period.ends <= now or (begin.date() < today if by_the_day else period.starts < now - GRACE):
        return Answer(False, "past", lambda: _("That time has passed."), "starts")
    notice = timedelta(hours=listing.notice_hours)
    if begin.date() < first if by_the_day else notice and period.starts < now + notice - GRACE:
        return Answer(False, "notice", partial(notice_sentence, listing), "starts")
    if begin.date() > last:
        return Answer(False, "horizon", partial(_horizon_sentence, last), "starts")
    return None


def _long_enough(listing: Listing, period: Period) -> Answer | None:
    if listing.kind == Kind.RIDE:
        return None
    units = stays.count(listing, period)
    if units < listing.min_units:
        return Answer(False, "too_short", partial(_length_sentence, listing, shortest=True), "ends")
    if units > listing.max_units:
        return Answer(False, "too_long", partial(_length_sentence, listing, shortest=False), "ends")
    return None


def _changeover(listing: Listing, period: Period) -> Answer | None:
    """By the night one may come and go on certain weekdays only."""
    if listing.price_unit != Unit.NIGHT or listing.arrive_days & listing.leave_days == EVERY_DAY:
        return None
    zone = ZoneInfo(listing.time_zone)
    if not on_weekday(listing.arrive_days, period.starts.astimezone(zone).date()):
        return Answer(False, "changeover", partial(arrive_sentence, listing), "starts")
    if not on_weekday(listing.leave_days, period.ends.astimezone(zone).date()):
        return Answer(False, "changeover", partial(leave_sentence, listing), "ends")
    return None


def arrive_sentence(listing: Listing) -> str:
    return _("One arrives on %(days)s.") % {"days": weekday_names(listing.arrive_days)}


def leave_sentence(listing: Listing) -> str:
    return _("One leaves on %(days)s.") % {"days": weekday_names(listing.leave_days)}


def notice_sentence(listing: Listing) -> str:
    hours = listing.notice_hours
    if hours % 24 == 0 and hours:
        n = hours // 24
        return ngettext("It needs a day's notice.", "It needs %(n)d days' notice.", n) % {"n": n}
    return ngettext("It needs an hour's notice.", "It needs %(n)d hours' notice.", hours) % {"n": hours}


def _few_sentence(capacity: int) -> str:
    return ngettext("There is only one.", "There are only %(n)d.", capacity) % {"n": capacity}


def _horizon_sentence(last: date) -> str:
    return _("It can be booked until %(day)s so far.") % {"day": formats.moment(last, None, "date")}


def _length_sentence(listing: Listing, *, shortest: bool) -> str:
    unit = Unit.DAY if listing.price_unit == Unit.USE else listing.price_unit
    if shortest:
        return _("The shortest time is %(time)s.") % {"time": words.units(listing.min_units, unit)}
    return _("The longest time is %(time)s.") % {"time": words.units(listing.max_units, unit)}


def _taken_sentence(listing: Listing, quantity: int) -> str:
    if listing.kind == Kind.RIDE:
        return _("There are not enough seats left on that part of the way.")
    if quantity > 1:
        return _("There are not that many left for those days.")
    return _("That time is already taken.")


def _shut_sentence(opening: Opening, period: Period, zone: ZoneInfo) -> str:
    if why := opening.why(period.starts.astimezone(zone).date()):
        return _("It is closed then: %(why)s.") % {"why": why}
    return _("It is not open for all of that time.")


def _closed_sentence(opening: Opening, day: date, closing: bool) -> str:
    named = {"day": formats.moment(day, None, "day"), "why": opening.why(day)}
    if named["why"] and not opening.is_open(day):
        if closing:
            return _("It can't be brought back on %(day)s: %(why)s.") % named
        return _("It can't be picked up on %(day)s: %(why)s.") % named
    if closing:
        return _("It can't be brought back on %(day)s at that time.") % named
    return _("It can't be picked up on %(day)s at that time.") % named
