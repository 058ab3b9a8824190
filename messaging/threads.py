"""A conversation as one member reads it: its lines by days, who has read how far, what came earlier.

Read by the number of a line, never by offset; one thread costs the same few statements however long it is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db.models import Case, Count, Min, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web import formats

from . import blocks, lines, offers, presence, scams
from .models import Channel, Conversation, Message, MessagePhoto, Participant
from .states import SIGNS, ConversationKind, MessageKind
from .writer import NotInside

PAGE = 50
MOST_SEATS = 60  # of others that a page says something of: a channel may have thousands
LARGEST_ID = 2**63 - 1
EDIT_WITHIN = timedelta(minutes=15)
TO_LEAVE = (ConversationKind.CHANNEL, ConversationKind.ABOUT)
BETWEEN_TWO = (ConversationKind.DIRECT, ConversationKind.ABOUT)  # where a closed door ends the talk


@dataclass
class Sign:
    """One sign on a line: how many put it there, some of their names, whether the reader is one of them."""

    sign: str
    count: int
    names: list[str]
    mine: bool


@dataclass
class Line:
    """One message as `reader` sees it."""

    message: Message
    reader: int
    follows: bool = False  # the one before is by the same member, minutes ago: no need to name them again
    quote: Message | None = None  # the line it answers
    signs: list[Sign] = field(default_factory=list)
    photos: list[MessagePhoto] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    offer: dict[str, Any] = field(default_factory=dict)

    @property
    def mine(self) -> bool:
        return self.message.author_id == self.reader

    @property
    def is_event(self) -> bool:
        return self.message.kind == MessageKind.EVENT

    @property
    def is_rich(self) -> bool:
        """Whether only the server knows how it looks."""
        return self.message.is_rich or bool(self.warnings)

    @property
    def calls_me(self) -> bool:
        return self.reader in ((self.message.data or {}).get("mentions") or ())

    @property
    def place(self) -> dict[str, Any]:
        return (self.message.data or {}).get("place") or {}

    @property
    def editable_until(self) -> datetime | None:
        """Until when its author can change its words; None where that is over, or was never so."""
        message = self.message
        if not self.mine or message.deleted is not None or message.kind == MessageKind.EVENT:
            return None
        until = message.created + EDIT_WITHIN
        return until if timezone.now() < until else None

    @cached_property
    def warnings(self) -> list[str]:
        """What in it looks like a known scam, for its readers."""
        if self.mine or self.is_event:
            return []
        return [str(scams.WORDS[kind]) for kind in scams.looks_like(self.message.body)]

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
    later: int | None = None  # ask for what came after this one; None where the newest line is among these

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
        found = presence.here([other.pk for other in self.others])
        return found - blocks.around(self.member.pk) if found else found

    @property
    def signs(self) -> tuple[str, ...]:
        """What one may react with."""
        return SIGNS

    @cached_property
    def channel(self) -> Channel | None:
        """The channel this conversation is, if it is one."""
        if self.conversation.kind != ConversationKind.CHANNEL:
            return None
        return Channel.objects.select_related("community").filter(conversation=self.conversation).first()

    @cached_property
    def is_group(self) -> bool:
        return len(self.others) > 1

    @property
    def may_leave(self) -> bool:
        return self.conversation.kind in TO_LEAVE

    @property
    def is_archived(self) -> bool:
        return self.seat.archived_seq >= self.conversation.last_seq

    @cached_property
    def offers_about(self) -> offers.Subject | None:
        """What dates could be proposed for here."""
        if self.conversation.kind not in (ConversationKind.ABOUT, ConversationKind.BOOKING):
            return None
        return offers.about(self.conversation)

    @property
    def other_is_here(self) -> bool:
        return self.other is not None and self.other.pk in self.here

    @property
    def newest(self) -> int:
        """The last number one need not ask for: what lies between these lines and it is a page away."""
        if self.later is not None:
            return self.conversation.last_seq
        return self.lines[-1].message.sequence if self.lines else 0

    @property
    def first_unread(self) -> int | None:
        """The number of the first line that somebody else wrote and this member has not read."""
        for line in self.lines:
            if line.message.sequence > self.seat.seen_seq and not line.mine:
                return line.message.sequence
        return None

    @cached_property
    def is_shut(self) -> bool:
        """A closed door between the two: neither learns how far the other has read."""
        return is_shut(self.seat, self.conversation)

    @property
    def read_up_to(self) -> int:
        """How far all the others have read: up to here my own lines are marked read."""
        if self.is_shut:
            return 0
        marks = [seat.seen_seq for seat in self.seats if seat.member_id != self.member.pk]
        return min(marks, default=0)

    @property
    def reached_up_to(self) -> int:
        """How far what was said has come to the other, where there is one."""
        if self.is_shut:
            return 0
        seats = [seat for seat in self.seats if seat.member_id != self.member.pk]
        return seats[0].reached_seq if len(seats) == 1 else 0

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
        seats = () if self.is_shut else self.seats
        return json.dumps({str(seat.member_id): seat.seen_seq for seat in seats if seat is not self.seat})

    @property
    def days(self) -> list[tuple[date, list[Line]]]:
        return [(day, list(group)) for day, group in groupby(self.lines, key=lambda line: line.day)]

    @cached_property
    def client_id(self) -> str:
        """A name for what is written into this page's form, so that a repeated press says it once."""
        return str(uuid4())


