"""Questions about fees and decisions that several pages ask."""

from datetime import datetime
from types import SimpleNamespace

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from members.models import Community, Member

from . import voting, words
from .models import Ballot, Elector, FeePolicy, Proposal, Voted
from .states import CHOICES, PAST, Choice, Method, ProposalState
from .voting import Tally, count_of, with_counts


def fee_with_decision(community: Community) -> FeePolicy | None:
    """The fee that holds now, with the decision behind it and how that went."""
    policies = FeePolicy.objects.filter(community=community).select_related("decided_by__community")
    return policies.annotate(
        said_yes=count_of(Ballot.objects.filter(choice=Choice.YES), "decided_by"),
        said_no=count_of(Ballot.objects.filter(choice__in=[Choice.NO, Choice.OBJECT]), "decided_by"),
    ).order_by("-version").first()


def seen_by(community: Community, member: Member) -> QuerySet:
    """The community's proposals with their numbers and this member's part in them.

    Drafts are their author's, also when they were taken back before anybody had seen them.
    """
    shown = ~Q(state=ProposalState.DRAFT) & (
        ~Q(state=ProposalState.WITHDRAWN) | Q(opened__isnull=False) | Q(discussed__isnull=False)
    )
    mine = Ballot.objects.filter(proposal=OuterRef("pk"), elector__member=member)
    proposals = Proposal.objects.filter(community=community).select_related("community", "author")
    return with_counts(proposals.filter(shown | Q(author=member))).annotate(
        my_choice=Subquery(mine.values("choice")[:1]),
        my_reason=Subquery(mine.values("reason")[:1]), my_marks=Subquery(mine.values("marks")[:1]),
        have_voted=Exists(Voted.objects.filter(proposal=OuterRef("pk"), elector__member=member)),
        may_vote=Exists(Elector.objects.filter(proposal=OuterRef("pk"), member=member)),
    )


def next_to_close(community: Community, member: Member, now: datetime) -> "Card | None":
    """The open proposal that ends first."""
    found = seen_by(community, member).filter(state=ProposalState.OPEN, closes__gt=now).order_by("closes", "pk").first()
    return found and Card(found, now)


def current(community: Community, member: Member, now: datetime) -> dict[str, list["Card"]]:
    """What is open, talked over, waiting, or still a draft of this member: one statement."""
    states = (ProposalState.OPEN, ProposalState.DISCUSSION, ProposalState.WAITING, ProposalState.DRAFT)
    found = seen_by(community, member).filter(state__in=states).order_by("closes", "number")
    cards = [Card(proposal, now) for proposal in found[:120]]
    return {str(state): [card for card in cards if card.proposal.state == state] for state in states}


def past(community: Community, member: Member) -> QuerySet:
    return seen_by(community, member).filter(state__in=PAST)


class Card(SimpleNamespace):
    """A proposal with its numbers in words, for a page."""

    def __init__(self, proposal: Proposal, now: datetime, tally: Tally | None = None) -> None:
        numbers: Tally = tally or voting.tally(proposal)
        votable = proposal.is_open and not proposal.is_due(now) and getattr(proposal, "may_vote", False)
        super().__init__(
            proposal=proposal,
            tally=numbers,
            score=words.score(numbers),
            needs=words.needs(proposal, numbers),
            follows=words.if_it_passes(proposal),
            hindrance=words.hindrance(proposal),
            in_the_urn=getattr(proposal, "have_voted", False),
            votable=votable and not getattr(proposal, "have_voted", False),
            choices=[Choice(choice) for choice in CHOICES[Method(proposal.method)]],
        )
