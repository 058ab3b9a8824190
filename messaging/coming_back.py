"""The way back for whoever has just left a conversation: a ticket, good for a quarter of an hour, for them alone.

Only what one left by oneself has one. It opens nothing that is shut by now: a channel asks for the membership anew, a
question goes on only where somebody is left who is reached. Who answered for what a question is about comes back by
being asked again.
"""

from django.core import signing
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from . import actions, blocks
from .models import Channel, Participant
from .states import ConversationKind, PartRole

LASTS = 15 * 60
_SALT = "messaging.left"


class NoWayBack(Refusal):
    code = "gone"

    def __init__(self) -> None:
        super().__init__(_("There is no way back from here. Join it again where you found it."))


def ticket(seat: Participant) -> str:
    """For the page that says that one has left; "" where one does not come back this way."""
    if seat.conversation.kind == ConversationKind.ABOUT and seat.role == PartRole.HOST:
        return ""
    return signing.dumps([seat.pk, seat.member_id], salt=_SALT)


def read(text: str, member: Member) -> Participant | None:
    """The seat that was left, while the way back is open."""
    try:
        seat, whose = signing.loads(text, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if whose != member.pk:
        return None
    return Participant.objects.filter(pk=seat, left__isnull=False).select_related("conversation").first()


def come_back(text: str, *, by: Member) -> Participant:
    """Take part again."""
    seat = read(text, by)
    if seat is None:
        raise NoWayBack()
    if seat.conversation.kind == ConversationKind.CHANNEL:
        channel = Channel.objects.filter(conversation=seat.conversation_id).values_list("pk", flat=True).first()
        try:
            actions.join_channel(channel or 0, by=by)
        except Channel.DoesNotExist:
            raise NoWayBack() from None
        return actions.seat_of(seat.conversation_id, by)
    others = Participant.objects.present().filter(conversation=seat.conversation_id).values_list("member_id", flat=True)
    reached = set(others) - blocks.around(by.pk)
    return actions.add(seat.conversation_id, by, role=PartRole(seat.role), speaks=bool(reached))