@dataclass
class Surroundings:
    """What a line alone needs to know of its conversation, to be drawn as it is in the thread."""

    other: bool  # there is one other: names are left out
    read_up_to: int
    channel: Channel | None
    reached_up_to: int = 0

    @classmethod
    def of(cls, conversation: Conversation, member: Member) -> "Surroundings":
        seats = Participant.objects.present().filter(conversation=conversation).exclude(member=member)
        speaking = Count("pk", filter=Q(speaks=True))
        read = seats.aggregate(n=Count("pk"), least=Min("seen_seq"), reached=Min("delivered_seq"), speaking=speaking)
        channel = None
        if conversation.kind == ConversationKind.CHANNEL:
            channel = Channel.objects.filter(conversation=conversation).first()
        alone, least = read["n"] == 1, read["least"] or 0
        if conversation.kind in BETWEEN_TWO and not read["speaking"]:
            return cls(alone, 0, channel)
        return cls(alone, least, channel, max(least, read["reached"] or 0) if alone else 0)


def is_shut(seat: Participant, conversation: Conversation) -> bool:
    """Whether a door was closed between this member and the one they talked with here."""
    return not seat.speaks and conversation.kind in BETWEEN_TWO


def load(
    conversation: Conversation | int, member: Member, *, before: int | None = None, after: int | None = None
) -> Thread:
    """The newest lines (or those around a number) of a conversation the member takes part in; else NotInside."""
    pk = conversation if isinstance(conversation, int) else conversation.pk
    seats = list(
        Participant.objects.present()
        .filter(conversation=pk)
        .select_related("member", "conversation")
        .prefetch_related("member__portraits")
        .order_by(Case(When(member=member.pk, then=0), default=1), "joined", "pk")[: MOST_SEATS + 1]
    )
    if all(seat.member_id != member.pk for seat in seats):
        raise NotInside()
    mine = next(seat for seat in seats if seat.member_id == member.pk)
    said = Message.objects.filter(conversation=pk).select_related("author")
    if mine.from_seq:
        said = said.filter(sequence__gt=mine.from_seq)
    page, earlier, later = _page(said, before, after)
    return Thread(seats[0].conversation, member, seats, _lines(page, member.pk), earlier, later)


def _page(
    said: QuerySet[Message], before: int | None, after: int | None
) -> tuple[list[Message], int | None, int | None]:
    """A page of lines in their order, and the numbers to ask by for what came before and after."""
    if after is not None:
        found = list(said.filter(sequence__gt=after).order_by("sequence")[: PAGE + 1])
        page = found[:PAGE]
        return page, page[0].sequence if page else None, page[-1].sequence if len(found) > PAGE else None
    found = list((said if before is None else said.filter(sequence__lt=before)).order_by("-sequence")[: PAGE + 1])
    page = found[:PAGE][::-1]
    later = page[-1].sequence if page and before is not None else None
    return page, page[0].sequence if len(found) > PAGE else None, later


def since(conversation: int, member: int, after: int, limit: int) -> tuple[list[Message], bool]:
    """Messages with greater numbers, in order, and whether there are more; NotInside for a stranger."""
    after = max(after, reads_from(conversation, member))
    said = Message.objects.filter(conversation=conversation, sequence__gt=after).select_related("author")
    page = list(said.order_by("sequence")[: limit + 1])
    return page[:limit], len(page) > limit


def changed_since(
    conversation: int, member: int, change: int, up_to: int, limit: int
) -> tuple[list[Message], bool]:
    """Lines up to a number that changed after a change, in the order of their changes, and whether there are more."""
    first = reads_from(conversation, member)
    said = Message.objects.filter(conversation=conversation, change__gt=change, sequence__gt=first)
    page = list(said.filter(sequence__lte=up_to).select_related("author").order_by("change")[: limit + 1])
    return page[:limit], len(page) > limit


def some(conversation: int, member: int, sequences: Iterable[int]) -> list[Message]:
    """These lines, in order, as far as the member may read them; NotInside for a stranger."""
    first = reads_from(conversation, member)
    said = Message.objects.filter(conversation=conversation, sequence__in=list(sequences), sequence__gt=first)
    return list(said.select_related("author", "conversation").order_by("sequence"))


def reads_from(conversation: int, member: int) -> int:
    """What the member may not read of the conversation: all up to this number; NotInside for a stranger."""
    seats = Participant.objects.present().filter(member=member)
    first = None
    if conversation <= LARGEST_ID:
        first = seats.filter(conversation=conversation).values_list("from_seq", flat=True).first()
    if first is None:
        raise NotInside()
    return first


def roster(conversation: int, *, reading: int | None = None) -> tuple[int, ...]:
    """Who takes part; with `reading`, those who may read the line of this number."""
    seats = Participant.objects.present().filter(conversation=conversation)
    if reading is not None:
        seats = seats.filter(from_seq__lt=reading)
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
