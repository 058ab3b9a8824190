"""Frames: what goes over a socket, each encoded once however many sockets it goes to. docs/live.md lists them all."""

import json
from datetime import datetime
from typing import Any

from django.utils import translation

from . import lines, scams
from .models import Message, Notification
from .states import MessageKind

# Close codes. 1012 is the server's own (it restarts), 1009 and 1013 are the protocol's.
TOO_BIG = 1009
COME_BACK = 1013  # this reader was too slow: connect again and catch up
MALFORMED = 4400
SIGN_IN = 4401  # the session or token has ended
NOT_YOURS = 4403  # what this socket was allowed to hear has changed: connect again
TOO_FAST = 4429
LAST_WORD = "too_big"  # in the state of a socket's scope: what to say of a frame that the protocol would not read

MORE = ("reply_to", "mentions", "place", "cards", "period")  # of a message's data, what clients are told


def encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def message(line: Message, name: str, *, asks: bool = False) -> str:
    """`asks`: whoever gets it says that it came, so that its author knows."""
    return encode({"type": "message", **message_facts(line, name), **({"mark": True} if asks else {})})


def message_facts(line: Message, name: str) -> dict[str, Any]:
    """A message as clients know it; an event line brings its words in every language of the house.

    `rich` says that there is more to it than words: what it looks like, only the server knows.
    """
    facts: dict[str, Any] = {
        "conversation": line.conversation_id,
        "sequence": line.sequence,
        "author": line.author_id,
        "name": name,
        "client_id": line.client_id,
        "body": line.body,
        "created": stamp(line.created),
        "kind": line.kind,
    }
    if line.kind == MessageKind.EVENT:
        facts["code"] = (line.data or {}).get("code", "")
        facts["texts"] = lines.in_languages(line)
        return facts
    if line.is_rich:
        facts |= _more(line)
    if warnings := scams.looks_like(line.body):
        facts |= {"rich": True, "warn": warnings}
    return facts


def _more(line: Message) -> dict[str, Any]:
    data = line.data or {}
    facts: dict[str, Any] = {name: data[name] for name in MORE if data.get(name)}
    for name in ("edited", "deleted"):
        if moment := getattr(line, name):
            facts[name] = stamp(moment)
    return {"rich": True, **facts}


def changed(line: Message) -> str:
    """Something about a line that was said already is different now."""
    return encode({"type": "changed", **message_facts(line, ""), "change": line.change})


def ack(line: Message) -> str:
    return encode(
        {
            "type": "ack",
            "conversation": line.conversation_id,
            "client_id": line.client_id,
            "sequence": line.sequence,
            "created": stamp(line.created),
        }
    )


def caught_up(conversation: int, sequence: int, *, more: bool, change: int | None) -> str:
    done = {"type": "caught_up", "conversation": conversation, "sequence": sequence, "more": more}
    return encode(done if change is None else done | {"change": change})


def seen(conversation: int, member: int, sequence: int) -> str:
    return encode({"type": "seen", "conversation": conversation, "member": member, "sequence": sequence})


def delivered(conversation: int, member: int, sequence: int) -> str:
    return encode({"type": "delivered", "conversation": conversation, "member": member, "sequence": sequence})


def typing(conversation: int, member: int) -> str:
    return encode({"type": "typing", "conversation": conversation, "member": member})


def presence(conversation: int, member: int, here: bool) -> str:
    return encode({"type": "presence", "conversation": conversation, "member": member, "here": here})


def left(conversation: int) -> str:
    return encode({"type": "left", "conversation": conversation})


def stale(url: str) -> str:
    return encode({"type": "stale", "url": url})


def notification(note: Notification) -> str:
    return encode(
        {
            "type": "notification",
            "id": note.pk,
            "kind": note.kind,
            "title": note.title,
            "body": note.body,
            "url": note.url,
            "needs_answer": note.needs_answer,
            "created": stamp(note.created),
        }
    )


def error(code: str, detail: object, *, language: str = "", **about: Any) -> str:
    """`about` repeats what the refused frame was about (conversation, client_id), so that its sender knows it again."""
    with translation.override(language or translation.get_language()):
        frame = encode({"type": "error", "code": code, "detail": str(detail), **about})
    return frame.encode(errors="backslashreplace").decode()  # half a character that came in goes back as its escape


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
