"""Who is called by name in a group hears of it, even where they have muted it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from members.models import Member

from .. import blocks
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
    if called := (line.data or {}).get("mentions"):
        Notification.objects.filter(member__in=called, key=_key(line)).delete()


def _key(line: Message) -> str:
    return f"{KIND}:{line.pk}"
