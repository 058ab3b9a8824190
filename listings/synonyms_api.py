"""A community's own words through the API, for its stewards; others are answered 404."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community
from members.serializers import Strict, Text
from sharing.web.api.idempotency import IdempotentMixin

from . import actions
from .models import Synonym

PROBLEM = OpenApiResponse(description="A problem document")


class SynonymBody(Strict):
    """Who looks for `word` finds `means` too; each is one word, kept in small letters without accents."""

    id = serializers.IntegerField(read_only=True)
    word = Text(max_length=40)
    means = Text(max_length=40)


class SynonymList(serializers.Serializer):
    results = SynonymBody(many=True)
    next = serializers.CharField(allow_null=True)


class Synonyms(IdempotentMixin, APIView):
    @extend_schema(operation_id="synonyms_list", responses={200: SynonymList, 404: PROBLEM})
    def get(self, request, slug: str) -> Response:
        """All of them; there are two hundred at most."""
        rows = _looked_after(request, slug).synonyms.all()[: actions.MOST_SYNONYMS]
        return Response({"results": SynonymBody(rows, many=True).data, "next": None})

    @extend_schema(
        operation_id="synonyms_create", request=SynonymBody, responses={201: SynonymBody, 400: PROBLEM, 404: PROBLEM}
    )
    def post(self, request, slug: str) -> Response:
        community = _looked_after(request, slug)
        facts = SynonymBody(data=request.data)
        facts.is_valid(raise_exception=True)
        return Response(SynonymBody(actions.add_synonym(community, by=request.user, **facts.validated_data)).data, 201)


class OneSynonym(APIView):
    @extend_schema(operation_id="synonyms_delete", responses={204: None, 404: PROBLEM})
    def delete(self, request, slug: str, pk: int) -> Response:
        row = get_object_or_404(Synonym, pk=pk, community=_looked_after(request, slug))
        actions.remove_synonym(row.pk, by=request.user)
        return Response(status=204)


def _looked_after(request, slug: str) -> Community:
    return get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)


urlpatterns = [
    path("communities/<slug:slug>/synonyms/", Synonyms.as_view(), name="api_synonyms"),
    path("communities/<slug:slug>/synonyms/<int:pk>/", OneSynonym.as_view(), name="api_synonym"),
]
