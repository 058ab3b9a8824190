"""What a treasurer writes down by hand, and the whole chain to check, for programs; under the rules of the pages."""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from members.models import Member
from payments import actions as payments
from payments.models import Transfer

from . import actions, budgets, chains, dividends, terms, words
from .api import Inside, TermsField
from .models import FeePolicy

MOST_MINOR = 10**12
VERSIONS = 50


class Chain(Inside):
    """Every entry with the fifteen values of its seal, a row to a line (docs/books.md says how to recompute it)."""

    @extend_schema(
        operation_id="books_chain",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request, slug: str) -> StreamingHttpResponse:
        community, _membership = self.community(request, slug)
        return StreamingHttpResponse(chains.as_json(community), content_type="application/json")


class CashSerializer(serializers.Serializer):
    member = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    minor = serializers.IntegerField(min_value=1, max_value=MOST_MINOR)
    key = serializers.CharField(max_length=40, help_text="What makes a repeat harmless.")


class BookedSerializer(serializers.Serializer):
    entry = serializers.IntegerField(source="sequence")
    minor = serializers.IntegerField()


class Cash(Inside):
    """A member has handed in cash that they held for the pool; for treasurers. What goes out is a payout."""

    @extend_schema(request=CashSerializer, responses={201: BookedSerializer})
    def post(self, request, slug: str) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_treasurer:
            raise Http404
        asked = CashSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        member = get_object_or_404(Member.objects.filter(accounts__community=community).distinct(), pk=facts["member"])
        booked = payments.hand_in(member, community, facts["minor"], by=request.user, key=facts["key"])
        return Response(BookedSerializer(booked).data, status=status.HTTP_201_CREATED)


class SpentSerializer(serializers.Serializer):
    """Something that was spent and belongs to no line of the budget yet."""

    entry = serializers.IntegerField(source="sequence")
    minor = serializers.IntegerField()
    memo = serializers.CharField()
    created = serializers.DateTimeField()


class AllotSerializer(serializers.Serializer):
    line = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class AllottedSerializer(serializers.Serializer):
    entry = serializers.IntegerField(source="transfer.sequence")
    line = serializers.IntegerField(source="line_id")


class Unallotted(Inside):
    """What was spent in a year and belongs to no line yet, the newest first."""

    @extend_schema(
        operation_id="budget_unallotted", responses=SpentSerializer(many=True),
        parameters=[OpenApiParameter("year", int, description="This year.")],
    )
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        year = serializers.IntegerField(min_value=2000, max_value=2200).run_validation(
            request.query_params.get("year") or budgets.year_of(community, timezone.now())
        )
        return Response(SpentSerializer(budgets.unallotted(community, year), many=True).data)


class Allotting(Inside):
    """Say which line of the budget an entry belongs to; treasurers."""

    @extend_schema(operation_id="budget_allot", request=AllotSerializer, responses=AllottedSerializer)
    def post(self, request, slug: str, sequence: int) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_treasurer:
            raise Http404
        asked = AllotSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        spent = get_object_or_404(Transfer, community=community, sequence=sequence)
        allotted = budgets.allot(spent.pk, asked.validated_data["line"], community=community, by=request.user)
        return Response(AllottedSerializer(allotted).data)


class FeePolicySerializer(serializers.ModelSerializer):
    """A version of the fee. Rates in basis points; `words` as a neighbour would say it."""

    decision = serializers.IntegerField(source="decided_by.number", default=None, read_only=True)
    words = serializers.SerializerMethodField()

    class Meta:
        model = FeePolicy
        fields = [
            "version", "enabled", "commoner_bp", "commercial_bp", "rates", "floor_minor", "cap_minor", "fee_back",
            "exempt_kinds", "earmark_bp", "decision", "created", "words",
        ]
        read_only_fields = fields

    def get_words(self, policy: FeePolicy) -> list[str]:
        return words.fee(policy, self.context["currency"])


class FirstFeeSerializer(serializers.Serializer):
    terms = TermsField(help_text="What a fee policy holds, as in a proposal of kind fee.")


class Fee(Inside):
    """The fee that holds and those before it, the newest first; stewards set the first, decisions every other."""

    @extend_schema(operation_id="fee_versions", responses=FeePolicySerializer(many=True))
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        rows = FeePolicy.objects.filter(community=community).select_related("decided_by").order_by("-version")
        return Response(FeePolicySerializer(
            rows[:VERSIONS], many=True, context={"currency": community.currency}
        ).data)

    @extend_schema(operation_id="fee_first", request=FirstFeeSerializer, responses={201: FeePolicySerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = FirstFeeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = terms.checked("fee", asked.validated_data["terms"], community)
        policy = actions.set_first_policy(community, by=request.user, **facts)
        shown = FeePolicySerializer(policy, context={"currency": community.currency})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class TryDividendSerializer(serializers.Serializer):
    terms = TermsField(help_text="As in a proposal of kind dividend.")


class PreviewedShareSerializer(serializers.Serializer):
    member = serializers.IntegerField()
    paid_minor = serializers.IntegerField()
    earned_minor = serializers.IntegerField()
    care_minutes = serializers.IntegerField()
    points = serializers.IntegerField()
    minor = serializers.IntegerField()


class DividendPreview(Inside):
    """What each member would get by a dividend, as things stand: all for officers, else one's own. Nothing happens."""

    @extend_schema(
        operation_id="dividend_preview", request=TryDividendSerializer, responses=PreviewedShareSerializer(many=True)
    )
    def post(self, request, slug: str) -> Response:
        community, membership = self.community(request, slug)
        asked = TryDividendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = terms.checked("dividend", asked.validated_data["terms"], community)
        return Response(PreviewedShareSerializer(dividends.tried(community, facts, by=membership), many=True).data)


_OF = "communities/<slug:slug>/"
urlpatterns: list[URLPattern] = [
    path(f"{_OF}books/chain/", Chain.as_view(), name="api_books_chain"),
    path(f"{_OF}cash/", Cash.as_view(), name="api_cash"),
    path(f"{_OF}budget/spent/", Unallotted.as_view(), name="api_budget_spent"),
    path(f"{_OF}budget/spent/<int:sequence>/", Allotting.as_view(), name="api_budget_allot"),
    path(f"{_OF}fee/", Fee.as_view(), name="api_fee"),
    path(f"{_OF}dividend/preview/", DividendPreview.as_view(), name="api_dividend_preview"),
]
