"""The API of care: tasks of a community, and every step one may take with them."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from sharing.web.api.pagination import KeysetPagination

from . import care, care_queries
from .api import Inside
from .care import planning
from .models import CareSeat, CareTask
from .states import TaskState

_RHYTHMS = "One of week, month, quarter, year; empty: once."

class CareSeatSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="member.name")

    class Meta:
        model = CareSeat
        fields = ["member", "name", "waits", "minutes"]
        read_only_fields = fields


class CareTaskSerializer(serializers.ModelSerializer):
    """A task with who has taken it; `mine` and `i_wait` say your own part."""

    author = serializers.CharField(source="author.name", read_only=True)
    seats = CareSeatSerializer(many=True, read_only=True)
    taken = serializers.IntegerField(read_only=True)
    rhythm = serializers.CharField(read_only=True, help_text=_RHYTHMS)
    mine = serializers.BooleanField(read_only=True)
    i_wait = serializers.BooleanField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = CareTask
        fields = [
            "id", "title", "details", "author", "state", "thing", "blocks", "starts", "due", "places", "minutes",
            "credit_minor", "rhythm", "done", "confirmed", "paid", "created", "taken", "mine", "i_wait", "seats", "url",
        ]
        read_only_fields = fields


class NewCareTaskSerializer(serializers.Serializer):
    """`thing` is the number of one of the community's listings. What is left out stays as it is."""

    title = serializers.CharField(max_length=140)
    details = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    starts = serializers.DateTimeField(required=False, allow_null=True)
    due = serializers.DateTimeField()
    places = serializers.IntegerField(min_value=1, max_value=planning.MOST_PLACES, required=False)
    minutes = serializers.IntegerField(min_value=1, max_value=planning.MOST_MINUTES, required=False)
    thing = serializers.IntegerField(min_value=1, max_value=2**62, required=False, allow_null=True)
    blocks = serializers.BooleanField(required=False)
    credit_minor = serializers.IntegerField(min_value=0, max_value=planning.MOST_CREDIT, required=False)
    rhythm = serializers.CharField(max_length=8, required=False, allow_blank=True, help_text=_RHYTHMS)


class CareStepSerializer(serializers.Serializer):
    """`minutes` with done, `word` with not-yet, `words` with thank; with confirm, `seen`: the minutes it took all."""

    minutes = serializers.IntegerField(min_value=1, max_value=planning.MOST_MINUTES, required=False)
    word = serializers.CharField(max_length=300, required=False, allow_blank=True)
    words = serializers.CharField(max_length=300, required=False, allow_blank=True)
    seen = serializers.IntegerField(min_value=0, max_value=10**9, required=False)


class Care(Inside):
    """What is to be done for the commons, the newest first; and a new task, which is a suggestion by a member."""

    @extend_schema(
        operation_id="care_list",
        parameters=[
            OpenApiParameter("cursor", str, description="From `next` of the page before."),
            OpenApiParameter("page_size", int, description="1 to 100."),
            OpenApiParameter("state", str, enum=TaskState.values),
        ],
        responses={
            200: {
                "type": "object", "required": ["results", "next"],
                "properties": {
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/CareTask"}},
                    "next": {"type": ["string", "null"]},
                },
            }
        },
    )
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        rows = care_queries.seen_by(community, request.user)
        if state := request.query_params.get("state"):
            if state not in TaskState.values:
                raise ValidationError({"state": ["There is no such state."]})
            rows = rows.filter(state=state)
        self.keyset_ordering = ("-pk",)
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(CareTaskSerializer(page, many=True).data)

    @extend_schema(request=NewCareTaskSerializer, responses={201: CareTaskSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewCareTaskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        task = care.create(community, by=request.user, **asked.validated_data)
        seen = care_queries.seen_by(community, request.user).get(pk=task.pk)
        return Response(CareTaskSerializer(seen).data, status=status.HTTP_201_CREATED)


class CareDetail(Inside):
    """One task."""

    @extend_schema(responses=CareTaskSerializer)
    def get(self, request, slug: str, pk: int) -> Response:
        return Response(self._shown(request, slug, pk))

    @extend_schema(request=NewCareTaskSerializer, responses=CareTaskSerializer)
    def patch(self, request, slug: str, pk: int) -> Response:
        self._shown(request, slug, pk)
        asked = NewCareTaskSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        care.change(pk, by=request.user, **asked.validated_data)
        return Response(self._shown(request, slug, pk))

    def _shown(self, request, slug: str, pk: int) -> dict:
        community, _membership = self.community(request, slug)
        return CareTaskSerializer(get_object_or_404(care_queries.seen_by(community, request.user), pk=pk)).data


class CareStep(CareDetail):
    """agree, cancel, take, give-up, note, done, confirm, not-yet, thank."""

    http_method_names = ["post", "options"]

    @extend_schema(request=CareStepSerializer, responses=CareTaskSerializer)
    def post(self, request, slug: str, pk: int, step: str) -> Response:
        self._shown(request, slug, pk)
        asked = CareStepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        deed, takes, needs = _STEPS[step]
        facts = {name: asked.validated_data[name] for name in takes if name in asked.validated_data}
        if missing := [name for name in needs if name not in facts]:
            raise ValidationError({name: ["This field is required."] for name in missing})
        deed(pk, by=request.user, **facts)
        return Response(self._shown(request, slug, pk))


_STEPS: dict[str, tuple[Callable[..., Any], tuple[str, ...], tuple[str, ...]]] = {
    "agree": (care.agree, (), ()), "cancel": (care.cancel, (), ()), "take": (care.take, (), ()),
    "give-up": (care.give_up, (), ()), "note": (care.note, ("minutes",), ("minutes",)),
    "done": (care.say_done, ("minutes",), ()), "confirm": (care.confirm, ("seen",), ()),
    "not-yet": (care.not_yet, ("word",), ()), "thank": (care.thank, ("words",), ()),
}
_ONE = "communities/<slug:slug>/care/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path("communities/<slug:slug>/care/", Care.as_view(), name="api_care"),
    path(_ONE, CareDetail.as_view(), name="api_care_task"),
    *(path(f"{_ONE}{step}/", CareStep.as_view(), {"step": step}, name=f"api_care_{step}") for step in _STEPS),
]
