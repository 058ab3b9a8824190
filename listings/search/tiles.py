"""Tiles: one number per point of the map, so that an area of the map is a few ranges of numbers.

`tile` is the Morton (z-order) number of the web-mercator cell at zoom 26, 0.6 m wide at the equator:
52 bits, two per zoom. Its leading bits are those of every map tile that holds it, so a tile at any zoom
is one half-open range. `cover` and `box` promise never to miss a point: they may hold more than the
circle or box asked for, never less, also across the antimeridian and at the poles (points beyond
85.05° lie in the outermost row of cells).
"""

import math
from functools import lru_cache

from sharing.values.place import EARTH_RADIUS_M

ZOOM = 26
AROUND_M = 2 * math.pi * EARTH_RADIUS_M
EDGE = math.degrees(math.atan(math.sinh(math.pi)))  # 85.0511…: where the map is square
MOST_RANGES = 8

Ranges = tuple[tuple[int, int], ...]
WORLD: Ranges = ((0, 1 << 2 * ZOOM),)


def tile(lat: float, lon: float, zoom: int = ZOOM) -> int:
    """The number of the cell that holds the point."""
    x, y = mercator(lat, lon)
    cells = 1 << zoom
    return _spread(int(x * cells)) | _spread(int(y * cells)) << 1


def mercator(lat: float, lon: float) -> tuple[float, float]:
    """Where the point lies on the square map: both in [0, 1), y grows southward."""
    sine = math.sin(math.radians(max(-EDGE, min(EDGE, lat))))
    y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    x = (lon + 180) / 360
    return min(x if -180 <= lon < 180 else x % 1.0, 1 - 1e-12), min(1 - 1e-12, max(0.0, y))


def bounds(number: int, zoom: int) -> tuple[float, float, float, float]:
    """South, west, north, east of a tile; the outermost rows reach to the poles."""
    column, row, cells = _gather(number), _gather(number >> 1), 1 << zoom
    south = -90.0 if row == cells - 1 else _latitude((row + 1) / cells)
    north = 90.0 if row == 0 else _latitude(row / cells)
    return south, column / cells * 360 - 180, north, (column + 1) / cells * 360 - 180


def middle(number: int, zoom: int) -> tuple[float, float]:
    """Latitude and longitude of a tile's middle."""
    cells = 1 << zoom
    return _latitude((_gather(number >> 1) + 0.5) / cells), (_gather(number) + 0.5) / cells * 360 - 180


def span(number: int, zoom: int) -> tuple[int, int]:
    """The range of zoom-26 numbers inside a tile."""
    shift = 2 * (ZOOM - zoom)
    return number << shift, (number + 1) << shift


def cover(lat: float, lon: float, metres: float, *, fine: float = 2.5, most: int = MOST_RANGES) -> Ranges:
    """At most `most` ranges that hold every point within `metres` (great circle) of here."""
    reach = math.degrees(metres / EARTH_RADIUS_M)
    if reach >= 90:
        return WORLD
    if abs(lat) + reach >= EDGE:
        return _cap(lat, reach)
    # A radius in map units that no point of the circle exceeds: the map is stretched most at its polar end.
    radius = metres / (AROUND_M * math.cos(math.radians(abs(lat) + reach))) * (1 + 1e-9) + 1e-15
    if radius >= 0.5:
        return WORLD
    x, y = mercator(lat, lon)
    zoom = max(0, min(ZOOM, int(math.log2(fine / radius))))
    cells = 1 << zoom
    x_from, x_to = math.floor((x - radius) * cells), math.floor((x + radius) * cells)
    y_from, y_to = max(0, math.floor((y - radius) * cells)), min(cells - 1, math.floor((y + radius) * cells))
    if x_to - x_from >= cells:
        x_from, x_to = 0, cells - 1
    columns = [(_away(column, cells, x), _spread(column % cells)) for column in range(x_from, x_to + 1)]
    chosen, square = set(), radius * radius
    for row in range(y_from, y_to + 1):
        left = square - _away(row, cells, y)
        bits = _spread(row) << 1
        chosen.update([column | bits for away, column in columns if away <= left])
    shift = 2 * (ZOOM - zoom)
    return merge([(number << shift, number + 1 << shift) for number in chosen], most)


def _away(cell: int, cells: int, at: float) -> float:
    """How far a row or column is from there, squared; 0 inside it."""
    away = max(cell / cells - at, 0.0, at - (cell + 1) / cells)
    return away * away


def box(south: float, west: float, north: float, east: float, *, fine: int = 4, most: int = MOST_RANGES) -> Ranges:
    """At most `most` ranges that hold every point of the box; west > east crosses the antimeridian."""
    zoom = box_zoom(south, west, north, east, fine)
    return merge([span(number, zoom) for number in box_tiles(south, west, north, east, zoom)], most)


