"""Kept searches through the API; those of others answer 404."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.serializers import Strict, Text
from sharing.web.api.idempotency import IdempotentMixin

from ..models import Alerts, SavedSearch
from . import keeping
from .addresses import page_of

PROBLEM = OpenApiResponse(description="A problem document")


class SavedFacts(Strict):
    query = Text(
        max_length=2000, allow_blank=True, required=True,
        help_text="The parameters of a search as in its address: q=drill&near=Freiburg&flex=weekend.",
    )  # fmt: skip
    name = Text(max_length=80, required=False, allow_blank=True, help_text="Default: as the page would be headed.")
    alerts = serializers.ChoiceField(Alerts.choices, required=False)


class SavedChange(Strict):
    name = Text(max_length=80, required=False)
    alerts = serializers.ChoiceField(Alerts.choices, required=False)


class SavedAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField()
    alerts = serializers.ChoiceField(Alerts.choices)
    url = serializers.URLField(help_text="The page of what it finds now.")
    created = serializers.DateTimeField()


class SavedList(serializers.Serializer):
    results = SavedAnswer(many=True)
    next = serializers.CharField(allow_null=True)


class SavedSearchesView(IdempotentMixin, APIView):
    @extend_schema(operation_id="saved_searches_list", responses=SavedList)
    def get(self, request: Request) -> Response:
        """All of one's kept searches, the latest first; there are twenty at most."""
        rows = SavedSearch.objects.filter(member=request.user, deleted__isnull=True).order_by("-pk")
        return Response({"results": [_json(row, request) for row in rows], "next": None})

    @extend_schema(
        operation_id="saved_searches_create", request=SavedFacts,
        responses={201: SavedAnswer, 400: PROBLEM, 409: PROBLEM},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep a search; what fits it today is no news."""
        facts = SavedFacts(data=request.data)
        facts.is_valid(raise_exception=True)
        told = dict(facts.validated_data)
        search = keeping.keep(request.user, QueryDict(told.pop("query")), **told)
        return Response(_json(search, request), status=201)


class SavedSearchView(APIView):
    @extend_schema(
        operation_id="saved_searches_update", request=SavedChange, responses={200: SavedAnswer, 404: PROBLEM}
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Rename it, or choose how to be told."""
        _mine(request, pk)
        facts = SavedChange(data=request.data)
        facts.is_valid(raise_exception=True)
        return Response(_json(keeping.change(pk, by=request.user, **facts.validated_data), request))

    @extend_schema(operation_id="saved_searches_delete", responses={204: None, 404: PROBLEM})
    def delete(self, request: Request, pk: int) -> Response:
        """It tells nothing any more; `restore/` puts it back within a day."""
        _mine(request, pk)
        keeping.delete(pk, by=request.user)
        return Response(status=204)


class SavedSearchRestore(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="saved_searches_restore", request=None, responses={200: SavedAnswer, 404: PROBLEM, 409: PROBLEM}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Put a deleted one back."""
        get_object_or_404(SavedSearch, pk=pk, member=request.user)
        return Response(_json(keeping.put_back(pk, by=request.user), request))


def _mine(request: Request, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, member=request.user, deleted__isnull=True)


def _json(search: SavedSearch, request: Request) -> dict:
    return {
        "id": search.pk, "name": search.name, "query": search.query, "alerts": search.alerts,
        "url": request.build_absolute_uri(page_of(search)), "created": search.created,
    }  # fmt: skip


urlpatterns = [
    path("saved-searches/", SavedSearchesView.as_view(), name="api_saved_searches"),
    path("saved-searches/<int:pk>/", SavedSearchView.as_view(), name="api_saved_search"),
    path("saved-searches/<int:pk>/restore/", SavedSearchRestore.as_view(), name="api_saved_search_restore"),
]
