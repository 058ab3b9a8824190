"""Coordinates as people paste them: figures, degrees and minutes, a geo: address, the address of a map.

"47.99, 7.85", "47,99; 7,85", "N 47° 59.754' E 7° 51.132'", "47°59'45\"N 7°51'8\"E", "47 59 45 N 7 51 8 E",
"7.85E 47.99N", "lat: 47.99 lon: 7.85", "geo:47.99,7.85?z=12", "https://…/@47.99,7.85,15z", "…#map=15/47.99/7.85".
Latitude comes first unless the letters say otherwise. Plus codes and UTM are read by `codes`.
"""

import math
import re

from django.utils.translation import get_language

from sharing.values.place import Point

from . import codes

LONGEST, LONGEST_ADDRESS = 80, 600
_FIGURE = r"[-+]?\d{1,3}(?:\.\d+)?"
_ADDRESSES = [
    re.compile(pattern.replace("LAT", f"({_FIGURE})").replace("LON", f"({_FIGURE})"))
    for pattern in (
        r"^geo:LAT,LON(?:[,;?]|$)",
        r"!3dLAT!4dLON",  # the place itself, where the address also says where the map looks
        r"[?&]mlat=LAT&mlon=LON",
        r"/@LAT,LON",
        r"#map=\d+(?:\.\d+)?/LAT/LON",
        r"[?&](?:q|query|ll|sll|center|daddr|destination|cp)=(?:loc:)?LAT(?:,|~|%2C)\+?LON",
        r"[?&]lat=LAT&(?:lon|lng)=LON",
    )
]
_LABEL = re.compile(r"\b(?:latitude|longitude|lat|lon|long|lng|breite|länge)\b[:=]?", re.IGNORECASE)
_WEST_IN = ("fr", "es", "it", "pt", "ca")  # where O is for ouest, oeste, ovest; elsewhere it is for Ost
_SIGNS = str.maketrans({"º": "°", "˚": "°", "′": "'", "’": "'", "´": "'", "″": '"', "”": '"', "“": '"', "−": "-"})
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_TOKEN = re.compile(
    r"(?P<figure>[-+]?\d{1,3}(?:\.\d+)?)(?![.\d])|(?P<side>[NSEWO])|(?P<mark>[°'\"dm;,:/|()\s]+)", re.IGNORECASE
)


def parse(text: str) -> Point | None:
    """The point, or None when the text is no pair of coordinates on this globe."""
    text = text.strip()
    if point := codes.parse(text[:LONGEST_ADDRESS]):
        return point
    if "://" in text[:12] or text[:4].lower() == "geo:":
        return _of_address(text[:LONGEST_ADDRESS])
    if len(text) > LONGEST:
        return None
    text = _LABEL.sub(" ", text.translate(_SIGNS))
    for plain in _readings(text):
        if point := _of_figures(plain):
            return point
    return None


def _of_address(text: str) -> Point | None:
    for pattern in _ADDRESSES:
        if match := pattern.search(text):
            return _point(float(match[1]), float(match[2]))
    return None


def _readings(text: str) -> list[str]:
    """The text with its commas read as points, where that may be meant, and as it stands."""
    if "." in text or not _DECIMAL_COMMA.search(text):
        return [text]
    return [_DECIMAL_COMMA.sub(".", text), text]


def _of_figures(text: str) -> Point | None:
    figures: list[str] = []
    sides: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match["figure"]:
            figures.append(match["figure"])
        elif match["side"]:
            sides.append((_side(match["side"]), len(figures)))
    if len(figures) not in (2, 4, 6) or len(sides) not in (0, 2):
        return None
    half = len(figures) // 2
    first, second = _sum(figures[:half]), _sum(figures[half:])
    if first is None or second is None:
        return None
    if not sides:
        return _point(first, second)
    if [where for _letter, where in sides] not in ([0, half], [half, 2 * half]):
        return None  # a letter stands before or behind its own figures
    return _with_sides((first, sides[0][0]), (second, sides[1][0]))


def _with_sides(one: tuple[float, str], other: tuple[float, str]) -> Point | None:
    if one[1] in "EW":
        one, other = other, one
    (lat, north), (lon, east) = one, other
    if north not in "NS" or east not in "EW" or lat < 0 or lon < 0:
        return None
    return _point(-lat if north == "S" else lat, -lon if east == "W" else lon)


def _sum(figures: list[str]) -> float | None:
    """Degrees, and minutes, and seconds: only the last of them in parts."""
    if any("." in figure for figure in figures[:-1]) or any(figure[0] in "+-" for figure in figures[1:]):
        return None
    values = [float(figure) for figure in figures]
    if any(value >= 60 for value in values[1:]):
        return None
    size = sum(abs(value) / 60**step for step, value in enumerate(values))
    return -size if figures[0].startswith("-") else size


def _side(letter: str) -> str:
    letter = letter.upper()
    if letter != "O":
        return letter
    return "W" if (get_language() or "")[:2] in _WEST_IN else "E"


def _point(lat: float, lon: float) -> Point | None:
    if math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180:
        return Point(lat, lon)
    return None
