"""How much of a capacity is taken at each moment: plain arithmetic over claims, without the database.

A claim counts in [starts, ends). The load changes only where a claim starts or ends, so a period
falls into a few segments of constant load, and every question is answered from those.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sharing.values.period import Period


class Taken(NamedTuple):
    """What a claim takes: `quantity` of the capacity in [starts, ends)."""

    starts: datetime
    ends: datetime
    quantity: int


class Load:
    """The load of `claims`, asked as often as one likes after one sort."""

    def __init__(self, claims: Iterable[Taken]) -> None:
        changes: dict[datetime, int] = {}
        for claim in claims:
            changes[claim.starts] = changes.get(claim.starts, 0) + claim.quantity
            changes[claim.ends] = changes.get(claim.ends, 0) - claim.quantity
        self._at = sorted(changes)
        self._load, load = [], 0
        for instant in self._at:
            load += changes[instant]
            self._load.append(load)

    def segments(self, within: Period) -> list[tuple[Period, int]]:
        """`within` cut where the load changes, each piece with its load, in order."""
        first = bisect_right(self._at, within.starts)
        cuts = [within.starts]
        loads = [self._load[first - 1] if first else 0]
        for index in range(first, len(self._at)):
            if self._at[index] >= within.ends:
                break
            cuts.append(self._at[index])
            loads.append(self._load[index])
        return [
            (Period(starts, ends), load)
            for starts, ends, load in zip(cuts, [*cuts[1:], within.ends], loads, strict=True)
        ]

    def peak(self, within: Period) -> int:
        """The most that is taken at any instant of the period."""
        return max(load for _, load in self.segments(within))

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
