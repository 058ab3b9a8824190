"""Letters: what a bundle of deliveries reads like, in the language and the zone of whoever gets it.

Text and HTML say the same. Each letter names its list, how to leave it with one press (RFC 8058; not where
it must be told), and, when it is about a conversation, where an answer goes and which letters it follows.
"""

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Member

from .. import scams
from ..models import Conversation, Delivery, Letterbox, Message, Notification, Participant
from ..states import MessageKind
from ..threads import title_of
from . import hours
from .addresses import ALL, absolute, answer_to, domain, switch_off
from .topics import TOPICS, Topic, Way, writer_of

QUOTED = 3  # messages shown in a letter
MOST = 99
LISTED = 20  # things of one topic in a letter; the page has the others

ABOVE = "———"  # begins and ends the line above which an answer is written


def of_bundle(member: Member, rows: list[Delivery], box: Letterbox | None) -> EmailMultiAlternatives | None:
    """The letter of things that belong together; None when there is nothing left to say."""
    seat = rows[-1].seat
    if seat is not None:
        return _of_talk(member, seat, rows, box)
    notes = [row.notification for row in rows if row.notification is not None]
    topic = TOPICS[rows[0].topic]
    must = not topic.can_change(Way.MAIL) or all(note.needs_answer and topic.answers for note in notes)
    with reader(member):
        if (writer := writer_of(note.kind for note in notes)) is not None:
            with contextlib.suppress(LookupError):
                written = writer(member, notes)
                frame = Frame(member, topic, Way.MAIL, _id("d", rows), must=must)
                return frame.letter(written.subject, written.template, written.facts) if written else None
        if len(notes) == 1:
            return _of_note(member, notes[0], topic, rows, box, must=must)
        title = ngettext("%(topic)s: %(n)s thing", "%(topic)s: %(n)s things", len(notes))
        title %= {"topic": topic.name, "n": len(notes)}
        facts = {"title": title, "notes": notes[:LISTED], "more": max(0, len(notes) - LISTED)}
        frame = Frame(member, topic, Way.MAIL, _id("d", rows), must=must)
        return frame.letter(title, "messaging/email/bundle", facts)


def _of_note(
    member: Member, note: Notification, topic: Topic, rows: list[Delivery], box: Letterbox | None, *, must: bool
) -> EmailMultiAlternatives:
    seat = None
    if note.conversation_id is not None:
        seats = Participant.objects.present().filter(member=member, conversation=note.conversation_id)
        seat = seats.select_related("conversation").first()
    frame = Frame(member, topic, Way.MAIL, _id("d", rows), must=must, seat=seat, box=box)
    facts = {"title": note.title, "body": note.body, "url": absolute(note.url)}
    return frame.letter(note.title, "messaging/email/notification", facts)


def _of_talk(
    member: Member, seat: Participant, rows: list[Delivery], box: Letterbox | None
) -> EmailMultiAlternatives | None:
    unread, count = left_unread(seat)
    if not unread:
        return None
    with reader(member):
        title, about = talk_title(unread, count, seat)
        facts = {
            "title": title, "lines": [(line, said(line), _warnings(line)) for line in unread],
            "more": max(0, count - len(unread)), "subject": about,
            "url": absolute(seat.conversation.get_absolute_url()),
        }  # fmt: skip
        topic = TOPICS[rows[0].topic]
        frame = Frame(member, topic, Way.MAIL, _id("d", rows), seat=seat, box=box)
        return frame.letter(title, "messaging/email/unread", facts)


def left_unread(seat: Participant) -> tuple[list[Message], int]:
    """The last few texts of others that the member has not read, oldest first, and how many there are (to 99)."""
    after = max(seat.seen_seq, seat.from_seq)
    unread = Message.objects.filter(conversation=seat.conversation_id, sequence__gt=after, deleted__isnull=True)
    unread = unread.exclude(author=seat.member_id).exclude(author__blocked_by__member=seat.member_id)
    unread = unread.exclude(kind=MessageKind.EVENT)
    newest = list(unread.select_related("author").order_by("-sequence")[:MOST])
    return newest[:QUOTED][::-1], len(newest)


def said(line: Message) -> str:
    """What a line says where only words are shown; a photo or a place says what it is."""
    return line.body or str(line.get_kind_display())


def _warnings(line: Message) -> list[str]:
    """What in it looks like a known scam: said in the letter as it is on the page."""
    return [str(scams.WORDS[kind]) for kind in scams.looks_like(line.body)]


def talk_title(unread: list[Message], count: int, seat: Participant) -> tuple[str, str]:
    """Who wrote, in words, and what the conversation is about."""
    names = list(dict.fromkeys(line.author.first_name for line in unread if line.author))
    who = _(" and ").join(names)
    about = seat.conversation.subject
    if count == 1:
        return _("%(names)s has written to you") % {"names": who}, about
    title = ngettext("%(n)s new message from %(names)s", "%(n)s new messages from %(names)s", count)
    return title % {"n": count, "names": who}, about


