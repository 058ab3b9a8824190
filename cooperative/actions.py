"""All that may happen to proposals, up to their outcome; carrying it out is in `cooperative.execution`.

A draft is its author's. Opening freezes the electorate and what is voted on. Votes and the close lock
the proposal's row, so that a ballot is either counted or refused. The outcome is what the count says.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member, Membership
from members.queries import membership
from payments import ledger
from sharing.web.refusals import Refusal

from . import execution, terms, voting
from .execution import execute
from .models import Ballot, Elector, FeePolicy, Proposal
from .news import announce
from .states import CHOICES, MANY, Choice, Method, ProposalKind, ProposalState

__all__ = [
    "DecisionError", "amend", "close", "close_what_is_due", "execute", "open", "propose", "retry_what_waits",
    "set_first_policy", "vote", "withdraw",
]

ENDS_AT = time(20, 0)  # in the community's zone
SHORTEST, LONGEST = 1, 60  # days to vote
LEAST_QUORUM = 1000


class DecisionError(Refusal):
    """Something that is not possible with this proposal now."""

    code = "decision"


def set_first_policy(community: Community, *, by: Member, **facts: Any) -> FeePolicy:
    """The fee a community begins with; from then on it changes by decision only."""
    mine = membership(by, community)
    if mine is None or not mine.is_steward:
        raise DecisionError(_("Only a steward can set the first fee."), code="stewards_only")
    with transaction.atomic():
        ledger.lock(community)
        if FeePolicy.objects.filter(community=community).exists():
            raise DecisionError(_("The fee is set. Propose a change, and the members decide."), code="decided_only")
        return FeePolicy.objects.create(community=community, version=1, **terms.fee(facts))


def propose(
    community: Community, *, by: Member, kind: str, title: str, reasons: str = "",
    terms: Mapping[str, Any] | None = None, method: str = Method.MAJORITY, voting_days: int = 7,
    quorum_bp: int = 3000, threshold_bp: int = 5000, now: datetime | None = None,
) -> Proposal:
    """A draft, seen by its author alone until it opens."""
    if membership(by, community) is None:
        raise DecisionError(_("Only members of the community propose."), code="members_only")
    facts = _facts(community, kind, title, reasons, terms or {}, method, voting_days, quorum_bp, threshold_bp)
    with transaction.atomic():
        ledger.lock(community)
        last = Proposal.objects.filter(community=community).order_by("-number").values_list("number", flat=True).first()
        return Proposal.objects.create(
            community=community, author=by, number=(last or 0) + 1, created=now or timezone.now(), **facts
        )


def amend(proposal_id: int, *, by: Member, **changes: Any) -> Proposal:
    """Change a draft; only its author can."""
    with _locked(proposal_id) as proposal:
        _check_author(proposal, by)
        _check_state(proposal, ProposalState.DRAFT)
        names = ("kind", "title", "reasons", "terms", "method", "voting_days", "quorum_bp", "threshold_bp")
        if unknown := set(changes) - set(names):
            raise TypeError(f"A proposal has no {', '.join(sorted(unknown))}.")
        facts = _facts(proposal.community, *(changes.get(name, getattr(proposal, name)) for name in names))
        for name, value in facts.items():
            setattr(proposal, name, value)
        proposal.save(update_fields=list(facts))
    return proposal


def open(proposal_id: int, *, by: Member, now: datetime | None = None) -> Proposal:
    """Put it to the vote: who may vote and what is voted on stands from now on; the members are told."""
    now = now or timezone.now()
    with _locked(proposal_id) as proposal:
        _check_author(proposal, by)
        _check_state(proposal, ProposalState.DRAFT)
        if membership(by, proposal.community) is None:
            raise DecisionError(_("Only members of the community propose."), code="members_only")
        if Elector.objects.filter(proposal=proposal).exists():
            raise DecisionError(_("This draft already has an electorate, which nobody can have given it rightly."))
        proposal.terms = terms.checked(proposal.kind, proposal.terms, proposal.community)
        electors = _electorate(proposal.community, now)
        if not electors:
            raise DecisionError(_("Nobody has belonged long enough to vote."))
        Elector.objects.bulk_create(Elector(proposal=proposal, member_id=member) for member in electors)
        proposal.state, proposal.opened = ProposalState.OPEN, now
        proposal.closes = closing_time(proposal.community, now, proposal.voting_days)
        proposal.save(update_fields=["state", "opened", "closes", "terms"])
        transaction.on_commit(lambda: announce.enqueue(proposal.pk, "opened"), robust=True)
    return proposal


def vote(proposal_id: int, *, by: Member, choice: str, reason: str = "", now: datetime | None = None) -> Ballot:
    """Cast or change one's ballot while the vote is open."""
    now, reason = now or timezone.now(), _reason(reason)
    with _locked(proposal_id) as proposal:
        if not proposal.is_open or proposal.is_due(now):
            raise DecisionError(_("The vote is closed."), code="closed")
        if choice not in CHOICES[Method(proposal.method)]:
            raise DecisionError(_("Choose one of the answers."), field="choice")
        if choice == Choice.OBJECT and not reason:
            raise DecisionError(_("An objection needs a reason that the others can answer."), field="reason")
        elector = Elector.objects.filter(proposal=proposal, member=by).first()
        if elector is None or membership(by, proposal.community) is None:
            raise DecisionError(
                _("Who may vote was settled when this opened. Your vote counts in the next decision."),
                code="no_elector",
            )
        cast = {"proposal": proposal, "choice": choice, "reason": reason, "cast": now}
        return Ballot.objects.update_or_create(elector=elector, defaults=cast)[0]


