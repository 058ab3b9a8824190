"""Phrases: words in quotes must stand in a text side by side, in that order.

The postings know which words a listing has, not where. So what has all the words is found as ever, page after
page, and each is read: one or two short statements a page. Nothing is missed and nothing comes twice; when very
many have the words but not the phrase, a page may be short, and the next goes on where it stopped.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..models import Listing
from . import terms, texts

READ_AT_ONCE = 60
MOST_READ = 1200

Rows = Sequence[tuple[int, Any]]
Fetch = Callable[[list | None, int], tuple[Rows, list | None]]
KeyOf = Callable[[tuple[int, Any]], list]


def sift(
    fetch: Fetch, key_of: KeyOf, phrases: Sequence[tuple[str, ...]], after: list | None, size: int
) -> tuple[Rows, list | None]:
    """The first `size` rows that hold every phrase, and the key where the next page starts.

    `fetch(after, n)` gives the next n rows with the key behind them; `key_of` the key behind one of its rows.
    """
    kept: list[tuple[int, Any]] = []
    read = 0
    while True:
        rows, after = fetch(after, READ_AT_ONCE)
        read += len(rows)
        fitting = that_hold(phrases, [pk for pk, _key in rows])
        for row in rows:
            if row[0] in fitting:
                kept.append(row)
            if len(kept) > size:
                return kept[:size], key_of(kept[size - 1])
        if after is None or read >= MOST_READ:
            return kept, after


def that_hold(phrases: Sequence[tuple[str, ...]], ids: Sequence[int]) -> set[int]:
    """Which of these listings hold every phrase."""
    if not ids:
        return set()
    said = texts.of(Listing.objects.filter(pk__in=ids).only(*texts.READ))
    return {
        pk
        for pk, lines in said.items()
        if all(any(terms.holds(line, phrase) for line in lines) for phrase in phrases)
    }
