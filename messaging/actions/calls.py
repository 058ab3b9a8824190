"""Who is called by name in a group hears of it, even where they have muted it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from members.models import Member

from ..models import Message
from .notices import notify_all

EXCERPT = 200


def tell(line: Message, called: Iterable[int], by: Member) -> None:
    """Each of the called once per message, however often its words change."""
    subject = line.conversation.subject
    words = {"name": by.first_name, "talk": subject}
    notify_all(
        Member.objects.filter(pk__in=list(called), is_active=True),
        kind="mention",
        title=lambda: (_("%(name)s calls you in “%(talk)s”") if subject else _("%(name)s calls you")) % words,
        body=line.body[:EXCERPT],
        url=f"{line.conversation.get_absolute_url()}#line-{line.sequence}",
        key=f"mention:{line.pk}",
        conversation=line.conversation_id,
    )
