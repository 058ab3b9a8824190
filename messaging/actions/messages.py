"""What is said: texts and event lines, and how far one has read. All of it goes through the writer."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from members.models import Member
from sharing.photos import pipeline
from sharing.web.refusals import Refusal

from .. import details, lines, offers
from ..models import Conversation, Message, MessagePhoto, Participant
from ..states import MessageKind
from ..writer import Draft, NotInside, Seen, write, writer
from . import calls

LONGEST_BODY = 8000
LONGEST_CLIENT_ID = 64
MOST_PHOTOS = 8


def post(
    conversation_id: int, *, by: Member, body: str, client_id: str, reply_to: int | None = None,
    place: dict | None = None, period: dict | None = None, photos: Sequence = (), alts: Sequence[str] = (),
    origin: int = 0,
) -> Message:
    """Say something; returns when it is durable. The same author and client id again: the same message.

    place: {"name", "lat", "lon", "exact"}; period: {"starts", "ends"}, local times of what the conversation is
    about; photos: uploads, each with a word of `alts`. With any of them the body may be empty.
    origin: the socket it came from, which is told by acknowledgement.
    """
    more = bool(place or period or photos)
    client_id, body = checked_client_id(client_id), checked_body(body, empty=more)
    draft = Draft(conversation_id, by.pk, client_id, body, name=by.first_name, origin=origin)
    if not more and reply_to is None and details.is_plain(body):
        return written(draft)
    draft.data = details.of_body(conversation_id, body, by.pk)
    if more or reply_to is not None:
        _detail(draft, by, reply_to, place, period)
    draft.kind = details.kind_of(draft.data, photos)
    draft.data = draft.data or None
    line = _with_photos(draft, photos, alts) if photos else written(draft)
    if called := (line.data or {}).get("mentions"):
        calls.tell(line, called, by)
    return line


def _detail(draft: Draft, by: Member, reply_to: int | None, place: dict | None, period: dict | None) -> None:
    """What is asked of a message beyond its words; a stranger learns nothing from it."""
    seat = seat_of(draft.conversation, by)
    assert draft.data is not None
    draft.data |= details.answered(seat.conversation, seat, reply_to)
    draft.data |= details.place(place, by)
    if period:
        draft.data["period"] = _proposed(seat.conversation, by, period)


def seat_of(conversation_id: int, by: Member) -> Participant:
    """The member's seat with its conversation; NotInside where they have none."""
    seats = Participant.objects.present().select_related("conversation")
    seat = seats.filter(conversation=conversation_id, member=by).first()
    if seat is None:
        raise NotInside()
    return seat


def _proposed(conversation: Conversation, by: Member, period: dict) -> dict[str, Any]:
    about = offers.about(conversation)
    agreeing = offers.of(about.key) if about else None
    if about is None or agreeing is None:
        raise Refusal(
            _("There is nothing here that dates could be agreed for."), field="period", code="invalid"
        )
    starts, ends = (str(period.get(name) or "") for name in ("starts", "ends"))
    kept = agreeing.propose(about.key, conversation, by, starts, ends)
    return {"about": about.key, "state": "open"} | kept


class _SaidAlready(Exception):
    """The same press came in twice, and the other was quicker."""

    def __init__(self, line: Message) -> None:
        super().__init__()
        self.line = line


def _with_photos(draft: Draft, photos: Sequence, alts: Sequence[str]) -> Message:
    """The pictures and their line in one transaction, or neither."""
    seat_of(draft.conversation, Member(pk=draft.author))  # before any picture is decoded
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("At most %(n)d photos at once.") % {"n": MOST_PHOTOS}, field="photos", code="too_many")
    if Message.objects.filter(author=draft.author, client_id=draft.client_id).exists():
        return written(draft)
    try:
        with ExitStack() as files:
            kept = [files.enter_context(_stored(photo, draft.conversation)) for photo in photos]
            with transaction.atomic():
                line = written(draft)
                if line.kind != MessageKind.PHOTO or line.photos.exists():
                    raise _SaidAlready(line)
                for number, fields in enumerate(kept):
                    alt = " ".join(str(alts[number]).split())[:200] if number < len(alts) else ""
                    MessagePhoto(message=line, position=number, alt=alt.replace("\x00", ""), **fields).save()
    except _SaidAlready as known:  # its pictures are there; these ones have been thrown away
        return known.line
    return line


@contextmanager
def _stored(photo: Any, conversation: int) -> Iterator[dict]:
    try:
        with pipeline.stored(photo, f"talk/{conversation}") as fields:
            yield fields
    except pipeline.PhotoRefused as refusal:
        raise Refusal(str(refusal), field="photos", code=refusal.code) from refusal


def post_event(
    conversation_id: int, code: str, params: dict[str, Any], *, by: Member | None = None
) -> Message:
    """Write an event line, in the caller's transaction if there is one. See `lines` for how it reads."""
    body, data = in_english(code, params), {"code": code, "params": params}
    author = by.pk if by else None
    name = by.first_name if by else ""
    draft = Draft(conversation_id, author, None, body, kind=MessageKind.EVENT, data=data, name=name)
    return written(draft)


def in_english(code: str, params: dict[str, Any]) -> str:
    """What a line reads like for those who do not know its code."""
    with translation.override("en"):
        return lines.render(code, params, code)[:LONGEST_BODY]


def mark_seen(conversation_id: int, member_id: int, sequence: int) -> int:
    """The member has read up to `sequence`; the others' sockets hear of it. Marks never go back."""
    return written(Seen(conversation_id, member_id, sequence))


def mark_delivered(conversation_id: int, member_id: int, sequence: int) -> int:
    """What was said up to `sequence` has come to the member; kept and told where two talk."""
    return written(Seen(conversation_id, member_id, sequence, delivered=True))


def checked_body(body: str, *, empty: bool = False) -> str:
    """The text as it is kept, or a refusal that says what is wrong with it."""
    body = body.replace("\r\n", "\n").strip()
    if not body and not empty:
        raise Refusal(_("Write a few words first."), field="body", code="invalid")
    if len(body) > LONGEST_BODY:
        raise Refusal(
            _("That is longer than a message can be (%(most)s characters).") % {"most": LONGEST_BODY},
            field="body",
            code="invalid",
        )
    if not details.storable(body):
        raise Refusal(_("There are characters in this text that cannot be kept."), field="body", code="invalid")
    return body


def checked_client_id(client_id: str) -> str:
    if not 1 <= len(client_id) <= LONGEST_CLIENT_ID or not client_id.isprintable() or not details.storable(client_id):
        raise Refusal(_("A client id has 1 to 64 printable characters."), field="client_id", code="invalid")
    return client_id


def written(item: Draft | Seen) -> Any:
    """Through the writer's thread; or here, when the caller's transaction must hold it."""
    if not connection.in_atomic_block:
        return writer.wait_for(item)
    (outcome,) = write([item])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
