"""What × where: every kind of notification belongs to a topic, every topic has its ways and their defaults.

A room says where its kinds belong when it loads: `topics.register("bookings", "booking.request", "booking.*")`.
A name that ends in * stands for all that begin so; the longest match wins. A kind that nobody has
registered is a mistake that fails in the tests, and falls under community news wherever else.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..states import ConversationKind

if TYPE_CHECKING:
    from members.models import Member

    from ..models import Notification

log = logging.getLogger("commonshare.messaging")


class Way(models.TextChoices):
    """Where a member is told."""

    BELL = "bell", _("On the site")
    MAIL = "mail", _("E-mail at once")
    DIGEST = "digest", _("Daily digest")
    PUSH = "push", _("On the device")


@dataclass(frozen=True)
class Topic:
    """Something a person understands. `fixed` ways are as the default says and cannot be changed.

    answers: what somebody waits for the member's answer on comes by e-mail whatever is chosen.
    """

    key: str
    name: Promise | str
    about: Promise | str
    on: frozenset[Way]
    fixed: frozenset[Way] = field(default_factory=frozenset)
    answers: bool = False
    because: Promise | str = ""  # why something cannot be switched off

    def default(self, way: Way) -> bool:
        return way in self.on

    def can_change(self, way: Way) -> bool:
        return way not in self.fixed


BELL, MAIL, DIGEST, PUSH = Way.BELL, Way.MAIL, Way.DIGEST, Way.PUSH
_ALWAYS_SHOWN = frozenset({BELL})
_ANSWERS = _("What waits for your answer always comes by e-mail.")

TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic("messages", _("Messages to me"), _("When you have not read them for some minutes."),
              frozenset({BELL, MAIL, PUSH}), _ALWAYS_SHOWN),
        Topic("mentions", _("Mentions"), _("Somebody names you in a group."),
              frozenset({BELL, MAIL, PUSH}), _ALWAYS_SHOWN),
        Topic("bookings", _("Bookings"), _("Requests, answers, changes, approvals."),
              frozenset({BELL, MAIL, PUSH}), _ALWAYS_SHOWN, answers=True, because=_ANSWERS),
        Topic("handover", _("Pick-up and return"), _("Meeting points, reminders, what is late."),
              frozenset({BELL, MAIL, PUSH}), _ALWAYS_SHOWN, answers=True, because=_ANSWERS),
        Topic("alerts", _("Waiting lists and saved searches"), _("Something you wait for is there."),
              frozenset({BELL, MAIL, PUSH}), answers=True, because=_ANSWERS),
        Topic("offers", _("What I offer"), _("Calendars that clash, imports that are done."),
              frozenset({BELL, MAIL}), _ALWAYS_SHOWN, answers=True, because=_ANSWERS),
        Topic("community", _("Community news and decisions"), _("Channels, votes, roles, who joins."),
              frozenset({BELL, DIGEST}), answers=True, because=_ANSWERS),
        Topic("money", _("Money"), _("Payments, deposits, what you owe or are owed."),
              frozenset({BELL, MAIL, PUSH}), frozenset({BELL, MAIL}),
              because=_("Letters about money always come: they are part of the books.")),
        Topic("wants", _("Wants near me"), _("A neighbour looks for something you may have."),
              frozenset({BELL, DIGEST})),
    )
}  # fmt: skip
FALLBACK = "community"

_kinds: dict[str, str] = {}
_writers: dict[str, "Writer"] = {}


class Written(NamedTuple):
    """A room's own words for a letter: what the template is filled with. It leaves as all letters do."""

    subject: str
    template: str
    facts: dict[str, Any]


# In the member's language; None: there is nothing left to say. LookupError: it does not know these, say it plainly.
Writer = Callable[["Member", Sequence["Notification"]], Written | None]


class UnknownKind(LookupError):
    """A notification of a kind that belongs to no topic."""


def register(topic: str, *kinds: str, letter: "Writer | None" = None) -> None:
    """These kinds belong to the topic. letter: how the room says all of them at once, where it knows better words."""
    if topic not in TOPICS:
        raise LookupError(f"There is no topic {topic!r}.")
    for kind in kinds:
        _kinds[kind] = topic
        if letter is not None:
            _writers[kind] = letter
    topic_of.cache_clear()


@cache
def topic_of(kind: str) -> Topic:
    if kind in _kinds:
        return TOPICS[_kinds[kind]]
    families = [name for name in _kinds if name.endswith("*") and kind.startswith(name[:-1])]
    if families:
        return TOPICS[_kinds[max(families, key=len)]]
    if settings.TESTING:
        raise UnknownKind(f"The kind {kind!r} belongs to no topic: register it, see docs/notifications.md.")
    log.error("Notifications of kind %s belong to no topic.", kind)
    return TOPICS[FALLBACK]


def writer_of(kinds: Iterable[str]) -> "Writer | None":
    """Who writes a letter about all of these, if one room does."""
    writers = {_writers.get(kind) for kind in kinds}
    return writers.pop() if len(writers) == 1 else None


def topic_of_talk(kind: str) -> Topic:
    """The topic of what is said in a conversation of this kind."""
    open_to_all = (ConversationKind.CHANNEL, ConversationKind.DECISION)
    return TOPICS["community" if kind in open_to_all else "messages"]


def register_own() -> None:
    """The kinds of this room."""
    register("community", "community", "report")
    register("mentions", "mention")
