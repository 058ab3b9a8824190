"""Places as JSON: suggestions while typing, and the names a map without tiles shows."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from members.models import Community
from sharing.values.place import Point

from . import finder
from .gazetteer import gazetteer
from .names import country

LABELS, COMMUNITIES = 28, 14
NAMED_FROM_ZOOM = 9  # communities are named on maps of a town, not of a continent


@require_safe
@cache_control(private=True, max_age=3600)  # in the reader's language
def places(request: HttpRequest) -> JsonResponse:
    """`/places/?q=frei`, with `lat` and `lon` of where it should be near if one likes → `{results: [{name, …}]}`."""
    language = get_language() or "en"
    found = finder.find(request.GET.get("q", ""), language=language, near=_near(request), limit=8)
    return JsonResponse({"results": [_json(place, language) for place in found]})


@require_safe
@cache_control(public=True, max_age=600)
def labels(request: HttpRequest) -> JsonResponse:
    """`/places/labels/?bbox=west,south,east,north&zoom=9`: the largest names of that part of the map."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
        zoom = int(request.GET.get("zoom", ""))
        Point(south, _turned(west)), Point(north, _turned(east))
    except ValueError:
        return JsonResponse({"detail": "bbox=west,south,east,north&zoom="}, status=400)
    west, east = (-180.0, 180.0) if east - west >= 360 else (_turned(west), _turned(east))
    names = [
        {"name": city.name, "lat": city.lat, "lon": city.lon, "size": min(4, len(str(city.population)) - 4)}
        for city in gazetteer().within(south, west, north, east, LABELS)
    ]
    if zoom >= NAMED_FROM_ZOOM:
        names += _communities(south, west, north, east)
    return JsonResponse({"results": names})


def _communities(south: float, west: float, north: float, east: float) -> list[dict]:
    inside = Community.objects.filter(listed=True, lat__gte=south, lat__lte=north)
    inside = inside.filter(lon__gte=west, lon__lte=east) if west <= east else inside.exclude(lon__gt=east, lon__lt=west)
    rows = inside.order_by("pk").values("name", "place", "lat", "lon", "slug")[:COMMUNITIES]
    return [{"name": row["place"] or row["name"], "lat": row["lat"], "lon": row["lon"], "size": 0} for row in rows]


def _near(request: HttpRequest) -> Point | None:
    try:
        return Point(float(request.GET["lat"]), float(request.GET["lon"]))
    except (KeyError, ValueError):
        return None


def _json(place: finder.FoundPlace, language: str) -> dict:
    return {
        "name": place.name,
        "detail": place.detail,
        "country": place.country,
        "country_name": country(place.country, language[:2]) if place.country else "",
        "region": place.detail.partition(",")[0] if "," in place.detail else "",
        "lat": place.lat,
        "lon": place.lon,
        "time_zone": place.time_zone,
        "population": place.population,
    }


def _turned(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
