"""Who answers questions about the commons does so as a steward: who is one no longer reads and writes there no more."""

from members import queries
from members.models import Community, Membership
from messaging import actions as messaging
from messaging import blocks
from messaging.models import Conversation, Participant
from messaging.states import ConversationKind, PartRole

from .models import Listing
from .talk import listing_of


def leave_the_questions(membership: Membership, **_signal: object) -> None:
    """Called when a membership has ended, or its role is another. What they offer themselves they still answer for."""
    if membership.is_steward:
        return
    seats = Participant.objects.present().filter(
        member=membership.member_id, role=PartRole.HOST, conversation__kind=ConversationKind.ABOUT,
        conversation__community=membership.community_id,
    )
    talks = Conversation.objects.filter(pk__in=seats.values("conversation")).order_by("pk")
    asked = {talk.pk: about for talk in talks if (about := listing_of(talk)) is not None}
    commons = Listing.objects.filter(pk__in={listing for listing, _by in asked.values()}, owner__isnull=True)
    known = set(commons.values_list("pk", flat=True))
    for talk, (listing, asker) in asked.items():
        if listing in known:
            messaging.remove(talk, membership.member_id)
            _somebody_answers(talk, asker, membership.community)


def _somebody_answers(talk: int, asker: int, community: Community) -> None:
    """Nobody is left alone with their question: where nobody answers for it now, the stewards of today do."""
    if Participant.objects.present().filter(conversation=talk, role=PartRole.HOST).exists():
        return
    shut = blocks.around(asker)
    for steward in queries.stewards(community):
        if steward.pk != asker and steward.pk not in shut:
            messaging.add(talk, steward, role=PartRole.HOST)
