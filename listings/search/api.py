"""The API of search: the list of listings and the clusters of the map."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from sharing.web.api.pagination import KeysetPagination, decode_cursor, encode_cursor, next_url

from ..states import Condition, Kind, Terms
from . import around, briefs, clusters, facets, params, query, riding, traits
from .asking import Viewer
from .criteria import SORTS

MOST_ZOOM = 22


def list_listings(request: HttpRequest | Request) -> HttpResponse:
    """GET /api/v1/listings/: those that fit and that the caller may see, `{results, next}`."""
    viewer = Viewer.of(request.user)
    parsed = params.parse(request.GET, viewer)
    if parsed.errors:
        raise ValidationError(parsed.errors)
    size = KeysetPagination().size(request)
    after = cursor(parsed.criteria, request.GET.get("cursor"))
    page = query.search(parsed.criteria, viewer, after, size, read=briefs.read)
    base = f"{request.scheme}://{request.get_host()}"
    following = next_url(request, encode_cursor(page.next), base) if page.next else None
    if page.did_you_mean and following:  # the pages that follow are for these words
        following = replace_query_param(following, "q", page.did_you_mean)
    write = briefs.Writer(base, [slug for slug, _name in viewer.names]).hit
    hits = [
        write(
            listing if isinstance(listing, briefs.Brief) else briefs.Brief.of(listing),
            distance_m, times, passage and _passage_json(passage),
        )
        for listing, distance_m, times, passage in page.hits
    ]  # fmt: skip
    return HttpResponse(briefs.page(hits, following, page.did_you_mean or None), content_type="application/json")


def at_once(request: HttpRequest) -> HttpResponse | None:
    """The same without the API's machinery around it, for the usual question: a GET for JSON, by anybody or by a
    browser's session. None where that machinery has something to say: tokens, other formats, what is refused.
    """
    accept = request.META.get("HTTP_ACCEPT", "*/*")
    usual = request.method == "GET" and ("*/*" in accept or "application/json" in accept)
    # The last is how the framework's own clients say who calls.
    said = "HTTP_AUTHORIZATION" in request.META or "format" in request.GET or hasattr(request, "_force_auth_user")
    if said or not usual:
        return None
    try:
        answer = list_listings(request)
    except APIException:
        return None
    answer.headers["Allow"] = "GET, POST, HEAD, OPTIONS"
    return answer


def cursor(criteria, text: str | None) -> list | None:
    """The key after which to go on; ValidationError when it is not ours."""
    if not text:
        return None
    try:
        return params.cursor_of(criteria, decode_cursor(text[:500]))
    except (ValueError, TypeError) as error:
        raise ValidationError({"cursor": [_("This is no cursor of ours.")]}) from error


def _passage_json(way: riding.Passage) -> dict:
    return {
        "departure": way.departure.pk,
        "board": way.board.pk,
        "board_place": way.board.place,
        "on_at": way.on_at,
        "walk_on_m": None if way.walk_on_m is None else round(way.walk_on_m),
        "alight": way.alight.pk,
        "alight_place": way.alight.place,
        "off_at": way.off_at,
        "walk_off_m": None if way.walk_off_m is None else round(way.walk_off_m),
        "fare_minor": way.fare_minor,
        "left": way.left,
        "more_departures": way.others,
    }


def _parameter(name: str, description: str, kind: object = OpenApiTypes.STR, **more: object) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **more)  # type: ignore[arg-type]


PARAMETERS = [
    _parameter(
        "q",
        "Words in title, tags, category, place and description; all must be there, in any of their forms."
        ' Words in "quotes" must stand side by side, as written.',
    ),
    _parameter("kind", "Any of these kinds.", enum=Kind.values, many=True),
    _parameter("near", "A place by name or as coordinates."),
    _parameter("lat", "Latitude of where from.", OpenApiTypes.DOUBLE),
    _parameter("lon", "Longitude of where from.", OpenApiTypes.DOUBLE),
    _parameter("radius_km", "No farther than this.", OpenApiTypes.DOUBLE),
    _parameter("bbox", "west,south,east,north in degrees; west > east crosses the antimeridian."),
    _parameter("from", "Free from this date (at the place) or instant, ISO 8601."),
    _parameter("to", "Free until the end of this date, or until this instant; rooms until that morning."),
    _parameter("flex", "With from and to: so many days sooner or later will do, 1 to 7; or `weekend`."),
    _parameter("nights", "Any so many nights in a row, 1 to 30, within …", OpenApiTypes.INT),
    _parameter("days", "Any so many days in a row, 1 to 30, within …", OpenApiTypes.INT),
    _parameter("within", "A month, 2027-06, or two days, 2027-06-10/2027-06-24; two months at most."),
    _parameter("quantity", "So many copies, beds or seats.", OpenApiTypes.INT),
    _parameter("category", "The slug of a category of the tree, or of a community's own; each includes those below."),
    _parameter("max_price", "In whole units of each listing's own currency.", OpenApiTypes.DOUBLE),
    _parameter("terms", "Any of these terms.", enum=Terms.values, many=True),
    _parameter("community", "The slug or id of a community."),
    _parameter("has", "All of these facts, each said of the kinds that can have it.", enum=list(traits.HAS), many=True),
    _parameter("condition", "Tools in any of these conditions.", enum=Condition.values, many=True),
    _parameter("beds", "Rooms with so many beds at least.", OpenApiTypes.INT),
    _parameter("bathrooms", "Rooms with so many bathrooms at least.", OpenApiTypes.INT),
    _parameter("door_cm", "Rooms whose narrowest door has so many cm at least.", OpenApiTypes.INT),
    _parameter(
        "attribute",
        "With `community`: answers to its own questions, by slug. `attribute[handles]=yes`; of choices any, with"
        " commas between; of numbers `12..24`, `12..` or `..24`.",
        OpenApiTypes.OBJECT,
        style="deepObject",
        explode=True,
    ),
    _parameter("sort", "Default: near where there is a place, else new.", enum=list(SORTS)),
    _parameter("to_near", "Rides: a later stop is near this place."),
    _parameter("to_lat", "Rides: latitude of where to.", OpenApiTypes.DOUBLE),
    _parameter("to_lon", "Rides: longitude of where to.", OpenApiTypes.DOUBLE),
    _parameter("margin_hours", "Rides: so many hours before and after will do as well; 0 to 72.", OpenApiTypes.DOUBLE),
    _parameter("cursor", "From `next` of the page before."),
    _parameter("page_size", "From 1 to 100, usually 24.", OpenApiTypes.INT),
]


class PassageSerializer(serializers.Serializer):
    """How one would ride: what a booking takes as `departure`, `board` and `alight`."""

    departure = serializers.IntegerField()
    board = serializers.IntegerField()
    board_place = serializers.CharField()
    on_at = serializers.DateTimeField()
    walk_on_m = serializers.IntegerField(allow_null=True, help_text="From where one is, to the blurred stop.")
    alight = serializers.IntegerField()
    alight_place = serializers.CharField()
    off_at = serializers.DateTimeField()
    walk_off_m = serializers.IntegerField(allow_null=True)
    fare_minor = serializers.IntegerField(help_text="A seat for this part of the way.")
    left = serializers.IntegerField(help_text="Seats free all the way between.")
    more_departures = serializers.IntegerField(help_text="Others in the time asked for.")


class HitSerializer(serializers.Serializer):
    """A listing as searches show it; only ever written out."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField()
    category = serializers.CharField(allow_null=True)
    terms = serializers.ChoiceField(Terms.choices)
    price_minor = serializers.IntegerField()
    price_unit = serializers.CharField()
    currency = serializers.CharField()
    deposit_minor = serializers.IntegerField()
    capacity = serializers.IntegerField()
    instant = serializers.BooleanField()
    visibility = serializers.CharField()
    community = serializers.CharField(allow_null=True, help_text="Null when it is not the caller's to know.")
    owner = inline_serializer(
        "HitOwner", {"id": serializers.IntegerField(), "name": serializers.CharField()}, allow_null=True
    )
    place = serializers.CharField()
    lat = serializers.FloatField(help_text="Of the blurred point.")
    lon = serializers.FloatField(help_text="Of the blurred point.")
    time_zone = serializers.CharField()
    distance_m = serializers.IntegerField(allow_null=True)
    photo = inline_serializer(
        "HitPhoto",
        {
            "src": serializers.URLField(),
            "srcset": serializers.CharField(),
            "width": serializers.IntegerField(),
            "height": serializers.IntegerField(),
            "alt": serializers.CharField(),
        },
        allow_null=True,
    )
    published = serializers.DateTimeField()
    ride = PassageSerializer(allow_null=True, help_text="Rides asked for by where to or when.")
    free_times = inline_serializer(
        "HitFreeTime", {"from": serializers.DateField(), "to": serializers.DateField()}, many=True,
        help_text="Where the dates asked for are flexible: those it can be had, as from and to.",
    )  # fmt: skip


