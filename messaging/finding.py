"""What a member finds in their messages, a page at a time, with the words around what was asked."""

import re
import unicodedata
from dataclasses import dataclass

from members.models import Member
from sharing.values.folding import fold
from sharing.web.api.pagination import decode_cursor, keyset

from . import lines, words
from .models import Message, Participant
from .threads import title_of

PAGE = 24
AROUND = 70  # letters on each side of the first word found


@dataclass
class Found:
    """One line: which conversation it is in, and what it says around the words."""

    message: Message
    title: str
    before: str
    match: str
    after: str


@dataclass
class Results:
    rows: list[Found]
    next: str | None
    asked: bool


def page(member: Member, text: str, cursor: str = "", size: int = PAGE) -> Results:
    """Lines with all the words; a cursor that is not ours is a ValueError."""
    after = decode_cursor(cursor, 1) if cursor else None
    if missing := words.behind(member):
        words.catch_up(missing)
    query = words.found(member, text)
    if query is None:
        return Results([], None, asked=False)
    found, following = keyset(query.select_related("author", "conversation"), ("-id",), after, size)
    titles = _titles(member, {message.conversation_id for message in found})
    asked = words.asked(text)
    return Results([_found(message, titles, asked) for message in found], following, asked=True)


def _titles(member: Member, conversations: set[int]) -> dict[int, str]:
    seats = Participant.objects.present().filter(conversation__in=conversations).exclude(member=member)
    others: dict[int, list[Member]] = {pk: [] for pk in conversations}
    talks = {}
    for seat in seats.select_related("member", "conversation").order_by("joined", "pk")[:2000]:
        others[seat.conversation_id].append(seat.member)
        talks[seat.conversation_id] = seat.conversation
    return {pk: title_of(talks[pk], others[pk]) for pk in talks}


def _found(message: Message, titles: dict[int, str], asked: list[words.Asked]) -> Found:
    text = unicodedata.normalize("NFC", " ".join(lines.text(message).split()))
    title = titles.get(message.conversation_id) or title_of(message.conversation, [])
    for match in re.finditer(r"[^\W_]+", text):
        if any(one.fits(fold(match[0])) for one in asked):
            start, end = max(0, match.start() - AROUND), match.end() + AROUND
            before = ("…" if start else "") + text[start : match.start()]
            after = text[match.end() : end] + ("…" if end < len(text) else "")
            return Found(message, title, before, match[0], after)
    return Found(message, title, text[: 2 * AROUND], "", "")
