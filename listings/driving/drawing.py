"""The way of a ride as others may see it: its stops blurred, joined by a line; for the map and for a plain drawing."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from listings.models import Stop

WIDTH, HEIGHT, MARGIN = 900, 360, 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A stop where others may know it to be, and where it stands on the drawing."""

    place: str
    lat: float
    lon: float
    x: int
    y: int

    @property
    def side(self) -> str:
        """The end of its name that stands at the mark, so that the name stays on the drawing."""
        return "end" if self.x > WIDTH / 2 else "start"


@dataclass(frozen=True, slots=True)
class Way:
    """The marks in the order they are passed."""

    marks: tuple[Mark, ...]

    @property
    def line(self) -> str:
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)

    @property
    def words(self) -> str:
        return " → ".join(mark.place for mark in self.marks)

    @property
    def data(self) -> str:
        """[[lat, lon, place], …] as JSON; longitudes go on past 180 rather than around the world."""
        return json.dumps([[mark.lat, mark.lon, mark.place] for mark in self.marks], ensure_ascii=False)


def drawn(stops: Sequence[Stop]) -> Way | None:
    """The way past these stops, each with its listing at hand; None when there is no way."""
    if len(stops) < 2:
        return None
    points = [stop.public for stop in stops]
    first = points[0].lon
    lons = [first + (point.lon - first + 540) % 360 - 180 for point in points]
    narrow = math.cos(math.radians(sum(point.lat for point in points) / len(points)))
    xs, ys = [lon * narrow for lon in lons], [-point.lat for point in points]
    across, down = max(xs) - min(xs), max(ys) - min(ys)
    scale = min((WIDTH - 2 * MARGIN) / (across or 1e-9), (HEIGHT - 2 * MARGIN) / (down or 1e-9), 1e6)
    left, top = (WIDTH - across * scale) / 2, (HEIGHT - down * scale) / 2
    return Way(
        tuple(
            Mark(
                stop.place.split(",")[0], round(point.lat, 4), round(lon, 4),
                round(left + (x - min(xs)) * scale), round(top + (y - min(ys)) * scale),
            )
            for stop, point, lon, x, y in zip(stops, points, lons, xs, ys, strict=True)
        )
    )  # fmt: skip
