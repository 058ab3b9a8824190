"""Terms: what a listing is found by, as numbers, made by the same code for postings and for questions.

A word is folded (case, accents, ligatures) before it is stemmed, so that one typed without its accents
always meets the one written with them. A listing posts each distinct stem once, by its own language. A
question is stemmed by every language we know, and looks for any of those stems: whatever language a
listing is in, the stem it posted is among them, so a reader needs no setting to find "Bohrmaschine".

Beside words a listing posts facts under names no word can have: its kind alone, "#category" (with its
roots), "@community", "=terms". Each key is hashed into 63 bits; what only a community may see is posted
under keys of its own (`Bucket`), so that nobody else's search, count or suggestion ever touches it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

import snowballstemmer

from sharing.values.folding import fold

from ..states import Kind

KINDS = tuple(Kind.values)
ALGORITHMS = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "it": "italian"}
LONGEST_WORD = 40
MOST_STEMS = 200
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_UNIT = re.compile(r"(?<=\d)\s+(?=[a-z]\b)")  # "18 V" and "18V" are one word
_QUOTED = re.compile(r"[\"“”„«»‟‹›]([^\"“”„«»‟‹›]+)[\"“”„«»‟‹›]")

STOP_WORDS = {
    "en": "a an and are as at be but by can do for from has have i if in is it its me my no not of on or our so that "
    "the their them then there these they this to up us was we what when which who will with you your",
    "es": "a al algo con como de del el ella en es esta este esto ha hay la las le lo los mas me mi muy no nos o para "
    "pero por que se si sin sobre su sus te tu un una uno y ya yo",
    "fr": "a au aux avec ce ces cette dans de des du elle en est et il ils je la le les leur ma mais me mes mon ne nos "
    "notre nous on ou par pas plus pour qu que qui sa se ses si son sur ta te tes ton tu un une vos votre vous y",
    "de": "aber als am an auch auf aus bei bin bis da das dass dein dem den der des die dir du ein eine einem einen "
    "einer er es fur hat ich ihr im in ist ja kann man mein mit nach nicht noch nur oder sich sie sind so uber um und "
    "uns unser vom von vor war was wenn wer wie wir wird zu zum zur",
    "it": "a ad ai al alla anche che chi ci come con da dal dalla dei del della di e ed gli ha ho i il in io la le lo "
    "ma mi mio nei nel nella no noi non o per piu questa questo se si sono su sua suo ti tra tu un una uno",
}
_STOPS = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}


class Bucket(StrEnum):
    """Who may find a posting: everyone, members of its community, or a circle (the search then asks which)."""

    PUBLIC = ""
    COMMUNITY = "~"
    CIRCLE = "!"


def words(text: str) -> Iterator[str]:
    """The folded words of a text in order; a single letter is no word, a single figure is."""
    for match in _WORD.finditer(_UNIT.sub("", fold(_POSSESSIVE.sub("", text)))):
        word = match.group()[:LONGEST_WORD]
        if len(word) > 1 or word.isdigit():
            yield word


def stem(word: str, language: str) -> str:
    """The stem of a folded word; the word itself in a language we have no rules for."""
    algorithm = ALGORITHMS.get(language[:2])
    return _stem(word, algorithm) if algorithm else word


def stems_of_text(texts: Iterable[str], language: str) -> dict[str, str]:
    """Stem → the first word that had it, in order of appearance; at most `MOST_STEMS`."""
    stops = _STOPS.get(language[:2], frozenset())
    found: dict[str, str] = {}
    for text in texts:
        for word in words(text):
            if word not in stops:
                found.setdefault(stem(word, language), word)
                if len(found) == MOST_STEMS:
                    return found
    return found


def stems_of_question(question: str, language: str = "en") -> list[tuple[str, ...]]:
    """For each word asked for, the stems that may stand for it in any language: see `asked`."""
    return [variants(word) for word in asked(question, language)]


def asked(question: str, language: str = "en") -> list[str]:
    """The folded words of a question, each once.

    Words that are stop words in the asker's language are left out, unless nothing else is left.
    """
    typed = list(dict.fromkeys(words(question)))
    stops = _STOPS.get(language[:2], _STOPS["en"])
    return [word for word in typed if word not in stops] or typed


def phrases(question: str) -> list[tuple[str, ...]]:
    """What stands in quotes, as folded words in order; one word alone is no phrase."""
    found = (tuple(words(match.group(1))) for match in _QUOTED.finditer(question))
    return [phrase for phrase in dict.fromkeys(found) if len(phrase) > 1]


def holds(text: str, phrase: tuple[str, ...]) -> bool:
    """Whether the text has these words one right after the other."""
    said = tuple(words(text))
    return any(said[start : start + len(phrase)] == phrase for start in range(len(said) - len(phrase) + 1))


@lru_cache(maxsize=65536)
def tid(kind: str, key: str = "", bucket: str = Bucket.PUBLIC) -> int:
    """The 63-bit number of a key: positive, so that it fits a signed column on both engines."""
    digest = hashlib.blake2b(f"{bucket}{kind} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


@lru_cache(maxsize=8192)
def variants(word: str) -> tuple[str, ...]:
    """The stems of a folded word in every language, and itself. (German's rules take "ae" for "ä".)"""
    return tuple(dict.fromkeys([*(_stem(word, algorithm) for algorithm in ALGORITHMS.values()), word]))


@lru_cache(maxsize=65536)
def _stem(word: str, algorithm: str) -> str:
    if word.isdigit():
        return word
    if algorithm == "french" and len(word) > 3 and word[-1] in "sx":
        word = word[:-1]  # Snowball leaves "vélos" apart from "vélo"
    # A stemmer keeps its word in itself: one for each call, so that threads do not meet in it.
    return fold(snowballstemmer.stemmer(algorithm).stemWord(word)) or word
