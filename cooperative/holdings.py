"""What this room holds on a member, for them to take away."""

from members.models import Member

from .models import Ballot, Proposal


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
            ballots.values("proposal__community__slug", "proposal__number", "choice", "reason", "cast")
        ),
    }
