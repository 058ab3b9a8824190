"""A community's own questions as columns: one for each, by the name its answer has in addresses.

A list says them as `attribute[power]`, or simply by the question as the community asks it; what is written
out is read in again as the same. Answers may be written as people do: "18,5 V", "oui", a choice by its label.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from listings import answers, categories
from listings.models import Attribute, AttributeValue, Listing
from listings.states import AttributeType

from . import columns
from .columns import Column, Reading

PREFIX = "attribute["
Questions = Mapping[str, Attribute]
_ANSWERS = AttributeValue.objects.filter(attribute=OuterRef("pk"))


def questions(communities: Collection[int]) -> dict[str, Attribute]:
    """What the communities ask, and what they asked once and got answers to, by the names of the columns."""
    known = Attribute.objects.filter(Q(retired=False) | Exists(_ANSWERS), community__in=communities)
    asked = known.order_by("community", "retired", "position", "id")
    return {f"{PREFIX}{attribute.slug}]": attribute for attribute in asked}


def with_questions(asked: Questions) -> dict[str, Column]:
    """All the columns there may be: those of everybody, then one for each question."""
    own = {name: Column(name, attribute.name, _reader(attribute)) for name, attribute in asked.items()}
    return columns.columns() | own


def columns_of(community: int) -> dict[str, Column]:
    return with_questions(questions([community]))


def guessed(headers: Collection[str], community: int) -> list[str]:
    """As `columns.guessed`, and what is called like a question holds its answers."""
    asked = questions([community])
    names = {columns.fold(attribute.name): name for name, attribute in reversed(asked.items())}
    return columns.guessed(headers, names | {columns.fold(name): name for name in asked})


def split(facts: dict) -> dict:
    """The facts with all answers together, as the actions are given them."""
    said = {name: value for name, value in facts.items() if not name.startswith(PREFIX)}
    given = {slug_in(name): value for name, value in facts.items() if name.startswith(PREFIX)}
    return said | ({"attributes": given} if given else {})


def slug_in(name: str) -> str:
    return name[len(PREFIX) : -1]


def written(listing: Listing) -> dict[str, str]:
    """The cells of what a listing answers, by column; the listing `with_beside` costs no statement."""
    cells = {}
    for answer in listing.answers:
        value = answer["text"] if answer["thousandths"] is None else str(answers.plain(answer))
        cells[f"{PREFIX}{answer['slug']}]"] = value
    return cells


def trouble(asked: Questions, listing: Listing, given: dict, *, publish: bool) -> list[tuple[str, str]]:
    """What is wrong with the answers for a thing of this category; with `publish`, also what is missing.

    What is asked no more may only be said of a thing that has this very answer.
    """
    lineage = set(categories.lineage(categories.slug_of(listing.category_id)))
    here = {name for name, attribute in asked.items() if categories.slug_of(attribute.category_id) in lineage}
    names = {f"{PREFIX}{slug}]" for slug in given}
    if old := {name for name in here & names if asked[name].retired}:
        said = listing.answers if listing.pk else ()
        standing = {f"{PREFIX}{answer['slug']}]": (answer["text"], answer["thousandths"]) for answer in said}
        here -= {
            name for name in old
            if name not in standing or not answers.is_said(asked[name], given[slug_in(name)], standing[name])
        }  # fmt: skip
    wrong = [(name, _("The community asks no such question here.")) for name in sorted(names - here)]
    if publish:
        sentence = _("Your community asks of such things: %(question)s?")
        must = [name for name, attribute in asked.items() if attribute.required and not attribute.retired]
        lacking = [name for name in must if name in here - names]
        wrong += [(name, sentence % {"question": asked[name].name.rstrip("?")}) for name in lacking]
    return wrong


def _reader(attribute: Attribute) -> Callable[[str, Reading], object]:
    match attribute.type:
        case AttributeType.YES_NO:
            return columns.yes_or_no
        case AttributeType.NUMBER:
            return partial(_number, attribute.unit)
        case AttributeType.CHOICE:
            return partial(_choice, {columns.fold(option["label"]): option["key"] for option in attribute.options})
    return partial(_kept, attribute)


def _number(unit: str, text: str, reading: Reading) -> str:
    """With its unit or without; refused as the form would refuse it."""
    figure = text.strip().removesuffix(unit).strip() if unit else text.strip()
    answers.thousandths(figure)
    return figure


def _choice(labels: dict[str, str], text: str, reading: Reading) -> str:
    if (key := text.strip()) in labels.values():
        return key
    if (folded := columns.fold(text)) in labels:
        return labels[folded]
    raise answers.Wrong(_("Choose one of the answers."))


def _kept(attribute: Attribute, text: str, reading: Reading) -> str:
    kept = answers.kept(attribute, text)
    return kept.text if kept else ""
