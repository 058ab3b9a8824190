"""Search in what one may read: each distinct word of a message is a row, made after it was said.

A conversation knows how far its words are written down (`indexed_seq`), and its numbers have no gaps, so what
is missing is known and made up for: by the clock, and by whoever searches, for their own conversations first.
Sending pays for none of it. Words are folded (case, accents), the same on both engines. What is asked finds
all words that begin so, and those of the same stem in the reader's language that are a few letters longer.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import snowballstemmer
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length
from django.utils.translation import get_language

from members.models import Member
from sharing.values.folding import fold

from .models import Conversation, Message, Participant, SpokenWord
from .states import MessageKind

LONGEST_WORD = 40
MOST_WORDS = 400  # distinct ones of a message
MOST_ASKED = 8
AT_ONCE = 500  # messages written down in one go
SHORTEST_STEM, LONGEST_ENDING = 3, 3
_STEMMERS = {"en": "english", "de": "german", "es": "spanish", "fr": "french", "it": "italian"}
_WORD = re.compile(r"[^\W_]+")


def distinct(text: str, most: int = MOST_WORDS) -> list[str]:
    """The distinct folded words of a text, in the order in which they come."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(text))))[:most]


@dataclass(frozen=True)
class Asked:
    """One word of a question: what begins with it fits, and what shares its stem with another short ending."""

    word: str
    stem: str  # the word's own beginning; the word itself where there is none worth it

    def fits(self, folded: str) -> bool:
        if len(self.word) == 1:
            return folded == self.word
        short = len(folded.encode()) <= len(self.stem.encode()) + LONGEST_ENDING
        return folded.startswith(self.word) or (folded.startswith(self.stem) and short)

    @property
    def rows(self) -> QuerySet[SpokenWord]:
        if len(self.word) == 1:
            return SpokenWord.objects.filter(word=self.word.encode())
        word, stem = self.word.encode(), self.stem.encode()
        begun = SpokenWord.objects.filter(word__gte=stem, word__lt=stem + b"\xff")  # no letter is written so
        if stem == word:
            return begun
        short = Q(letters__lte=len(stem) + LONGEST_ENDING)
        return begun.alias(letters=Length("word")).filter(short | Q(word__gte=word, word__lt=word + b"\xff"))


def asked(text: str) -> list[Asked]:
    """The words of a question, with their stems in the language it is asked in."""
    stemmer = snowballstemmer.stemmer(_STEMMERS.get((get_language() or "en").split("-")[0], "english"))
    found: dict[str, Asked] = {}
    for whole in _WORD.findall(unicodedata.normalize("NFC", text.lower())):
        word, stem = fold(whole)[:LONGEST_WORD], fold(stemmer.stemWord(whole))
        worth = SHORTEST_STEM <= len(stem) < len(word) and word.startswith(stem)
        found.setdefault(word, Asked(word, stem if worth else word))
    return [one for one in found.values() if one.word][:MOST_ASKED]


def rewrite(line: Message) -> None:
    """The words of a line that was changed, in the caller's transaction, which holds the conversation's lock."""
    SpokenWord.objects.filter(message_id=line.pk).delete()
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
        SpokenWord(word=word.encode(errors="replace"), conversation_id=line.conversation_id, message_id=line.pk)
        for line in lines
        for word in distinct(f"{line.body} {(line.data or {}).get('place', {}).get('name', '')}")
    ]
    SpokenWord.objects.bulk_create(rows, batch_size=2000)


def found(member: Member, text: str) -> QuerySet[Message] | None:
    """Lines with all these words that the member may read, the newest first; None when no word was asked."""
    wanted = asked(text)
    if not wanted:
        return None
    seats = Participant.objects.present().filter(member=member)
    mine = seats.values("conversation")
    lines = Message.objects.filter(deleted__isnull=True)
    for one in wanted:
        has = one.rows.filter(conversation_id__in=mine).values("message_id")
        lines = lines.filter(pk__in=has)
    since = seats.filter(conversation=OuterRef("conversation")).values("from_seq")[:1]
    return lines.filter(Q(sequence__gt=Subquery(since))).order_by("-id")


def behind_anywhere(most: int) -> list[int]:
    """Conversations whose words are not all written down, whoever they belong to: those in use first."""
    waiting = Conversation.objects.filter(last_seq__gt=F("indexed_seq"))
    return list(waiting.order_by("-last_at").values_list("pk", flat=True)[:most])


def behind(member: Member) -> list[int]:
    """The member's conversations whose words are not all written down."""
    seats = Participant.objects.present().filter(member=member)
    seats = seats.filter(conversation__last_seq__gt=F("conversation__indexed_seq"))
    return list(seats.order_by("-conversation__last_at").values_list("conversation", flat=True)[:AT_ONCE])
