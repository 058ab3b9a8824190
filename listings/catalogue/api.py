"""The API of catalogues: bring one in, watch it, and take one out."""

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.models import CatalogueImport, ImportProblem, ImportState
from listings.states import Kind
from members.models import Community
from members.serializers import Strict
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from . import asked, columns, export, work

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="A problem document")
REFUSED = {400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 409: PROBLEM}
LISTED = 50


class ImportSent(Strict):
    sheet = serializers.FileField(max_length=200, help_text="CSV, or a ZIP of a CSV and its photos.")
    pictures = serializers.FileField(max_length=200, required=False, help_text="A ZIP of the photos.")
    community = serializers.CharField(max_length=60, help_text="Slug.")
    commons = serializers.BooleanField(default=False, help_text="Owned by the community; for its stewards.")
    kind = serializers.ChoiceField([Kind.TOOL, Kind.ROOM], default=Kind.TOOL)
    publish = serializers.BooleanField(default=True)


class MappingSent(Strict):
    mapping = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=60), max_length=100,
        help_text="For each header the name of a fact, or an empty text.",
    )  # fmt: skip


class ImportAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(ImportState.choices)
    name = serializers.CharField()
    community = serializers.CharField(source="community.slug")
    commons = serializers.BooleanField()
    headers = serializers.ListField(child=serializers.CharField())
    mapping = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()
    at = serializers.IntegerField(help_text="The row reached.")
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    wrong = serializers.IntegerField()
    pictures_due = serializers.IntegerField()
    pictures_done = serializers.IntegerField()


class ProblemAnswer(serializers.ModelSerializer):
    class Meta:
        model = ImportProblem
        fields = ["row", "column", "sentence"]


class ImportsView(IdempotentMixin, APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports_list", responses={200: ImportAnswer(many=True)})
    def get(self, request: Request) -> Response:
        """The latest lists you brought."""
        return Response(ImportAnswer(_mine(request).order_by("-pk")[:LISTED], many=True).data)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": ImportSent},
        responses={201: ImportAnswer, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Bring a list: the answer guesses what its columns are. Nothing is written before `bring-in`."""
        sent = ImportSent(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = dict(sent.validated_data)
        home = get_object_or_404(Community.objects.of(request.user), slug=facts.pop("community"))
        run = work.begin(by=request.user, community=home, pictures=facts.pop("pictures", None), **facts)
        return Response(ImportAnswer(run).data, status=201)


class ImportView(APIView):
    @extend_schema(operation_id="imports_read", responses={200: ImportAnswer, 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        return Response(ImportAnswer(get_object_or_404(_mine(request), pk=pk)).data)


class MatchView(IdempotentMixin, APIView):
    @extend_schema(operation_id="imports_match", request=MappingSent, responses={200: ImportAnswer, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Say what the columns are; every row is then tried without writing."""
        sent = MappingSent(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(ImportAnswer(work.match(pk, sent.validated_data["mapping"], by=request.user)).data)


class BringInView(IdempotentMixin, APIView):
    @extend_schema(operation_id="imports_bring_in", request=None, responses={200: ImportAnswer, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Write what the trial found good."""
        return Response(ImportAnswer(work.bring_in(pk, by=request.user)).data)


class TakeBackView(IdempotentMixin, APIView):
    @extend_schema(operation_id="imports_take_back", request=None, responses={200: ImportAnswer, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Put away all that this list added."""
        return Response(ImportAnswer(work.take_back(pk, by=request.user)).data)


class ProblemsView(APIView):
    keyset_ordering = ("id",)

    @extend_schema(operation_id="imports_problems", responses={200: ProblemAnswer(many=True), 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """What is wrong with which row, page by page."""
        run = get_object_or_404(_mine(request), pk=pk)
        pages = KeysetPagination()
        page = pages.paginate_queryset(run.problems.all(), request, view=self)
        return pages.get_paginated_response(ProblemAnswer(page, many=True).data)


class ColumnsView(APIView):
    @extend_schema(
        operation_id="imports_columns",
        parameters=[OpenApiParameter("community", str, description="Slug of a community of yours.")],
        responses={200: OpenApiTypes.OBJECT, 404: PROBLEM},
    )
    def get(self, request: Request) -> Response:
        """What a column may hold, by name. With `?community=` also what that community of yours asks."""
        known = columns.columns()
        if slug := request.GET.get("community", ""):
            known = asked.columns_of(get_object_or_404(Community.objects.of(request.user), slug=slug).pk)
        return Response({name: str(column.label) for name, column in known.items()})


class AFile(BaseContentNegotiation):
    """Whatever a client accepts, what it gets is the file it asked for."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class CatalogueView(APIView):
    content_negotiation_class = AFile

    @extend_schema(
        operation_id="catalogue_read",
        parameters=[
            OpenApiParameter("of", str, description="Slug of a community: its commons, for its stewards."),
            OpenApiParameter("as", str, enum=["csv", "zip"], description="csv, or zip: with photos and files."),
        ],
        responses={(200, "text/csv"): bytes, (200, "application/zip"): bytes, 404: PROBLEM},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """What you offer, or what belongs to a community of yours, as a list that can be brought in again."""
        return export.answer(request.user, request.GET.get("of", ""), request.GET.get("as", ""))


def _mine(request: Request):
    return CatalogueImport.objects.filter(member=request.user).select_related("community")


urlpatterns: list = [
    path("catalogue/", CatalogueView.as_view(), name="api_catalogue"),
    path("imports/", ImportsView.as_view(), name="api_imports"),
    path("imports/columns/", ColumnsView.as_view(), name="api_import_columns"),
    path("imports/<int:pk>/", ImportView.as_view(), name="api_import"),
    path("imports/<int:pk>/match/", MatchView.as_view(), name="api_import_match"),
    path("imports/<int:pk>/bring-in/", BringInView.as_view(), name="api_import_bring_in"),
    path("imports/<int:pk>/take-back/", TakeBackView.as_view(), name="api_import_take_back"),
    path("imports/<int:pk>/problems/", ProblemsView.as_view(), name="api_import_problems"),
]
