"""Coordinates as people paste them: "47.99, 7.85", "47,99 7,85", "47°59'45\"N 7°51'8\"E", "geo:47.99,7.85"."""

import math
import re

from sharing.values.place import Point

_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PLAIN = re.compile(
    rf"^(?:geo:)?\s*({_NUMBER})\s*([NS]?)\s*[,;\s]\s*({_NUMBER})\s*([EWO]?)\s*(?:[;?].*)?$", re.IGNORECASE
)
_COMMAS = re.compile(r"^([-+]?\d{1,3},\d+)\s*[;\s]\s*([-+]?\d{1,3},\d+)$")
_DEGREES = re.compile(
    r"^(\d{1,3})\s*[°d]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’m]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”s]|'')\s*)?([NS])"
    r"\s*[,;\s]?\s*(\d{1,3})\s*[°d]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’m]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”s]|'')\s*)?([EWO])$",
    re.IGNORECASE,
)


def parse(text: str) -> Point | None:
    """The point, or None when the text is no pair of coordinates on this globe."""
    text = text.strip()
    if len(text) > 80:
        return None
    if match := _COMMAS.match(text):
        return _point(float(match[1].replace(",", ".")), float(match[2].replace(",", ".")))
    if match := _PLAIN.match(text):
        lat, lon = float(match[1]), float(match[3])
        return _point(-lat if match[2].upper() == "S" else lat, -lon if match[4].upper() == "W" else lon)
    if match := _DEGREES.match(text):
        return _point(_sum(match[1], match[2], match[3], match[4]), _sum(match[5], match[6], match[7], match[8]))
    return None


def _sum(degrees: str, minutes: str | None, seconds: str | None, side: str) -> float:
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if side.upper() in "SW" else value


def _point(lat: float, lon: float) -> Point | None:
    if math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180:
        return Point(lat, lon)
    return None
