"""What a community saves for: opening and closing projects, and setting aside what borrowers direct to them.

A borrower directs a share of the fee when they ask for something (`direct`). When the fee has arrived in the pool,
that share is set aside in the project's own account, in the deed that books the fee; when a fee goes back, so does
its share. From a project money only flows back to the pool (`releasing`): it is spent by decision, as all else.
What decisions put into a project (`funding`) stays there until two people pay it out, or the project is closed.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import ledger, signals
from payments.ledger import Entry
from payments.models import Account, Payment, Transfer
from payments.states import AccountKind, Gateway, TransferKind
from sharing.db.guards import refused_by
from sharing.values.money import basis_points
from sharing.web.refusals import Refusal

from .granted import decided
from .models import Direction, FeePolicy, Payout, Project, Proposal
from .states import ProposalKind, ProposalState
from .treasury_states import PayoutState, ProjectState

MOST_MINOR = 10**12
MOST_OPEN = 30


class ProjectError(Refusal):
    """Something that is not possible with this project."""

    code = "project"


def start(community: Community, *, by: Member, name: str, why: str = "", goal_minor: int = 0) -> Project:
    """Open a project that fees can be directed to. It spends nothing: that takes a decision."""
    _check_steward(community, by)
    name = " ".join(name.split())
    if not name or len(name) > 80 or "\0" in name + why:
        raise ProjectError(_("Say in a few words what it is for."), field="name")
    if not 0 <= goal_minor <= MOST_MINOR:
        raise ProjectError(_("This is not an amount."), field="goal_minor")
    with transaction.atomic():
        ledger.lock(community)
        if Project.objects.open().filter(community=community).count() >= MOST_OPEN:
            raise ProjectError(_("That is a lot of projects. Close one first."))
        try:
            with transaction.atomic():
                return Project.objects.create(
                    community=community, name=name, why=why.strip()[:2000], goal_minor=goal_minor, opened_by=by
                )
        except IntegrityError as error:
            if refused_by(error, "one_open_project_of_a_name") or "project.name" in str(error):
                raise ProjectError(_("There is an open project of that name."), field="name") from error
            raise


def close(project_id: int, *, by: Member, now: datetime | None = None) -> Project:
    """Direct nothing more to it; what is set aside is in the pool again. Again it changes nothing.

    Not while a payout of it waits for a second person, nor while the members vote on money for it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        rows = Project.objects.select_related("community").select_for_update(of=("self",), no_key=True)
        project = rows.get(pk=project_id)
        _check_steward(project.community, by)
        if project.is_open:
            ledger.lock(project.community)
            _check_nothing_waits(project)
            if entries := releasing(project, about=project.about, key=f"close:{project.about}"):
                ledger.post(project.community, entries, batch=f"close:{project.about}", now=now)
            project.state, project.closed = ProjectState.CLOSED, now
            project.save(update_fields=["state", "closed"])
    return project


def releasing(project: Project, minor: int | None = None, *, about: str, key: str) -> list[Entry]:
    """The entry that lets what is set aside (`minor` of it at most) flow back to the pool, to be booked with a spend.

    Who books it holds the community's chain (`ledger.lock`) from before this is asked.
    """
    account = ledger.account(AccountKind.POOL, project.community, label=project.label)
    free = account.free_minor if minor is None else min(minor, account.free_minor)
    if free <= 0:
        return []
    pool = ledger.account(AccountKind.POOL, project.community)
    return [Entry(account, pool, free, TransferKind.EARMARK, key, about, project.name)]


def open_in(community: Community) -> QuerySet:
    """The projects one may direct a share of a fee to."""
    return Project.objects.open().filter(community=community).order_by("created", "pk")


def chosen(community: Community, project_id: int | None, policy: FeePolicy | None) -> Project | None:
    """The open project a borrower names; refuses what is none of the community's."""
    if not project_id:
        return None
    project = open_in(community).filter(pk=project_id).first() if policy and policy.earmark_bp else None
    if project is None:
        raise ProjectError(_("This project is not open here."), field="project", code="no_such_project")
    return project


def direct(about: str, project: Project, policy: FeePolicy) -> None:
    """Note that a share of the fee for `about` shall go to the project, as the policy of its quote allows."""
    if policy.earmark_bp:
        facts = {"project": project, "share_bp": policy.earmark_bp, "community_id": project.community_id}
        Direction.objects.get_or_create(about=about, defaults=facts)


