"""Frames that do more than say plain words: they ask the database first, so they go through the desk's threads."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from members.models import Member
from sharing.web.refusals import Refusal

from . import actions, details, frames
from .doors import in_thread

if TYPE_CHECKING:
    from .sockets import Socket

MORE = frozenset(("reply_to", "place", "period"))  # what a message may bring beyond its words, over a socket


class Fault(Exception):
    """A frame no client of ours would send: it is told so, and the socket closes."""

    def __init__(self, code: str, detail: object, close: int = frames.MALFORMED) -> None:
        super().__init__(str(detail))
        self.code, self.detail, self.close = code, detail, close


def is_plain(frame: dict[str, Any]) -> bool:
    """Whether a `send` frame brings words alone, which go to the writer as they are."""
    return details.is_plain(frame["body"]) and frame.keys().isdisjoint(MORE)


async def say(socket: "Socket", conversation: int, client_id: str, body: str, frame: dict[str, Any]) -> None:
    """A message that calls somebody, leads somewhere, answers a line, says where or when."""
    given = {name: frame[name] for name in MORE if frame.get(name) is not None}
    kinds = {"reply_to": int, "place": dict, "period": dict}
    if any(type(value) is not kinds[name] for name, value in given.items()):
        raise Fault("malformed", _("An answered line is a number, a place and a period are objects."))
    post = partial(
        actions.post, conversation, by=_member(socket), body=body, client_id=client_id, origin=socket.number, **given
    )
    await _do(socket, post, conversation=conversation, client_id=client_id)


async def change(socket: "Socket", conversation: int, sequence: int, frame: dict[str, Any]) -> None:
    """A line that was said: other words, none any more, a sign on it, an answer to its dates."""
    which: dict[str, Any] = {"by": _member(socket)}
    match frame:
        case {"type": "edit", "body": str(body)}:
            deed = partial(actions.edit, conversation, sequence, body=body, **which)
        case {"type": "delete"}:
            deed = partial(actions.take_back, conversation, sequence, **which)
        case {"type": "react", "sign": str(sign), "on": bool(on)}:
            deed = partial(actions.react, conversation, sequence, sign=sign, on=on, **which)
        case {"type": "answer", "answer": str(answer)}:
            deed = partial(actions.answer_offer, conversation, sequence, answer, **which)
        case _:
            detail = _("A %(type)s frame lacks something, or has it of the wrong kind.")
            raise Fault("malformed", detail % {"type": frame["type"]})
    await _do(socket, deed, conversation=conversation, sequence=sequence)


async def _do(socket: "Socket", deed: Callable[[], object], **about: Any) -> None:
    """In the member's language; a refusal goes back with what it was about."""
    try:
        await in_thread(_in_language, socket.language, deed)
    except Refusal as refusal:
        socket.refuse(refusal, **about, **({"field": refusal.field} if refusal.field else {}))


def _member(socket: "Socket") -> Member:
    return Member(pk=socket.member, name=socket.name, language=socket.language)


def _in_language(language: str, deed: Callable[[], object]) -> object:
    with translation.override(language):
        return deed()