def withdraw(proposal_id: int, *, by: Member, now: datetime | None = None) -> Proposal:
    """The author takes it back, as a draft or while the vote is open."""
    now = now or timezone.now()
    with _locked(proposal_id) as proposal:
        _check_author(proposal, by)
        _check_state(proposal, ProposalState.DRAFT, ProposalState.OPEN)
        if proposal.is_due(now):
            raise DecisionError(_("The vote is closed."), code="closed")
        was_open = proposal.is_open
        proposal.state, proposal.closed = ProposalState.WITHDRAWN, now
        proposal.save(update_fields=["state", "closed"])
        if was_open:
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, "closed"), robust=True)
    return proposal


def close(proposal_id: int, *, now: datetime | None = None) -> Proposal:
    """Count, once the time is over, and carry out what passed. Before that, or again, it changes nothing."""
    now = now or timezone.now()
    with _locked(proposal_id, against_ballots=True) as proposal:
        if not proposal.is_due(now):
            return proposal
        passes = voting.tally(proposal).passes
        proposal.state = ProposalState.PASSED if passes else ProposalState.REJECTED
        proposal.closed = now
        proposal.save(update_fields=["state", "closed"])
        if not passes:
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, "closed"), robust=True)
    return execute(proposal.pk, now=now) if passes else proposal


def close_what_is_due(now: datetime | None = None) -> int:
    """Close every proposal whose time is over; returns how many."""
    due = Proposal.objects.filter(state=ProposalState.OPEN, closes__lte=now or timezone.now())
    numbers = list(due.order_by("closes").values_list("pk", flat=True))
    for pk in numbers:
        close(pk, now=now)
    return len(numbers)


def retry_what_waits(now: datetime | None = None) -> int:
    """Try again to carry out what passed: the pool may hold enough by now. Returns how many were carried out."""
    waiting = Proposal.objects.filter(state__in=[ProposalState.PASSED, ProposalState.WAITING])
    waiting = waiting.exclude(kind=ProposalKind.ADVICE).order_by("closed", "pk")
    done = [execution.execute(pk, now=now) for pk in list(waiting.values_list("pk", flat=True))]
    return sum(proposal.state == ProposalState.EXECUTED for proposal in done)


def closing_time(community: Community, opened: datetime, days: int) -> datetime:
    """The evening, in the community's zone, of the day so many days after the opening."""
    zone = ZoneInfo(community.time_zone)
    day = opened.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, ENDS_AT, zone).astimezone(ZoneInfo("UTC"))


def _electorate(community: Community, now: datetime) -> list[int]:
    """Members who have belonged long enough; all of them where the community itself is younger than that."""
    active = Membership.objects.active().filter(community=community, member__is_active=True)
    since = now - timedelta(days=settings.ELECTOR_DAYS)
    if community.created <= since:
        active = active.filter(joined__lte=since)
    return list(active.order_by("member").values_list("member", flat=True))


def _facts(community, kind, title, reasons, raw_terms, method, voting_days, quorum_bp, threshold_bp) -> dict[str, Any]:
    """A proposal's facts, checked; the field that is wrong is named."""
    if kind not in ProposalKind.values or ProposalKind(kind) not in terms.KINDS:
        raise DecisionError(_("There is no such kind of proposal."), field="kind")
    if method not in Method.values or method in MANY:
        raise DecisionError(_("There is no such way to decide."), field="method")
    title = " ".join(_plain(title, "title", 140).split())
    if not title:
        raise DecisionError(_("Say in a sentence what is proposed."), field="title")
    _check_range(voting_days, "voting_days", SHORTEST, LONGEST)
    _check_range(quorum_bp, "quorum_bp", LEAST_QUORUM, voting.WHOLE)
    _check_range(threshold_bp, "threshold_bp", voting.WHOLE // 2, voting.WHOLE)
    return {
        "kind": kind, "title": title, "reasons": _plain(reasons, "reasons", 8000).strip(),
        "terms": terms.checked(kind, raw_terms, community), "method": method, "voting_days": voting_days,
        "quorum_bp": quorum_bp, "threshold_bp": threshold_bp,
    }


def _check_range(value: Any, field: str, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DecisionError(
            _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=field
        )


def _plain(value: Any, field: str, longest: int) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise DecisionError(_("This is not a text."), field=field)
    value = value.replace("\r\n", "\n")
    if len(value) > longest:
        raise DecisionError(_("At most %(count)s characters.") % {"count": longest}, field=field)
    return value


def _reason(reason: Any) -> str:
    return _plain(reason, "reason", 2000).strip()


def _check_author(proposal: Proposal, by: Member) -> None:
    if proposal.author_id != by.pk:
        raise DecisionError(_("Only the one who proposed this can do that."), code="not_yours")


def _check_state(proposal: Proposal, *states: str) -> None:
    if proposal.state not in states:
        raise DecisionError(_("This is %(state)s; that is not possible any more.") % {
            "state": proposal.get_state_display().lower()
        }, code="closed")


@contextmanager
def _locked(proposal_id: int, *, against_ballots: bool = False) -> Iterator[Proposal]:
    """Hold the proposal's row; the close holds it so firmly that no ballot can be written to it meanwhile."""
    with transaction.atomic():
        rows = Proposal.objects.select_related("community").select_for_update(of=("self",), no_key=not against_ballots)
        yield rows.get(pk=proposal_id)