def saved(projects: list[Project]) -> dict[int, int]:
    """How much is set aside for each: one statement."""
    labels = {project.label: project.pk for project in projects}
    rows = Account.objects.filter(
        kind=AccountKind.POOL, label__in=labels, community__in={project.community_id for project in projects}
    )
    return {labels[label]: minor for label, minor in rows.values_list("label", "balance_minor")}


def percent_of(project: Project, minor: int) -> int:
    """How far that is towards the goal; 0 where there is none."""
    return min(minor * 100 // project.goal_minor, 100) if project.goal_minor else 0


# --- with the fee, in the deed that books it -----------------------------------------------------------


def connect() -> None:
    """Called when the room opens."""
    signals.payment_settling.connect(_set_aside, dispatch_uid="cooperative.projects.set_aside")
    signals.payment_refunding.connect(_take_back, dispatch_uid="cooperative.projects.take_back")


def _set_aside(sender, *, payment: Payment, now: datetime, **_more: object) -> None:
    direction = _direction(payment)
    if direction is None or not direction.project.is_open:
        return
    minor = basis_points(payment.fee_minor, direction.share_bp)
    if minor:
        pool, project = _accounts(payment, direction.project)
        _book(payment, Entry(pool, project, minor, TransferKind.EARMARK, f"earmark:{payment.about}", payment.about,
                             direction.project.name), now)


def _take_back(sender, *, payment: Payment, fee_minor: int, now: datetime, **_more: object) -> None:
    """As much as the fee that stays does not cover any more; what was decided only where the pool has too little."""
    direction = _direction(payment) if fee_minor else None
    if direction is None:
        return
    pool, project = _accounts(payment, direction.project)
    moved = Transfer.objects.filter(community=payment.community, about=payment.about, kind=TransferKind.EARMARK)
    aside = moved.filter(target=project).aggregate(sum_=Sum("minor"))["sum_"] or 0
    aside -= moved.filter(source=project).aggregate(sum_=Sum("minor"))["sum_"] or 0
    stays = max(0, payment.fee_minor - payment.refunded_fee_minor - fee_minor)
    undecided = project.free_minor - decided([direction.project])[direction.project_id].unpaid_minor
    there = min(project.free_minor, max(undecided, fee_minor - pool.free_minor))
    back = min(aside - basis_points(stays, direction.share_bp), there)
    if back > 0:
        key = f"earmark-back:{payment.about}:{payment.refunded_fee_minor}"
        entry = Entry(project, pool, back, TransferKind.EARMARK, key, payment.about, direction.project.name)
        _book(payment, entry, now)


def _direction(payment: Payment) -> Direction | None:
    if payment.gateway == Gateway.CREDIT:
        return None  # a project is paid for with money
    about = payment.about.partition("+")[0]  # what came on top of a booking follows it
    return Direction.objects.select_related("project").filter(about=about, community=payment.community_id).first()


def _accounts(payment: Payment, project: Project) -> tuple[Account, Account]:
    pool = ledger.account(AccountKind.POOL, payment.community)
    return pool, ledger.account(AccountKind.POOL, payment.community, label=project.label)


def _book(payment: Payment, entry: Entry, now: datetime) -> None:
    """What the pool has spent already can't be set aside; the payment itself goes on."""
    try:
        ledger.post(payment.community, [entry], batch=entry.key, now=now)
    except ledger.Overdrawn:
        return


def _check_nothing_waits(project: Project) -> None:
    if Payout.objects.filter(project=project, state=PayoutState.WAITING).exists():
        raise ProjectError(_("A payout of it waits for a second person."), code="payout_waits")
    going = [ProposalState.OPEN, ProposalState.PASSED, ProposalState.WAITING]
    votes = Proposal.objects.filter(community=project.community_id, kind=ProposalKind.SPEND, state__in=going)
    for terms in votes.values_list("terms", flat=True):
        if any(each.get("project") == project.pk for each in (terms, *terms.get("options", ()))):
            raise ProjectError(_("The members are deciding about money for it."), code="vote_runs")


def _check_steward(community: Community, by: Member) -> None:
    mine = membership(by, community)
    if mine is None or not mine.is_steward:
        raise ProjectError(_("Only a steward can open and close projects."), code="stewards_only")
