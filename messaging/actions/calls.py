"""Who is called by name in a group hears of it, even where they have muted it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member

from .. import blocks, frames
from ..hub import hub
from ..models import Message, Notification
from .notices import notify_all

EXCERPT = 200
KIND = "mention"


def tell(line: Message, called: Iterable[int], by: Member) -> None:
    """Each of the called once per message, however often its words change; nobody behind a closed door."""
    subject = line.conversation.subject
    words = {"name": by.first_name, "talk": subject}
    notify_all(
        Member.objects.filter(pk__in=set(called) - blocks.around(by.pk), is_active=True),
        kind=KIND,
        title=lambda: (_("%(name)s calls you in “%(talk)s”") if subject else _("%(name)s calls you")) % words,
        body=line.body[:EXCERPT],
        url=f"{line.conversation.get_absolute_url()}#line-{line.sequence}",
        key=_key(line),
        conversation=line.conversation_id,
    )


def take_back(line: Message) -> None:
    """What is not said any more stands in no notification either, and in no letter that still waits."""
    _forget(line, (line.data or {}).get("mentions") or ())


def follow(line: Message, before: set[int]) -> None:
    """The words have changed: who is called no more is told of nothing, who still is reads what it says now."""
    now = set((line.data or {}).get("mentions") or ())
    _forget(line, before - now)
    if still := before & now:
        Notification.objects.filter(member__in=still, key=_key(line)).update(body=line.body[:EXCERPT])


def _forget(line: Message, called: Iterable[int]) -> None:
    notes = Notification.objects.filter(member__in=called, key=_key(line)) if called else Notification.objects.none()
    gone = list(notes.values_list("member", "pk"))
    if gone:
        notes.delete()
        transaction.on_commit(lambda: _untell(gone), robust=True)


def _untell(gone: list[tuple[int, int]]) -> None:
    """Their tabs count anew."""
    for member, pk in gone:
        hub.tell((member,), frames.encode({"type": "read", "ids": [pk]}))


def _key(line: Message) -> str:
    return f"{KIND}:{line.pk}"
