"""What a member does with their own seat in a conversation: mute, archive, leave."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from .. import threads, unread
from ..models import Participant
from .conversations import remove
from .messages import mark_seen, seat_of

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "always": None}


def mute(conversation_id: int, *, by: Member, span: str, now: datetime | None = None) -> Participant:
    """Be left in peace for an hour, a day, a week or always; "off": hear it again."""
    seat = seat_of(conversation_id, by)
    if span != "off" and span not in SPANS:
        raise Refusal(_("Choose for how long."), field="span", code="invalid")
    length = SPANS.get(span)
    seat.muted = span != "off"
    seat.muted_until = (now or timezone.now()) + length if length else None
    seat.save(update_fields=["muted", "muted_until"])
    unread.tell(by.pk)
    return seat


def unmute_due(now: datetime) -> int:
    """Those whose time of quiet is over."""
    due = Participant.objects.filter(muted_until__lte=now)
    members = set(due.values_list("member_id", flat=True))
    ended = due.update(muted=False, muted_until=None)
    for member in members:
        unread.tell(member)
    return ended


def archive(conversation_id: int, *, by: Member, on: bool = True) -> Participant:
    """Put it out of the list until something new is said, and so have read it; or bring it back."""
    seat = seat_of(conversation_id, by)
    last = seat.conversation.last_seq
    Participant.objects.filter(pk=seat.pk).update(archived_seq=last if on else 0)
    if on and seat.seen_seq < last:
        mark_seen(conversation_id, by.pk, last)  # the other tabs hear of it
    seat.refresh_from_db(fields=["archived_seq", "seen_seq"])
    return seat


def may_leave(kind: str) -> bool:
    """Who belongs to a booking, a car or a pair cannot just go; there one mutes, archives or blocks."""
    return kind in threads.TO_LEAVE


def leave(conversation_id: int, *, by: Member) -> None:
    """Take part no longer; nothing of it is read from now on."""
    seat = seat_of(conversation_id, by)
    if not may_leave(seat.conversation.kind):
        raise Refusal(_("One belongs to this conversation as long as to what it is about. Mute or archive it."))
    remove(conversation_id, by)
