"""The treasury for programs: fee previews, projects, payouts, statements, the budget, and who may look in.

For members of the community, as far as the pages go; others get 404.
"""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response

from members.models import Member
from payments.states import TransferKind

from . import budgets, checks, opening, payouts, previews, projects, statements, terms
from .api import Inside, TermsField
from .granted import decided
from .models import BudgetLine, FeePolicy, Grant, OpenBooks, Payout, Project, Statement
from .treasury_states import PayoutWay

MOST = 100
MOST_MINOR = 10**12


def _older(name: str) -> OpenApiParameter:
    said = f"Only what is older than this number; an answer holds {MOST} at most."
    return OpenApiParameter(name, int, description=said)


_BEFORE = _older("before")


def _before(request, rows: QuerySet, number: str, name: str = "before") -> QuerySet:
    """What comes before the number that is asked for, where one is."""
    if not (said := request.query_params.get(name)):
        return rows
    try:
        limit = serializers.IntegerField(min_value=1, max_value=2**63 - 1).run_validation(said)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from error
    return rows.filter(**{f"{number}__lt": limit})


class MonthSerializer(serializers.Serializer):
    month = serializers.DateField()
    would_minor = serializers.IntegerField(source="into")
    was_minor = serializers.IntegerField(source="out")


class FeePreviewSerializer(serializers.Serializer):
    bookings = serializers.IntegerField()
    would_minor = serializers.IntegerField()
    was_minor = serializers.IntegerField()
    months = MonthSerializer(many=True)


class TryFeeSerializer(serializers.Serializer):
    terms = TermsField(help_text="What a fee policy holds, as in a proposal of kind fee.")


class FeePreview(Inside):
    """What the last twelve months would have brought under a fee."""

    @extend_schema(request=TryFeeSerializer, responses=FeePreviewSerializer)
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = TryFeeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = terms.checked("fee", asked.validated_data["terms"], community)
        preview = previews.last_year(community, FeePolicy(community=community, **facts))
        return Response(FeePreviewSerializer(preview).data)


class ProjectSerializer(serializers.ModelSerializer):
    saved_minor = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = ["id", "name", "why", "goal_minor", "state", "created", "closed", "saved_minor"]
        read_only_fields = fields

    def get_saved_minor(self, project: Project) -> int:
        return self.context.get("saved", {}).get(project.pk, 0)


class NewProjectSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    why = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    goal_minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR, required=False, default=0)


