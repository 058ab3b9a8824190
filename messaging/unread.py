"""How much a member has not read yet: the figures in the header of every page, by one cheap statement."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Greatest

from members.models import Member

from . import frames
from .hub import hub
from .models import Letterbox, Notification, Participant
from .states import ConversationKind

MOST = 100
MOST_MUTED = 500


@dataclass
class Unread:
    """Counted when somebody first asks, once."""

    member: int

    @cached_property
    def counts(self) -> tuple[int, int, bool]:
        parked = Letterbox.objects.filter(member=OuterRef("pk"), parked__isnull=False, address=OuterRef("email"))
        return (
            Member.objects.filter(pk=self.member)
            .values_list(_conversations(self.member), _notifications(self.member), Exists(parked))
            .first()
        ) or (0, 0, False)

    @property
    def messages(self) -> int:
        """Conversations with something new."""
        return self.counts[0] or 0

    @property
    def notifications(self) -> int:
        return self.counts[1] or 0

    @property
    def letters_parked(self) -> bool:
        """Their address refuses our letters."""
        return self.counts[2]


def summary(member: int) -> dict[str, Any]:
    """What a tab that (re)connects needs to set its badges right."""
    seats = unread_seats(member).values_list("conversation_id", flat=True)[:MOST]
    notes = Notification.objects.filter(member=member, read__isnull=True).values_list("pk", flat=True)[:MOST]
    muted = Participant.objects.present().filter(member=member, muted=True).values_list("conversation_id", flat=True)
    return {"conversations": list(seats), "notifications": len(notes), "muted": list(muted[:MOST_MUTED])}


def tell(member: int) -> None:
    """What counts for the member is another now: their open tabs hear all of it anew, once it stands."""
    transaction.on_commit(
        lambda: hub.tell((member,), frames.encode({"type": "unread", **summary(member)})), robust=True
    )


def on_the_way(member: int) -> list[tuple[int, int]]:
    """Conversations of two with something that has come to no tab of the member's yet, and how far they go."""
    pairs = (ConversationKind.DIRECT, ConversationKind.ABOUT, ConversationKind.BOOKING)
    seats = Participant.objects.present().filter(member=member, conversation__kind__in=pairs)
    seats = seats.filter(conversation__last_seq__gt=Greatest("seen_seq", "delivered_seq"))
    return list(seats.values_list("conversation_id", "conversation__last_seq")[:MOST])


def unread_seats(member: int):
    """The member's seats in conversations where something was said that they have not seen."""
    seats = Participant.objects.present().filter(member=member, muted=False)
    return seats.filter(conversation__last_seq__gt=F("seen_seq"))


def _conversations(member: int) -> Subquery:
    counted = unread_seats(member).order_by().values("member").annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def _notifications(member: int) -> Subquery:
    counted = Notification.objects.filter(member=OuterRef("pk"), read__isnull=True).order_by()
    return Subquery(counted.values("member").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
