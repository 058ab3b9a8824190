"""Distances in whole numbers, so that both engines compare them exactly and a posting can carry its own point.

A point is its x, y and z on the globe in centimetres, each in four bytes; `d` is the squared chord between two
such points in cm², which fits 63 bits and orders like the great circle.
"""

from math import asin, pi, sqrt

from sharing.values.place import EARTH_RADIUS_M, Point, chord_squared

CM2 = 10_000  # square centimetres to the square metre
_ACROSS_M, _ACROSS_CM = 2 * EARTH_RADIUS_M, 200 * EARTH_RADIUS_M
_FARTHEST = (int(_ACROSS_CM) + 4) ** 2  # rounded to centimetres, the antipode may lie beyond the width of the globe
SLACK_M = 1.0  # more than rounding to centimetres can move a point: what circles must be wider by


def grid(point: Point) -> tuple[int, int, int]:
    """The point in whole centimetres from the Earth's centre."""
    return rounded(*point.xyz)


def rounded(x: float, y: float, z: float) -> tuple[int, int, int]:
    return round(x * 100), round(y * 100), round(z * 100)


def squared(metres: float) -> int:
    """The largest `d` that lies within so many metres; from half way round on, the largest there is."""
    if metres >= pi * EARTH_RADIUS_M:
        return _FARTHEST
    return int(chord_squared(metres) * CM2)


def metres(d: int) -> float:
    """Along the great circle, as `arc_metres` of a chord in metres."""
    return _ACROSS_M * asin(min(1.0, sqrt(d) / _ACROSS_CM))


def between(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    """`d` of two points."""
    return sum((p - q) * (p - q) for p, q in zip(a, b, strict=True))