class Projects(Inside):
    """What the community saves for; stewards open another."""

    @extend_schema(responses=ProjectSerializer(many=True))
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        rows = list(projects.open_in(community))
        saved = projects.saved(rows) if rows else {}
        return Response(ProjectSerializer(rows, many=True, context={"saved": saved}).data)

    @extend_schema(request=NewProjectSerializer, responses={201: ProjectSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewProjectSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        project = projects.start(community, by=request.user, **asked.validated_data)
        return Response(ProjectSerializer(project).data, status=status.HTTP_201_CREATED)


class GrantSerializer(serializers.ModelSerializer):
    decision = serializers.IntegerField(source="proposal.number", read_only=True)

    class Meta:
        model = Grant
        fields = ["id", "decision", "option", "minor", "created"]
        read_only_fields = fields


class OneProjectSerializer(ProjectSerializer):
    """A project with the decisions that put money into it, and what was paid out of that, each the newest first."""

    grants = serializers.SerializerMethodField()
    payouts = serializers.SerializerMethodField()
    decided_minor = serializers.SerializerMethodField()
    paid_minor = serializers.SerializerMethodField()
    waiting_minor = serializers.SerializerMethodField()

    class Meta(ProjectSerializer.Meta):
        fields = [*ProjectSerializer.Meta.fields, "decided_minor", "paid_minor", "waiting_minor", "grants", "payouts"]
        read_only_fields = fields

    @extend_schema_field(GrantSerializer(many=True))
    def get_grants(self, project: Project) -> list:
        rows = project.grants.select_related("proposal").order_by("-pk")
        rows = _before(self.context["request"], rows, "pk", "grants_before")[:MOST]
        return list(GrantSerializer(rows, many=True).data)

    def get_payouts(self, project: Project) -> list[int]:
        rows = project.payouts.order_by("-pk").values_list("pk", flat=True)
        return list(_before(self.context["request"], rows, "pk", "payouts_before")[:MOST])

    def get_decided_minor(self, project: Project) -> int:
        return self.context["decided"].minor

    def get_paid_minor(self, project: Project) -> int:
        return self.context["decided"].paid_minor

    def get_waiting_minor(self, project: Project) -> int:
        return self.context["decided"].waiting_minor


class OneProject(Inside):
    """One project, open or closed."""

    @extend_schema(responses=OneProjectSerializer, parameters=[_older("grants_before"), _older("payouts_before")])
    def get(self, request, slug: str, pk: int) -> Response:
        community, _membership = self.community(request, slug)
        project = get_object_or_404(Project.objects.select_related("community"), pk=pk, community=community)
        facts = {"request": request, "saved": projects.saved([project]), "decided": decided([project])[project.pk]}
        return Response(OneProjectSerializer(project, context=facts).data)


class ProjectClosing(Inside):
    """Direct nothing more to it; for stewards."""

    @extend_schema(request=None, responses=ProjectSerializer)
    def post(self, request, slug: str, pk: int) -> Response:
        community, _membership = self.community(request, slug)
        project = get_object_or_404(Project, pk=pk, community=community)
        return Response(ProjectSerializer(projects.close(project.pk, by=request.user)).data)


class PayoutSerializer(serializers.ModelSerializer):
    requested_by = serializers.CharField(source="requested_by.name", read_only=True)
    decided_by = serializers.CharField(source="decided_by.name", read_only=True, default=None)
    entry = serializers.IntegerField(source="transfer.sequence", read_only=True, default=None)

    class Meta:
        model = Payout
        fields = [
            "id", "source", "member", "payee", "line", "project", "minor", "way", "note", "state",
            "requested_by", "decided_by", "created", "decided", "entry",
        ]
        read_only_fields = fields


class NewPayoutSerializer(serializers.Serializer):
    """Of a member's wallet, of a budget line that was decided, or of what was decided for a project."""

    key = serializers.CharField(max_length=40, help_text="What makes a repeat harmless.")
    minor = serializers.IntegerField(min_value=1, max_value=MOST_MINOR)
    member = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    line = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    project = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    payee = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    way = serializers.ChoiceField(PayoutWay.choices, required=False, default=PayoutWay.CASH)
    note = serializers.CharField(max_length=140, required=False, allow_blank=True, default="")


class _Payouts(Inside):
    """What an officer sees of payouts, and what a member does."""

    def rows(self, request, slug: str) -> QuerySet[Payout]:
        community, mine = self.community(request, slug)
        rows = Payout.objects.filter(community=community)
        if not mine.is_officer:
            rows = rows.filter(Q(requested_by=request.user) | Q(member=request.user))
        return rows.select_related("requested_by", "decided_by", "transfer").order_by("-pk")


class Payouts(_Payouts):
    """One's own payouts, and for officers everyone's, the newest first; and asking for one."""

    @extend_schema(responses=PayoutSerializer(many=True), parameters=[_BEFORE])
    def get(self, request, slug: str) -> Response:
        rows = _before(request, self.rows(request, slug), "pk")
        return Response(PayoutSerializer(rows[:MOST], many=True).data)

    @extend_schema(request=NewPayoutSerializer, responses={201: PayoutSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewPayoutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        member, line, project = (facts.pop(name, None) for name in ("member", "line", "project"))
        if project:
            facts["project"] = get_object_or_404(Project, pk=project, community=community)
        elif line:
            facts["line"] = get_object_or_404(BudgetLine, pk=line, community=community)
        else:
            ours = Member.objects.filter(accounts__community=community).distinct()
            facts["member"] = get_object_or_404(ours, pk=member) if member else request.user
        payout = payouts.ask(community, by=request.user, **facts)
        return Response(PayoutSerializer(payout).data, status=status.HTTP_201_CREATED)


class PayoutStep(_Payouts):
    """A second officer approves; an officer refuses, or whoever asked takes it back."""

    @extend_schema(request=None, responses=PayoutSerializer)
    def post(self, request, slug: str, pk: int, step: str) -> Response:
        payout = get_object_or_404(self.rows(request, slug), pk=pk)
        done = {"approve": payouts.approve, "refuse": payouts.refuse}[step](payout.pk, by=request.user)
        return Response(PayoutSerializer(done).data)


class StatementSerializer(serializers.ModelSerializer):
    signed_by = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields = [
            "number", "first", "last", "begins", "ends", "currency", "opening_minor", "incoming_minor",
            "outgoing_minor", "closing_minor", "flows", "previous", "digest", "seal", "created", "signed_by",
        ]
        read_only_fields = fields

    def get_signed_by(self, statement: Statement) -> list[str]:
        return [each.member.name for each in statement.signatures.all()]


class NewStatementSerializer(serializers.Serializer):
    until = serializers.DateField(help_text="Any day of the month up to whose end it goes.")


class Statements(Inside):
    """All statements, the newest first; a treasurer makes the next."""

    @extend_schema(responses=StatementSerializer(many=True), parameters=[_BEFORE])
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        made = Statement.objects.filter(community=community).prefetch_related("signatures__member")
        rows = _before(request, made, "number")
        return Response(StatementSerializer(rows[:MOST], many=True).data)

    @extend_schema(request=NewStatementSerializer, responses={201: StatementSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewStatementSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = statements.prepare(community, by=request.user, until=asked.validated_data["until"])
        return Response(StatementSerializer(made).data, status=status.HTTP_201_CREATED)


class StatementSigning(Inside):
    """An officer's word that it is right."""

    @extend_schema(request=None, responses=StatementSerializer)
    def post(self, request, slug: str, number: int) -> Response:
        community, _membership = self.community(request, slug)
        statement = get_object_or_404(Statement, community=community, number=number)
        statements.sign(statement.pk, by=request.user)
        return Response(StatementSerializer(statement).data)


class BudgetRowSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="line.pk")
    label = serializers.CharField(source="line.label")  # type: ignore[assignment]
    kind = serializers.CharField(source="line.kind")
    incoming = serializers.BooleanField(source="line.incoming")
    minor = serializers.IntegerField(source="line.minor")
    decision = serializers.IntegerField(source="line.decided_by.number", default=None)
    actual_minor = serializers.IntegerField()


class NewBudgetLineSerializer(serializers.Serializer):
    year = serializers.IntegerField(min_value=2000, max_value=2200)
    label = serializers.CharField(max_length=60)  # type: ignore[assignment]
    kind = serializers.ChoiceField(TransferKind.choices)
    incoming = serializers.BooleanField()
    minor = serializers.IntegerField(min_value=1, max_value=MOST_MINOR)
    decision = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10**6)


class Budget(Inside):
    """A year's lines beside what came of them; treasurers write."""

    @extend_schema(
        responses=BudgetRowSerializer(many=True), parameters=[OpenApiParameter("year", int, description="This year.")]
    )
    def get(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = serializers.IntegerField(min_value=2000, max_value=2200).run_validation(
            request.query_params.get("year") or budgets.year_of(community, timezone.now())
        )
        return Response(BudgetRowSerializer(budgets.rows(community, asked), many=True).data)

    @extend_schema(request=NewBudgetLineSerializer, responses={201: BudgetRowSerializer})
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        asked = NewBudgetLineSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        line = budgets.write_line(community, by=request.user, **asked.validated_data)
        written = next(row for row in budgets.rows(community, line.year) if row.line == line)
        return Response(BudgetRowSerializer(written).data, status=status.HTTP_201_CREATED)


class OpenBooksSerializer(serializers.ModelSerializer):
    class Meta:
        model = OpenBooks
        fields = ["public", "indexed"]


class Openness(Inside):
    """Whether anyone may look into the books; stewards choose."""

    @extend_schema(request=OpenBooksSerializer, responses=OpenBooksSerializer)
    def put(self, request, slug: str) -> Response:
        community, mine = self.community(request, slug)
        if not mine.is_steward:
            raise Http404
        asked = OpenBooksSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = {"public": False, "indexed": False} | dict(asked.validated_data)
        return Response(OpenBooksSerializer(opening.set_openness(community, by=request.user, **facts)).data)


class CheckSerializer(serializers.Serializer):
    running = serializers.BooleanField(source="is_running")
    read = serializers.IntegerField()
    length = serializers.IntegerField()
    checked = serializers.DateTimeField(allow_null=True)
    sound = serializers.BooleanField()
    entries = serializers.IntegerField()
    digest = serializers.CharField()
    faults = serializers.ListField(child=serializers.CharField())


class Checking(Inside):
    """Have the books checked beside this answer, and see how far that is."""

    @extend_schema(request=None, responses=CheckSerializer)
    def post(self, request, slug: str) -> Response:
        community, _membership = self.community(request, slug)
        return Response(CheckSerializer(checks.ask(community)).data, status=status.HTTP_202_ACCEPTED)


_OF = "communities/<slug:slug>/"
urlpatterns: list[URLPattern] = [
    path(f"{_OF}fee/preview/", FeePreview.as_view(), name="api_fee_preview"),
    path(f"{_OF}books/check/", Checking.as_view(), name="api_books_check"),
    path(f"{_OF}books/openness/", Openness.as_view(), name="api_open_books"),
    path(f"{_OF}projects/", Projects.as_view(), name="api_projects"),
    path(f"{_OF}projects/<int:pk>/", OneProject.as_view(), name="api_project"),
    path(f"{_OF}projects/<int:pk>/close/", ProjectClosing.as_view(), name="api_project_close"),
    path(f"{_OF}payouts/", Payouts.as_view(), name="api_payouts"),
    path(f"{_OF}payouts/<int:pk>/approve/", PayoutStep.as_view(), {"step": "approve"}, name="api_payout_approve"),
    path(f"{_OF}payouts/<int:pk>/refuse/", PayoutStep.as_view(), {"step": "refuse"}, name="api_payout_refuse"),
    path(f"{_OF}statements/", Statements.as_view(), name="api_statements"),
    path(f"{_OF}statements/<int:number>/sign/", StatementSigning.as_view(), name="api_statement_sign"),
    path(f"{_OF}budget/", Budget.as_view(), name="api_budget"),
]
