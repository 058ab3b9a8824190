"""Putting a proposal before the members: talked over first, or to the vote at once; and taking it back."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries as members
from members.models import Community, Member, Membership
from members.queries import membership
from messaging import actions as talk
from messaging.states import ConversationKind

from .. import charter, dividends, terms, urn
from ..models import Elector, Proposal
from ..news import announce
from ..states import UNDECIDED, ProposalKind, ProposalState
from .parts import DecisionError, check_author, check_state, locked

ENDS_AT = time(20, 0)  # in the community's zone


def discuss(proposal_id: int, *, by: Member, now: datetime | None = None) -> Proposal:
    """Show the draft to all and talk it over; its author may still change it."""
    with locked(proposal_id) as proposal:
        check_author(proposal, by)
        check_state(proposal, ProposalState.DRAFT)
        _check_belongs(proposal, by)
        _begin_talk(proposal)
        proposal.state, proposal.discussed = ProposalState.DISCUSSION, now or timezone.now()
        proposal.save(update_fields=["state", "discussed", "conversation"])
        transaction.on_commit(lambda: announce.enqueue(proposal.pk, "discussed"), robust=True)
    return proposal


def open(proposal_id: int, *, by: Member, now: datetime | None = None) -> Proposal:
    """Put it to the vote: who may vote and what is voted on stands from now on; the members are told."""
    now = now or timezone.now()
    with locked(proposal_id) as proposal:
        check_author(proposal, by)
        check_state(proposal, *UNDECIDED)
        mine = _check_belongs(proposal, by)
        if Elector.objects.filter(proposal=proposal).exists():
            raise DecisionError(_("This draft already has an electorate, which nobody can have given it rightly."))
        proposal.terms = terms.checked(proposal.kind, proposal.terms, proposal.community, proposal.method)
        terms.check_author(proposal.kind, proposal.terms, mine)
        electors = _electorate(proposal, now)
        if not electors:
            raise DecisionError(_("Nobody has belonged long enough to vote."))
        Elector.objects.bulk_create(Elector(proposal=proposal, member_id=member) for member in electors)
        if proposal.kind == ProposalKind.DIVIDEND:
            dividends.freeze(proposal)
        if proposal.secret:
            urn.set_up(proposal)
        _begin_talk(proposal)
        proposal.state, proposal.opened = ProposalState.OPEN, now
        proposal.closes = closing_time(proposal.community, now, proposal.voting_days)
        proposal.save(update_fields=["state", "opened", "closes", "terms", "conversation"])
        transaction.on_commit(lambda: announce.enqueue(proposal.pk, "opened"), robust=True)
    return proposal


def join_discussion(proposal_id: int, *, by: Member) -> int:
    """A seat in the talk about it, for any member of the community. Returns the conversation."""
    with locked(proposal_id) as proposal:
        if proposal.is_draft or proposal.conversation_id is None:
            raise DecisionError(_("There is no talk about this."), code="no_talk")
        _check_belongs(proposal, by)
        talk.add(proposal.conversation_id, by)
    return proposal.conversation_id


def withdraw(proposal_id: int, *, by: Member, now: datetime | None = None) -> Proposal:
    """The author takes it back, before the vote or while it is open."""
    now = now or timezone.now()
    with locked(proposal_id) as proposal:
        check_author(proposal, by)
        check_state(proposal, *UNDECIDED, ProposalState.OPEN)
        if proposal.is_due(now):
            raise DecisionError(_("The vote is closed."), code="closed")
        was_open = proposal.is_open
        proposal.state, proposal.closed = ProposalState.WITHDRAWN, now
        proposal.save(update_fields=["state", "closed"])
        if was_open:
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, "closed"), robust=True)
    return proposal


def closing_time(community: Community, opened: datetime, days: int) -> datetime:
    """The evening, in the community's zone, of the day so many days after the opening."""
    zone = ZoneInfo(community.time_zone)
    day = opened.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, ENDS_AT, zone).astimezone(ZoneInfo("UTC"))


def _check_belongs(proposal: Proposal, by: Member) -> Membership:
    mine = membership(by, proposal.community)
    if mine is None:
        raise DecisionError(_("Only members of the community propose."), code="members_only")
    return mine


def _begin_talk(proposal: Proposal) -> None:
    """A conversation of its own: its author and the stewards are in it, all others come in by the door on its page."""
    if proposal.conversation_id is not None:
        return
    seats = {member.pk: member for member in [proposal.author, *members.stewards(proposal.community)]}
    proposal.conversation = talk.open_conversation(
        ConversationKind.DECISION, seats.values(), subject=proposal.title, url=proposal.get_absolute_url()
    )


def _electorate(proposal: Proposal, now: datetime) -> list[int]:
    """Members who have belonged long enough; all of them where the community itself is younger than that.

    Whom it would admit or remove does not vote on it.
    """
    community = proposal.community
    active = Membership.objects.active().filter(community=community, member__is_active=True)
    since = now - timedelta(days=charter.current(community).elector_days)
    if community.created <= since:
        active = active.filter(joined__lte=since)
    if proposal.kind == ProposalKind.MEMBER:
        active = active.exclude(member=proposal.terms["member"])
    return list(active.order_by("member").values_list("member", flat=True))
