"""A community's channels as one of its members sees them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from members.models import Community, Member

from .models import Channel, Participant


@dataclass
class Entry:
    """One channel in the list."""

    channel: Channel
    people: int
    seat: Participant | None

    @property
    def name(self) -> str:
        return self.channel.conversation.subject

    @property
    def unread(self) -> bool:
        return self.seat is not None and self.channel.conversation.last_seq > self.seat.seen_seq


def of(community: Community, member: Member) -> list[Entry]:
    """Announcements first, then by name; closed ones last."""
    inside = Count("conversation__participants", filter=Q(conversation__participants__left__isnull=True))
    rows = Channel.objects.filter(community=community).select_related("conversation").annotate(people=inside)
    found = list(rows.order_by("pk")[:200])
    talks = [channel.conversation_id for channel in found]
    seats = Participant.objects.present().filter(member=member, conversation__in=talks)
    mine = {seat.conversation_id: seat for seat in seats}
    entries = [Entry(channel, channel.people, mine.get(channel.conversation_id)) for channel in found]
    return sorted(entries, key=lambda entry: (
        entry.channel.closed is not None, not entry.channel.stewards_only, entry.name.casefold(),
    ))  # fmt: skip
