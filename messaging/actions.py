"""All that may happen in talk. Pages, API, frames and the rooms above call these and nothing else.

What goes out to sockets and letter boxes goes after the commit, and its failure never undoes the deed.
"""

import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from members.models import Member
from sharing.db.inserts import insert_new
from sharing.web.refusals import Refusal

from . import frames, lines, presence, rows
from .hub import hub
from .models import Conversation, Message, Notification, Participant
from .states import ConversationKind, MessageKind
from .writer import Draft, NotInside, Seen, write, writer

__all__ = [
    "NotInside", "add", "direct", "mark_read", "mark_seen", "notify", "notify_all", "open_conversation", "post",
    "post_event", "remove",
]  # fmt: skip

LONGEST_BODY = 8000
LONGEST_CLIENT_ID = 64
Words = str | Callable[[], object]


# --- conversations ------------------------------------------------------------------------------------


def direct(a: Member, b: Member) -> Conversation:
    """The one direct conversation between two members, opened now if there is none."""
    if a.pk == b.pk:
        raise Refusal(_("That is you. Talking to oneself works better without us."), field="member")
    if not (a.is_active and b.is_active):
        raise Refusal(_("This member is no longer here."), field="member")
    key = f"{min(a.pk, b.pk)}:{max(a.pk, b.pk)}"
    conversation = Conversation.objects.filter(direct_key=key).first()
    if conversation is None:
        try:
            with transaction.atomic():
                conversation = Conversation.objects.create(kind=ConversationKind.DIRECT, direct_key=key)
                Participant.objects.bulk_create([Participant(conversation=conversation, member=who) for who in (a, b)])
        except IntegrityError:  # the other one opened it this moment
            conversation = Conversation.objects.get(direct_key=key)
    return conversation


def open_conversation(
    kind: str, members: Iterable[Member], *, subject: str = "", url: str = "",
    first: Sequence[tuple[str, dict[str, Any], Member | None]] = (),
) -> Conversation:
    """A new conversation between these members, about what `url` shows.

    url: may say {conversation} where the conversation's own number belongs.
    first: the event lines it opens with, each a code, its values and who caused it; see `post_event`.
    """
    now = timezone.now()
    with transaction.atomic(savepoint=False):
        conversation = Conversation.objects.create(
            kind=kind, subject=subject[:160], url=url, last_seq=len(first), last_at=now, created=now
        )
        seats = {member.pk: Participant(conversation=conversation, member=member) for member in members}
        Participant.objects.bulk_create(seats.values())
        if first:
            _open_with(conversation, first, tuple(seats))
    return conversation


def _open_with(conversation: Conversation, first: Sequence[tuple[str, dict, Member | None]], seats: tuple) -> None:
    """The first lines need no lock and no number of the writer's: nobody else knows the conversation yet."""
    said = [
        Message(
            conversation=conversation, sequence=number, kind=MessageKind.EVENT, author=by,
            body=_in_english(code, params), data={"code": code, "params": params}, created=conversation.created,
        )
        for number, (code, params, by) in enumerate(first, 1)
    ]
    rows.insert_messages(said)

    def tell() -> None:
        hub.remember(conversation.pk, seats)
        for line in said:
            hub.tell(seats, frames.message(line, line.author.first_name if line.author else ""))

    transaction.on_commit(tell, robust=True)


def add(conversation_id: int, member: Member) -> Participant:
    """Let the member take part (again); they read what was said before."""
    with transaction.atomic():
        seat, created = Participant.objects.get_or_create(conversation_id=conversation_id, member=member)
        if not created and seat.left is not None:
            seat.left, seat.joined = None, timezone.now()
            seat.save(update_fields=["left", "joined"])
        transaction.on_commit(lambda: hub.forget(conversation_id), robust=True)
    return seat


def remove(conversation_id: int, member: Member | int) -> bool:
    """End the member's part in the conversation: their sockets are told and closed at once."""
    member_id = member if isinstance(member, int) else member.pk

    def cut() -> None:
        hub.forget(conversation_id)
        hub.cut(member_id, frames.NOT_YOURS, frame=frames.left(conversation_id))

    with transaction.atomic():
        seats = Participant.objects.present().filter(conversation=conversation_id, member=member_id)
        ended = seats.update(left=timezone.now())
        if ended:
            transaction.on_commit(cut, robust=True)
    return bool(ended)


