"""What money moved for: names such as "booking:12", and what the rooms above say about them.

A room above registers its causes when it loads; the ledger's pages then link to them, and the nightly
check finds entries whose cause is not there. The ledger itself needs none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise

from members.models import Community


@dataclass(frozen=True, slots=True)
class Thing:
    """What a booking was of, for a yearly summary: `nights` count where somebody slept there, else 0."""

    name: str
    url: str
    kind: str
    nights: int = 0


@dataclass(frozen=True)
class Cause:
    """A kind of cause. `model` has a community and a `number` by which the books name its rows.

    label: what a reader calls it, with %(number)s in it.
    url: the address of its page.
    open_to_all: every member of the community may see that page; else only those it concerns.
    things: what rows with these numbers were of, for a yearly summary.
    """

    name: str
    model: str
    label: Promise | str
    url: Callable[[Community, int], str]
    number: str = "pk"
    open_to_all: bool = False
    things: Callable[[Iterable[int]], dict[int, Thing]] | None = None

    def known(self, community: Community, numbers: Iterable[int]) -> set[int]:
        """Which of these numbers name a row of the community."""
        rows = apps.get_model(self.model)._default_manager.filter(community=community)
        return set(rows.filter(**{f"{self.number}__in": list(numbers)}).values_list(self.number, flat=True))


@dataclass(frozen=True)
class Reference:
    """One cause by name and number, for a page."""

    cause: Cause
    number: int
    community: Community

    @property
    def label(self) -> str:
        return str(self.cause.label) % {"number": self.number}

    @property
    def url(self) -> str:
        return self.cause.url(self.community, self.number)


_causes: dict[str, Cause] = {}


def register(cause: Cause) -> None:
    """Called from a room's `ready()`."""
    _causes[cause.name] = cause


def parse(about: str) -> tuple[str, int] | None:
    """ "booking:12" as ("booking", 12), and so "booking:12+1", which came on top; None for what is no reference."""
    name, _colon, number = about.partition("+")[0].partition(":")
    return (name, int(number)) if name in _causes and number.isascii() and number.isdigit() else None


def things(abouts: Iterable[str]) -> dict[str, Thing]:
    """What these were of, as far as their rooms say; a statement for each kind of cause."""
    named: dict[str, dict[int, list[str]]] = {}
    for about in abouts:
        if parsed := parse(about):
            named.setdefault(parsed[0], {}).setdefault(parsed[1], []).append(about)
    found: dict[str, Thing] = {}
    for name, numbers in named.items():
        if tell := _causes[name].things:
            found |= {about: thing for number, thing in tell(numbers).items() for about in numbers[number]}
    return found


def reference(about: str, community: Community) -> Reference | None:
    """What a reader is shown of a cause, None when no room knows its kind."""
    parsed = parse(about)
    return Reference(_causes[parsed[0]], parsed[1], community) if parsed else None


def absent(community: Community, abouts: Iterable[str]) -> list[str]:
    """Those of the names that no row answers to. Kinds that no room registered are not judged."""
    named: dict[str, dict[int, str]] = {}
    for about in abouts:
        if parsed := parse(about):
            named.setdefault(parsed[0], {})[parsed[1]] = about
    return [
        numbers[number]
        for name, numbers in named.items()
        for number in sorted(set(numbers) - _causes[name].known(community, numbers))
    ]
