"""Outlines for the demo's pictures: plain lists of points, y downwards, in the picture's own units."""

import math
import re
from collections.abc import Iterable

Points = list[tuple[float, float]]

_TOKENS = re.compile(r"([MmLlHhVvCcQqZz])|(-?\d*\.?\d+)")


def rect(x: float, y: float, w: float, h: float, r: float = 0) -> Points:
    """A rectangle, its corners rounded by `r`."""
    r = min(r, w / 2, h / 2)
    if r <= 0:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    corners = [(x + w - r, y + r, -90), (x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180)]
    return [point for cx, cy, start in corners for point in arc(cx, cy, r, r, start, start + 90, 8)]


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> Points:
    return arc(cx, cy, rx, rx if ry is None else ry, 0, 360, 72)[:-1]


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, steps: int = 32) -> Points:
    """Part of an ellipse between two angles in degrees; 0 is to the right, 90 is down."""
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def quad(a: tuple, b: tuple, c: tuple, d: tuple) -> Points:
    return [a, b, c, d]


def smooth(points: Iterable[tuple[float, float]], closed: bool = True, steps: int = 10) -> Points:
    """A soft curve through the points (Catmull-Rom)."""
    p = list(points)
    n = len(p)
    out = []
    for i in range(n if closed else n - 1):
        a, b, c, d = (p[(i + k) % n] if closed else p[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        for s in range(steps):
            t = s / steps
            out.append(tuple(_spline(a[k], b[k], c[k], d[k], t) for k in (0, 1)))
    return out if closed else [*out, p[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def path(text: str) -> Points:
    """The points of one SVG path (M, L, H, V, C, Q, Z in either case), curves flattened."""
    out: Points = []
    command, numbers = "M", []
    need = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "q": 4}
    for letter, number in _TOKENS.findall(text):
        if letter:
            command, numbers = letter, []
            continue
        numbers.append(float(number))
        if len(numbers) == need[command.lower()]:
            _segment(out, command, numbers)
            command = {"M": "L", "m": "l"}.get(command, command)
            numbers = []
    return out


def _segment(out: Points, command: str, n: list[float]) -> None:
    x, y = out[-1] if out else (0.0, 0.0)
    ox, oy = (x, y) if command.islower() else (0.0, 0.0)
    kind = command.lower()
    if kind == "h":
        out.append((ox + n[0], y))
    elif kind == "v":
        out.append((x, oy + n[0]))
    elif kind in "ml":
        out.append((ox + n[0], oy + n[1]))
    else:
        controls = [(x, y)] + [(ox + n[i], oy + n[i + 1]) for i in range(0, len(n), 2)]
        out.extend(_bezier(controls, i / 14) for i in range(1, 15))


def _bezier(controls: Points, t: float) -> tuple[float, float]:
    while len(controls) > 1:
        controls = [
            (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
            for a, b in zip(controls, controls[1:], strict=False)
        ]
    return controls[0]


def turn(points: Points, degrees: float, cx: float, cy: float) -> Points:
    """The points turned clockwise about (cx, cy)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]


def move(points: Points, dx: float, dy: float) -> Points:
    return [(x + dx, y + dy) for x, y in points]


def flip(points: Points, cx: float) -> Points:
    """Mirrored about the upright line x = cx."""
    return [(2 * cx - x, y) for x, y in points]


def on(points: Points, share: float) -> tuple[float, float]:
    """The point at a share (0 to 1) of the way along a line of points."""
    lengths = [math.dist(a, b) for a, b in zip(points, points[1:], strict=False)]
    left = share * sum(lengths)
    for (a, b), length in zip(zip(points, points[1:], strict=False), lengths, strict=True):
        if left <= length and length:
            t = left / length
            return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
        left -= length
    return points[-1]
