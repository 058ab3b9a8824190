"""How much of a capacity is taken at each moment: plain arithmetic over claims, without the database.

A claim counts in [starts, ends). The load changes only where a claim starts or ends, so a period
falls into a few segments of constant load, and every question is answered from those. Instants may be
whatever orders like time: a month of a crowded calendar is read as the driver gives it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

from sharing.values.period import Period


class Taken(NamedTuple):
    """What a claim takes: `quantity` of the capacity in [starts, ends)."""

    starts: datetime
    ends: datetime
    quantity: int


class Load:
    """The load of `claims`, triples like Taken, asked as often as one likes after one sort."""

    def __init__(self, claims: Iterable[tuple]) -> None:
        changes: dict = {}
        get = changes.get
        for starts, ends, quantity in claims:
            changes[starts] = get(starts, 0) + quantity
            changes[ends] = get(ends, 0) - quantity
        self._at = sorted(changes)
        self._load = list(accumulate(map(changes.__getitem__, self._at)))

    def segments(self, within: Period) -> list[tuple[Period, int]]:
        """`within` cut where the load changes, each piece with its load, in order."""
        first, after = bisect_right(self._at, within.starts), bisect_left(self._at, within.ends)
        cuts = [within.starts, *self._at[first:after]]
        return [
            (Period(starts, ends), load)
            for starts, ends, load in zip(cuts, [*cuts[1:], within.ends], self._loads(first, after), strict=True)
        ]

    def peak(self, within: Period) -> int:
        """The most that is taken at any instant of the period."""
        return self.peak_between(within.starts, within.ends)

    def peak_between(self, starts, ends) -> int:
        """The most that is taken at any instant of [starts, ends)."""
        return max(self._loads(bisect_right(self._at, starts), bisect_left(self._at, ends)))

    def least_between(self, starts, ends) -> int:
        """What is taken at the emptiest instant of [starts, ends)."""
        return min(self._loads(bisect_right(self._at, starts), bisect_left(self._at, ends)))

    def gaps(self, within: Period, room: int) -> list[Period]:
        """The longest stretches of the period in which the load never exceeds `room`, in order."""
        gaps: list[Period] = []
        for segment, load in self.segments(within):
            if load > room:
                continue
            if gaps and gaps[-1].ends == segment.starts:
                gaps[-1] = Period(gaps[-1].starts, segment.ends)
            else:
                gaps.append(segment)
        return gaps

    def _loads(self, first: int, after: int) -> list[int]:
        """The load from just before the change `first` up to the change `after`."""
        return self._load[first - 1 : after] if first else [0, *self._load[:after]]
