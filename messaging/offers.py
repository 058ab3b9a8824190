"""Proposed dates: a card that the other side accepts with one press, which leads through the real booking.

What can be agreed on belongs to a higher room, which registers for a kind of thing ("listing", "booking"):

    offers.register("listing", Bookings())

A conversation says what its dates would be about by its `about_key`, or the higher room finds out (`about`).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from members.models import Member

from .models import Conversation, Message

ANSWERS = ("accept", "decline", "withdraw")


class Subject(NamedTuple):
    """What dates would be about, and the kind of input one chooses them by."""

    key: str
    input: str = "datetime-local"


class Agreeing(Protocol):
    """What a higher room does with dates. Each raises a Refusal that says why it is not possible."""

    def about(self, conversation: Conversation) -> Subject | None:
        """What dates proposed here are about ("listing:7"), or None for nothing of this kind."""

    def propose(self, about: str, conversation: Conversation, by: Member, starts: str, ends: str) -> dict[str, Any]:
        """Check the dates; returns what is kept of them: at least `starts` and `ends`."""

    def accept(self, message: Message, by: Member) -> dict[str, Any]:
        """Do it, in the caller's transaction; returns what is kept beside, a `url` to what came of it."""

    def words(self, messages: list[Message], reader: Member) -> dict[int, dict[str, Any]]:
        """For each message by id: `when` and `price` in words, and `may`, whether the reader may accept.

        `follows` says what accepting does, `then` what is still to come once it is accepted.
        """


_registered: dict[str, Agreeing] = {}


def register(kind: str, agreeing: Agreeing) -> None:
    _registered[kind] = agreeing


def about(conversation: Conversation) -> Subject | None:
    """What dates proposed in this conversation would be about, if anything."""
    return next((found for each in _registered.values() if (found := each.about(conversation))), None)


def of(key: str) -> Agreeing | None:
    return _registered.get(key.partition(":")[0])


def words(messages: Iterable[Message], reader: Member) -> dict[int, dict[str, Any]]:
    """What the cards of these messages say to this reader, each kind asked once."""
    by_kind: dict[str, list[Message]] = {}
    for message in messages:
        kind = (message.data or {}).get("period", {}).get("about", "").partition(":")[0]
        if kind in _registered:
            by_kind.setdefault(kind, []).append(message)
    said: dict[int, dict[str, Any]] = {}
    for kind, group in by_kind.items():
        said |= _registered[kind].words(group, reader)
    return said