@dataclass
class Section:
    """What a digest says of one topic."""

    topic: Topic
    notes: list[Notification]
    talks: list[dict[str, Any]]
    more: int = 0


def digest(member: Member, rows: list[Delivery], box: Letterbox | None) -> EmailMultiAlternatives | None:
    """The letter of a day, a part for each topic; None when nothing is left of it."""
    with reader(member):
        sections = _sections(rows)
        if not sections:
            return None
        count = sum(len(part.notes) + len(part.talks) + part.more for part in sections)
        title = ngettext("Your day: one thing", "Your day: %(n)s things", count) % {"n": count}
        frame = Frame(member, None, Way.DIGEST, _id("d", rows))
        facts = {"title": title, "sections": sections, "url": absolute("/notifications/")}
        return frame.letter(title, "messaging/email/digest", facts)


def _sections(rows: list[Delivery]) -> list[Section]:
    notes: dict[str, list[Notification]] = defaultdict(list)
    talks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    seats = {row.seat_id: row for row in rows if row.seat_id is not None}
    for row in rows:
        if row.notification is not None:
            notes[row.topic].append(row.notification)
    for row in seats.values():
        seat = row.seat
        assert seat is not None, "Only rows of seats are here."
        unread, count = left_unread(seat)
        if unread:
            talks[row.topic].append(_talk_line(seat, unread, count))
    return [
        Section(topic, notes[key][:LISTED], talks[key][:LISTED], max(0, len(notes[key]) - LISTED))
        for key, topic in TOPICS.items() if notes[key] or talks[key]
    ]  # fmt: skip


def _talk_line(seat: Participant, unread: list[Message], count: int) -> dict[str, Any]:
    others = [line.author for line in unread if line.author]
    title = title_of(seat.conversation, list(dict.fromkeys(others)))
    words = ngettext("%(n)s new message", "%(n)s new messages", count) % {"n": count}
    last = unread[-1]
    return {
        "title": title, "words": words, "url": absolute(seat.conversation.get_absolute_url()),
        "last": f"{last.author.first_name if last.author else ''}: {' '.join(said(last).split())[:120]}",
    }  # fmt: skip


class reader:
    """Everything inside is said in the member's language and zone."""

    def __init__(self, member: Member) -> None:
        self.language, self.zone = translation.override(member.language), timezone.override(hours.zone_of(member))

    def __enter__(self) -> None:
        self.language.__enter__()
        self.zone.__enter__()

    def __exit__(self, *trouble) -> None:
        self.zone.__exit__(*trouble)
        self.language.__exit__(*trouble)


def _id(letter: str, rows: list[Delivery]) -> str:
    """The same for the same deliveries, so that a letter sent twice is known for one."""
    return f"{letter}{rows[0].pk}-{rows[-1].pk}"


@dataclass
class Frame:
    """What surrounds the words of a letter: whom it is for, of which list it is, what it follows."""

    member: Member
    topic: Topic | None  # None: a digest, of all topics
    way: Way
    name: str  # what tells this letter from any other
    must: bool = False  # it is told whatever was chosen: there is nothing to leave
    seat: Participant | None = None
    box: Letterbox | None = None

    def letter(self, subject: str, template: str, facts: dict[str, Any]) -> EmailMultiAlternatives:
        reply = answer_to(self.seat, self.box) if self.seat else ""
        off = self._off
        facts = {
            "url": "", **facts, "member": self.member, "off_url": off, "can_answer": bool(reply), "above": ABOVE,
            "topic": self.topic, "way": str(self.way), "settings_url": absolute("/settings/notifications/"),
        }  # fmt: skip
        text = render_to_string(f"{template}.txt", facts)
        letter = EmailMultiAlternatives(
            " ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [self.member.email],
            headers=self._headers(off), reply_to=[reply] if reply else None,
        )  # fmt: skip
        letter.attach_alternative(render_to_string(f"{template}.html", facts), "text/html")
        return letter

    @property
    def _list(self) -> str:
        return self.topic.key if self.topic else "digest"

    @property
    def _off(self) -> str:
        if self.must:
            return ""
        # A digest is left as a whole: the press means "no such letter any more".
        return switch_off(self.member, self.topic.key if self.topic else ALL, self.way)

    def _headers(self, off: str) -> dict[str, str]:
        here = domain()
        headers = {
            "Message-ID": f"<{self.name}.{self._list}@{here}>",
            "List-Id": f"<{self._list}.{here}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
        }
        if off:
            headers |= {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if self.seat is not None:
            root = thread_id(self.seat.conversation, self.member)
            headers |= {"In-Reply-To": root, "References": root}
        return headers


def thread_id(conversation: Conversation, member: Member) -> str:
    """What all letters about a conversation follow, so that mail programs show them as one."""
    return f"<talk{conversation.pk}-{member.pk}@{domain()}>"
