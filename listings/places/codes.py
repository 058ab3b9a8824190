"""Points by codes: plus codes in full ("8FV9XVW2+93") and UTM with its zone and band ("32U 414400 5316500").

Plus codes as the specification of Open Location Code (its version 1.0.4) says; of UTM the series in the third
flattening of Krüger (1912) as Karney gives them ("Transverse Mercator with an accuracy of a few nanometers", Journal of
Geodesy 85, 2011, equations 9 to 11, 15 and 36), on the ellipsoid of WGS 84: good to a millimetre within a zone.
"""

import math
import re

from sharing.values.place import Point

_DIGITS = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(rf"(?:[{_DIGITS}]{{8}}\+(?:[{_DIGITS}]{{2,7}})?|[{_DIGITS}]{{2,6}}0{{2,6}}\+)", re.IGNORECASE)
_PLUS_ADDRESS = re.compile(rf"^https?://(?:www\.)?plus\.codes/({_PLUS.pattern})(?:[/?#]|$)", re.IGNORECASE)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"  # of eight degrees each from 80 degrees south on, the last of twelve
_UTM = re.compile(
    r"(?:UTM:?\s*)?(?:zone\s*)?(?P<zone>0?[1-9]|[1-5]\d|60)\s*(?P<band>[C-HJ-NP-X])[\s,;:]+"
    r"(?:E\s*)?(?P<east>\d{6}(?:\.\d+)?)\s*(?:m\s*)?E?[\s,;]+(?:N\s*)?(?P<north>\d{1,8}(?:\.\d+)?)\s*(?:m\s*)?N?",
    re.IGNORECASE,
)
_RADIUS_M, _FLATTENING, _SCALE, _FALSE_EAST_M, _FALSE_NORTH_M = 6_378_137.0, 1 / 298.257223563, 0.9996, 5e5, 1e7
_N = _FLATTENING / (2 - _FLATTENING)
_RECTIFYING_M = _RADIUS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_TO_SPHERE = (_N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96, _N**2 / 48 + _N**3 / 15, 17 * _N**3 / 480)
_TO_GEODETIC = (2 * _N - 2 * _N**2 / 3 - 2 * _N**3, 7 * _N**2 / 3 - 8 * _N**3 / 5, 56 * _N**3 / 15)
_SLACK = 0.1  # degrees: by so much people write the band next door


def parse(text: str) -> Point | None:
    """The point a code names, of a plus code its middle; None when the text is none of them."""
    text = text.strip()
    if address := _PLUS_ADDRESS.match(text):
        return _of_plus(address[1].upper())
    if _PLUS.fullmatch(text):
        return _of_plus(text.upper())
    if match := _UTM.fullmatch(text):
        return _of_utm(int(match["zone"]), match["band"].upper(), float(match["east"]), float(match["north"]))
    return None


def _of_plus(code: str) -> Point | None:
    digits = [_DIGITS.index(letter) for letter in code.replace("+", "").rstrip("0")]
    padded = code.index("+") - min(len(digits), 8)
    if padded % 2 or code.index("+") != 8 or digits[0] > 8 or digits[1] > 17:
        return None  # beyond the poles or once more round the globe
    lat, lon, high, wide = -90.0, -180.0, 400.0, 400.0
    for number, digit in enumerate(digits):
        if number < 10:
            high, wide = (high / 20, wide) if number % 2 == 0 else (high, wide / 20)
            lat, lon = (lat + digit * high, lon) if number % 2 == 0 else (lat, lon + digit * wide)
        else:
            high, wide = high / 5, wide / 4
            lat, lon = lat + digit // 4 * high, lon + digit % 4 * wide
    return Point(min(90.0, lat + high / 2), lon + wide / 2)


def _of_utm(zone: int, band: str, east: float, north: float) -> Point | None:
    """By its band; N and S that do not lie in the bands of these letters are taken for the half of the globe."""
    if not (1e5 <= east < 9e5 and north <= _FALSE_NORTH_M):
        return None
    first = -80 + 8 * _BANDS.index(band)
    point = _unprojected(zone, east, north - (_FALSE_NORTH_M if band < "N" else 0))
    if first - _SLACK <= point.lat <= first + (12 if band == "X" else 8) + _SLACK:
        return point
    if band == "S":
        point = _unprojected(zone, east, north - _FALSE_NORTH_M)
        return point if point.lat >= -80 - _SLACK else None
    return point if band == "N" and point.lat <= 84 + _SLACK else None


def _unprojected(zone: int, east: float, north: float) -> Point:
    up, across = north / (_SCALE * _RECTIFYING_M), (east - _FALSE_EAST_M) / (_SCALE * _RECTIFYING_M)
    xi, eta = up, across
    for step, beta in enumerate(_TO_SPHERE, start=1):
        xi -= beta * math.sin(2 * step * up) * math.cosh(2 * step * across)
        eta -= beta * math.cos(2 * step * up) * math.sinh(2 * step * across)
    conformal = math.asin(math.sin(xi) / math.cosh(eta))
    lat = conformal + sum(
        delta * math.sin(2 * step * conformal) for step, delta in enumerate(_TO_GEODETIC, start=1)
    )
    lon = zone * 6 - 183 + math.degrees(math.atan2(math.sinh(eta), math.cos(xi)))
    return Point(math.degrees(lat), (lon + 180) % 360 - 180)
