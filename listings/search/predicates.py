"""Predicates: conditions on listings that only a higher room can word, as SQL that search puts into its own.

`register("free", builder)`: the builder gets what is asked for and one period, and answers with a
Fragment: a condition over the alias `l` (a row of listings_listing) with its parameters, the same text
for both engines (`%s` placeholders). It must be cheap for one row: a NOT EXISTS on an index, no scan.
Search calls it once for each period it must be free in: rooms are stayed in by night, other things are
had by day, and `kinds` says which listings the fragment will be asked about.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class Fragment(NamedTuple):
    sql: str
    params: tuple = ()


class Wanted(NamedTuple):
    """What must be free: so many copies, beds or seats of listings of these kinds, through [starts, ends)."""

    kinds: tuple[str, ...]
    starts: datetime
    ends: datetime
    quantity: int


Builder = Callable[[Wanted], Fragment | None]
_builders: dict[str, Builder] = {}


def register(name: str, builder: Builder) -> None:
    """Called from an app's `ready()`; a name stands for one condition."""
    _builders[name] = builder


def build(name: str, wanted: Wanted) -> Fragment | None:
    """The condition, or None when nobody has registered one."""
    builder = _builders.get(name)
    return builder(wanted) if builder else None
