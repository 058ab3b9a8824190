"""What is said: texts and event lines, and how far one has read. All of it goes through the writer."""

from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from .. import lines
from ..models import Message
from ..states import MessageKind
from ..writer import Draft, Seen, write, writer

LONGEST_BODY = 8000
LONGEST_CLIENT_ID = 64


def post(conversation_id: int, *, by: Member, body: str, client_id: str) -> Message:
    """Say something; returns when it is durable. The same author and client id again: the same message."""
    draft = Draft(conversation_id, by.pk, checked_client_id(client_id), checked_body(body), name=by.first_name)
    return written(draft)


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
    if not storable(body):
        raise Refusal(_("There are characters in this text that cannot be kept."), field="body", code="invalid")
    return body


def checked_client_id(client_id: str) -> str:
    if not 1 <= len(client_id) <= LONGEST_CLIENT_ID or not client_id.isprintable() or not storable(client_id):
        raise Refusal(_("A client id has 1 to 64 printable characters."), field="client_id", code="invalid")
    return client_id


def storable(text: str) -> bool:
    """No NUL, and no half of a surrogate pair: neither engine could keep them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def written(item: Draft | Seen) -> Any:
    """Through the writer's thread; or here, when the caller's transaction must hold it."""
    if not connection.in_atomic_block:
        return writer.wait_for(item)
    (outcome,) = write([item])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
