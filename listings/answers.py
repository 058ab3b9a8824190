"""Answers to a community's own questions: read from what was sent, kept as text or thousandths, said in words."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext as _

from sharing.web.formats import locale

from .models import Attribute
from .states import AttributeType

YES, NO = "yes", "no"
MOST_THOUSANDTHS = 10**15
LONGEST_TEXT = 120


class Kept(NamedTuple):
    """As a row of AttributeValue keeps it."""

    text: str = ""
    thousandths: int | None = None


class Wrong(ValueError):
    """An answer that does not fit its question; says why."""


def kept(attribute: Attribute, given: object) -> Kept | None:
    """What to keep of an answer as the API or a form gives it; None for none. Raises Wrong."""
    if given is None or given == "":
        return None
    match attribute.type:
        case AttributeType.YES_NO:
            if isinstance(given, bool):
                return Kept(YES if given else NO)
            if given in (YES, NO):
                return Kept(str(given))
            raise Wrong(_("Answer yes or no."))
        case AttributeType.CHOICE:
            if given in {option["key"] for option in attribute.options}:
                return Kept(str(given))
            raise Wrong(_("Choose one of the answers."))
        case AttributeType.NUMBER:
            return Kept(thousandths=thousandths(given))
    text = " ".join(str(given).split()) if isinstance(given, str) else ""
    if not text or "\x00" in text or len(text) > LONGEST_TEXT:
        raise Wrong(_("At most %(most)s letters, please.") % {"most": LONGEST_TEXT})
    return Kept(text)


def is_said(attribute: Attribute, given: object, standing: tuple[str, int | None]) -> bool:
    """Whether what is given is the very answer that stands."""
    try:
        return kept(attribute, given) == standing
    except Wrong:
        return False


def thousandths(given: object) -> int:
    """A number as typed or sent, with three decimals at most."""
    if isinstance(given, bool) or not isinstance(given, (int, float, str, Decimal)) or len(str(given)) > 30:
        raise Wrong(_("This is no number."))
    try:
        value = Decimal(str(given).strip().replace(",", ".")) * 1000
        whole = int(value)
    except (InvalidOperation, ValueError, OverflowError):
        raise Wrong(_("This is no number.")) from None
    if value != whole or abs(whole) > MOST_THOUSANDTHS:
        raise Wrong(_("Please give a number with three decimals at most."))
    return whole


def plain(row: dict) -> bool | str | float | int:
    """An answer as the API gives it."""
    if row["type"] == AttributeType.YES_NO:
        return bool(row["text"] == YES)
    if row["type"] == AttributeType.NUMBER:
        whole, rest = divmod(row["thousandths"], 1000)
        return row["thousandths"] / 1000 if rest else whole
    return str(row["text"])


def in_words(row: dict) -> str:
    """An answer as a page says it."""
    if row["type"] == AttributeType.YES_NO:
        return _("Yes") if row["text"] == YES else _("No")
    if row["type"] == AttributeType.NUMBER:
        return measured(row["thousandths"], row["unit"])
    if row["type"] == AttributeType.CHOICE:
        return label_of(row["options"], row["text"])
    return str(row["text"])


def measured(value: int, unit: str) -> str:
    from babel.numbers import format_decimal

    number = format_decimal(Decimal(value) / 1000, locale=locale())
    return f"{number} {unit}".strip()


def label_of(options: Iterable[dict], key: str) -> str:
    return next((option["label"] for option in options if option["key"] == key), key)
