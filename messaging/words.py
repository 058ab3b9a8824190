"""Search in what one may read: each distinct word of a message is a row, made after it was said.

A conversation knows how far its words are written down (`indexed_seq`), and its numbers have no gaps, so what
is missing is known and made up for: by the clock, and by whoever searches, for their own conversations first.
Sending pays for none of it. Words are folded (case, accents), the same on both engines.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from members.models import Member

from .models import Conversation, Message, MessageWord, Participant
from .states import MessageKind

LONGEST_WORD = 40
MOST_WORDS = 400  # distinct ones of a message
MOST_ASKED = 8
AT_ONCE = 500  # messages written down in one go
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """Small letters without accents: "Échelle" and "echelle" are one word."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)


def tids(text: str, most: int = MOST_WORDS) -> list[int]:
    """The distinct words of a text as numbers, in the order in which they come."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(text)))
    return [_tid(word) for word in list(words)[:most]]


def _tid(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(errors="replace"), digest_size=8).digest()) >> 1


def rewrite(line: Message) -> None:
    """The words of a line that was changed, in the caller's transaction, which holds the conversation's lock."""
    MessageWord.objects.filter(message_id=line.pk).delete()
    if line.deleted is None and line.sequence <= line.conversation.indexed_seq:
        _write([line])


def catch_up(conversations: Iterable[int], most: int = AT_ONCE) -> int:
    """Write down what is missing of these conversations, the newest first; returns how many lines that was."""
    behind = Conversation.objects.filter(pk__in=list(conversations), last_seq__gt=F("indexed_seq"))
    done = 0
    for pk in behind.order_by("-last_at").values_list("pk", flat=True)[:most]:
        if done >= most:
            break
        done += _write_down(pk, most - done)
    return done


def _write_down(conversation: int, most: int) -> int:
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation)
        said = locked.messages.filter(sequence__gt=locked.indexed_seq).order_by("sequence")
        lines = list(said.only("id", "sequence", "kind", "body", "data", "conversation")[:most])
        if not lines:
            return 0
        _write([line for line in lines if line.kind != MessageKind.EVENT])
        Conversation.objects.filter(pk=conversation).update(indexed_seq=lines[-1].sequence)
    return len(lines)


def _write(lines: list[Message]) -> None:
    rows = [
        MessageWord(tid=tid, conversation_id=line.conversation_id, message_id=line.pk)
        for line in lines
        for tid in tids(f"{line.body} {(line.data or {}).get('place', {}).get('name', '')}")
    ]
    MessageWord.objects.bulk_create(rows, batch_size=2000)


def found(member: Member, text: str) -> QuerySet[Message] | None:
    """Lines with all these words that the member may read, the newest first; None when no word was asked."""
    asked = tids(text, MOST_ASKED)
    if not asked:
        return None
    seats = Participant.objects.present().filter(member=member)
    mine = seats.values("conversation")
    lines = Message.objects.filter(deleted__isnull=True)
    for tid in asked:
        has = MessageWord.objects.filter(tid=tid, conversation_id__in=mine).values("message_id")
        lines = lines.filter(pk__in=has)
    since = seats.filter(conversation=OuterRef("conversation")).values("from_seq")[:1]
    return lines.filter(Q(sequence__gt=Subquery(since))).order_by("-id")


def behind(member: Member) -> list[int]:
    """The member's conversations whose words are not all written down."""
    seats = Participant.objects.present().filter(member=member)
    seats = seats.filter(conversation__last_seq__gt=F("conversation__indexed_seq"))
    return list(seats.order_by("-conversation__last_at").values_list("conversation", flat=True)[:AT_ONCE])
