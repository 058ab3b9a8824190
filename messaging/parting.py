"""What remains of somebody who has closed their account: what they said, under no name, and nobody to answer."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Count, Q

from members.models import Member

from . import lines
from .hub import hub
from .models import Conversation, Message, Participant
from .states import MessageKind
from .threads import BETWEEN_TWO

AT_ONCE = 200


def part_with(member: Member) -> None:
    """Called once the account is closed."""
    _end_talks(member)
    for some in _told_of(member):
        for line in some:
            line.data = lines.without_name(line.data or {})
            line.body = lines.in_english(line)
        Message.objects.bulk_update(some, ["data", "body"])


def _end_talks(member: Member) -> None:
    """Where only one of two is left, it can be read, and there is nobody to write to."""
    active = Count("participants", filter=Q(participants__left__isnull=True, participants__member__is_active=True))
    theirs = Participant.objects.filter(member=member).values("conversation")
    talks = Conversation.objects.filter(pk__in=theirs, kind__in=BETWEEN_TWO).annotate(active=active)
    ended = list(talks.filter(active__lt=2).values_list("pk", flat=True))
    with transaction.atomic():
        Participant.objects.filter(conversation__in=ended).update(speaks=False)
        for pk in ended:
            transaction.on_commit(partial(hub.forget, pk), robust=True)


def _told_of(member: Member) -> Iterator[list[Message]]:
    """The lines the house wrote of what they did, a few hundred at a time."""
    last = 0
    while some := list(
        Message.objects.filter(author=member.pk, kind=MessageKind.EVENT, pk__gt=last).order_by("pk")[:AT_ONCE]
    ):
        yield some
        last = some[-1].pk
