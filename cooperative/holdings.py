"""What this room holds on a member, for them to take away."""

from members import holdings
from members.holdings import Table
from members.models import Member

from .models import Ballot, CareSeat, Delegation, Proposal, Share, Voted

CARE = "community__slug title details state starts due places minutes credit_minor done confirmed paid created"
PAYOUT = "community__slug payee minor way note state decided created"


def register() -> None:
    covered = (
        "cooperative.Proposal.author cooperative.Delegation.member cooperative.Share.member cooperative.CareSeat.member"
    )
    holdings.register("decisions", everything_of, covered)
    holdings.tables(
        "decisions",
        electorates=Table("cooperative.Elector.member", "proposal__community__slug proposal__number"),
        evidence=Table("cooperative.Evidence.added_by", "proposal__number title url file_name created"),
        care_proposed=Table("cooperative.CareTask.author", CARE),
        care_done=Table("cooperative.CareTask.done_by", CARE),
        care_confirmed=Table("cooperative.CareTask.confirmed_by", CARE),
        thanks=Table("cooperative.CareThanks.member", "task__title words created"),
        projects=Table("cooperative.Project.opened_by", "community__slug name why goal_minor state created closed"),
        payouts=Table("cooperative.Payout.member", PAYOUT),
        payouts_requested=Table("cooperative.Payout.requested_by", PAYOUT),
        payouts_decided=Table("cooperative.Payout.decided_by", PAYOUT),
        budgets_written=Table("cooperative.BudgetLine.written_by", "community__slug year label kind minor created"),
        statements_prepared=Table("cooperative.Statement.prepared_by", "community__slug number first last created"),
        statements_signed=Table(
            "cooperative.StatementSignature.member", "statement__community__slug statement__number created"
        ),
        allotted=Table("cooperative.Allotment.by", "line__label transfer created"),
        books_opened=Table("cooperative.OpenBooks.changed_by", "community__slug public indexed changed"),
    )
    holdings.leave_out(cooperative__Delegation__delegate="who trusted them with a vote is told to them, and is theirs")


def everything_of(member: Member) -> dict[str, object]:
    ballots = Ballot.objects.filter(elector__member=member).order_by("pk")
    proposals = Proposal.objects.filter(author=member).order_by("pk")
    return {
        "proposals": list(
            proposals.values(
                "community__slug", "number", "kind", "title", "reasons", "terms", "state", "created", "closed"
            )
        ),
        "ballots": list(
            ballots.values("proposal__community__slug", "proposal__number", "choice", "marks", "reason", "cast")
        ),
        # What was said in secret, nobody can tell: not even the one who said it.
        "voted_in_secret": list(
            Voted.objects.filter(elector__member=member).order_by("pk").values(
                "proposal__community__slug", "proposal__number"
            )
        ),
        "delegations": list(
            Delegation.objects.filter(member=member).order_by("pk").values(
                "community__slug", "delegate__name", "topic", "since", "ended"
            )
        ),
        "dividends": list(
            Share.objects.filter(member=member).order_by("pk").values(
                "proposal__community__slug", "proposal__number", "paid_minor", "earned_minor", "care_minutes", "minor"
            )
        ),
        "care": list(
            CareSeat.objects.filter(member=member).order_by("pk").values(
                "task__community__slug", "task__title", "task__due", "waits", "minutes"
            )
        ),
    }