def box_zoom(south: float, west: float, north: float, east: float, fine: float) -> int:
    """The zoom at which the box is about `fine` tiles across at its longer side."""
    _, top = mercator(north, 0)
    _, bottom = mercator(south, 0)
    across = max((east - west) % 360 / 360 if east - west < 359.999999 else 1.0, bottom - top, 1e-9)
    return max(0, min(ZOOM, int(math.log2(fine / across))))


def box_tiles(south: float, west: float, north: float, east: float, zoom: int) -> set[int]:
    """The numbers of the tiles at `zoom` that touch the box."""
    cells = 1 << zoom
    x_from = int(mercator(0, west)[0] * cells)
    x_to = x_from + cells - 1
    if east - west < 359.999999:
        x_to = int(mercator(0, east)[0] * cells) if east < 180 else cells - 1
        if x_to < x_from or (west > east and x_to == x_from):
            x_to += cells
    y_from, y_to = int(mercator(north, 0)[1] * cells), int(mercator(south, 0)[1] * cells)
    rows = [_spread(row) << 1 for row in range(y_from, y_to + 1)]
    columns = [_spread(column % cells) for column in range(x_from, min(x_to, x_from + cells - 1) + 1)]
    return {row | column for row in rows for column in columns}


def merge(ranges: list[tuple[int, int]], most: int = MOST_RANGES) -> Ranges:
    """The same ranges joined where they touch, and across the smallest gaps until `most` are left."""
    joined: list[list[int]] = []
    end = -1
    for low, high in sorted(ranges):
        if low > end:
            joined.append([low, high])
        elif high > end:
            joined[-1][1] = high
        end = max(end, high)
    if len(joined) > most:
        gaps = sorted(range(1, len(joined)), key=lambda i: joined[i][0] - joined[i - 1][1])
        closed = set(gaps[: len(joined) - most])
        kept: list[list[int]] = []
        for index, (low, high) in enumerate(joined):
            if index in closed:
                kept[-1][1] = high
            else:
                kept.append([low, high])
        joined = kept
    return tuple((low, high) for low, high in joined)


def padded(ranges: Ranges) -> Ranges:
    """The same with empty ranges up to a power of two: statements of few lengths, so that few are planned."""
    return (*ranges, *[(0, 0)] * ((1 << (len(ranges) - 1).bit_length()) - len(ranges))) if ranges else ranges


def common(one: Ranges, other: Ranges) -> Ranges:
    """What lies in both."""
    both = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low < high:
            both.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(both)


def children(number: int) -> tuple[int, int, int, int]:
    """The four tiles of the next zoom inside this one."""
    first = number << 2
    return first, first + 1, first + 2, first + 3


def reach(number: int, zoom: int, lat: float, lon: float) -> tuple[float, float]:
    """Two distances in metres: no point of the tile is nearer than the first or farther than the second."""
    mid_lat, mid_lon, half = _extent(number, zoom)
    away = _metres(lat, lon, mid_lat, mid_lon)
    return max(0.0, away - half - 1.0), away + half + 1.0


@lru_cache(maxsize=8192)
def _extent(number: int, zoom: int) -> tuple[float, float, float]:
    """The middle of a tile, and how many metres from it its farthest point is at most."""
    south, west, north, east = bounds(number, zoom)
    widest = max(math.cos(math.radians(south)), math.cos(math.radians(north)), 1.0 if south <= 0 <= north else 0.0)
    # Along a meridian, then along a parallel: never shorter than the great circle.
    half = math.radians((north - south) / 2 + (east - west) / 2 * widest) * EARTH_RADIUS_M
    return (south + north) / 2, (west + east) / 2, half


def _cap(lat: float, reach_degrees: float) -> Ranges:
    """Every cell of the rows between the circle's inner latitude and the pole, all the way round."""
    inner = abs(lat) - reach_degrees
    zoom = 4
    edge = mercator(max(-EDGE, inner), 0)[1]
    rows = range(int(edge * (1 << zoom)) + 1)
    numbers = [
        _spread(column) | _spread(row if lat >= 0 else (1 << zoom) - 1 - row) << 1
        for row in rows
        for column in range(1 << zoom)
    ]
    return merge([span(number, zoom) for number in numbers])


def _metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    a, b = math.radians(lat_a), math.radians(lat_b)
    half_lat, half_lon = (b - a) / 2, math.radians(lon_b - lon_a) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def _spread(value: int) -> int:
    """Put a zero before each bit."""
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def _gather(value: int) -> int:
    """Every second bit, closed up: the inverse of `_spread`."""
    value &= 0x5555555555555555
    value = (value | value >> 1) & 0x3333333333333333
    value = (value | value >> 2) & 0x0F0F0F0F0F0F0F0F
    value = (value | value >> 4) & 0x00FF00FF00FF00FF
    value = (value | value >> 8) & 0x0000FFFF0000FFFF
    return (value | value >> 16) & 0x00000000FFFFFFFF
