"""One typing error forgiven: for a word that nothing public has, the commonest word one keystroke away.

Only asked when nothing was found. The words come from the vocabulary of public listings, and each is looked up in
the public postings before it is offered, so that no word is given away that only hidden listings have, or that
stood in a listing which is public no more.
"""

import re
import string
from collections.abc import Iterator

from django.db import connection
from django.db.models import Q

from sharing.values.folding import fold

from ..models import TermFrequency
from . import statements, terms
from .criteria import Criteria

SHORTEST = 4  # letters: a shorter word is one keystroke from too many others
MOST_WORDS = 4
_LETTERS = string.ascii_lowercase


def corrected(criteria: Criteria) -> str:
    """The question with its unknown words replaced, or "" when there is nothing better to ask."""
    asked = terms.asked(criteria.q, criteria.language)
    if not asked or len(asked) > MOST_WORDS:
        return ""
    meant = {word: better for word in asked if (better := _better(word))}
    if not meant:
        return ""
    return re.sub(r"[^\W_]+", lambda match: meant.get(fold(match.group()), match.group()), criteria.q)


def known(words: list[str]) -> set[str]:
    """Those words that some public listing has now, in any form."""
    if not words:
        return set()
    tids = {terms.tid(kind, stem): word for word in words for kind in terms.KINDS for stem in terms.variants(word)}
    with connection.cursor() as cursor:
        cursor.execute(*statements.posted(list(tids)))
        return {tids[tid] for (tid,) in cursor.fetchall()}


def _better(word: str) -> str:
    if len(word) < SHORTEST or word.isdigit() or known([word]):
        return ""
    near = set(_one_keystroke_away(word))
    keystrokes = sorted(near)
    rows = TermFrequency.objects.filter(Q(word__in=keystrokes) | Q(stem__in=keystrokes), n__gt=0).exclude(word="")
    counts: dict[str, int] = {}
    for offered, n in rows.values_list("word", "n"):
        counts[offered] = counts.get(offered, 0) + n
    # The word itself first: "hambre" has a stem near "hammr", but who types that means a hammer.
    likely = sorted(counts, key=lambda offered: (offered not in near, -counts[offered], offered))[:8]
    public = known(likely)
    return next((offered for offered in likely if offered in public), "")


def _one_keystroke_away(word: str) -> Iterator[str]:
    """A letter too much, two the wrong way round, another letter, a letter too few."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
