"""What care is for: things of the commons that this room knows by number only.

The room that keeps listings registers itself when it loads; without it, tasks are about nothing in particular.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from members.models import Community


class Thing(NamedTuple):
    """A listing as a task's page names it."""

    pk: int
    title: str
    url: str


class Things(Protocol):
    def of(self, community: Community) -> list[Thing]:
        """What the community itself looks after, by name."""

    def named(self, community: Community, numbers: Iterable[int]) -> dict[int, Thing]:
        """Those of the numbers that name a listing of the community."""


class _Nothing:
    def of(self, community: Community) -> list[Thing]:
        return []

    def named(self, community: Community, numbers: Iterable[int]) -> dict[int, Thing]:
        return {}


_registered: Things = _Nothing()


def register(things: Things) -> None:
    """Called from a room's `ready()`."""
    global _registered
    _registered = things


def of(community: Community) -> list[Thing]:
    return _registered.of(community)


def named(community: Community, numbers: Iterable[int]) -> dict[int, Thing]:
    wanted = set(numbers)
    return _registered.named(community, wanted) if wanted else {}
