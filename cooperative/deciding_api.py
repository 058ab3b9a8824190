"""The API of what surrounds a vote: the talk about it, its papers, who votes for whom, and who gets what."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response

from members.models import Member
from sharing.photos import papers
from sharing.web.api.pagination import KeysetPagination

from . import actions, dividends, evidence
from .api import Inside
from .models import Delegation, Evidence, Proposal, Share
from .states import ProposalKind

MOST = 500


class DecisionTalkSerializer(serializers.Serializer):
    conversation = serializers.IntegerField()


class Talk(Inside):
    """Take part in the talk about a proposal; answers the conversation to read and write in."""

    @extend_schema(request=None, responses=DecisionTalkSerializer)
    def post(self, request, slug: str, number: int) -> Response:
        proposal = self.proposal(request, slug, number)
        return Response({"conversation": actions.join_discussion(proposal.pk, by=request.user)})


# --- papers ---------------------------------------------------------------------------------------


class EvidenceSerializer(serializers.ModelSerializer):
    """An offer, a quote or an invoice: a link, or a file at `address`."""

    address = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ["id", "title", "url", "file_name", "media_type", "size", "created", "address"]
        read_only_fields = fields

    def get_address(self, paper: Evidence) -> str:
        return f"/api/v1/communities/{self.context['slug']}/proposals/{self.context['number']}/papers/{paper.pk}/"


class NewEvidenceSerializer(serializers.Serializer):
    """Either `url` or `file`."""

    title = serializers.CharField(max_length=120)
    url = serializers.URLField(max_length=500, required=False, default="")
    file = serializers.FileField(required=False, default=None)


class Papers(Inside):
    """What speaks for a spend."""

    parser_classes = [JSONParser, MultiPartParser, FormParser]

    @extend_schema(operation_id="papers_list", responses=EvidenceSerializer(many=True))
    def get(self, request, slug: str, number: int) -> Response:
        found = self.proposal(request, slug, number).evidence.order_by("pk")
        return Response(EvidenceSerializer(found, many=True, context={"slug": slug, "number": number}).data)

    @extend_schema(request=NewEvidenceSerializer, responses={201: EvidenceSerializer})
    def post(self, request, slug: str, number: int) -> Response:
        proposal = self.proposal(request, slug, number)
        asked = NewEvidenceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        paper = evidence.add(proposal.pk, by=request.user, **asked.validated_data)
        document = EvidenceSerializer(paper, context={"slug": slug, "number": number}).data
        return Response(document, status=status.HTTP_201_CREATED)


class Paper(Inside):
    """One paper's file; before the vote its author may take it away."""

    @extend_schema(operation_id="papers_read", responses={(200, "application/octet-stream"): bytes})
    def get(self, request, slug: str, number: int, pk: int):
        paper = get_object_or_404(self.proposal(request, slug, number).evidence, pk=pk)
        return papers.given_out(paper.file, paper.file_name, paper.media_type)

    @extend_schema(responses={204: None})
    def delete(self, request, slug: str, number: int, pk: int) -> Response:
        paper = get_object_or_404(self.proposal(request, slug, number).evidence, pk=pk)
        evidence.take_away(paper.pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- delegates ------------------------------------------------------------------------------------


class DelegationSerializer(serializers.ModelSerializer):
    """`mine`: given by you; else given to you."""

    name = serializers.SerializerMethodField()
    mine = serializers.SerializerMethodField()

    class Meta:
        model = Delegation
        fields = ["id", "member", "delegate", "name", "topic", "since", "mine"]
        read_only_fields = fields

    def get_mine(self, row: Delegation) -> bool:
        return row.member_id == self.context["viewer"]

    def get_name(self, row: Delegation) -> str:
        return row.delegate.name if self.get_mine(row) else row.member.name


class NewDelegationSerializer(serializers.Serializer):
    """`topic` is a kind of proposal; left empty, everything."""

    delegate = serializers.IntegerField(min_value=1)
    topic = serializers.ChoiceField(choices=ProposalKind.choices, required=False, allow_blank=True, default="")


class Delegations(Inside):
    """Who votes for you where you do not, and who has given you their vote."""

    @extend_schema(operation_id="delegations_list", responses=DelegationSerializer(many=True))
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        rows = Delegation.objects.standing().filter(community=community).select_related("member", "delegate")
        rows = rows.filter(member=request.user) | rows.filter(delegate=request.user)
        shown = DelegationSerializer(rows.order_by("pk")[:MOST], many=True, context={"viewer": request.user.pk})
        return Response(shown.data)

    @extend_schema(request=NewDelegationSerializer, responses={201: DelegationSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewDelegationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        to = Member.objects.filter(pk=asked.validated_data["delegate"]).first() or Member()
        row = actions.delegate(community, by=request.user, to=to, topic=asked.validated_data["topic"])
        shown = DelegationSerializer(row, context={"viewer": request.user.pk})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class DelegationEnd(Inside):
    """Take your vote back."""

    @extend_schema(responses={204: None})
    def delete(self, request, slug: str, pk: int) -> Response:
        community, _membership = self.community(request, slug)
        row = get_object_or_404(Delegation, pk=pk, member=request.user, community=community)
        actions.revoke(row.pk, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- dividends ------------------------------------------------------------------------------------


class DividendShareSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="member.name")
    left_in_pool = serializers.SerializerMethodField()

    class Meta:
        model = Share
        fields = ["member", "name", "paid_minor", "earned_minor", "care_minutes", "points", "minor", "left_in_pool"]
        read_only_fields = fields

    def get_left_in_pool(self, share: Share) -> bool:
        return hasattr(share, "left_in_pool")


class LeaveShareSerializer(serializers.Serializer):
    left_in_pool = serializers.BooleanField()


class Shares(Inside):
    """Every member's share in a dividend with the figures it is made of; and what becomes of your own."""

    @extend_schema(
        operation_id="shares_list",
        responses={
            200: {
                "type": "object", "required": ["results", "next"],
                "properties": {
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/DividendShare"}},
                    "next": {"type": ["string", "null"]},
                },
            }
        },
    )
    def get(self, request, slug: str, number: int) -> Response:
        proposal = self._dividend(request, slug, number)
        self.keyset_ordering = ("member",)
        pages = KeysetPagination()
        page = pages.paginate_queryset(proposal.shares.select_related("member", "left_in_pool"), request, self)
        return pages.get_paginated_response(DividendShareSerializer(page, many=True).data)

    @extend_schema(request=LeaveShareSerializer, responses=DividendShareSerializer)
    def post(self, request, slug: str, number: int) -> Response:
        proposal = self._dividend(request, slug, number)
        asked = LeaveShareSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        dividends.leave(proposal.pk, by=request.user, left=asked.validated_data["left_in_pool"])
        mine = proposal.shares.select_related("member", "left_in_pool").get(member=request.user)
        return Response(DividendShareSerializer(mine).data)

    def _dividend(self, request, slug: str, number: int) -> Proposal:
        proposal = self.proposal(request, slug, number)
        if proposal.kind != ProposalKind.DIVIDEND:
            raise Http404
        return proposal


_ONE = "communities/<slug:slug>/proposals/<int:number>/"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}talk/", Talk.as_view(), name="api_proposal_talk"),
    path(f"{_ONE}papers/", Papers.as_view(), name="api_proposal_papers"),
    path(f"{_ONE}papers/<int:pk>/", Paper.as_view(), name="api_proposal_paper"),
    path(f"{_ONE}shares/", Shares.as_view(), name="api_dividend_shares"),
    path("communities/<slug:slug>/delegations/", Delegations.as_view(), name="api_delegations"),
    path("communities/<slug:slug>/delegations/<int:pk>/", DelegationEnd.as_view(), name="api_delegation"),
]
