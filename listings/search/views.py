"""The page of search: its address is its state, and what changes comes as a part of the page when asked by htmx."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from sharing.values.place import Point
from sharing.web.api.pagination import decode_cursor, encode_cursor

from .. import places
from . import briefs, params, query, suggestions
from . import facets as counting
from .asking import Viewer
from .page import SearchPage
from .sheet import TraitSheet

SIZE = 24

SAY_WHERE = {"near", "lat", "lon", "bbox", "community", "sort", "cursor", "radius_km"}


@require_safe
@vary_on_headers("HX-Request", "Cookie")
def search(request: HttpRequest) -> HttpResponse:
    asked = _settled(request.GET)
    if (home := _home(request, asked)) is not None:
        return redirect(f"{reverse('search')}?{urlencode(home)}")
    viewer = Viewer.of(request.user)
    parsed = params.parse(asked, viewer)
    after = _after(parsed, request.GET.get("cursor", ""))
    more = bool(request.htmx and after)
    found = query.search(parsed.criteria, viewer, after, SIZE, totals=not more, read=briefs.read)
    page = SearchPage(parsed, found, viewer, encode_cursor(found.next) if found.next else "", continued=bool(after))
    context = {"page": page, "tile_url": settings.TILE_URL, "tile_attribution": settings.TILE_ATTRIBUTION}
    if more:
        return render(request, "listings/search/_cards.html", context)
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "listings/search/_results.html", context)
        again = request.headers.get("X-Map-Again")  # the map moves on: one step back leads out of all its moves
        response["HX-Replace-Url" if again else "HX-Push-Url"] = page.url
        return response
    return render(request, "listings/search.html", context)


@require_safe
@vary_on_headers("Cookie")
def facets(request: HttpRequest) -> HttpResponse:
    """The part of the filters that asks for facts, with how many around here have each: fetched when it is opened."""
    viewer = Viewer.of(request.user)
    parsed = params.parse(_settled(request.GET), viewer)
    page = SearchPage(parsed, query.Page([], None, {}), viewer, "", continued=True)
    sheet = TraitSheet(page, counting.count(parsed.criteria, viewer))
    return render(request, "listings/search/_traits.html", {"page": page, "sheet": sheet})


@require_safe
@cache_control(public=True, max_age=300)
def suggest(request: HttpRequest) -> JsonResponse:
    """`/search/suggest/?q=dri` → `{results: ["drill", …]}`: words of public listings that begin so."""
    return JsonResponse({"results": suggestions.words(request.GET.get("q", ""))})


def _settled(given: QueryDict) -> QueryDict:
    """The point that came with a place's name stands only while the name is still the one it came with."""
    asked = given.copy()
    for name, lat, lon, was in (("near", "lat", "lon", "was"), ("to_near", "to_lat", "to_lon", "to_was")):
        if was in asked:
            if asked.get(name, "").strip() != asked[was].strip():
                asked.pop(lat, None)
                asked.pop(lon, None)
                if name == "near":  # somewhere else: the part of the map one looked at goes with it
                    asked.pop("bbox", None)
            del asked[was]
    if any_of := asked.pop("any", [""])[-1].strip():  # so many nights or days, from two fields of the sheet
        asked["days" if asked.get("any_unit") == "days" else "nights"] = any_of
    asked.pop("any_unit", None)
    if not asked.get("near", "").strip() and (name := _named(asked.get("lat", ""), asked.get("lon", ""))):
        asked["near"] = name
    if "bbox" in asked and asked.get("near", "").strip() and not asked["bbox"].strip():
        del asked["bbox"]
    return asked


def _named(lat: str, lon: str) -> str:
    """What one would call this point: "near me" is a place others know, too."""
    try:
        point = Point(float(lat), float(lon))
    except ValueError:
        return ""
    return places.name_at(point.lat, point.lon)


def _home(request: HttpRequest, asked: QueryDict) -> dict | None:
    """A member who says nothing of where looks around where they live; an emptied "where" means anywhere."""
    member = request.user
    if SAY_WHERE & set(request.GET) or request.htmx or not member.is_authenticated or member.public_lat is None:
        return None
    home = {"near": member.place, "lat": f"{member.public_lat:.4f}", "lon": f"{member.public_lon:.4f}"}
    return {**request.GET.dict(), **home}


def _after(parsed: params.Parsed, cursor: str) -> list | None:
    if not cursor:
        return None
    try:
        return params.cursor_of(parsed.criteria, decode_cursor(cursor[:500]))
    except (ValueError, TypeError):
        return None
