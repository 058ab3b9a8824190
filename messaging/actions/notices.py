"""Notifications: what a member should know of, told once per cause.

What goes out to sockets goes after the commit; what else reaches them (e-mail, digest, push) is planned
by the clock from the row alone, see `messaging.notices`. Neither can undo the deed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from members.models import Member
from sharing.db.inserts import insert_new

from .. import frames, presence
from ..hub import hub
from ..models import Notification
from ..notices import choices, hours, topics

Words = str | Callable[[], object]


def notify(member: Member, *, needs_answer: bool = False, **facts: Any) -> Notification | None:
    """Let the member know, once per `key`; None when they know already. See `notify_all`."""
    told = notify_all([member], answering=[member] if needs_answer else (), **facts)
    return told[0] if told else None


def notify_all(
    members: Iterable[Member],
    *,
    kind: str,
    title: Words,
    body: Words = "",
    url: str,
    key: str,
    answering: Iterable[Member] = (),
    conversation: int | None = None,
) -> list[Notification]:
    """Let the members know, each once per `key`, in one statement; returns what is news to somebody.

    title, body: words, lazy words or a callable, made into words in each member's language and zone.
    kind: says which topic it is of, see `messaging.notices.topics`; where it is told follows from that.
    answering: those of them whom somebody waits for, so that a letter goes out in any case.
    conversation: where this can be read as well; whoever has it before their eyes is not told at all.
    """
    awaited = {member.pk for member in answering}
    people = {member.pk: member for member in members if member.is_active}
    silent = choices.without_bell(people, topics.topic_of(kind)) if people else set()
    facts = {"kind": kind, "url": url, "key": key[:120], "conversation_id": conversation}
    notes = [
        _note(member, title, body, silent=pk in silent, needs_answer=pk in awaited, **facts)
        for pk, member in people.items()
    ]
    new = insert_new(notes, known_by="member")
    if ringing := [note for note in new if note.read is None]:
        transaction.on_commit(lambda: _ring(ringing), robust=True)
    return new


def _note(member: Member, title: Words, body: Words, *, silent: bool, **facts: Any) -> Notification:
    with translation.override(member.language), timezone.override(hours.zone_of(member)):
        words = {"title": _words(title)[:200], "body": _words(body)}
    conversation, now = facts["conversation_id"], timezone.now()
    reading = conversation is not None and presence.is_reading(member.pk, conversation)
    seen = now if reading or silent else None
    return Notification(member=member, created=now, read=seen, unplanned=not reading, **words, **facts)


def _ring(notes: Iterable[Notification]) -> None:
    for note in notes:
        hub.tell((note.member_id,), frames.notification(note))


def mark_read(member: Member, ids: Iterable[int] | None = None) -> int:
    """The member has read these notifications, or all of them; their other tabs hear of it."""
    unread = Notification.objects.filter(member=member, read__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    with transaction.atomic():
        changed = unread.update(read=timezone.now())
        if changed:
            frame = frames.encode({"type": "read", "ids": None if ids is None else sorted(ids)})
            transaction.on_commit(lambda: hub.tell((member.pk,), frame), robust=True)
    return changed


def mark_read_at(member: Member, url: str) -> int:
    """The member looks at what these notifications lead to, so they are read."""
    here = Q(url=url) | Q(url__startswith=f"{url}#")
    ids = list(Notification.objects.filter(here, member=member, read__isnull=True).values_list("pk", flat=True))
    return mark_read(member, ids) if ids else 0


def _words(words: Words) -> str:
    return str(words() if callable(words) else words)
