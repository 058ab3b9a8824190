"""The charts of the books as plain figures: a template turns them into SVG, with the table behind each.

Coordinates are text, so that no locale writes a comma into them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from payments.states import TransferKind

from .books import Flow

HEIGHT, BASE, TOP = 170, 140, 12  # of the monthly chart: whole, zero line, highest bar
STEP, WIDE, NARROW = 50, 19, 13


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it stands for."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Month:
    """In and out of one month, beside each other."""

    month: date
    into: int
    out: int
    middle: str
    bar_in: Bar
    bar_out: Bar

    @property
    def minus_out(self) -> int:
        return -self.out


@dataclass(frozen=True, slots=True)
class Part:
    """One kind's share of what came in or went out."""

    label: str
    incoming: bool
    minor: int
    entries: int
    width: str


def by_month(flows: Iterable[Flow], months: list[date]) -> list[Month]:
    """A pair of bars for each month; the highest of all fills the chart."""
    into: dict[date, int] = defaultdict(int)
    out: dict[date, int] = defaultdict(int)
    for flow in flows:
        (into if flow.incoming else out)[flow.month] += flow.minor
    highest = max([*into.values(), *out.values(), 1])
    return [
        Month(
            month, into[month], out[month], str(index * STEP + STEP // 2 + 2),
            _column(index * STEP + 8, WIDE, into[month], highest),
            _column(index * STEP + 8 + WIDE + 2, NARROW, out[month], highest),
        )
        for index, month in enumerate(months)
    ]


def by_kind(flows: Iterable[Flow]) -> list[Part]:
    """What came in and what went out by kind, the greatest first, each as wide as its share of the greatest."""
    sums: dict[tuple[bool, str], list[int]] = defaultdict(lambda: [0, 0])
    for flow in flows:
        sums[flow.incoming, flow.kind][0] += flow.minor
        sums[flow.incoming, flow.kind][1] += flow.entries
    highest = max((minor for minor, _entries in sums.values()), default=1)
    ordered = sorted(sums.items(), key=lambda item: (not item[0][0], -item[1][0]))
    return [
        Part(label(kind, incoming), incoming, minor, entries, f"{max(minor * 100 / highest, 0.8):.2f}")
        for (incoming, kind), (minor, entries) in ordered
    ]


def label(kind: str, incoming: bool) -> str:
    """A price that comes into the pool was paid for what belongs to everyone."""
    if incoming and kind == TransferKind.PRICE:
        return _("Use of the commons")
    return str(TransferKind(kind).label)


def _column(x: int, width: int, minor: int, highest: int) -> Bar:
    height = round((BASE - TOP) * minor / highest, 1)
    if minor:
        height = max(height, 2.0)
    return Bar(str(x), f"{BASE - height:.1f}", str(width), f"{height:.1f}")
