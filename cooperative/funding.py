"""Decisions that draw on a project, or put money into it; and what may be paid out of it since.

A spend that names a project uses first what borrowers have directed there, and the pool for the rest. One that names
nobody else puts its amount into the project: what lies there already counts, the pool adds what is missing, and
treasurers pay it out step by step, two of them for each payment (`payouts`). Who books holds the community's chain.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from payments import ledger
from payments.ledger import Entry
from payments.models import Transfer
from payments.states import AccountKind, TransferKind

from . import projects
from .books import holdings
from .granted import undecided_minor
from .models import Grant, Project, Proposal
from .states import Method, ProposalKind


def project_of(proposal: Proposal, terms: Mapping[str, Any]) -> Project | None:
    """The project that these terms name."""
    if not terms.get("project"):
        return None
    rows = Project.objects.select_related("community").filter(community=proposal.community_id)
    return rows.get(pk=terms["project"])


def too_little(proposal: Proposal) -> int | None:
    """What there is for a spend not yet decided that asks for more than that; None where it is enough.

    Where an option or several projects win, nobody knows yet how much it will be.
    """
    undecided = proposal.is_open or proposal.is_undecided
    if proposal.kind != ProposalKind.SPEND or not undecided or proposal.method in (Method.SCORE, Method.BUDGET):
        return None
    there = holdings(proposal.community).free_minor
    if there < proposal.terms["minor"] and (project := project_of(proposal, proposal.terms)):
        there += undecided_minor(project)
    return there if there < proposal.terms["minor"] else None


def releasing(proposal: Proposal, project: Project, minor: int, key: str) -> list[Entry]:
    """The entry by which a spend draws on the project as far as it goes: booked before the spend."""
    minor = min(minor, undecided_minor(project))
    return projects.releasing(project, minor, about=proposal.about, key=f"{key}:project") if minor else []


def fund(
    proposal: Proposal, project: Project, minor: int, *, option: int, key: str, now: datetime
) -> list[Transfer]:
    """Put `minor` at the disposal of the project. Raises ledger.Overdrawn where the pool lacks what is missing."""
    if not project.is_open:
        raise projects.ProjectError(_("This project is not open here."), code="project_closed")
    missing = minor - undecided_minor(project)
    Grant.objects.create(project=project, proposal=proposal, option=option, minor=minor, created=now)
    if missing <= 0:
        return []
    community = proposal.community
    pool = ledger.account(AccountKind.POOL, community)
    account = ledger.account(AccountKind.POOL, community, label=project.label)
    entry = Entry(pool, account, missing, TransferKind.EARMARK, key, proposal.about, project.name)
    return ledger.post(community, [entry], batch=proposal.about, now=now)


def at_hand(proposal: Proposal) -> dict[int, int]:
    """What lies undecided in each project that the options of a proposal name."""
    named = {option["project"] for option in proposal.options if option.get("project")}
    rows = Project.objects.select_related("community").filter(community=proposal.community_id, pk__in=named)
    return {project.pk: undecided_minor(project) for project in rows}
