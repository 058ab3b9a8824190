"""Community credit by the API: how I stand, and giving some."""

from hashlib import sha256
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community, Member, Membership
from members.states import CreditUnit
from payments.actions import trusted_of
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import NOT_OURS, decode_cursor, next_url

from . import accounts, actions
from .statements import FIRST_YEAR, current_year, statement


class CreditSerializer(serializers.Serializer):
    """Amounts in hundredths of the unit."""

    community = serializers.SlugField()
    unit = serializers.CharField()
    balance_minor = serializers.IntegerField()
    held_minor = serializers.IntegerField()
    limit_minor = serializers.IntegerField()
    worth_minor = serializers.IntegerField(help_text="What one unit counts for, in the community's minor units.")


class GiftSerializer(serializers.Serializer):
    to = serializers.IntegerField(min_value=1)
    minor = serializers.IntegerField(min_value=1)
    note = serializers.CharField(
        max_length=actions.LONGEST_NOTE, help_text="It stands in the books for good, where every member can read it."
    )


class GivenSerializer(GiftSerializer):
    sequence = serializers.IntegerField()
    balance_minor = serializers.IntegerField()


class Credit(APIView):
    """My credit in a community."""

    @extend_schema(responses=CreditSerializer)
    def get(self, request: Request, slug: str) -> Response:
        community = _inside(request, slug)
        account, plan = accounts.wallet(community, request.user), accounts.plan_of(community)
        return Response({
            "community": community.slug, "unit": community.credit_unit, "balance_minor": account.balance_minor,
            "held_minor": account.held_minor, "limit_minor": account.limit_minor, "worth_minor": plan.worth_minor,
        })  # fmt: skip


class Gifts(IdempotentMixin, APIView):
    """Give a member of the community some of my credit, and say what for."""

    @extend_schema(request=GiftSerializer, responses={201: GivenSerializer})
    def post(self, request: Request, slug: str) -> Response:
        community = _inside(request, slug)
        said = GiftSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        to = get_object_or_404(Member.objects.filter(is_active=True), pk=said.validated_data["to"])
        key, facts = _short(request.headers.get("Idempotency-Key", "")), said.validated_data
        given = actions.give(community, by=request.user, to=to, minor=facts["minor"], note=facts["note"], key=key)
        balance = accounts.wallet(community, request.user).balance_minor
        return Response(said.data | {"sequence": given.sequence, "balance_minor": balance}, status=201)


class CreditPlanSerializer(serializers.Serializer):
    """`worth_minor` in the community's minor units, `limit_minor` in hundredths of the unit."""

    unit = serializers.ChoiceField(CreditUnit.choices)
    worth_minor = serializers.IntegerField(min_value=1, max_value=10**9)
    limit_minor = serializers.IntegerField(min_value=0, max_value=actions.MOST_MINOR)


class LimitSerializer(serializers.Serializer):
    limit_minor = serializers.IntegerField(min_value=0, max_value=actions.MOST_MINOR)


class MovedSerializer(serializers.Serializer):
    """An entry of my credit, and what I had after it."""

    sequence = serializers.IntegerField()
    created = serializers.DateTimeField()
    kind = serializers.CharField()
    memo = serializers.CharField()
    minor = serializers.IntegerField()
    balance_minor = serializers.IntegerField()


class StatementOfCreditSerializer(serializers.Serializer):
    """A page of a year, the oldest entries first; `next` is where it goes on."""

    before_minor = serializers.IntegerField(help_text="What I had before the first of these entries.")
    entries = MovedSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class Plan(APIView):
    """What a unit counts for and how far newcomers may go below zero; for stewards and treasurers."""

    @extend_schema(operation_id="credit_plan", responses=CreditPlanSerializer)
    def get(self, request: Request, slug: str) -> Response:
        community = _inside(request, slug)
        return Response(CreditPlanSerializer(_terms(community)).data)

    @extend_schema(operation_id="credit_plan_set", request=CreditPlanSerializer, responses=CreditPlanSerializer)
    def put(self, request: Request, slug: str) -> Response:
        community = _entrusted(request, slug)
        said = CreditPlanSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        actions.plan(community, by=request.user, **said.validated_data)
        return Response(CreditPlanSerializer(_terms(community)).data)


class Limit(APIView):
    """How far below zero one member may go; for stewards and treasurers."""

    @extend_schema(operation_id="credit_limit_set", request=LimitSerializer, responses=LimitSerializer)
    def put(self, request: Request, slug: str, member: int) -> Response:
        community = _entrusted(request, slug)
        said = LimitSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        whose = get_object_or_404(Member, pk=member)
        account = actions.set_limit(whose, community, said.validated_data["limit_minor"], by=request.user)
        return Response(LimitSerializer(account).data)


class YearOfCredit(APIView):
    """The statement of a year: what I had before, each entry, and what I had after it."""

    @extend_schema(
        operation_id="credit_year", responses=StatementOfCreditSerializer, parameters=[OpenApiParameter("cursor", str)]
    )
    def get(self, request: Request, slug: str, year: int) -> Response:
        community = _inside(request, slug)
        if not FIRST_YEAR <= year <= current_year(community):
            raise Http404
        try:
            cursor = request.query_params.get("cursor", "")
            standing, lines, after = statement(
                community, request.user, year, decode_cursor(cursor, 2) if cursor else None
            )
        except (ValueError, TypeError) as error:
            raise serializers.ValidationError({"cursor": [NOT_OURS]}) from error
        document: dict[str, Any] = {"before_minor": standing, "entries": [], "next": next_url(request, after)}
        for line in lines:
            standing += line.minor
            document["entries"].append({
                "sequence": line.sequence, "created": line.created, "kind": line.row.kind, "memo": line.row.memo,
                "minor": line.minor, "balance_minor": standing,
            })
        return Response(StatementOfCreditSerializer(document).data)


def _short(key: str) -> str:
    """A key that fits into the books, another for each: of two long ones that begin alike as well."""
    return key if len(key) <= actions.LONGEST_KEY else sha256(key.encode()).hexdigest()[: actions.LONGEST_KEY]


def _terms(community: Community) -> dict[str, Any]:
    plan = accounts.plan_of(community)
    return {"unit": community.credit_unit, "worth_minor": plan.worth_minor, "limit_minor": plan.limit_minor}


def _entrusted(request: Request, slug: str) -> Community:
    mine = Membership.objects.active().filter(member=request.user.pk)
    community = get_object_or_404(mine.select_related("community"), community__slug=slug).community
    if request.user.pk not in trusted_of(community):
        raise Http404
    return community


def _inside(request: Request, slug: str) -> Community:
    mine = Membership.objects.active().filter(member=request.user.pk)
    community = get_object_or_404(mine.select_related("community"), community__slug=slug).community
    if not community.credit_unit:
        raise Http404
    return community


urlpatterns = [
    path("communities/<slug:slug>/credit/", Credit.as_view(), name="api_credit"),
    path("communities/<slug:slug>/credit/gifts/", Gifts.as_view(), name="api_credit_gifts"),
    path("communities/<slug:slug>/credit/plan/", Plan.as_view(), name="api_credit_plan"),
    path("communities/<slug:slug>/credit/limits/<int:member>/", Limit.as_view(), name="api_credit_limit"),
    path("communities/<slug:slug>/credit/years/<int:year>/", YearOfCredit.as_view(), name="api_credit_year"),
]
