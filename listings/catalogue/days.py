"""Weekdays in a cell: "mon, tue, sat", by the names of the five languages, whole or as they are shortened."""

import re
from functools import cache

from babel import Locale
from django.conf import settings
from django.utils.translation import gettext as _

from .folding import fold

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read(text: str) -> int:
    """The days as a set of bits, as a listing keeps them."""
    bits = 0
    for word in filter(None, map(fold, re.split(r"[,;|\s]", text))):
        if word not in _known():
            raise ValueError(_("Please write weekdays like mon, tue, sat."))
        bits |= 1 << _known()[word]
    return bits


def written(bits: int) -> str:
    return ", ".join(name for day, name in enumerate(NAMES) if bits >> day & 1)


@cache
def _known() -> dict[str, int]:
    """The two letters of some languages are two days; those nobody reads."""
    found = {}
    for language, _name in settings.LANGUAGES:
        names = Locale.parse(language.replace("-", "_")).days
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                found.update({fold(name): day for day, name in names[form][width].items()})
    return found | {name: day for day, name in enumerate(NAMES)}
