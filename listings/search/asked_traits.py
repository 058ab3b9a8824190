"""From parameters to traits: `has`, `condition`, measures, and `attribute[slug]` within a community's own search."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .. import answers, shelf
from ..models import Attribute
from ..states import AttributeType, Condition
from . import traits
from .traits import Answer, Traits

if TYPE_CHECKING:
    from .params import Parser

NAMES = ("has", "condition", *traits.LEAST)
NONE = Traits()
MOST_ASKED = 12
_ASKED = re.compile(r"attribute\[([a-z0-9-]{1,40})\](?:\[(least|most)\])?")


def read(parser: "Parser", community: int | None) -> Traits:
    """The traits asked for; what cannot be used is left out and said at its name."""
    if not any(name in NAMES or name.startswith("attribute[") for name in parser.params):
        return NONE
    least = []
    for name in traits.LEAST:
        low, high = traits.limits(name)
        figure = parser.take(name, lambda text, low=low, high=high: int(parser.number(text, low, high, whole=True)))
        if figure is not None:
            least.append((name, figure))
    return Traits(
        has=_several(parser, "has", tuple(traits.HAS)),
        condition=_several(parser, "condition", tuple(Condition.values)),
        least=tuple(least),
        answers=_answers(parser, community),
    )


def _several(parser: "Parser", name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    asked = [part.strip() for text in parser.all_of(name) for part in text.split(",") if part.strip()]
    if wrong := [part for part in asked if part not in known]:
        parser.parsed.errors[name] = [
            _("“%(text)s” is none of %(choices)s.") % {"text": wrong[0][:40], "choices": ", ".join(known)}
        ]
    chosen = tuple(value for value in known if value in asked)
    if chosen:
        parser.parsed.values[name] = ",".join(chosen)
    return chosen


def _answers(parser: "Parser", community: int | None) -> tuple[Answer, ...]:
    asked: dict[str, dict[str, str]] = {}
    for name in list(parser.params)[:200]:
        match = _ASKED.fullmatch(name)
        texts = [text.strip() for text in parser.all_of(name) if text.strip()] if match else []
        if match and texts:
            asked.setdefault(match[1], {})[match[2] or ""] = ",".join(texts)[:300]
    if not asked:
        return ()
    if community is None:
        for slug in asked:
            parser.parsed.errors[f"attribute[{slug}]"] = [_("Say in which community: its questions are its own.")]
        return ()
    known = {attribute.slug: attribute for attribute in shelf.of(community).questions}
    found = [_answer(parser, slug, said, known.get(slug)) for slug, said in list(asked.items())[:MOST_ASKED]]
    return tuple(answer for answer in found if answer is not None)


def _answer(parser: "Parser", slug: str, said: dict[str, str], attribute: Attribute | None) -> Answer | None:
    name, parsed = f"attribute[{slug}]", parser.parsed
    try:
        if attribute is None or attribute.type == AttributeType.TEXT:
            raise answers.Wrong(_("The community asks no such question."))
        if attribute.type == AttributeType.NUMBER:
            answer, text, words = _between(attribute, said)
        else:
            answer, text, words = _any_of(attribute, said.get("", ""))
    except answers.Wrong as wrong:
        parsed.errors[name] = [str(wrong)]
        return None
    parsed.values[name] = text
    parsed.answers[name] = f"{attribute.name}: {words}"
    return answer


def _any_of(attribute: Attribute, text: str) -> tuple[Answer, str, str]:
    given = [part.strip() for part in text.split(",") if part.strip()]
    values = tuple(kept.text for part in given if (kept := answers.kept(attribute, part)))
    if not values:
        raise answers.Wrong(_("Choose one of the answers."))
    words = [
        answers.in_words({"type": attribute.type, "options": attribute.options, "text": value}) for value in values
    ]
    return Answer(attribute.pk, values), ",".join(values), ", ".join(words)


def _between(attribute: Attribute, said: dict[str, str]) -> tuple[Answer, str, str]:
    """ "12..24", "12..", "..24", or "12" for that alone; a form's two fields say the same."""
    text = said.get("", "") or f"{said.get('least', '')}..{said.get('most', '')}"
    first, dots, last = text.partition("..")
    low = answers.thousandths(first) if first.strip() else None
    high = (answers.thousandths(last) if last.strip() else None) if dots else low
    if low is None and high is None:
        raise answers.Wrong(_("This is no number."))
    if low is not None and high is not None and high < low:
        raise answers.Wrong(_("The most is less than the least."))
    unit = attribute.unit
    if low == high and low is not None:
        words = answers.measured(low, unit)
    elif high is None and low is not None:
        words = _("from %(least)s") % {"least": answers.measured(low, unit)}
    elif low is None and high is not None:
        words = _("up to %(most)s") % {"most": answers.measured(high, unit)}
    else:
        words = f"{answers.measured(low or 0, '')}–{answers.measured(high or 0, unit)}"
    return Answer(attribute.pk, low=low, high=high), text if dots or low is None else first, words
