"""Proposals while they are written: a draft, and its author's second thoughts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments import ledger

from .. import terms as every_kind
from .. import voting
from ..models import Proposal
from ..states import METHODS, UNDECIDED, Method, ProposalKind
from .parts import DecisionError, check_author, check_state, locked, plain

SHORTEST, LONGEST = 1, 60  # days to vote
LEAST_QUORUM = 1000
FACTS = ("kind", "title", "reasons", "terms", "method", "voting_days", "quorum_bp", "threshold_bp", "secret")


def propose(
    community: Community, *, by: Member, kind: str, title: str, reasons: str = "",
    terms: Mapping[str, Any] | None = None, method: str = Method.MAJORITY, voting_days: int = 7,
    quorum_bp: int = 3000, threshold_bp: int = 5000, secret: bool = False, now: datetime | None = None,
) -> Proposal:
    """A draft, seen by its author alone until it is talked over or opens."""
    mine = membership(by, community)
    if mine is None:
        raise DecisionError(_("Only members of the community propose."), code="members_only")
    every_kind.check_author(kind, terms or {}, mine)  # before anything tells whether they have applied
    facts = _facts(
        community, kind, title, reasons, terms or {}, method, voting_days, quorum_bp, threshold_bp, secret
    )
    every_kind.check_author(facts["kind"], facts["terms"], mine)
    with transaction.atomic():
        ledger.lock(community)
        last = Proposal.objects.filter(community=community).order_by("-number").values_list("number", flat=True).first()
        return Proposal.objects.create(
            community=community, author=by, number=(last or 0) + 1, created=now or timezone.now(), **facts
        )


def amend(proposal_id: int, *, by: Member, **changes: Any) -> Proposal:
    """Change what is not yet put to the vote; only its author can."""
    with locked(proposal_id) as proposal:
        check_author(proposal, by)
        check_state(proposal, *UNDECIDED)
        if unknown := set(changes) - set(FACTS):
            raise TypeError(f"A proposal has no {', '.join(sorted(unknown))}.")
        mine = membership(by, proposal.community)
        if mine is None:
            raise DecisionError(_("Only members of the community propose."), code="members_only")
        every_kind.check_author(changes.get("kind", proposal.kind), changes.get("terms", proposal.terms), mine)
        facts = _facts(proposal.community, *(changes.get(name, getattr(proposal, name)) for name in FACTS))
        every_kind.check_author(facts["kind"], facts["terms"], mine)
        for name, value in facts.items():
            setattr(proposal, name, value)
        proposal.save(update_fields=list(facts))
    return proposal


def _facts(
    community, kind, title, reasons, raw_terms, method, voting_days, quorum_bp, threshold_bp, secret
) -> dict[str, Any]:
    """A proposal's facts, checked; the field that is wrong is named."""
    if kind not in ProposalKind.values:
        raise DecisionError(_("There is no such kind of proposal."), field="kind")
    if method not in Method.values:
        raise DecisionError(_("There is no such way to decide."), field="method")
    if method not in METHODS[ProposalKind(kind)]:
        raise DecisionError(_("This cannot be decided in that way."), field="method")
    if not isinstance(secret, bool):
        raise DecisionError(_("Yes or no."), field="secret")
    if secret and method == Method.CONSENT:
        raise DecisionError(_("An objection is made with its reason, so consent is never secret."), field="secret")
    title = " ".join(plain(title, "title", 140).split())
    if not title:
        raise DecisionError(_("Say in a sentence what is proposed."), field="title")
    _check_range(voting_days, "voting_days", SHORTEST, LONGEST)
    _check_range(quorum_bp, "quorum_bp", LEAST_QUORUM, voting.WHOLE)
    _check_range(threshold_bp, "threshold_bp", voting.WHOLE // 2, voting.WHOLE)
    return {
        "kind": kind, "title": title, "reasons": plain(reasons, "reasons", 8000).strip(),
        "terms": every_kind.checked(kind, raw_terms, community, method), "method": method, "secret": secret,
        "voting_days": voting_days, "quorum_bp": quorum_bp, "threshold_bp": threshold_bp,
    }


def _check_range(value: Any, field: str, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DecisionError(
            _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=field
        )
