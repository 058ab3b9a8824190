"""The API of this room: open books, proposals and ballots, for members of the community; others get 404."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from members.models import Community, Membership
from payments import entries
from payments.entries import Line
from payments.models import Transfer
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination, decode_cursor, next_url

from . import actions, books, checks, queries
from .filters import EntryFilter
from .models import Proposal
from .states import Choice, Method, ProposalKind
from .voting import tally

NOT_OURS = "This is no cursor of ours."


class EntrySerializer(serializers.Serializer):
    """What entered (positive) or left (negative) the pool, and why."""

    sequence = serializers.IntegerField()
    created = serializers.DateTimeField()
    kind = serializers.CharField(source="row.kind")
    title = serializers.CharField()
    source = serializers.CharField(help_text="Who gave, as far as you may know.")  # type: ignore[assignment]
    target = serializers.CharField(help_text="Who received, as far as you may know.")
    minor = serializers.IntegerField()
    currency = serializers.CharField()
    about = serializers.CharField(source="row.about", help_text="The cause: booking:12 or proposal:3.")
    digest = serializers.CharField(source="row.digest")


class FlowSerializer(serializers.Serializer):
    """What came in or went out of the pool in a month, of one kind."""

    month = serializers.DateField()
    kind = serializers.CharField()
    incoming = serializers.BooleanField()
    minor = serializers.IntegerField()
    entries = serializers.IntegerField()


class BooksSerializer(serializers.Serializer):
    """The pool of a community and its newest entries; `flows` of the last twelve months."""

    balance_minor = serializers.IntegerField()
    set_aside_minor = serializers.IntegerField(help_text="Of it, what borrowers have directed to projects.")
    held_minor = serializers.IntegerField()
    owed_minor = serializers.IntegerField(help_text="What it could not give back, paid out of what comes next.")
    free_minor = serializers.IntegerField(help_text="What a decision can spend now.")
    decided_minor = serializers.IntegerField(help_text="By decisions that wait for money.")
    payouts_minor = serializers.IntegerField(help_text="Payouts from it that wait for a second person.")
    flows = FlowSerializer(many=True)
    with_members_minor = serializers.IntegerField(help_text="Fees that lenders still hold in cash.")
    currency = serializers.CharField()
    verified = serializers.BooleanField(
        help_text="Whether the last check found chain and balances in order; small books are checked as they grow."
    )
    checked = serializers.DateTimeField(allow_null=True)
    entries = serializers.IntegerField(help_text="How many entries of the whole chain the last check read.")
    results = EntrySerializer(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema_field(OpenApiTypes.OBJECT)
class TermsField(serializers.JSONField):
    """An object; what it holds depends on the kind."""


class ProposalSerializer(serializers.ModelSerializer):
    """A proposal with its numbers; `choice` and `reason` are your own ballot."""

    author = serializers.CharField(source="author.name", read_only=True)
    terms = TermsField(read_only=True)
    numbers = serializers.SerializerMethodField()
    choice = serializers.CharField(source="my_choice", allow_null=True, read_only=True)
    reason = serializers.CharField(source="my_reason", allow_null=True, read_only=True)
    marks = serializers.ListField(
        child=serializers.IntegerField(), source="my_marks", allow_null=True, read_only=True
    )
    may_vote = serializers.BooleanField(read_only=True)
    have_voted = serializers.BooleanField(
        read_only=True, help_text="Whether your secret ballot is in the urn; nobody knows what it says."
    )
    result = TermsField(read_only=True, help_text="The count that was kept at the close, delegates included.")
    chosen = serializers.SerializerMethodField(help_text="Which options were paid, by their place in the terms.")
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Proposal
        fields = [
            "number", "kind", "method", "secret", "title", "reasons", "terms", "author", "state", "quorum_bp",
            "threshold_bp", "voting_days", "created", "discussed", "opened", "closes", "closed", "executed",
            "hindrance", "numbers", "result", "chosen", "choice", "marks", "reason", "may_vote", "have_voted", "url",
        ]
        read_only_fields = fields

    @extend_schema_field(
        {"type": "object", "required": ["electors", "sealed", *Choice.values],
         "properties": {name: {"type": "integer"} for name in ("electors", "sealed", *Choice.values)}}
    )
    def get_numbers(self, proposal: Proposal) -> dict[str, int]:
        numbers = tally(proposal)
        return {name: getattr(numbers, name) for name in ("electors", "sealed", *Choice.values)}

    def get_chosen(self, proposal: Proposal) -> list[int]:
        return proposal.deed.get("options", [])


class NewProposalSerializer(serializers.Serializer):
    """`open` puts it to the vote at once; else it stays your draft."""

    kind = serializers.ChoiceField(choices=ProposalKind.choices)
    title = serializers.CharField(max_length=140)
    reasons = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")
    terms = TermsField(required=False, default=dict)
    method = serializers.ChoiceField(choices=Method.choices, required=False, default=Method.MAJORITY)
    voting_days = serializers.IntegerField(
        min_value=actions.SHORTEST, max_value=actions.LONGEST, required=False, default=7
    )
    quorum_bp = serializers.IntegerField(
        min_value=actions.LEAST_QUORUM, max_value=10_000, required=False, default=3000
    )
    threshold_bp = serializers.IntegerField(min_value=5000, max_value=10_000, required=False, default=5000)
    secret = serializers.BooleanField(required=False, default=False)
    open = serializers.BooleanField(required=False, default=False)


class BallotSerializer(serializers.Serializer):
    choice = serializers.ChoiceField(choices=Choice.choices)
    marks = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=100), required=False, max_length=50,
        help_text="With choice “marked”: points or tokens for each option, in their order.",
    )
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class Inside(IdempotentMixin, APIView):
    """For members of the community; to others there is nothing here."""

    def community(self, request, slug: str) -> tuple[Community, Membership]:
        mine = Membership.objects.active().filter(member=request.user)
        membership = get_object_or_404(
            mine.select_related("community", "community__books_check"), community__slug=slug
        )
        return membership.community, membership

    def proposal(self, request, slug: str, number: int) -> Proposal:
        """The proposal as the member may see it; one whose time is over is counted first."""
        community, _membership = self.community(request, slug)
        seen = queries.seen_by(community, request.user)
        proposal = get_object_or_404(seen, number=number)
        if proposal.is_due(timezone.now()):
            actions.close(proposal.pk)
            proposal = seen.get(pk=proposal.pk)
        return proposal


_PAGE = [
    OpenApiParameter("cursor", str, description="From `next` of the page before."),
    OpenApiParameter("page_size", int, description="1 to 100."),
]


class Books(Inside):
    """The open books of a community."""

    @extend_schema(
        responses=BooksSerializer,
        parameters=[
            *_PAGE,
            OpenApiParameter("month", str, description="2026-03, in the community's zone."),
            OpenApiParameter("kind", str, description="fee, solidarity, price, spend, refund, deposit."),
            OpenApiParameter("direction", str, enum=[entries.IN, entries.OUT]),
        ],
    )
    def get(self, request, slug: str) -> Response:
        community, membership = self.community(request, slug)
        held, promised = books.holdings(community), books.promised(community)
        rows, cursor = self._rows(request, community, held.pool)
        check = checks.latest(community)
        lines: list[Line] = entries.lines(
            rows, community, account=held.pool, reader=request.user.pk, trusted=membership.is_treasurer
        )
        document = {
            "balance_minor": held.balance_minor, "with_members_minor": held.with_members_minor,
            "set_aside_minor": held.set_aside_minor, "held_minor": held.held_minor, "owed_minor": held.owed_minor,
            "free_minor": held.free_minor, "decided_minor": promised.decided_minor,
            "payouts_minor": promised.payouts_minor,
            "flows": books.flows(community, held.pool, books.months(community)),
            "currency": community.currency, "verified": bool(check and check.sound),
            "checked": check and check.checked, "entries": check.entries if check else 0, "results": lines,
            "next": next_url(request, cursor),
        }
        return Response(BooksSerializer(document).data)

    def _rows(self, request, community: Community, pool: int | None) -> tuple[list[Transfer], str | None]:
        rows = Transfer.objects.filter(phase__in=entries.MOVES)
        narrowed = EntryFilter(request.query_params, queryset=rows, community=community)
        if not narrowed.is_valid():
            raise ValidationError(narrowed.errors)
        cursor, size = request.query_params.get("cursor"), KeysetPagination().size(request)
        if pool is None:
            return [], None
        try:
            after = decode_cursor(cursor, 2) if cursor else None
            return entries.page(pool, narrowed.qs, direction=narrowed.side, after=after, size=size)
        except ValueError as error:
            raise ValidationError({"cursor": [NOT_OURS]}) from error


class Proposals(Inside):
    """What the community has decided and is deciding, the newest first; and a new proposal."""

    @extend_schema(
        operation_id="proposals_list", parameters=_PAGE,
        responses={
            200: {
                "type": "object", "required": ["results", "next"],
                "properties": {
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/Proposal"}},
                    "next": {"type": ["string", "null"]},
                },
            }
        },
    )
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        self.keyset_ordering = ("-number",)
        pages = KeysetPagination()
        page = pages.paginate_queryset(queries.seen_by(community, request.user), request, self)
        return pages.get_paginated_response(ProposalSerializer(page, many=True).data)

    @extend_schema(request=NewProposalSerializer, responses={201: ProposalSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewProposalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        at_once = facts.pop("open")
        with transaction.atomic():  # what cannot open is not kept either
            proposal = actions.propose(community, by=request.user, **facts)
            if at_once:
                actions.open(proposal.pk, by=request.user)
        seen = queries.seen_by(community, request.user).get(pk=proposal.pk)
        return Response(ProposalSerializer(seen).data, status=status.HTTP_201_CREATED)


class AmendSerializer(serializers.Serializer):
    """What is left out stays as it is."""

    title = serializers.CharField(max_length=140, required=False)
    reasons = serializers.CharField(max_length=8000, required=False, allow_blank=True)
    terms = TermsField(required=False)
    method = serializers.ChoiceField(choices=Method.choices, required=False)
    voting_days = serializers.IntegerField(min_value=actions.SHORTEST, max_value=actions.LONGEST, required=False)
    quorum_bp = serializers.IntegerField(min_value=actions.LEAST_QUORUM, max_value=10_000, required=False)
    threshold_bp = serializers.IntegerField(min_value=5000, max_value=10_000, required=False)
    secret = serializers.BooleanField(required=False)


class ProposalDetail(Inside):
    """One proposal; its author may change it until it is put to the vote."""

    @extend_schema(responses=ProposalSerializer)
    def get(self, request, slug: str, number: int) -> Response:
        return Response(ProposalSerializer(self.proposal(request, slug, number)).data)

    @extend_schema(request=AmendSerializer, responses=ProposalSerializer)
    def patch(self, request, slug: str, number: int) -> Response:
        proposal = self.proposal(request, slug, number)
        if proposal.author_id != request.user.pk:
            raise Http404
        asked = AmendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        actions.amend(proposal.pk, by=request.user, **asked.validated_data)
        return Response(ProposalSerializer(self.proposal(request, slug, number)).data)


class ProposalStep(Inside):
    """The author shows a draft to all, opens the vote on it, or takes the proposal back."""

    @extend_schema(request=None, responses=ProposalSerializer)
    def post(self, request, slug: str, number: int, step: str) -> Response:
        proposal = self.proposal(request, slug, number)
        if proposal.author_id != request.user.pk:
            raise Http404
        deeds = {"discuss": actions.discuss, "open": actions.open, "withdraw": actions.withdraw}
        deeds[step](proposal.pk, by=request.user)
        return Response(ProposalSerializer(self.proposal(request, slug, number)).data)


class ProposalBallot(Inside):
    """Vote, or change one's vote, while the vote is open."""

    @property
    def keeps_secret(self) -> bool:  # type: ignore[override]  # of an open vote the body is remembered as any other
        return Proposal.objects.filter(
            community__slug=self.kwargs["slug"], number=self.kwargs["number"], secret=True
        ).exists()

    @extend_schema(request=BallotSerializer, responses=ProposalSerializer)
    def post(self, request, slug: str, number: int) -> Response:
        proposal = self.proposal(request, slug, number)
        ballot = BallotSerializer(data=request.data)
        ballot.is_valid(raise_exception=True)
        actions.vote(proposal.pk, by=request.user, **ballot.validated_data)
        return Response(ProposalSerializer(self.proposal(request, slug, number)).data)


_ONE = "communities/<slug:slug>/proposals/<int:number>/"
urlpatterns: list[URLPattern] = [
    path("communities/<slug:slug>/books/", Books.as_view(), name="api_books"),
    path("communities/<slug:slug>/proposals/", Proposals.as_view(), name="api_proposals"),
    path(_ONE, ProposalDetail.as_view(), name="api_proposal"),
    path(f"{_ONE}ballot/", ProposalBallot.as_view(), name="api_ballot"),
    path(f"{_ONE}discuss/", ProposalStep.as_view(), {"step": "discuss"}, name="api_proposal_discuss"),
    path(f"{_ONE}open/", ProposalStep.as_view(), {"step": "open"}, name="api_proposal_open"),
    path(f"{_ONE}withdraw/", ProposalStep.as_view(), {"step": "withdraw"}, name="api_proposal_withdraw"),
]

from . import care_api, deciding_api, desk_api, treasury_api, waiting_api  # noqa: E402 - they stand on these classes

urlpatterns += deciding_api.urlpatterns + care_api.urlpatterns + treasury_api.urlpatterns + waiting_api.urlpatterns
urlpatterns += desk_api.urlpatterns