class HitPageSerializer(serializers.Serializer):
    results = HitSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    did_you_mean = serializers.CharField(
        allow_null=True, help_text="Nothing was found for `q`; the results are for these words instead."
    )


class ClusterSerializer(serializers.Serializer):
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    n = serializers.IntegerField()
    kinds = serializers.DictField(child=serializers.IntegerField())


class ClusterPageSerializer(serializers.Serializer):
    results = ClusterSerializer(many=True)
    complete = serializers.BooleanField(help_text="Whether nothing more is there than is counted.")


_NOT_OF_A_MAP = {"bbox", "sort", "cursor", "page_size"}
_OF_ANYBODY = {"bbox", "zoom", "kind", "lat", "lon"}


class ClustersView(APIView):
    """How many listings lie where on a map."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="listings_clusters",
        parameters=[
            _parameter("bbox", "The part of the map: west,south,east,north in degrees.", required=True),
            _parameter("zoom", "The zoom of the map, 0 to 22.", OpenApiTypes.INT, required=True),
            *(parameter for parameter in PARAMETERS if parameter.name not in _NOT_OF_A_MAP),
        ],
        responses=ClusterPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Of kinds alone, what is public, counted ahead; of any other search what it finds for the caller.

        Then the nearest to the middle are counted, a bounded number, and `complete` says whether they are all.
        """
        viewer = Viewer() if request.query_params.keys() <= _OF_ANYBODY else Viewer.of(request.user)
        parsed = params.parse(request.query_params, viewer)
        errors = dict(parsed.errors)
        if parsed.criteria.box is None and "bbox" not in errors:
            errors["bbox"] = [_("This parameter is needed.")]
        zoom = request.query_params.get("zoom", "")
        if not (zoom.isascii() and zoom.isdigit() and len(zoom) < 3 and int(zoom) <= MOST_ZOOM):
            errors["zoom"] = [_("Please give a number from %(least)s to %(most)s.") % {"least": 0, "most": MOST_ZOOM}]
        if errors:
            raise ValidationError(errors)
        box = parsed.criteria.box
        if ahead := parsed.criteria.only_kinds:
            found = clusters.bubbles(box.south, box.west, box.north, box.east, int(zoom), parsed.criteria.kinds)
            complete = True
        else:
            found, complete = around.bubbles(parsed.criteria, viewer, box, int(zoom))
        answer = Response({"results": [bubble._asdict() for bubble in found], "complete": complete})
        answer["Cache-Control"] = "public, max-age=30" if ahead else "private, no-store"
        return answer


class FacetsSerializer(serializers.Serializer):
    """How many of what was looked at have what; when not `complete`, at least so many."""

    complete = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))


class FacetsView(APIView):
    """What there is to narrow a search by."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="listings_facets", parameters=PARAMETERS[:-2], responses=FacetsSerializer)
    def get(self, request: Request) -> Response:
        """`{complete, counts: {has, condition, category, terms: {value: n}}}` for the same parameters as a search.

        Within a community's category, `attribute[…]` counts the answers to its own questions likewise.

        Of a group of which any will do, its own choice is left out of its counts; a bounded number of
        listings is looked at, only what the caller may see.
        """
        viewer = Viewer.of(request.user)
        parsed = params.parse(request.query_params, viewer)
        if parsed.errors:
            raise ValidationError(parsed.errors)
        found = facets.count(parsed.criteria, viewer)
        return Response({"complete": found.complete, "counts": found.counts})


urlpatterns = [
    path("listings/clusters/", ClustersView.as_view(), name="api_clusters"),
    path("listings/facets/", FacetsView.as_view(), name="api_facets"),
]
