"""What this room holds on a member, for them to take away."""

from members.models import Member

from .models import Ballot, CareSeat, Delegation, Proposal, Share, Voted


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
