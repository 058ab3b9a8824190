"""A community's own categories and questions through the API: read by all who may see it, changed by its stewards."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community
from members.serializers import Strict, Text
from sharing.web.api.idempotency import IdempotentMixin

from . import actions, categories
from .actions import shelves
from .models import Attribute, Category
from .states import AttributeType

PROBLEM = OpenApiResponse(description="A problem document")
ANSWERS = {400: PROBLEM, 401: PROBLEM, 404: PROBLEM}


class OwnCategory(Strict):
    slug = serializers.CharField(read_only=True)
    name = Text(max_length=shelves.LONGEST_NAME)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=60, help_text="The slug of the category it lies below."
    )
    kind = serializers.CharField(read_only=True)


class OwnCategoryList(serializers.Serializer):
    results = OwnCategory(many=True)
    next = serializers.CharField(allow_null=True)


class Option(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class Question(Strict):
    """A question about everything in a category and below it; `choices` are sent as words and answered with keys."""

    slug = serializers.CharField(read_only=True)
    category = serializers.CharField(max_length=60)
    name = Text(max_length=shelves.LONGEST_NAME)
    type = serializers.ChoiceField(AttributeType.choices)
    unit = Text(max_length=shelves.LONGEST_UNIT, required=False, allow_blank=True, help_text="Of a number.")
    choices = serializers.ListField(
        child=Text(max_length=shelves.LONGEST_OPTION), max_length=shelves.MOST_OPTIONS, required=False, write_only=True
    )
    options = Option(many=True, read_only=True)
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]


class QuestionList(serializers.Serializer):
    results = Question(many=True)
    next = serializers.CharField(allow_null=True)


class Shelf(IdempotentMixin, APIView):
    """Reading is for everyone, as far as they may see the community."""

    def get_permissions(self) -> list:
        return [] if self.request.method in ("GET", "HEAD", "OPTIONS") else [IsAuthenticated()]


class OwnCategories(Shelf):
    @extend_schema(operation_id="own_categories_list", responses={200: OwnCategoryList, 404: PROBLEM})
    def get(self, request, slug: str) -> Response:
        """What the community added to the tree and still offers, by name."""
        return _all(_category(one) for one in categories.own_of(_seen(request, slug).pk))

    @extend_schema(operation_id="own_categories_create", request=OwnCategory, responses={201: OwnCategory, **ANSWERS})
    def post(self, request, slug: str) -> Response:
        community = _looked_after(request, slug)
        made = actions.add_category(community, by=request.user, **_valid(OwnCategory, request))
        added = categories.own(made.slug)
        assert added is not None
        return Response(_category(added), 201)


class OneOwnCategory(APIView):
    @extend_schema(operation_id="own_categories_delete", responses={204: None, 404: PROBLEM})
    def delete(self, request, slug: str, category: str) -> Response:
        """Gone if nothing uses it; else it stays on what carries it and is offered no more."""
        found = get_object_or_404(Category, slug=category, community=_looked_after(request, slug))
        actions.remove_category(found.pk, by=request.user)
        return Response(status=204)


class Questions(Shelf):
    @extend_schema(operation_id="attributes_list", responses={200: QuestionList, 404: PROBLEM})
    def get(self, request, slug: str) -> Response:
        """What the community asks of its things, category by category."""
        asked = Attribute.objects.filter(community=_seen(request, slug), retired=False)
        return _all(_question(row) for row in asked.select_related("category"))

    @extend_schema(operation_id="attributes_create", request=Question, responses={201: Question, **ANSWERS})
    def post(self, request, slug: str) -> Response:
        facts = _valid(Question, request)
        facts["options"] = facts.pop("choices", [])
        made = actions.add_attribute(_looked_after(request, slug), by=request.user, **facts)
        return Response(_question(made), 201)


class OneQuestion(APIView):
    @extend_schema(operation_id="attributes_delete", responses={204: None, 404: PROBLEM})
    def delete(self, request, slug: str, attribute: str) -> Response:
        """Gone if nobody has answered it; else answers stay and it is asked no more."""
        found = get_object_or_404(Attribute, slug=attribute, community=_looked_after(request, slug))
        actions.remove_attribute(found.pk, by=request.user)
        return Response(status=204)


def _all(rows) -> Response:
    return Response({"results": list(rows), "next": None})


def _category(one: categories.Own) -> dict:
    return {"slug": one.slug, "name": one.name, "parent": one.parent, "kind": one.kind}


def _question(row: Attribute) -> dict:
    names = ("slug", "name", "type", "unit", "options", "required")
    return {**{name: getattr(row, name) for name in names}, "category": row.category.slug}


def _valid(serializer: type[Strict], request) -> dict:
    facts = serializer(data=request.data)
    facts.is_valid(raise_exception=True)
    return dict(facts.validated_data)


def _seen(request, slug: str) -> Community:
    shown = Q(listed=True)
    if request.user.is_authenticated:
        shown |= Q(pk__in=Community.objects.of(request.user).values("pk"))
    return get_object_or_404(Community.objects.filter(shown), slug=slug)


def _looked_after(request, slug: str) -> Community:
    return get_object_or_404(Community.objects.looked_after_by(request.user), slug=slug)


urlpatterns = [
    path("communities/<slug:slug>/categories/", OwnCategories.as_view(), name="api_own_categories"),
    path("communities/<slug:slug>/categories/<slug:category>/", OneOwnCategory.as_view(), name="api_own_category"),
    path("communities/<slug:slug>/attributes/", Questions.as_view(), name="api_attributes"),
    path("communities/<slug:slug>/attributes/<slug:attribute>/", OneQuestion.as_view(), name="api_attribute"),
]
