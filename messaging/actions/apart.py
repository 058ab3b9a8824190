"""A member who wants nothing to do with another: no direct messages, no questions, no requests, no presence.

It holds both ways, and says to neither side more than that it is not possible. What both do together in a
group, or owe each other from a booking, goes on.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from .. import blocks, frames, threads
from ..hub import hub
from ..models import Block, Conversation, Participant


class Apart(Refusal):
    """There is a closed door between the two."""

    code = "apart"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("This is not possible between the two of you."))


def block(member: Member, other: Member) -> Block:
    """From now on neither reaches the other directly."""
    if member.pk == other.pk:
        raise Refusal(_("That is you."), field="member", code="invalid")
    with transaction.atomic():
        hold(member.pk, other.pk)
        row, _new = Block.objects.get_or_create(member=member, other=other)
        _settle(member.pk, other.pk)
    return row


def unblock(member: Member, other: Member | int) -> bool:
    """Open one's own side of the door; the other's may still be closed."""
    pk = other if isinstance(other, int) else other.pk
    with transaction.atomic():
        hold(member.pk, pk)
        lifted = bool(Block.objects.filter(member=member, other=pk).delete()[0])
        if lifted:
            _settle(member.pk, pk)
    return lifted


def hold(a: int, b: int) -> None:
    """Hold the rows of both, so that opening a conversation and closing the door wait for each other."""
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=(a, b)).order_by("pk").values_list("pk"))


def _settle(a: int, b: int) -> None:
    """Who may speak where only these two talk; their sockets come back and learn whom they no longer see."""
    both_here = Member.objects.filter(pk__in=(a, b), is_active=True).count() == 2
    speaks = both_here and not blocks.between(a, b)
    shared = Conversation.objects.filter(participants__member=a).filter(participants__member=b)
    everywhere = list(shared.values_list("pk", flat=True))
    others = Participant.objects.filter(conversation=OuterRef("pk"), left__isnull=True).exclude(member__in=(a, b))
    between = shared.filter(~Exists(others), kind__in=threads.BETWEEN_TWO)
    pairs = list(between.values_list("pk", flat=True))
    Participant.objects.filter(conversation__in=pairs).update(speaks=speaks)

    def tell() -> None:
        for pk in everywhere:
            hub.forget(pk)
        for member in (a, b):
            hub.cut(member, frames.NOT_YOURS)

    transaction.on_commit(tell, robust=True)
