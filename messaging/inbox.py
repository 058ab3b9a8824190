"""The list of a member's conversations, the one with the newest word first; the same few statements for any length."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from members.models import Member
from sharing.web.api.pagination import decode_cursor, keyset

from . import lines
from .models import Conversation, Message, Participant
from .states import MessageKind
from .threads import title_of

PAGE = 24
MOST_OTHERS = 6  # whose names a row can say
ORDER = ("-conversation__last_at", "-conversation_id")
AWAY = Q(archived_seq__gte=F("conversation__last_seq"), archived_seq__gt=0)  # and nothing new was said since


@dataclass
class Row:
    """One conversation in the list."""

    seat: Participant
    others: list[Member]
    last: Message | None

    @property
    def conversation(self) -> Conversation:
        return self.seat.conversation

    @property
    def title(self) -> str:
        return title_of(self.conversation, self.others)

    @property
    def other(self) -> Member | None:
        return self.others[0] if self.others else None

    @property
    def unread(self) -> int:
        return max(0, self.conversation.last_seq - self.seat.seen_seq)

    @property
    def is_mine(self) -> bool:
        last = self.last
        return last is not None and last.kind != MessageKind.EVENT and last.author_id == self.seat.member_id

    @property
    def preview(self) -> str:
        return " ".join(lines.text_to(self.last, self.seat.member_id).split())[:140] if self.last else ""


def page(
    member: Member, cursor: str = "", size: int = PAGE, *, archived: bool = False
) -> tuple[list[Row], str | None]:
    """One page of rows and the cursor of the next; a cursor that is not ours is a ValueError.

    archived: what was put away and has nothing new since; else all the rest.
    """
    after = decode_cursor(cursor, len(ORDER)) if cursor else None
    seats = _begun(member).select_related("conversation").filter(AWAY if archived else ~AWAY)
    try:
        found, following = keyset(seats, ORDER, after, size)
    except (ValidationError, TypeError) as error:
        raise ValueError("This is no cursor of ours.") from error
    return rows_of(found, member), following


def has_put_away(member: Member) -> bool:
    """Whether anything lies in the member's archive."""
    return _begun(member).filter(AWAY).exists()


def rows_of(seats: list[Participant], member: Member) -> list[Row]:
    """The rows of these seats, with whom they share and what was said last."""
    ids = [seat.conversation_id for seat in seats]
    others: dict[int, list[Member]] = {pk: [] for pk in ids}
    everyone = Participant.objects.present().filter(conversation__in=ids).exclude(member=member)
    place = Window(RowNumber(), partition_by="conversation", order_by=["joined", "pk"])
    few = everyone.annotate(place=place).filter(place__lte=MOST_OTHERS)  # a channel may have thousands
    for seat in few.select_related("member").prefetch_related("member__portraits").order_by("joined", "pk"):
        others[seat.conversation_id].append(seat.member)
    newest = Message.objects.filter(conversation__in=ids, sequence=F("conversation__last_seq"))
    hidden = {seat.conversation_id for seat in seats if seat.from_seq >= seat.conversation.last_seq}
    last = {
        message.conversation_id: message
        for message in newest.select_related("author")
        if message.conversation_id not in hidden
    }
    return [Row(seat, others[seat.conversation_id], last.get(seat.conversation_id)) for seat in seats]


def _begun(member: Member) -> QuerySet[Participant]:
    """The member's seats where anything was said."""
    return Participant.objects.present().filter(member=member, conversation__last_seq__gt=0)
