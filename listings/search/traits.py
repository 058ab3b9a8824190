"""Traits: the facts of a listing that searches narrow by, as keys of the posting table and as parameters.

What is so or not so ("pets", "step_free") and what is one of a few ("condition") is posted like a word,
under keys no word can have, so that a search meets it in the same index; measures ("so many beds at
least") are looked up in the row of the kind's facts, one look for each listing met. Answers to a
community's own questions go the same two ways, within a search of that community alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sharing.db.worded import Worded

from ..models import AttributeValue, Listing, RideFacts, RoomFacts, ToolFacts
from ..states import LIMITS, AttributeType, Condition, Kind

FACTS: dict[str, type[ToolFacts] | type[RoomFacts] | type[RideFacts]] = {
    Kind.TOOL: ToolFacts, Kind.ROOM: RoomFacts, Kind.RIDE: RideFacts,
}  # fmt: skip


class Trait(NamedTuple):
    """Something that is so or not; `kinds` may have it."""

    label: str | Promise
    kinds: tuple[Kind, ...]
    icon: str


HAS: dict[str, Trait] = {
    "instant": Trait(_("May be booked at once"), (Kind.TOOL, Kind.ROOM, Kind.RIDE), "zap"),
    "no_approval": Trait(_("No training needed"), (Kind.TOOL,), "circle-check"),
    "whole": Trait(_("The whole room"), (Kind.ROOM,), "door-closed"),
    "step_free": Trait(_("Without a step"), (Kind.ROOM,), "accessibility"),
    "work_space": Trait(_("A place to work"), (Kind.ROOM,), "lamp-desk"),
    "pets": Trait(_("Pets are welcome"), (Kind.ROOM, Kind.RIDE), "paw-print"),
    "smoke_free": Trait(_("No smoking"), (Kind.ROOM, Kind.RIDE), "cigarette-off"),
    "two_behind": Trait(_("At most two behind"), (Kind.RIDE,), "users"),
}


class Measure(NamedTuple):
    """A figure of the kind's facts that must be at least so much."""

    label: str | Promise
    unit: str = ""


LEAST: dict[str, Measure] = {
    "beds": Measure(_("Beds, at least")),
    "bathrooms": Measure(_("Bathrooms, at least")),
    "door_cm": Measure(_("Doors, at least"), "cm"),
}
"""All of rooms; the columns of RoomFacts have these names."""


ANY_KIND = frozenset(Kind.values)


class Answer(NamedTuple):
    """What is asked of one attribute: any of `values`, or a number from `low` to `high` in thousandths."""

    attribute: int
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Traits:
    """`has`: all of these; `condition`: any of these; `least`: (name, figure); `answers`: all of these."""

    has: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    least: tuple[tuple[str, int], ...] = ()
    answers: tuple[Answer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.has or self.condition or self.least or self.answers)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that can have all of this."""
        if not self:
            return ANY_KIND
        kinds = set(ANY_KIND)
        for name in self.has:
            kinds &= set(HAS[name].kinds)
        if self.condition:
            kinds &= {Kind.TOOL}
        if self.least:
            kinds &= {Kind.ROOM}
        return frozenset(kinds)

    @property
    def answers_alone(self) -> "Traits":
        return Traits(answers=self.answers)

    def needs(self) -> Iterator[tuple[str, ...]]:
        """Keys a posting must carry, of each tuple any."""
        for name in self.has:
            yield (key(name),)
        if self.condition:
            yield tuple(key("condition", value) for value in self.condition)
        for answer in self.answers:
            if answer.values:
                yield tuple(answer_key(answer.attribute, value) for value in answer.values)

    def conditions(self) -> Iterator[tuple[str, list]]:
        """What must hold of the row `l`, each a look at one row by its key."""
        for name, figure in self.least:
            assert name in LEAST  # a column of ours, put into the SQL as it is
            yield f"(select f.{name} from listings_roomfacts f where f.listing_id = l.id) >= %s", [figure]  # noqa: S608
        for answer in self.answers:
            if answer.values:
                continue
            one = "(select v.thousandths from listings_attributevalue v where"
            one += " v.listing_id = l.id and v.attribute_id = %s)"
            if answer.low is not None:
                yield f"{one} >= %s", [answer.attribute, answer.low]
            if answer.high is not None:
                yield f"{one} <= %s", [answer.attribute, answer.high]


def key(name: str, value: str = "") -> str:
    """The unhashed key of a fact; "+" begins no word."""
    return f"+{name}:{value}" if value else f"+{name}"


def answer_key(attribute_id: int, value: str) -> str:
    return f"*{attribute_id}:{value}"


def keys_of(listing: Listing) -> Iterator[str]:
    """The keys a listing is posted under for what it says of itself and to its community's questions."""
    yield from keys(listing.kind, listing.instant, facts_of(listing))
    for answer in _chosen(listing.pk):
        yield answer_key(answer.attribute_id, answer.text)


def facts_of(listing: Listing) -> ToolFacts | RoomFacts | RideFacts:
    """Those of its kind, read once; where it has none yet, what one would begin with."""
    at_hand, model = listing._state.fields_cache, FACTS[listing.kind]
    if at_hand.get(listing.kind) is None and (facts := _facts[listing.kind].first(listing.pk)):
        at_hand[listing.kind] = facts
    return at_hand.get(listing.kind) or model()


_facts: dict[str, Worded] = {
    kind: Worded(lambda listing, model=model: model.objects.filter(listing=listing)) for kind, model in FACTS.items()
}
_chosen = Worded(
    lambda listing: AttributeValue.objects.filter(listing=listing)
    .exclude(text="")
    .exclude(attribute__type=AttributeType.TEXT)
)


def keys(kind: str, instant: bool, facts: ToolFacts | RoomFacts | RideFacts) -> Iterator[str]:
    """The same of facts at hand."""
    if instant:
        yield key("instant")
    if isinstance(facts, ToolFacts):
        if not facts.approval_needed:
            yield key("no_approval")
        if facts.condition:
            yield key("condition", facts.condition)
        return
    if not facts.smoking:
        yield key("smoke_free")
    for name in ("whole", "step_free", "work_space", "pets", "two_behind"):
        if getattr(facts, name, False):
            yield key(name)


def of_kind(kinds: tuple[str, ...]) -> list[str]:
    """The traits worth asking for: those that every one of these kinds may have."""
    return [name for name, trait in HAS.items() if set(kinds) <= set(trait.kinds)]


def limits(name: str) -> tuple[int, int]:
    least, most = LIMITS[name]
    return max(1, least), most


CONDITIONS = tuple(Condition.values)
