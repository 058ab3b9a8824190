"""What this room does when the members' room tells it something."""

from members.models import Membership
from members.signals import membership_ended
from messaging import actions as talk

from . import delegating
from .models import CareSeat, Proposal
from .states import TaskState


def connect() -> None:
    """Called when the app loads."""
    membership_ended.connect(end_their_part, dispatch_uid="cooperative.end_their_part")


def end_their_part(membership: Membership, **_signal: object) -> None:
    """Who has left gives no vote away, casts none for others, and reads no more of what is decided."""
    delegating.end_all_of(membership.member_id, membership.community_id)
    CareSeat.objects.filter(
        member=membership.member_id, task__community=membership.community_id, task__state=TaskState.OPEN
    ).delete()
    talks = Proposal.objects.filter(
        community=membership.community_id, conversation__participants__member=membership.member_id,
        conversation__participants__left__isnull=True,
    )
    for conversation in talks.values_list("conversation", flat=True):
        talk.remove(conversation, membership.member_id)
