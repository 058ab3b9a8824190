"""Predicates: conditions on listings that only a higher room can word, as SQL that search puts into its own.

`register("free", builder)`: the builder gets what is asked for and one period, and answers with a
Fragment: a condition over the alias `l` (a row of listings_listing) with its parameters, the same text
for both engines (`%s` placeholders). It must be cheap for one row: a NOT EXISTS on an index, no scan.
Search calls it once for each period it must be free in: rooms are stayed in by night, other things are
had by day, and `kinds` says which listings the fragment will be asked about.
"""

from collections.abc import Callable, Sequence
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


class WantedAny(NamedTuple):
    """The same for several times, any of which will do."""

    kinds: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]
    quantity: int


Chooser = Callable[[Sequence[int], WantedAny], dict[int, list[int]]]
_choosers: dict[str, Chooser] = {}


Builder = Callable[[Wanted], Fragment | None]
AnyBuilder = Callable[[WantedAny], Fragment | None]
_builders: dict[str, Builder] = {}
_any_builders: dict[str, AnyBuilder] = {}


def register(name: str, builder: Builder) -> None:
    """Called from an app's `ready()`; a name stands for one condition."""
    _builders[name] = builder


def build(name: str, wanted: Wanted) -> Fragment | None:
    """The condition, or None when nobody has registered one."""
    builder = _builders.get(name)
    return builder(wanted) if builder else None


def register_any(name: str, builder: AnyBuilder, chooser: Chooser) -> None:
    """For several times at once: the condition that one of them will do, and, for some listings by id,
    the numbers of those that do, in one statement."""
    _any_builders[name], _choosers[name] = builder, chooser


def build_any(name: str, wanted: WantedAny) -> Fragment | None:
    builder = _any_builders.get(name)
    return builder(wanted) if builder and wanted.spans else None


def choose(name: str, ids: Sequence[int], wanted: WantedAny) -> dict[int, list[int]]:
    """Which of the spans will do for which of the listings."""
    chooser = _choosers.get(name)
    return chooser(ids, wanted) if chooser and ids and wanted.spans else {}
