"""From the parameters of an address to criteria: the same for the page and the API.

What cannot be used is left out and said at its name, so that the page can go on with the rest and the
API can refuse. Nothing here trusts its input: text may be too long, figures infinite, dates backwards.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.models import Community
from sharing.values.period import instant
from sharing.values.place import Point

from .. import categories, places
from ..states import Kind, Terms
from . import asked_traits, flexible, riding
from .asking import Viewer
from .criteria import NEAR, NEW, SORTS, Box, Criteria, Span, Window

DateT = TypeVar("DateT", bound=date)
NAMES = (
    "q", "kind", "near", "lat", "lon", "radius_km", "bbox", "from", "to", "quantity", "category", "max_price", "terms",
    "community", "sort", "to_near", "to_lat", "to_lon", "margin_hours", *flexible.NAMES, *asked_traits.NAMES,
)  # fmt: skip
_NOTHING = Criteria()
_ON_CLOCKS = ("from", "to", *flexible.NAMES)
LONGEST_Q, LONGEST_PLACE = 200, 600
LONGEST_NAME = 160
FARTHEST_KM = 20_038
EARLIEST, LATEST = 2000, 2100  # years; beyond them a date is a typing error
LONGEST_STAY = timedelta(days=366)


@dataclass
class Parsed:
    """`values`: what was understood, as text, for forms and links; `errors`: sentences by parameter."""

    criteria: Criteria
    errors: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)  # what was not, as it was typed, to be mended there
    place: str = ""
    there: str = ""
    zone: str = "UTC"
    days: tuple[date, date] | None = None
    community: str = ""
    attribution: str = ""
    answers: dict[str, str] = field(default_factory=dict)  # parameter → the question with what is asked of it


class Wrong(ValueError):
    """A parameter that cannot be used; says why."""


class Parser:
    def __init__(self, params: Mapping[str, str], viewer: Viewer, now: datetime | None = None) -> None:
        self.params, self.viewer, self.now = params, viewer, now or timezone.now()
        self.parsed, self.language = Parsed(_NOTHING), get_language() or "en"

    def parse(self) -> Parsed:
        parsed = self.parsed
        facts: dict[str, Any] = {}
        facts["q"] = self._take("q", _q) or ""
        facts["kinds"] = self._choices("kind", Kind)
        facts["terms"] = self._choices("terms", Terms)
        facts["here"] = self._point("lat", "lon", "near")
        facts["there"] = self._point("to_lat", "to_lon", "to_near")
        radius = self._take("radius_km", lambda text: _number(text, 0.05, FARTHEST_KM))
        facts["radius_m"] = radius * 1000 if radius is not None and (facts["here"] or "bbox" in self.params) else None
        facts["box"] = self._take("bbox", _box)
        facts["quantity"] = self._take("quantity", lambda text: int(_number(text, 1, 500, whole=True))) or 1
        facts["max_price"] = self._take("max_price", lambda text: _number(text, 0, 10_000_000))
        facts["community"] = self._take("community", self._community)
        facts["category"] = self._take("category", self._category) or ""
        facts["traits"] = asked_traits.read(self, facts["community"])
        facts["sort"] = self._take("sort", lambda text: _one_of(text, SORTS)) or ""
        if facts["sort"] == (NEAR if facts["here"] or facts["box"] else NEW) or facts["sort"] == NEAR:
            facts["sort"] = ""  # the order one gets anyway
            parsed.values.pop("sort", None)
        if any(name in self.params for name in _ON_CLOCKS):
            self._zone(facts["here"] or (facts["box"].middle if facts["box"] else None))
        facts["by_day"], facts["zone"] = self._dates(), parsed.zone
        if windows := self._windows():
            facts |= {"windows": windows, "by_day": None}
        facts["by_ride"] = self._by_ride(facts["by_day"])
        parsed.criteria = Criteria(language=self.language, **facts)
        return parsed

    def _by_ride(self, day: Span | None) -> Span | None:
        """When one would get on, the margin to both sides; an instant alone is the middle of it."""
        margin = self._take("margin_hours", lambda text: _number(text, *riding.MARGIN_HOURS))
        if not margin or day is None:
            return None
        wide, ends = timedelta(hours=margin), day.ends
        if "to" not in self.parsed.values and len(self.parsed.values.get("from", "")) > 10:
            ends = day.starts
        return Span(max(self.now, day.starts - wide), max(self.now, ends + wide))

    def _take(self, name: str, read: Callable):
        """The value of a parameter, None when it is empty or wrong (then it is said)."""
        if name not in self.params:
            return None
        text = (self.params.get(name) or "").strip()
        if not text:
            return None
        try:
            if "\x00" in text:
                raise Wrong(_("This text has a character that cannot be used."))
            value = read(text)
        except Wrong as wrong:
            self.parsed.errors[name] = [str(wrong)]
            self.parsed.wrong[name] = text.replace("\x00", "")
            return None
        self.parsed.values[name] = text
        return value

    def take(self, name: str, read: Callable):
        """For readers beside this module; see `_take`."""
        return self._take(name, read)

    def number(self, text: str, least: float, most: float, *, whole: bool = False) -> float:
        return _number(text, least, most, whole=whole)

    def all_of(self, name: str) -> list[str]:
        """Every value of a parameter that may be given more than once."""
        return self.params.getlist(name) if hasattr(self.params, "getlist") else [self.params.get(name) or ""]

    def _choices(self, name: str, choices) -> tuple[str, ...]:
        if name not in self.params:
            return ()
        asked = [part.strip() for text in self.all_of(name) for part in text.split(",") if part.strip()]
        if wrong := [part for part in asked if part not in choices.values]:
            self.parsed.errors[name] = [_not_one_of(wrong[0], choices.values)]
        chosen = tuple(value for value in choices.values if value in asked)
        if chosen:
            self.parsed.values[name] = ",".join(chosen)
        return () if len(chosen) == len(choices.values) else chosen

    def _point(self, lat_name: str, lon_name: str, near_name: str) -> Point | None:
        lat = self._take(lat_name, lambda text: _number(text, -90, 90))
        lon = self._take(lon_name, lambda text: _number(text, -180, 180))
        for value, other in ((lat, lon_name), (lon, lat_name)):
            if value is not None and not (self.params.get(other) or "").strip():
                self.parsed.errors[other] = [_("A point needs both latitude and longitude.")]
        named = self._take(near_name, _place_text)
        point = Point(lat, lon) if lat is not None and lon is not None else None
        found = None
        if named and point is None:
            found = places.resolve(named, language=self.language)
            if found is None:
                self.parsed.errors[near_name] = [
                    _("We do not know a place called “%(place)s”. Try the town, or a point on the map.")
                    % {"place": named}
                ]
                return None
            point = Point(found.lat, found.lon)
            if len(named) > LONGEST_NAME:  # the pasted address of a map
                self.parsed.values[near_name] = found.name
        name = found.name if found else named or ""
        if near_name == "near":
            self.parsed.place, self.parsed.zone = name, found.time_zone if found else ""
            self.parsed.attribution = found.attribution if found else ""
        else:
            self.parsed.there = name
        return point

    def _zone(self, point: Point | None) -> None:
        zone = self.parsed.zone if self.parsed.place else ""
        if not zone and point is not None and (self.params.get("from") or self.params.get("to")):
            zone = places.zone_at(point.lat, point.lon)
        self.parsed.zone = zone or timezone.get_current_timezone_name()

    def _community(self, text: str) -> int:
        for pk, (slug, name) in zip(self.viewer.communities, self.viewer.names, strict=True):
            if text in (slug, str(pk)):
                self.parsed.community = name
                return pk
        shown = Community.objects.filter(listed=True)
        found = (
            shown.filter(pk=int(text))
            if text.isascii() and text.isdigit() and len(text) < 18
            else shown.filter(slug=text[:60])
        )
        community = found.first()
        if community is None:
            raise Wrong(_("There is no such community."))
        self.parsed.community = community.name
        return community.pk

    def _category(self, text: str) -> str:
        """One of the tree, or of a community's own where it is the viewer's, listed, or the one looked in."""
        if text in categories.ROOT_OF:
            return text
        added = categories.own(text)
        known = added is not None and (
            added.community in self.viewer.communities
            or Community.objects.filter(pk=added.community, listed=True).exists()
        )
        if not known:
            raise Wrong(_("There is no such category."))
        return text

    def _dates(self) -> Span | None:
        """When it is wanted: whole local days, or the very instants given."""
        starts, ends = self._take("from", self._moment), self._take("to", self._moment)
        if (starts is None and ends is None) or "from" in self.parsed.errors or "to" in self.parsed.errors:
            return None
        zone = ZoneInfo(self.parsed.zone)
        today = self.now.astimezone(zone).date()
        if starts is None:
            starts = today
        first, last = _day(starts, zone), _day(ends if ends is not None else starts, zone)
        begin = starts if isinstance(starts, datetime) else instant(first, time(), zone)
        end = ends if isinstance(ends, datetime) else instant(last + timedelta(days=1), time(), zone)
        if problem := self._dates_problem(first, last, begin, end, today):
            name, sentence = problem
            self.parsed.errors[name] = [sentence]
            self.parsed.wrong[name] = self.parsed.values.pop(name, "")
            return None
        self.parsed.days = first, last
        by_dates = not isinstance(starts, datetime) and not isinstance(ends, datetime)
        return Span(max(begin, self.now) if first == today else begin, end, (first, last) if by_dates else None)

    def _windows(self) -> tuple[Window, ...]:
        """The times of which any one will do, when the dates are flexible."""
        if not any(name in self.params for name in flexible.NAMES):
            return ()
        asked = flexible.Asked(
            self._take("flex", _flex),
            self._take("nights", lambda text: int(_number(text, 1, flexible.MOST_UNITS, whole=True))),
            self._take("days", lambda text: int(_number(text, 1, flexible.MOST_UNITS, whole=True))),
            self._take("within", _within),
            self.parsed.days,
            self.now.astimezone(ZoneInfo(self.parsed.zone)).date(),
        )
        if any(name in self.parsed.errors for name in (*flexible.NAMES, "from", "to")):
            return ()
        try:
            windows = flexible.windows(asked, self._window)
        except flexible.Wrong as wrong:
            self.parsed.errors[wrong.name] = [str(wrong)]
            return ()
        return windows

    def _window(self, days: tuple[date, date], nights: tuple[date, date]) -> Window:
        zone = ZoneInfo(self.parsed.zone)
        begin = instant(days[0], time(), zone)
        by_day = Span(max(begin, self.now), instant(days[1] + timedelta(days=1), time(), zone))
        return Window(by_day, days, nights)

    def _dates_problem(
        self, first: date, last: date, begin: datetime, end: datetime, today: date
    ) -> tuple[str, str] | None:
        if first < today:
            return "from", _("That day has passed.")
        if end <= begin or end <= self.now:
            return "to", _("The end comes after the start.")
        if end - begin > LONGEST_STAY or last.year > today.year + 3:
            return "to", _("Please ask for a year at most.")
        return None

    def _moment(self, text: str) -> date | datetime:
        """A date, or an instant; one without an offset is on the clocks of the place."""
        try:
            if len(text) <= 10:
                return _within_reason(date.fromisoformat(text))
            moment = _within_reason(datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.parsed.zone))
            return moment.astimezone(UTC)
        except ValueError:
            raise Wrong(_("This is no date like 2027-05-31 or time like 2027-05-31T17:00.")) from None


def parse(params: Mapping[str, str], viewer: Viewer, now: datetime | None = None) -> Parsed:
    return Parser(params, viewer, now).parse()


def cursor_of(criteria: Criteria, values: list) -> list:
    """The key a cursor carries, checked for the order it is for; ValueError when it does not fit."""
    circle: list[float] = []
    if riding.grows(criteria):
        values, circle = riding.circle_of(values)
    return [*_key_of(criteria, values), *circle]


def _key_of(criteria: Criteria, values: list) -> list:
    if criteria.order == NEAR:
        d, listing_id, shown = values
        return [_whole(d), _whole(listing_id), _whole(shown)]
    first, listing_id = values
    if criteria.order == NEW:
        moment = datetime.fromisoformat(str(first))
        if moment.tzinfo is None or not 1 < moment.year < 9999:
            raise ValueError("This is no instant of ours.")
        return [str(first), _whole(listing_id)]
    return [_whole(first), _whole(listing_id)]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise ValueError("This is no number of ours.")
    return value


def _within_reason(moment: DateT) -> DateT:
    """The moment, unless reckoning with it could leave the calendar."""
    if not EARLIEST <= moment.year < LATEST:
        raise ValueError("This year is a typing error.")
    return moment


def _q(text: str) -> str:
    if len(text) > LONGEST_Q:
        raise Wrong(_("Please search with %(most)s characters at most.") % {"most": LONGEST_Q})
    return text


def _place_text(text: str) -> str:
    if len(text) > LONGEST_PLACE:
        raise Wrong(_("A place has %(most)s characters at most.") % {"most": LONGEST_PLACE})
    return text


def _number(text: str, least: float, most: float, *, whole: bool = False) -> float:
    try:
        value = float(text.replace(",", ".")) if len(text) < 40 else math.nan
    except ValueError:
        raise Wrong(_("This is no number.")) from None
    if not math.isfinite(value):
        raise Wrong(_("This is no number."))
    if whole and value != int(value):
        raise Wrong(_("Please give a whole number."))
    if not least <= value <= most:
        raise Wrong(
            _("Please give a number from %(least)s to %(most)s.") % {"least": f"{least:g}", "most": f"{most:,g}"}
        )
    return value


def _flex(text: str) -> str:
    if text == flexible.WEEKEND:
        return text
    return str(int(_number(text, 1, flexible.MOST_FLEX, whole=True)))


def _within(text: str) -> tuple[date, date]:
    try:
        first, last = flexible.read_within(text[:30])
        return _within_reason(first), _within_reason(last)
    except ValueError:
        raise Wrong(_("This is no month like 2027-06 and no days like 2027-06-10/2027-06-24.")) from None


def _box(text: str) -> Box:
    parts = text.split(",")
    if len(parts) != 4:
        raise Wrong(_("A box is west,south,east,north in degrees."))
    west, south, east, north = (_number(part.strip(), -540, 540) for part in parts)
    if not (-90 <= south <= north <= 90):
        raise Wrong(_("A box is west,south,east,north in degrees."))
    if east - west >= 360:
        return Box(south, -180, north, 180)
    return Box(south, _turned(west), north, _turned(east) if east != 180 else 180.0)


def _turned(lon: float) -> float:
    return lon if -180 <= lon < 180 else (lon + 180) % 360 - 180


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise Wrong(_not_one_of(text, choices))
    return text


def _not_one_of(text: str, choices) -> str:
    return _("“%(text)s” is none of %(choices)s.") % {"text": text[:40], "choices": ", ".join(choices)}


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
