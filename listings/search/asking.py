"""An asking: criteria and viewer turned into terms and conditions, ready to be put into statements."""

from dataclasses import dataclass
from datetime import datetime

from babel.core import get_global
from django.utils import timezone
from django.utils.functional import cached_property

from members.models import Circle
from members.queries import circles_around
from members.states import Standing
from sharing.values.place import chord_squared

from .. import categories
from ..states import Kind, ListingState, Visibility
from . import frequencies, metric, predicates, riding, statements, synonyms, terms, tiles
from .criteria import AROUND_M, Criteria
from .statements import Conditions
from .terms import Bucket

FEW_IN_ALL = 2000


@dataclass(frozen=True)
class Viewer:
    """Who looks, as far as it matters here: the communities and circles whose own listings they may find."""

    communities: tuple[int, ...] = ()
    names: tuple[tuple[str, str], ...] = ()  # slug and name of each, in the same order
    circles: tuple[int, ...] = ()

    @classmethod
    def of(cls, viewer) -> "Viewer":
        if isinstance(viewer, Viewer):
            return viewer
        if viewer is None or not viewer.is_authenticated:
            return cls()
        mine = viewer.memberships.filter(standing=Standing.ACTIVE).order_by("community")
        rows = list(mine.values_list("community_id", "community__slug", "community__name"))
        circles = Circle.objects.filter(circles_around(viewer)).order_by("pk")
        return cls(
            tuple(row[0] for row in rows), tuple((row[1], row[2]) for row in rows),
            tuple(circles.values_list("pk", flat=True)),
        )  # fmt: skip

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """The postings they may read at all."""
        own = [(Bucket.COMMUNITY, self.communities), (Bucket.CIRCLE, self.circles)]
        return (Bucket.PUBLIC, *(bucket for bucket, mine in own if mine))


