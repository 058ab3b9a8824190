"""Which departures somebody has a seat on: known to the rooms above, which register a teller when they load."""

from collections.abc import Callable, Iterable

Teller = Callable[[list[int]], set[int]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """`teller`: from departures by id to those of them that are booked and not called off."""
    if teller not in _tellers:
        _tellers.append(teller)


def among(departures: Iterable[int]) -> set[int]:
    ids = list(departures)
    return set().union(*(teller(ids) for teller in _tellers)) if ids else set()
