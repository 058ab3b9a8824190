"""Event lines: what the product itself writes into a conversation, in each reader's own language.

A message of this kind stores a code and its parameters; a higher room registers how a code reads:

    lines.register("booking.accepted", lambda params: _("%(name)s said yes.") % params)

The words are made when somebody reads. The English text is stored beside them, for what has no
register at hand. In the list of one's conversations one's own deed is told to oneself ("You said yes"), where a
room has registered that too.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Message
from .states import MessageKind

GONE = "gone"  # among a line's values: who did it has closed their account, and is not named any more
Render = Callable[[dict[str, Any]], object]

_registered: dict[str, Render] = {}
_own: dict[str, Render] = {}


def register(code: str, render: Render) -> None:
    """`render(params)` gives the line, plain text or lazy, in the active language."""
    _registered[code] = render


def register_own(code: str, render: Render) -> None:
    """How the same line reads to whoever did it."""
    _own[code] = render


def render(code: str, params: dict[str, Any], fallback: str = "") -> str:
    """The line in the active language; the stored words when its code is not known (any more)."""
    return _rendered(_registered.get(code), params, fallback)


def _rendered(rendering: Render | None, params: dict[str, Any], fallback: str) -> str:
    if rendering is None:
        return fallback
    if params.get(GONE):
        params = params | {"name": _("Former neighbour")}
    try:
        return str(rendering(params))
    except (KeyError, TypeError, ValueError):  # parameters of an older version
        return fallback


def without_name(data: dict[str, Any]) -> dict[str, Any]:
    """The same line, told of somebody who has closed their account."""
    params = data.get("params", {})
    return {**data, "params": {**params, "name": "", GONE: True}} if params.get("name") else data


def in_english(message: Message) -> str:
    """What is stored beside code and values, for those who do not know the code."""
    with translation.override("en"):
        return text(message)


def text(message: Message) -> str:
    """What the message says to a reader of the active language, in words alone."""
    if message.kind != MessageKind.EVENT:
        return message.body or _in_a_word(message)
    if not message.data:
        return message.body
    return render(message.data.get("code", ""), message.data.get("params", {}), message.body)


def text_to(message: Message, reader: int) -> str:
    """The same to this reader, whose own deed is told to them as theirs."""
    if message.kind == MessageKind.EVENT and message.author_id == reader and message.data:
        own = _own.get(message.data.get("code", ""))
        return _rendered(own, message.data.get("params", {}), "") or text(message)
    return text(message)


def _in_a_word(message: Message) -> str:
    """What stands in a message that has no words."""
    if message.deleted is not None:
        return _("Message deleted")
    if message.kind == MessageKind.PLACE:
        return (message.data or {}).get("place", {}).get("name") or _("A place")
    return {MessageKind.PHOTO: _("Photo"), MessageKind.OFFER: _("Proposed dates")}.get(MessageKind(message.kind), "")


def in_languages(message: Message) -> dict[str, str]:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = text(message)
    return texts
