"""Narrowing: the least circle that surely holds enough postings, when a wide one holds far too many.

From a lonely place the nearest hits may be a city 800 km away, and every posting of that city lies in
the circle. So the tiles under the circle are counted, each only as far as matters; tiles taken in order
of their far edge bound the distance of the n-th posting from above; those that begin beyond it are
dropped and the rest are split, until what is left is small. A handful of short statements.
"""

from typing import NamedTuple

from sharing.db import prepared
from sharing.values.place import Point

from . import metric, statements, tiles

ENOUGH_READ = 1500
ROUNDS = 10
MOST_TILES = 100
AT_ONCE = 256  # ranges a statement, each an arm of it: SQLite takes 500


class Narrowed(NamedTuple):
    metres: float
    ranges: tiles.Ranges


class _Cell(NamedTuple):
    number: int
    zoom: int
    near: float
    far: float


def narrow(
    tids: list[int], origin: Point, metres: float, ranges: tiles.Ranges, *, want: int, beyond: int | None
) -> Narrowed:
    """A radius within `metres` that holds `want` postings beyond the squared chord `beyond`, if there are so many."""
    least = metric.metres(beyond) if beyond is not None else -1.0
    cells = [cell for cell in _first(origin, ranges) if cell.near <= metres]
    for _round in range(ROUNDS):
        counts = _counted(tids, cells, ranges, want)
        cells = [cell for cell, n in zip(cells, counts, strict=True) if n]
        counts = [n for n in counts if n]
        metres = _bound(cells, counts, metres, want, least)
        kept = [(cell, n) for cell, n in zip(cells, counts, strict=True) if cell.near <= metres]
        cells = [cell for cell, _n in kept]
        if sum(n for _cell, n in kept) <= ENOUGH_READ and all(n <= want for _cell, n in kept):
            break
        if not cells or cells[0].zoom >= tiles.ZOOM - 3 or len(cells) > MOST_TILES:
            break
        cells = _finer(cells, origin, metres)
        if len(cells) * 4 <= MOST_TILES:
            cells = _finer(cells, origin, metres)
    spans = tiles.merge([tiles.span(cell.number, cell.zoom) for cell in cells], 16)
    return Narrowed(metres, tiles.common(spans, ranges))


def _first(origin: Point, ranges: tiles.Ranges) -> list[_Cell]:
    """The ranges as tiles of one zoom, about a dozen."""
    zoom = 1
    while zoom < tiles.ZOOM and len(_numbers(ranges, zoom)) < 12:
        zoom += 1
    return [
        _Cell(number, zoom, *tiles.reach(number, zoom, origin.lat, origin.lon)) for number in _numbers(ranges, zoom)
    ]


def _numbers(ranges: tiles.Ranges, zoom: int) -> list[int]:
    shift = 2 * (tiles.ZOOM - zoom)
    found: dict[int, None] = {}
    for low, high in ranges:
        for number in range(low >> shift, ((high - 1) >> shift) + 1):
            found[number] = None
    return list(found)


def _finer(cells: list[_Cell], origin: Point, metres: float) -> list[_Cell]:
    return [child for cell in cells for child in _split(cell, origin) if child.near <= metres]


def _split(cell: _Cell, origin: Point) -> list[_Cell]:
    zoom = cell.zoom + 1
    return [
        _Cell(number, zoom, *tiles.reach(number, zoom, origin.lat, origin.lon))
        for number in tiles.children(cell.number)
    ]


def _counted(tids: list[int], cells: list[_Cell], within: tiles.Ranges, want: int) -> list[int]:
    parts = [
        (place, part)
        for place, cell in enumerate(cells)
        for part in tiles.common((tiles.span(cell.number, cell.zoom),), within)
    ]
    counts = [0] * len(cells)
    for start in range(0, len(parts), AT_ONCE):
        some = parts[start : start + AT_ONCE]
        ranges = tuple(part for _place, part in some)
        counted = dict(prepared.rows(*statements.counts_of_each(tids, ranges, want + 1)))
        for number, (place, _part) in enumerate(some):
            counts[place] += int(counted[number])
    return counts


def _bound(cells: list[_Cell], counts: list[int], metres: float, want: int, least: float) -> float:
    """The far edge of the tile that completes `want` postings; tiles that begin nearer than `least` do not count."""
    total = 0
    for cell, n in sorted(zip(cells, counts, strict=True), key=lambda pair: pair[0].far):
        if cell.near > least:
            total += n
        if total >= want:
            return min(metres, cell.far)
    return metres
