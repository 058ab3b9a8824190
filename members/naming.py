"""Finding members of a community by name where a list of them would be too long; of namesakes each by their number.

`written` is how one is written down: the name, and " · number" where somebody else in the community goes by it as well.
"""

import re
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from .models import Community, Membership

MOST = 200  # as many names as a list can hold
SUGGESTED = 8
_NUMBERED = re.compile(r"^(?P<name>.*\S)\s*·\s*(?P<number>\d{1,18})$")


@dataclass(frozen=True, slots=True)
class Found:
    """A member by id, name, and as they are written down."""

    id: int
    name: str
    written: str


def listed(community: Community) -> list[tuple[int, str]] | None:
    """Everybody by name, to choose from; None where there are too many for a list."""
    rows = _rows(community).order_by("member__name", "member")
    names = list(rows.values_list("member", "member__name")[: MOST + 1])
    return None if len(names) > MOST else names


def suggested(community: Community, words: str, most: int = SUGGESTED) -> list[Found]:
    """Those whose name holds these words, by name."""
    words = " ".join(words.split())[:80].lower()
    if not words or "\0" in words:
        return []
    return _found(community, Q(sort_key__contains=words) | Q(member__name__icontains=words), most)


def named(community: Community, text: str) -> list[Found]:
    """Who is meant by what was written: one, or several namesakes, or nobody."""
    text = " ".join(text.split())[:120]
    if "\0" in text:
        return []
    if numbered := _NUMBERED.match(text):
        found = _found(community, Q(member=int(numbered["number"])), 1)
        return [each for each in found if each.name.casefold() == numbered["name"].casefold()]
    return _found(community, Q(member__name=text) | Q(member__name__iexact=text), SUGGESTED)


def written(community: Community, member: int) -> str:
    """How this member is written down; "" for who does not belong."""
    return next((each.written for each in _found(community, Q(member=member), 1)), "")


def _found(community: Community, wanted: Q, most: int) -> list[Found]:
    same = _rows(community).filter(member__name__iexact=OuterRef("member__name")).exclude(pk=OuterRef("pk"))
    rows = _rows(community).filter(wanted).annotate(namesake=Exists(same), called=F("member__name"))
    return [
        Found(pk, name, f"{name} · {pk}" if namesake else name)
        for pk, name, namesake in rows.order_by("sort_key", "id").values_list("member", "called", "namesake")[:most]
    ]


def _rows(community: Community):
    return Membership.objects.active().filter(community=community, member__is_active=True)
