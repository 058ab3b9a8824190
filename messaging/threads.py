"""A conversation as one member reads it: its lines by days, who has read how far, what came earlier.

Read by the number of a line, never by offset; one thread costs the same few statements however long it is.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web import formats

from . import lines, presence
from .models import Conversation, Message, Participant
from .states import ConversationKind, MessageKind
from .writer import NotInside

PAGE = 50
LARGEST_ID = 2**63 - 1


@dataclass
class Line:
    """One message as `reader` sees it."""

    message: Message
    reader: int
    follows: bool = False  # the one before is by the same member, minutes ago: no need to name them again

    @property
    def mine(self) -> bool:
        return self.message.author_id == self.reader

    @property
    def is_event(self) -> bool:
        return self.message.kind == MessageKind.EVENT

    @property
    def text(self) -> str:
        return lines.text(self.message)

    @property
    def day(self) -> date:
        return timezone.localtime(self.message.created).date()


@dataclass
class Thread:
    """What the template `messaging/_thread.html` shows."""

    conversation: Conversation
    member: Member
    seats: list[Participant]
    lines: list[Line]
    earlier: int | None = None  # ask for what came before this number

    @cached_property
    def seat(self) -> Participant:
        return next(seat for seat in self.seats if seat.member_id == self.member.pk)

    @cached_property
    def others(self) -> list[Member]:
        return [seat.member for seat in self.seats if seat.member_id != self.member.pk]

    @property
    def other(self) -> Member | None:
        """Whom one talks to, when it is one person."""
        return self.others[0] if len(self.others) == 1 else None

    @property
    def title(self) -> str:
        return title_of(self.conversation, self.others)

    @cached_property
    def here(self) -> set[int]:
        return presence.here([other.pk for other in self.others])

    @property
    def other_is_here(self) -> bool:
        return self.other is not None and self.other.pk in self.here

    @property
    def newest(self) -> int:
        return self.lines[-1].message.sequence if self.lines else 0

    @property
    def first_unread(self) -> int | None:
        """The number of the first line that somebody else wrote and this member has not read."""
        for line in self.lines:
            if line.message.sequence > self.seat.seen_seq and not line.mine:
                return line.message.sequence
        return None

    @property
    def read_up_to(self) -> int:
        """How far all the others have read: up to here my own lines are marked read."""
        marks = [seat.seen_seq for seat in self.seats if seat.member_id != self.member.pk]
        return min(marks, default=0)

    @property
    def locale(self) -> str:
        """How times are written here, as browsers call it: en-GB."""
        return str(formats.locale()).replace("_", "-")

    @property
    def names(self) -> str:
        """First names by member, as JSON for the page's script."""
        return json.dumps({str(other.pk): other.first_name for other in self.others}, ensure_ascii=False)

    @property
    def marks(self) -> str:
        """How far each of the others has read, as JSON for the page's script."""
        return json.dumps({str(seat.member_id): seat.seen_seq for seat in self.seats if seat is not self.seat})

    @property
    def days(self) -> list[tuple[date, list[Line]]]:
        return [(day, list(group)) for day, group in groupby(self.lines, key=lambda line: line.day)]

    @cached_property
    def client_id(self) -> str:
        """A name for what is written into this page's form, so that a repeated press says it once."""
        return str(uuid4())


def load(conversation: Conversation | int, member: Member, *, before: int | None = None) -> Thread:
    """The newest lines (or those before a number) of a conversation the member takes part in; else NotInside."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    seats = list(
        Participant.objects.present()
        .filter(conversation=pk)
        .select_related("member", "conversation")
        .prefetch_related("member__portraits")
        .order_by("joined", "pk")
    )
    if all(seat.member_id != member.pk for seat in seats):
        raise NotInside()
    said = Message.objects.filter(conversation=pk).select_related("author").order_by("-sequence")
    if before is not None:
        said = said.filter(sequence__lt=before)
    newest = list(said[: PAGE + 1])
    page = newest[:PAGE][::-1]
    earlier = page[0].sequence if len(newest) > PAGE else None
    return Thread(seats[0].conversation, member, seats, _lines(page, member.pk), earlier)


def since(conversation: int, member: int, after: int, limit: int) -> tuple[list[Message], bool]:
    """Messages with greater numbers, in order, and whether there are more; NotInside for a stranger."""
    seats = Participant.objects.present().filter(member=member)
    if conversation > LARGEST_ID or not seats.filter(conversation=conversation).exists():
        raise NotInside()
    said = Message.objects.filter(conversation=conversation, sequence__gt=after).select_related("author")
    page = list(said.order_by("sequence")[: limit + 1])
    return page[:limit], len(page) > limit


def roster(conversation: int) -> tuple[int, ...]:
    seats = Participant.objects.present().filter(conversation=conversation)
    return tuple(seats.values_list("member_id", flat=True))


def title_of(conversation: Conversation, others: list[Member]) -> str:
    """What the conversation is called for someone who talks with `others`."""
    if conversation.subject and conversation.kind != ConversationKind.DIRECT:
        return conversation.subject
    if not others:
        return _("A conversation of your own")
    return ", ".join(str(other) for other in others[:4]) + ("…" if len(others) > 4 else "")


def _lines(page: list[Message], reader: int) -> list[Line]:
    made: list[Line] = []
    for message in page:
        made.append(Line(message, reader, follows=bool(made) and _follows(made[-1].message, message)))
    return made


def _follows(before: Message, message: Message) -> bool:
    same = before.author_id == message.author_id and before.kind == message.kind == MessageKind.TEXT
    return same and _minutes(before.created, message.created) < 5


def _minutes(a: datetime, b: datetime) -> float:
    return (b - a).total_seconds() / 60
