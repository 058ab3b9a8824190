"""Facets: how many of what is looked at carry each trait, category and condition, so that filters can say so.

Nothing is counted over a table. The first `LOOKED_AT` postings of the search without its facets are read
once, each with the facets it carries (one look into the key for each), as far as the viewer may see it and
the rest of the question fits. From these rows every count follows in memory; for a group of which any
will do, its own choice is left out. Were there more postings, the counts say "at least".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from members.models import Community

from .. import categories, shelf
from ..answers import NO, YES
from ..models import Attribute
from ..states import AttributeType
from . import statements, tiles, traits
from .asking import Asking, Viewer
from .criteria import AROUND_M, NEAR, Criteria
from .query import run
from .traits import Traits

LOOKED_AT = 600
MOST_ANSWERS = 24  # each is one more look into the key, for every listing looked at


@dataclass
class Facets:
    """Counts by group and value; `complete`: whether all there is was looked at."""

    complete: bool = True
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def count(criteria: Criteria, viewer: Any) -> Facets:
    """What carries what, around here, for one kind; several kinds share only what all of them may have."""
    chosen = criteria.traits
    asked = _asked(criteria)
    others = tuple(answer for answer in chosen.answers if answer.attribute not in asked)
    bare = criteria.changed(traits=Traits(least=chosen.least, answers=others), category="", terms=())
    asking = Asking(bare, Viewer.of(viewer))
    kinds = Asking(criteria, Viewer()).kinds
    asking.kinds = tuple(kind for kind in asking.kinds if kind in kinds)
    if not asking.kinds:
        return Facets()
    keys = [*_keys(asking.kinds), *(key for question in asked.values() for key in _answers(question))]
    rows, complete = _rows(asking, [key for _group, _value, key in keys])
    marks = [_marks(row, keys) for row in rows]
    mine = {group_of(question): _options(question) for question in asked.values()}
    groups: dict[str, Iterable[str]] = {
        "has": traits.of_kind(asking.kinds),
        "condition": traits.CONDITIONS if asking.kinds == ("tool",) else (),
        "category": _known(sorted({slug for mark in marks for slug in mark["category"]}), asking.viewer),
        "terms": sorted({term for mark in marks for term in mark["terms"]}),
        **mine,
    }
    wanted = {
        "has": set(chosen.has), "condition": set(chosen.condition),
        "category": {criteria.category} - {""}, "terms": set(criteria.terms),
        **{group_of(asked[said.attribute]): set(said.values) for said in chosen.answers if said.attribute in asked},
    }  # fmt: skip
    return Facets(complete, {group: _counted(group, values, marks, wanted) for group, values in groups.items()})


def _known(slugs: list[str], viewer: Viewer) -> list[str]:
    """Without the categories of communities that the viewer may not know of."""
    added = {slug: one.community for slug in slugs if (one := categories.own(slug))}
    if strange := set(added.values()) - set(viewer.communities):
        strange -= set(Community.objects.filter(pk__in=strange, listed=True).values_list("pk", flat=True))
    return [slug for slug in slugs if added.get(slug) not in strange]


def _keys(kinds: tuple[str, ...]) -> list[tuple[str, str, str]]:
    keys = [("has", name, traits.key(name)) for name in traits.of_kind(kinds)]
    if kinds == ("tool",):
        keys += [("condition", value, traits.key("condition", value)) for value in traits.CONDITIONS]
    return keys


def group_of(question: Attribute) -> str:
    """The group of a community's own question: the parameter that asks for it."""
    return f"attribute[{question.slug}]"


def _asked(criteria: Criteria) -> dict[int, Attribute]:
    """The questions whose answers are counted: of the community looked in, about the category looked at."""
    found: dict[int, Attribute] = {}
    if criteria.community is None or not criteria.category:
        return found
    room = MOST_ANSWERS
    for question in shelf.of(criteria.community).asked_of(criteria.category):
        options = _options(question)
        if options and len(options) <= room:
            found[question.pk] = question
            room -= len(options)
    return found


def _options(question: Attribute) -> list[str]:
    if question.type == AttributeType.YES_NO:
        return [YES, NO]
    return [option["key"] for option in question.options] if question.type == AttributeType.CHOICE else []


def _answers(question: Attribute) -> list[tuple[str, str, str]]:
    return [
        (group_of(question), value, traits.answer_key(question.pk, value)) for value in _options(question)
    ]


def _rows(asking: Asking, keys: list[str]) -> tuple[list[tuple], bool]:
    criteria, area = asking.criteria, tiles.WORLD
    if criteria.origin and not criteria.box:
        area = tiles.cover(criteria.origin.lat, criteria.origin.lon, asking.farthest_m or AROUND_M)
    elif criteria.origin and criteria.order == NEAR and asking.farthest_m:
        area = tiles.cover(criteria.origin.lat, criteria.origin.lon, asking.farthest_m)
    area = asking.within(area)
    if not area:
        return [], True
    carried = [statements.carries(asking.tids((key,)), "t.tile", "t.listing_id") for key in keys]
    wanted = asking.conditions(area=True)
    rows = run(*statements.carrying(asking.lead, area, carried, wanted, LOOKED_AT, stops=asking.stops))
    read = next(row[1] for row in rows if row[0] == 0)
    return list({row[0]: row for row in rows if row[0]}.values()), read < LOOKED_AT


def _marks(row: tuple, keys: list[tuple[str, str, str]]) -> dict[str, set[str]]:
    """What one listing carries, by group."""
    _id, category_id, terms_of, *flags = row
    marks: dict[str, set[str]] = {group: set() for group, _value, _key in keys}
    marks |= {
        "has": set(), "condition": set(), "terms": {terms_of},
        "category": set(categories.lineage(categories.slug_of(category_id))),
    }  # fmt: skip
    for (group, value, _key), flag in zip(keys, flags, strict=True):
        if flag:
            marks[group].add(value)
    return marks


def _counted(
    group: str, values: Iterable[str], marks: list[dict[str, set[str]]], wanted: dict[str, set[str]]
) -> dict[str, int]:
    """How many would be left with each value; what was chosen in other groups must hold, of `has` all of it."""
    fitting = [mark for mark in marks if _fits(mark, wanted, "" if group == "has" else group)]
    return {value: sum(value in mark[group] for mark in fitting) for value in values}


def _fits(mark: dict[str, set[str]], wanted: dict[str, set[str]], but: str) -> bool:
    for group, chosen in wanted.items():
        if group == but or not chosen:
            continue
        if group == "has" and not chosen <= mark[group]:
            return False
        if group != "has" and not chosen & mark[group]:
            return False
    return True
