"""Predicates: conditions on listings that only a higher room can word, as SQL that search puts into its own.

`register("free", builder, chooser)`: the builder gets what is asked for and when, and answers with a
Fragment: a condition over the alias `l` (a row of listings_listing) with its parameters, the same text
for both engines (`%s` placeholders). It must be cheap for one row: a NOT EXISTS on an index, no scan.
It may let through what does not fit, and never hides what does. What it let through, or what nobody has sifted yet,
is then looked at exactly, a page at a time, by the chooser registered with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from ..models import Listing
from .criteria import Window


class Fragment(NamedTuple):
    sql: str
    params: tuple = ()


class Wanted(NamedTuple):
    """What must be free: so many copies, beds or seats of listings of these kinds, at any one of these times.

    Dates are on the clocks of `zone`.
    """

    kinds: tuple[str, ...]
    times: tuple[Window, ...]
    quantity: int
    zone: str = ""


Builder = Callable[[Wanted], Fragment | None]
Chooser = Callable[[Sequence[Listing], Wanted, datetime], dict[int, list[int]]]
_builders: dict[str, Builder] = {}
_choosers: dict[str, Chooser] = {}


def register(name: str, builder: Builder, chooser: Chooser) -> None:
    """Called from an app's `ready()`; a name stands for one condition. The chooser tells for listings, by id, the
    numbers of the times that will do, and leaves out those for which none will.
    """
    _builders[name], _choosers[name] = builder, chooser


def build(name: str, wanted: Wanted) -> Fragment | None:
    """The condition, or None when nobody has registered one."""
    builder = _builders.get(name)
    return builder(wanted) if builder and wanted.times else None


def choose(name: str, listings: Sequence[Listing], wanted: Wanted, now: datetime) -> dict[int, list[int]]:
    """Which of the times will do for which of the listings; all of them where nobody has registered."""
    chooser = _choosers.get(name)
    if chooser is None:
        return {listing.pk: list(range(len(wanted.times))) for listing in listings}
    return chooser(listings, wanted, now) if listings else {}