class Asking:
    """`lead`: the terms read from the postings, those of the rarest thing asked for; the rest are conditions."""

    def __init__(self, criteria: Criteria, viewer: Viewer, now: datetime | None = None) -> None:
        self.criteria, self.viewer, self.now = criteria, viewer, now or timezone.now()
        self.sifts = True  # whether the statements leave out what is taken
        self.rideless = False  # whether somebody looked, and nobody offers such a ride anywhere
        self.kinds = self._kinds()
        self.stops = Kind.RIDE in self.kinds
        self.buckets = viewer.buckets
        self.words = terms.asked(criteria.q, criteria.language)
        self.phrases = terms.phrases(criteria.q)
        needs = [*synonyms.widened(self.words, self._speaks_with()), *self._facts()]
        ranked = frequencies.rarest_first(self.kinds, needs)
        self._lead_key = ranked[0][0] if ranked else ("",)
        self._others = [keys for keys, _n in ranked[1:]]

    def _speaks_with(self) -> tuple[int, ...]:
        """The communities whose words count: the one looked in, else the viewer's own."""
        return self.viewer.communities if self.criteria.community is None else (self.criteria.community,)

    @cached_property
    def few(self) -> bool:
        return frequencies.total(self.kinds, self._lead_key) <= FEW_IN_ALL

    @cached_property
    def lead(self) -> list[int]:
        return self.tids(self._lead_key)

    @property
    def lead_keys(self) -> tuple[str, ...]:
        """Any of these a listing must be posted under, whoever asks and whatever its kind."""
        return self._lead_key

    @property
    def farthest_m(self) -> float | None:
        return self.criteria.reach

    def at_any_time(self) -> "Asking":
        """The same, whatever is free when. Of rides the time stays: they run then or not."""
        if not self.criteria.times:
            return self
        same = object.__new__(Asking)
        vars(same).update(vars(self), sifts=False)
        return same

    @cached_property
    def near_conditions(self) -> Conditions:
        return self._of_any + self._of_rides() if self.asks_riding else self._of_any

    @cached_property
    def _of_any(self) -> Conditions:
        return self.conditions(rides=False)

    @cached_property
    def plain(self) -> bool:
        """Nothing is asked that the lead's postings do not answer by themselves, but when rides run."""
        return not self._of_any.parts and not (self.asks_riding and self.only_rides)

    @property
    def asked_of(self) -> frozenset[int]:
        """Of the lead's terms those of rides, if nothing is asked but when they run; else none."""
        if not self.asks_riding or self.only_rides or self.rideless or self._of_any.parts:
            return frozenset()
        return frozenset(terms.tid(Kind.RIDE, key, bucket) for bucket in self.buckets for key in self._lead_key)

    def worth_gathering(self, size: int) -> int:
        """So many postings cost about as much to gather and sort as to meet `size` of them by walking."""
        return max(300, int((size * frequencies.total(self.kinds, ("",))) ** 0.5))

    def within(self, ranges: tiles.Ranges) -> tiles.Ranges:
        """The ranges as far as they touch the box, if there is one."""
        box = self.criteria.box
        if box is None:
            return ranges
        return tiles.common(ranges, tiles.box(box.south, box.west, box.north, box.east))

    def totals(self) -> list[tuple[list[int], tiles.Ranges]]:
        """For each kind the public postings of the lead around here, to be counted."""
        origin, area = self.criteria.origin, tiles.WORLD
        if self.criteria.here and origin and not self.criteria.box:
            area = tiles.cover(origin.lat, origin.lon, self.farthest_m or AROUND_M)
        area = self.within(area) or ((0, 0),)
        return [([terms.tid(kind, key) for key in self._lead_key], area) for kind in terms.KINDS]

    def conditions(self, *, area: bool = False, rides: bool = True) -> Conditions:
        """What must hold of a posting `t`, its listing `l` and stop `s`; `area` also asks for the distance."""
        wanted = Conditions()
        for keys in self._others:
            wanted.add(*_spread(statements.carries(self.tids(keys), "t.tile", "t.listing_id")), joined=False)
        self._add_box(wanted, "coalesce(s.lat, l.public_lat)", "coalesce(s.lon, l.public_lon)")
        if area and self.farthest_m is not None and self.criteria.origin:
            sql, params = statements.distance(self.criteria.origin)
            wanted.add(f"{sql} <= %s", *params, metric.squared(self.farthest_m), joined=False)
        self._add_facts(wanted)
        return wanted + self._of_rides() if rides else wanted

    def _of_rides(self) -> Conditions:
        wanted = Conditions()
        if not self.rideless and self.riding:
            sql, params = self.riding
            wanted.add(sql if self.only_rides else f"l.kind <> '{Kind.RIDE.value}' or {sql}", *params)
        return wanted

    @property
    def only_rides(self) -> bool:
        return self.kinds == (Kind.RIDE,)

    @property
    def asks_riding(self) -> bool:
        return self.stops and riding.asked(self.criteria)

    @cached_property
    def riding(self) -> statements.Statement | None:
        """What must hold of a stop `s` of a ride, where that is asked."""
        if not self.asks_riding:
            return None
        return riding.condition(self.criteria, self.farthest_m or AROUND_M, self.now)

    def walking(self) -> Conditions:
        """The same, asked of a listing that was met in the order of date or price."""
        wanted = Conditions()
        wanted.add("l.state = %s", ListingState.PUBLISHED)
        wanted.add("l.published is not null")
        tile = statements.A_STOP if self.stops else "l.tile"  # a ride carries the same terms at each of its stops
        for keys in [self._lead_key, *self._others]:
            wanted.add(*_spread(statements.carries(self.tids(keys), tile, "l.id")))
        self._add_area(wanted)
        self._add_facts(wanted)
        return wanted

    def _add_area(self, wanted: Conditions) -> None:
        here = Conditions()
        if self.farthest_m is not None and self.criteria.origin:
            sql, params = statements.chord("l", self.criteria.origin)
            here.add(f"{sql} <= %s", *params, chord_squared(self.farthest_m))
        self._add_box(here, "l.public_lat", "l.public_lon")
        if not here.parts and self.riding is None:
            return
        if not self.stops:
            wanted.add(here.sql, *here.params)
            return
        stop = Conditions(
            [part.replace("l.public_", "s.").replace("l.", "s.") for part in here.parts], list(here.params)
        )
        beside = f"l.kind <> '{Kind.RIDE.value}' and {here.sql}" if self.riding else here.sql
        if self.riding:
            stop.add(*_spread(self.riding))
        sql, params = statements.any_stop(stop)
        if self.riding and self.only_rides:
            wanted.add(sql, *params)
        else:
            wanted.add(f"({beside}) or {sql}", *here.params, *params)

    def _add_box(self, wanted: Conditions, lat: str, lon: str) -> None:
        box = self.criteria.box
        if box is None:
            return
        if not self.stops:
            lat, lon = "l.public_lat", "l.public_lon"
        wanted.add(f"{lat} >= %s and {lat} <= %s", box.south, box.north)
        joint = "and" if box.west <= box.east else "or"
        wanted.add(f"{lon} >= %s {joint} {lon} <= %s", box.west, box.east)

    def _add_facts(self, wanted: Conditions) -> None:
        """What is asked of the listing itself."""
        criteria = self.criteria
        self._add_audience(wanted)
        if criteria.quantity > 1:
            wanted.add("l.capacity >= %s", criteria.quantity)
        if criteria.max_price is not None:
            wanted.add(*_spread(_no_dearer_than(criteria.max_price)))
        for sql, params in criteria.traits.conditions():
            wanted.add(statements.for_each(sql), *params)
        if criteria.times and self.sifts:
            self._add_dates(wanted)

    def _add_audience(self, wanted: Conditions) -> None:
        """Of what is posted for communities and circles, only what is meant for the viewer's own."""
        parts = ["l.visibility = %s"]
        params: list[object] = [Visibility.PUBLIC.value]
        for visibility, column, mine in (
            (Visibility.COMMUNITY, "community_id", self.viewer.communities),
            (Visibility.CIRCLE, "circle_id", self.viewer.circles),
        ):
            if mine:
                parts.append(f"l.visibility = %s and l.{column} in ({statements.marks(mine)})")
                params += [visibility.value, *mine]
        if len(parts) > 1:
            wanted.add(" or ".join(parts), *params)

    @cached_property
    def when(self) -> predicates.Wanted:
        """What is asked of the calendars."""
        criteria = self.criteria
        return predicates.Wanted(self.kinds, criteria.times, criteria.quantity, criteria.zone)

    def _add_dates(self, wanted: Conditions) -> None:
        """What may be free then (see `predicates`); of rides `riding` speaks."""
        if fragment := predicates.build("free", self.when):
            wanted.add(statements.for_each(fragment.sql), *fragment.params)

    def _facts(self) -> list[tuple[str, ...]]:
        criteria, facts = self.criteria, []
        if criteria.terms:
            facts.append(tuple(f"={term}" for term in criteria.terms))
        if criteria.community is not None:
            facts.append((f"@{criteria.community}",))
        if criteria.category:
            facts.append((f"#{criteria.category}",))
        return [*facts, *criteria.traits.needs()]

    def _kinds(self) -> tuple[str, ...]:
        """Those that can fit at all: only rides go anywhere, and a category belongs to one kind."""
        kinds = [str(kind) for kind in self.criteria.kinds or terms.KINDS]
        if self.criteria.there is not None:
            kinds = [kind for kind in kinds if kind == Kind.RIDE]
        able = self.criteria.traits.kinds
        kinds = [kind for kind in kinds if kind in able]
        if root := categories.root_of(self.criteria.category):
            kinds = [kind for kind in kinds if kind == root.kind]
        return tuple(kinds)

    def tids(self, keys: tuple[str, ...]) -> list[int]:
        return [terms.tid(kind, key, bucket) for bucket in self.buckets for kind in self.kinds for key in keys]


def _spread(statement: tuple[str, list]) -> tuple:
    sql, params = statement
    return sql, *params


def _digits() -> dict[int, list[str]]:
    """Currencies by the number of their decimals, where it is not two."""
    other: dict[int, list[str]] = {}
    for code, (digits, *_rest) in get_global("currency_fractions").items():
        if digits != 2 and len(code) == 3 and code.isalpha():
            other.setdefault(digits, []).append(code)
    return other


_OTHER_DIGITS = _digits()


def _no_dearer_than(price: float) -> tuple[str, list]:
    """In whole units of each listing's own currency: 10 means €10.00 and ¥10."""
    whens, params = [], []
    for digits, codes in sorted(_OTHER_DIGITS.items()):
        whens.append(f"when l.currency in ({', '.join(repr(code) for code in codes)}) then %s")
        params.append(int(price * 10**digits + 1e-9))
    return f"l.price_minor <= case {' '.join(whens)} else %s end", [*params, int(price * 100 + 1e-9)]
