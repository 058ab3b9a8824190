"""Make listings/static/listings/land.json, the outlines a map without tiles is drawn from; run once.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python tools/make_land.py package/land-50m.json

Natural Earth's land (1:50 million, public domain) as rings of hundredths of a degree, each point as the
difference to the one before: `{"scale": 100, "rings": [[lon, lat, dlon, dlat, …], …]}`.
"""

import gzip
import json
import pathlib
import sys

SCALE = 100
TOLERANCE = 0.018
SMALLEST = 0.004  # square degrees: smaller islands are left to their names
TARGET = pathlib.Path(__file__).resolve().parent.parent / "listings" / "static" / "listings" / "land.json"

Ring = list[tuple[float, float]]


def main(source: str) -> None:
    topology = json.loads(pathlib.Path(source).read_text())
    arcs = [decode(arc, topology["transform"]) for arc in topology["arcs"]]
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            rings += [unwrap(stitch(ring, arcs)) for ring in polygon]
    kept = [simplify(ring, TOLERANCE) for ring in rings if abs(area(ring)) >= SMALLEST]
    packed_rings = [pack(ring) for ring in kept if len(ring) > 3]
    packed = {"scale": SCALE, "rings": packed_rings}
    text = json.dumps(packed, separators=(",", ":"))
    TARGET.write_text(text)
    sys.stdout.write(
        f"{len(packed_rings)} rings, {len(text)} bytes, {len(gzip.compress(text.encode()))} compressed\n"
    )


def decode(arc: list[list[int]], transform: dict) -> Ring:
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * kx + dx, y * ky + dy))
    return points


def stitch(numbers: list[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for number in numbers:
        part = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += part[1:] if ring else part
    return ring


def unwrap(ring: Ring) -> Ring:
    """Over the antimeridian the longitude goes on instead of jumping; a ring around a pole is closed beyond it."""
    plain, turn = [ring[0]], 0.0
    for (before, _lat), (lon, lat) in zip(ring, ring[1:], strict=False):
        turn += 360 if lon - before < -180 else -360 if lon - before > 180 else 0
        plain.append((lon + turn, lat))
    if turn:
        pole = -89.9 if ring[0][1] < 0 else 89.9
        plain += [(plain[-1][0], pole), (plain[0][0], pole), plain[0]]
    return plain


def area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)) / 2


def simplify(ring: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker, without recursion; a ring is cut at its far point first."""
    far = max(range(len(ring)), key=lambda i: (ring[i][0] - ring[0][0]) ** 2 + (ring[i][1] - ring[0][1]) ** 2)
    keep = {0, far, len(ring) - 1}
    parts = [(0, far), (far, len(ring) - 1)]
    while parts:
        first, last = parts.pop()
        worst, at = 0.0, first
        for index in range(first + 1, last):
            distance = away(ring[index], ring[first], ring[last])
            if distance > worst:
                worst, at = distance, index
        if worst > tolerance:
            keep.add(at)
            parts += [(first, at), (at, last)]
    return [ring[index] for index in sorted(keep)]


def away(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    (px, py), (ax, ay), (bx, by) = point, a, b
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / length)) if length else 0.0
    return ((px - ax - share * dx) ** 2 + (py - ay - share * dy) ** 2) ** 0.5


def pack(ring: Ring) -> list[int]:
    packed: list[int] = []
    last = (0, 0)
    for lon, lat in ring:
        here = round(lon * SCALE), round(lat * SCALE)
        if here != last or not packed:
            packed += [here[0] - last[0], here[1] - last[1]]
            last = here
    return packed


if __name__ == "__main__":
    main(sys.argv[1])
