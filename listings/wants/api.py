"""The API of wants."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.actions import wants as deeds
from listings.models import Listing, Want, WantState
from listings.search import tiles
from listings.states import Kind
from members.models import Community
from members.serializers import Strict
from sharing.values.place import Point
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from . import matching

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="A problem document")
REFUSED = {400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 409: PROBLEM}
FARTHEST_KM = 200.0


class OpenToRead(IsAuthenticated):
    def has_permission(self, request, view) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_permission(request, view)


class Asked(Strict):
    """The parameters of a list of wants."""

    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    lon = serializers.FloatField(min_value=-180, max_value=180, required=False)
    radius_km = serializers.FloatField(min_value=0.1, max_value=FARTHEST_KM, default=30.0)
    bbox = serializers.CharField(max_length=100, required=False, help_text="west,south,east,north")
    kind = serializers.ChoiceField(Kind.choices, required=False)
    community = serializers.SlugField(required=False)
    mine = serializers.BooleanField(default=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.CharField(required=False)

    def validate(self, said: dict) -> dict:
        if ("lat" in said) != ("lon" in said):
            raise serializers.ValidationError({"lat": ["A place needs both latitude and longitude."]})
        return said

    def validate_bbox(self, text: str) -> tuple[float, float, float, float]:
        try:
            west, south, east, north = (float(part) for part in text.split(","))
            if not (-90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
                raise ValueError
        except ValueError:
            raise serializers.ValidationError("Four numbers: west,south,east,north.") from None
        return south, west, north, east


class WantSent(Strict):
    title = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(Kind.choices, default=Kind.TOOL)
    description = serializers.CharField(max_length=1000, allow_blank=True, default="")
    starts = serializers.DateField(required=False, allow_null=True)
    ends = serializers.DateField(required=False, allow_null=True)
    everyone = serializers.BooleanField(default=True)
    community = serializers.CharField(max_length=60, help_text="Slug.")
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False)
    lon = serializers.FloatField(min_value=-180, max_value=180, required=False)
    place = serializers.CharField(max_length=120, allow_blank=True, default="")


class AnswerSent(Strict):
    body = serializers.CharField(max_length=4000, allow_blank=True, default="")
    listing = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    client_id = serializers.CharField(max_length=64)


class WantAnswerBody(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    description = serializers.CharField()
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    everyone = serializers.BooleanField()
    state = serializers.ChoiceField(WantState.choices)
    community = serializers.SerializerMethodField()
    member = serializers.SerializerMethodField()
    place = serializers.CharField()
    lat = serializers.FloatField(source="public_lat", help_text="Of the blurred point.")
    lon = serializers.FloatField(source="public_lon", help_text="Of the blurred point.")
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()

    def get_community(self, want: Want) -> str | None:
        """Its slug; null when it is not the caller's to know."""
        return want.community.slug if want.community_id in self.context["known"] else None

    def get_member(self, want: Want) -> dict:
        return {"id": want.member_id, "name": want.member.name}


class WantsView(IdempotentMixin, APIView):
    permission_classes = [OpenToRead]
    keyset_ordering = ("-id",)

    @extend_schema(
        operation_id="wants_list", parameters=[Asked, OpenApiParameter("cursor", str)],
        responses={200: WantAnswerBody(many=True), 400: PROBLEM},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Open wants, the newest first: near a point, in a box, of a community; or all of your own."""
        asked = Asked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rows = _seen(request)
        rows = rows.filter(member=request.user.pk) if said["mine"] else rows.open()
        if "lat" in said:
            rows = matching.near(Point(said["lat"], said["lon"]), said["radius_km"] * 1000, rows)
        if box := said.get("bbox"):
            rows = matching.within(tiles.box(*box), rows)
        if "kind" in said:
            rows = rows.filter(kind=said["kind"])
        if "community" in said:
            rows = rows.filter(community__in=_known(request).filter(slug=said["community"]))
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(_bodies(request, page))

    @extend_schema(operation_id="wants_create", request=WantSent, responses={201: WantAnswerBody, **REFUSED})
    def post(self, request: Request) -> Response:
        """Ask for something; neighbours who have such things are told."""
        sent = WantSent(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        lat, lon = said.pop("lat", None), said.pop("lon", None)
        if (lat is None) != (lon is None):
            raise serializers.ValidationError({"lat": ["A place needs both latitude and longitude."]})
        said["community"] = get_object_or_404(Community.objects.of(request.user), slug=said["community"])
        want = deeds.ask(by=request.user, point=None if lat is None else Point(lat, lon), **said)
        return _answer(request, want.pk, status=201)


class WantView(APIView):
    permission_classes = [OpenToRead]

    @extend_schema(operation_id="wants_read", responses={200: WantAnswerBody, 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        return _answer(request, pk)


class AnswersView(IdempotentMixin, APIView):
    @extend_schema(operation_id="wants_answer", request=AnswerSent, responses={201: OpenApiTypes.OBJECT, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Answer with words, with a listing of yours, or both; answers the conversation."""
        sent = AnswerSent(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        if number := said.pop("listing", None):
            said["listing"] = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=number)
        made, conversation = deeds.answer(pk, by=request.user, **said)
        return Response({"id": made.pk, "conversation": conversation.pk, "listing": made.listing_id}, status=201)


class CloseView(IdempotentMixin, APIView):
    """`found`, `close` or `renew`."""

    verb = ""

    @extend_schema(request=None, responses={200: WantAnswerBody, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        if self.verb == "renew":
            deeds.renew(pk, by=request.user)
        else:
            deeds.close(pk, by=request.user, found=self.verb == "found")
        return _answer(request, pk)


def _seen(request: Request):
    return Want.objects.visible_to(request.user).select_related("member", "community")


def _answer(request: Request, pk: int, *, status: int = 200) -> Response:
    return Response(_bodies(request, [get_object_or_404(_seen(request), pk=pk)])[0], status=status)


def _bodies(request: Request, wants: list[Want]) -> list[dict]:
    """As the caller may read them: of communities that do not show themselves, only those they know of."""
    known = {want.community_id for want in wants if want.community.listed or want.member_id == request.user.pk}
    if hidden := {want.community_id for want in wants} - known:
        known |= set(_known(request).filter(pk__in=hidden).values_list("pk", flat=True))
    return list(WantAnswerBody(wants, many=True, context={"known": known}).data)


def _known(request: Request):
    return Community.objects.known_to(request.user)


urlpatterns: list = [
    path("wants/", WantsView.as_view(), name="api_wants"),
    path("wants/<int:pk>/", WantView.as_view(), name="api_want"),
    path("wants/<int:pk>/answers/", AnswersView.as_view(), name="api_want_answers"),
    *(
        path(f"wants/<int:pk>/{verb}/", CloseView.as_view(verb=verb), name=f"api_want_{verb}")
        for verb in ("found", "close", "renew")
    ),
]
