"""What waits for a treasurer: each room says what of its own does, and the desk lists it.

A room registers a source when it loads: a gateway its differences, bookings what is disputed, credit the members who
are behind. The desk of `cooperative` asks each for a few; a source answers in a statement or two.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from members.models import Community

MOST = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: what, since when, how much, and where."""

    title: str
    detail: str = ""
    minor: int | None = None
    currency: str = ""
    since: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Source:
    """A kind of thing that waits. `items(community, most)` answers at most so many, the oldest first."""

    name: str
    label: Promise | str
    items: Callable[[Community, int], Iterable[Item]]
    help: Promise | str = ""


@dataclass(frozen=True)
class Pile:
    """What waits of one kind, for a page."""

    source: Source
    items: list[Item] = field(default_factory=list)


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Called from a room's `ready()`; a name registered again replaces what was there."""
    _sources[source.name] = source


def piles(community: Community, most: int = MOST) -> list[Pile]:
    """What waits in this community, kind by kind; kinds of which nothing waits are left out."""
    found = [Pile(source, list(source.items(community, most))) for source in _sources.values()]
    return [pile for pile in found if pile.items]
