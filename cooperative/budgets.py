"""The budget of a year beside what really came and went.

Lines of what comes in, and of all kinds but spending, are measured by the sums that the ledger keeps; what was spent is
measured line by line, by which line each spend was given to. What a decision stands behind stays, and all lines of one
decision together are held to the amount that the members voted on: without an amount nothing can be paid out by it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F, OuterRef, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import ledger
from payments.models import MonthFlow, Transfer
from payments.states import AccountKind, TransferKind
from sharing.web.formats import money
from sharing.web.refusals import Refusal

from . import books, charts
from .models import Allotment, BudgetLine, Proposal
from .states import ProposalKind, ProposalState

MOST_MINOR = 10**12
MOST_LINES = 60
INCOME = (TransferKind.FEE, TransferKind.SOLIDARITY, TransferKind.PRICE, TransferKind.DEPOSIT)
OUTGO = (TransferKind.SPEND, TransferKind.REFUND, TransferKind.DIVIDEND, TransferKind.CARE, TransferKind.CARD_COST)


class BudgetError(Refusal):
    """A budget line that can't be written."""

    code = "budget"


@dataclass(frozen=True, slots=True)
class Row:
    """One line beside what it came to."""

    line: BudgetLine
    actual_minor: int

    @property
    def planned(self) -> bool:
        """False for what came or went without a line of its own."""
        return self.line.pk is not None

    @property
    def kind(self) -> str:
        return charts.label(self.line.kind, self.line.incoming)

    @property
    def left_minor(self) -> int:
        return self.line.minor - self.actual_minor

    @property
    def percent(self) -> int:
        return min(self.actual_minor * 100 // self.line.minor, 100) if self.line.minor else 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that names an amount, and what of it no line has taken yet."""

    proposal: Proposal
    left_minor: int


def write_line(
    community: Community, *, by: Member, year: int, label: str, kind: str, incoming: bool, minor: int,
    decision: int | None = None,
) -> BudgetLine:
    """Write a line, or another amount on one of the same name that no decision stands behind."""
    _check_treasurer(community, by)
    label = " ".join(label.split())
    if not label or len(label) > 60 or "\0" in label:
        raise BudgetError(_("Say in a few words what it is for."), field="label")
    if not 0 < minor <= MOST_MINOR:
        raise BudgetError(_("This is not an amount."), field="minor")
    if kind not in (INCOME if incoming else OUTGO):
        raise BudgetError(_("Choose one of the answers."), field="kind")
    if not 2000 <= year <= 2200:
        raise BudgetError(_("Choose one of the answers."), field="year")
    try:
        with transaction.atomic():
            ledger.lock(community)  # of two lines at once the second sees the first
            _check_room(community, year, label, incoming)
            facts = {"kind": kind, "minor": minor, "written_by": by, "decided_by": None}
            if decision:
                facts["decided_by"] = _decision(community, decision, kind, incoming, minor)
            line = BudgetLine.objects.update_or_create(
                community=community, year=year, label=label, incoming=incoming, defaults=facts
            )[0]
            if kind != TransferKind.SPEND:  # what was given to it while it was one of spending waits for a line again
                Allotment.objects.filter(line=line).delete()
            return line
    except IntegrityError as error:
        raise BudgetError(_("This line was decided and stays as it is."), field="label") from error


def allot(transfer_id: int, line_id: int, *, community: Community, by: Member) -> Allotment:
    """Say which line something that was spent belongs to; it may be given to another later."""
    _check_treasurer(community, by)
    line = BudgetLine.objects.filter(pk=line_id, community=community, incoming=False, kind=TransferKind.SPEND).first()
    spent = Transfer.objects.filter(pk=transfer_id, community=community, kind=TransferKind.SPEND).first()
    if line is None or spent is None or spent.about.startswith("payout:"):
        raise BudgetError(_("Choose one of the answers."), field="line")
    return Allotment.objects.update_or_create(transfer=spent, defaults={"line": line, "by": by})[0]


def year_of(community: Community, now: datetime) -> int:
    return books.months(community, now)[-1].year


def rows(community: Community, year: int) -> list[Row]:
    """Each line of the year with what it came to, and what came and went without one: three statements at any size.

    What was spent is told entry by entry until it is given to a line, see `unallotted`.
    """
    lines = list(BudgetLine.objects.filter(community=community, year=year).select_related("decided_by__community"))
    if not lines:
        return []
    flows = MonthFlow.objects.filter(
        account__community=community, account__kind=AccountKind.POOL, account__label="",
        account__currency=community.currency, month__gte=date(year, 1, 1), month__lt=date(year + 1, 1, 1),
    ).values("incoming", "kind")
    came = {(row["incoming"], row["kind"]): row["sum_"] for row in flows.annotate(sum_=Sum("minor"))}
    allotted = Allotment.objects.filter(line__in=lines).values("line").annotate(sum_=Sum("transfer__minor"))
    spent = {row["line"]: row["sum_"] for row in allotted}
    planned = [
        Row(line, spent.get(line.pk, 0) if line.kind == TransferKind.SPEND else came.get((line.incoming, line.kind), 0))
        for line in lines
    ]
    known = {(line.incoming, line.kind) for line in lines} | {(False, TransferKind.SPEND)}
    moved = TransferKind.EARMARK  # within the pool
    others = [item for item in came.items() if item[0] not in known and item[0][1] != moved]
    besides = sorted(others, key=lambda item: -item[1])
    return planned + [
        Row(BudgetLine(kind=kind, incoming=incoming, label=charts.label(kind, incoming), minor=0), minor)
        for (incoming, kind), minor in besides
    ]


def unallotted(community: Community, year: int, most: int = 30) -> list[Transfer]:
    """What was spent in the year and belongs to no line yet, the newest first."""
    starts, ends = books.bounds(community, date(year, 1, 1))[0], books.bounds(community, date(year, 12, 1))[1]
    pool = books.holdings(community).pool
    spent = Transfer.objects.filter(
        source=pool, created__gte=starts, created__lt=ends, kind=TransferKind.SPEND, allotment=None
    )
    return list(spent.order_by("-created", "-sequence")[:most]) if pool else []


def decisions(community: Community) -> list[Decided]:
    """The decisions of whose amount something is left to be planned, the newest first: one statement."""
    lines = BudgetLine.objects.filter(decided_by=OuterRef("pk")).order_by().values("decided_by")
    rows = Proposal.objects.filter(
        community=community, kind=ProposalKind.ADVICE, state=ProposalState.PASSED, terms__minor__gt=0
    ).annotate(
        planned=Coalesce(Subquery(lines.annotate(sum_=Sum("minor")).values("sum_")), 0),
        decided=Cast(KeyTextTransform("minor", "terms"), BigIntegerField()),
    ).filter(planned__lt=F("decided"))
    return [
        Decided(row, vars(row)["decided"] - vars(row)["planned"]) for row in rows.order_by("-number")[:MOST_LINES]
    ]


def _check_room(community: Community, year: int, label: str, incoming: bool) -> None:
    """Raises BudgetError when the year has its most lines and this would be one more."""
    lines = BudgetLine.objects.filter(community=community, year=year)
    if lines.exclude(label=label, incoming=incoming).count() >= MOST_LINES:
        raise BudgetError(_("That is a lot of lines. Put some together."))


def _decision(community: Community, number: int, kind: str, incoming: bool, minor: int) -> Proposal:
    if incoming or kind != TransferKind.SPEND:
        raise BudgetError(_("A decision stands behind lines of spending alone."), field="decision")
    passed = Proposal.objects.filter(
        community=community, number=number, state=ProposalState.PASSED, kind=ProposalKind.ADVICE
    )
    proposal = passed.first()
    if proposal is None:
        raise BudgetError(_("There is no passed decision of this number that asked for advice."), field="decision")
    if not proposal.terms.get("minor"):
        raise BudgetError(
            _("This decision names no amount, so nothing can be paid out by it. Ask the members for one that does."),
            field="decision", code="no_amount",
        )
    planned = BudgetLine.objects.filter(decided_by=proposal).aggregate(sum_=Sum("minor"))["sum_"] or 0
    left = proposal.terms["minor"] - planned
    if minor > left:
        raise BudgetError(
            _("Of what the members decided there, %(left)s is left to plan.") % {
                "left": money(max(left, 0), community.currency)
            }, field="minor", code="too_much",
        )
    return proposal


def _check_treasurer(community: Community, by: Member) -> None:
    mine = membership(by, community)
    if mine is None or not mine.is_treasurer:
        raise BudgetError(_("Only a treasurer of the community can do this."), code="treasurers_only")
