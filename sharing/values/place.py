"""Places on the globe, and the blur that keeps a home private.

Distances are great-circle metres on a sphere of the mean Earth radius (6,371,008.8 m, IUGG).
A blurred point is computed once on the server and stored; only it is ever searched, sorted
by or sent. The same home blurs to the same point for all of one owner's listings, so that
averaging many of them tells nothing more than one does.
"""

import hashlib
import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8
BLUR_NEAREST_M, BLUR_FARTHEST_M = 120.0, 380.0


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees (WGS 84); longitude is kept in [-180, 180)."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("A point needs finite coordinates.")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("Latitude lies between -90 and 90, longitude between -180 and 180.")
        if self.lon == 180:
            object.__setattr__(self, "lon", -180.0)

    @property
    def xyz(self) -> tuple[float, float, float]:
        """The point on the sphere in metres from the Earth's centre."""
        lat, lon = math.radians(self.lat), math.radians(self.lon)
        around = math.cos(lat) * EARTH_RADIUS_M
        return around * math.cos(lon), around * math.sin(lon), math.sin(lat) * EARTH_RADIUS_M


def metres_between(a: Point, b: Point) -> float:
    """Great-circle distance in metres."""
    return arc_metres(sum((p - q) ** 2 for p, q in zip(a.xyz, b.xyz, strict=True)))


def chord_squared(metres: float) -> float:
    """Squared straight-line distance (m²) that belongs to a great-circle distance."""
    return (2 * EARTH_RADIUS_M * math.sin(min(metres, math.pi * EARTH_RADIUS_M) / (2 * EARTH_RADIUS_M))) ** 2


def arc_metres(chord_squared_m2: float) -> float:
    """Great-circle metres that belong to a squared chord; the inverse of `chord_squared`."""
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(max(0.0, chord_squared_m2)) / (2 * EARTH_RADIUS_M)))


def offset(point: Point, metres: float, bearing: float) -> Point:
    """The point `metres` away on the initial `bearing` (radians, clockwise from north)."""
    angle = metres / EARTH_RADIUS_M
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    to_lat = math.asin(math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing))
    to_lon = lon + math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(to_lat)
    )
    return Point(math.degrees(to_lat), (math.degrees(to_lon) + 540) % 360 - 180)


def blur(point: Point, *, secret: str, owner: str) -> Point:
    """A public stand-in 120 to 380 m away, the same for every listing of `owner` at this home.

    The home is first snapped to about 11 m, so that a pin set twice does not give two samples.
    `secret` never leaves the server; without it the offset cannot be undone.
    """
    home = f"{owner}:{point.lat:.4f}:{point.lon:.4f}"
    digest = hashlib.blake2b(home.encode(), key=secret.encode()[:64], digest_size=16).digest()
    bearing = int.from_bytes(digest[:8], "big") / 2**64 * math.tau
    # Uniform by area in the ring: by radius alone, points would crowd near the home.
    share = int.from_bytes(digest[8:], "big") / 2**64
    near, far = BLUR_NEAREST_M**2, BLUR_FARTHEST_M**2
    return offset(Point(round(point.lat, 4), round(point.lon, 4)), math.sqrt(near + share * (far - near)), bearing)