# --- messages -----------------------------------------------------------------------------------------


def post(conversation_id: int, *, by: Member, body: str, client_id: str) -> Message:
    """Say something; returns when it is durable. The same author and client id again: the same message."""
    draft = Draft(conversation_id, by.pk, checked_client_id(client_id), checked_body(body), name=by.first_name)
    return _written(draft)


def post_event(
    conversation_id: int, code: str, params: dict[str, Any], *, by: Member | None = None
) -> Message:
    """Write an event line, in the caller's transaction if there is one. See `lines` for how it reads."""
    body, data = _in_english(code, params), {"code": code, "params": params}
    author = by.pk if by else None
    name = by.first_name if by else ""
    draft = Draft(conversation_id, author, None, body, kind=MessageKind.EVENT, data=data, name=name)
    return _written(draft)


def _in_english(code: str, params: dict[str, Any]) -> str:
    """What a line reads like for those who do not know its code."""
    with translation.override("en"):
        return lines.render(code, params, code)[:LONGEST_BODY]


def mark_seen(conversation_id: int, member_id: int, sequence: int) -> int:
    """The member has read up to `sequence`; the others' sockets hear of it. Marks never go back."""
    return _written(Seen(conversation_id, member_id, sequence))


def checked_body(body: str) -> str:
    """The text as it is kept, or a refusal that says what is wrong with it."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Refusal(_("Write a few words first."), field="body", code="invalid")
    if len(body) > LONGEST_BODY:
        raise Refusal(
            _("That is longer than a message can be (%(most)s characters).") % {"most": LONGEST_BODY},
            field="body",
            code="invalid",
        )
    if not _storable(body):
        raise Refusal(_("There are characters in this text that cannot be kept."), field="body", code="invalid")
    return body


def checked_client_id(client_id: str) -> str:
    if not 1 <= len(client_id) <= LONGEST_CLIENT_ID or not client_id.isprintable() or not _storable(client_id):
        raise Refusal(_("A client id has 1 to 64 printable characters."), field="client_id", code="invalid")
    return client_id


def _storable(text: str) -> bool:
    """No NUL, and no half of a surrogate pair: neither engine could keep them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _written(item: Draft | Seen) -> Any:
    """Through the writer's thread; or here, when the caller's transaction must hold it."""
    if not connection.in_atomic_block:
        return writer.wait_for(item)
    (outcome,) = write([item])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


# --- notifications ------------------------------------------------------------------------------------


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
    answering: those of them whom somebody waits for, so that a letter goes out too.
    conversation: where this can be read as well; whoever has it before their eyes is not rung for.
    """
    awaited = {member.pk for member in answering}
    notes = [
        _note(member, title, body, conversation, kind=kind, url=url, key=key[:120], needs_answer=member.pk in awaited)
        for member in {member.pk: member for member in members}.values()
        if member.is_active
    ]
    new = insert_new(notes, known_by="member")
    if ringing := [note for note in new if note.read is None]:
        transaction.on_commit(lambda: _ring(ringing), robust=True)
    return new


def _note(member: Member, title: Words, body: Words, conversation: int | None, **facts: Any) -> Notification:
    with translation.override(member.language), timezone.override(_zone(member)):
        words = {"title": _words(title)[:200], "body": _words(body)}
    reading = conversation is not None and presence.is_reading(member.pk, conversation)
    return Notification(member=member, read=timezone.now() if reading else None, **words, **facts)


def _ring(notes: Iterable[Notification]) -> None:
    for note in notes:
        hub.tell((note.member_id,), frames.notification(note))
        if note.needs_answer:
            _write_letter(note.pk)


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
    notes = Notification.objects.filter(member=member, read__isnull=True, url=url).values_list("pk", flat=True)
    ids = list(notes)
    return mark_read(member, ids) if ids else 0


def _words(words: Words) -> str:
    return str(words() if callable(words) else words)


def _zone(member: Member) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(member.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def _write_letter(notification_id: int) -> None:
    from .tasks import mail_notification

    mail_notification.enqueue(notification_id)
