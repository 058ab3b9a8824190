"""Channels: stewards make, change and close them; members join and leave by themselves.

Where only stewards write, everybody else's seat is silent; it follows them when they become one, or are one
no longer. Whoever stops belonging to the community is out of its channels that moment.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries
from members.models import Community, Member, Membership
from members.states import Role
from sharing.web.refusals import Refusal

from ..hub import hub
from ..models import Channel, Conversation, Participant
from ..states import ChannelKind, ConversationKind, PartRole
from .conversations import add, open_conversation, remove
from .messages import post_event

LONGEST_NAME, LONGEST_PURPOSE = 60, 200
MOST_CHANNELS = 40


class NotASteward(Refusal):
    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("That is for the stewards."))


def make_channel(
    community: Community, *, by: Member, name: str, kind: str = ChannelKind.TALK, purpose: str = "",
    for_all: bool = False,
) -> Channel:
    """A new channel. `for_all`: everybody who belongs takes part from the start, and whoever joins later too."""
    _stewarding(community, by)
    name, purpose = _checked(community, name, kind, purpose)
    members = [by]
    if for_all:
        rows = Membership.objects.active().filter(community=community).select_related("member")
        members += [row.member for row in rows]
    stewards = queries.stewards(community)
    with transaction.atomic():
        talk = open_conversation(
            ConversationKind.CHANNEL, members, subject=name, community=community, url=community.get_absolute_url(),
            hosts=stewards, first=[("channel.opened", {"name": by.first_name}, by)],
        )
        channel = Channel.objects.create(
            conversation=talk, community=community, kind=kind, purpose=purpose, for_all=for_all
        )
        _who_speaks(channel)
    return channel


def change_channel(
    channel_id: int, *, by: Member, name: str, kind: str, purpose: str = "", for_all: bool = False
) -> Channel:
    """Another name, purpose, or who may write."""
    with transaction.atomic():
        channel = _held(channel_id, by)
        name, purpose = _checked(channel.community, name, kind, purpose, but=channel)
        if name != channel.conversation.subject:
            Conversation.objects.filter(pk=channel.conversation_id).update(subject=name)
            post_event(channel.conversation_id, "channel.renamed", {"name": by.first_name, "to": name}, by=by)
        opened = for_all and not channel.for_all and channel.closed is None
        channel.kind, channel.purpose, channel.for_all = kind, purpose, for_all
        channel.save(update_fields=["kind", "purpose", "for_all"])
        if opened:
            _seat_everybody(channel)
        _who_speaks(channel)
    return Channel.objects.select_related("conversation", "community").get(pk=channel_id)


def close_channel(channel_id: int, *, by: Member, on: bool = True, now: datetime | None = None) -> Channel:
    """Nobody writes any more, all can still read; or open it again."""
    with transaction.atomic():
        channel = _held(channel_id, by)
        if (channel.closed is not None) == on:
            return channel
        channel.closed = (now or timezone.now()) if on else None
        channel.save(update_fields=["closed"])
        if channel.for_all and not on:  # who joined the community while it was closed
            _seat_everybody(channel)
        _who_speaks(channel)
        post_event(
            channel.conversation_id, "channel.closed" if on else "channel.reopened", {"name": by.first_name}, by=by
        )
    return channel


def join_channel(channel_id: int, *, by: Member) -> Channel:
    """Take part in a channel of one's community, and read what was said there: to who comes new it is no news."""
    channel = Channel.objects.select_related("conversation", "community").get(pk=channel_id)
    row = queries.membership(by, channel.community)
    if row is None:
        raise Channel.DoesNotExist
    if channel.closed is not None:
        raise Refusal(_("This channel is closed."), code="closed")
    known = Participant.objects.filter(conversation=channel.conversation_id, member=by).exists()
    _seat(channel, by, steward=row.role == Role.STEWARD, seen=not known)
    return channel


# --- what follows from a membership -------------------------------------------------------------------


def welcome(membership: Membership) -> None:
    """Whoever joins a community takes part in the channels that are for all."""
    open_to_all = Channel.objects.filter(community=membership.community_id, for_all=True, closed__isnull=True)
    for channel in open_to_all:
        _seat(channel, membership.member, steward=membership.role == Role.STEWARD, seen=True)


def see_out(membership: Membership) -> None:
    """Whoever no longer belongs is in none of its channels."""
    seats = Participant.objects.present().filter(
        member=membership.member_id, conversation__channel__community=membership.community_id
    )
    for conversation in seats.order_by("conversation").values_list("conversation", flat=True):
        remove(conversation, membership.member_id)


def follow_role(membership: Membership) -> None:
    for channel in Channel.objects.filter(
        community=membership.community_id, conversation__participants__member=membership.member_id
    ):
        _who_speaks(channel)


def _seat(channel: Channel, member: Member, *, steward: bool, seen: bool = False) -> None:
    speaks = channel.closed is None and (steward or not channel.stewards_only)
    role = PartRole.HOST if steward else PartRole.MEMBER
    seat = add(channel.conversation_id, member, role=role, speaks=speaks)
    if seen:  # what was said before they came is there to be read, and is not news
        last = Conversation.objects.values_list("last_seq", flat=True).get(pk=channel.conversation_id)
        Participant.objects.filter(pk=seat.pk, seen_seq__lt=last).update(seen_seq=last)


def _seat_everybody(channel: Channel) -> None:
    """Whoever belongs and never had a seat has one now; who left the channel stays out. What was said is no news."""
    last = Conversation.objects.values_list("last_seq", flat=True).get(pk=channel.conversation_id)
    known = Participant.objects.filter(conversation=channel.conversation_id).values("member")
    rows = Membership.objects.active().filter(community=channel.community_id).exclude(member__in=known)
    seats = [
        Participant(conversation_id=channel.conversation_id, member_id=member, seen_seq=last)
        for member in rows.values_list("member_id", flat=True)
    ]
    Participant.objects.bulk_create(seats, ignore_conflicts=True)


def _who_speaks(channel: Channel) -> None:
    """Set every seat right, in two statements however many there are."""
    rows = Membership.objects.active().filter(community=channel.community_id, role=Role.STEWARD)
    stewards = list(rows.values_list("member_id", flat=True))
    seats = Participant.objects.filter(conversation=channel.conversation_id)
    is_open = channel.closed is None
    seats.filter(member__in=stewards).update(role=PartRole.HOST, speaks=is_open)
    everybody = is_open and not channel.stewards_only
    seats.exclude(member__in=stewards).update(role=PartRole.MEMBER, speaks=everybody)
    transaction.on_commit(lambda: hub.forget(channel.conversation_id), robust=True)


def _held(channel_id: int, by: Member) -> Channel:
    conversation = Channel.objects.values_list("conversation", flat=True).get(pk=channel_id)
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation)
    channel = Channel.objects.select_related("conversation", "community").get(pk=channel_id)
    _stewarding(channel.community, by)
    return channel


def _stewarding(community: Community, by: Member) -> None:
    row = queries.membership(by, community)
    if row is None or row.role != Role.STEWARD:
        raise NotASteward()


def _checked(
    community: Community, name: str, kind: str, purpose: str, *, but: Channel | None = None
) -> tuple[str, str]:
    name, purpose = " ".join(name.split()), " ".join(purpose.split())
    if kind not in ChannelKind.values:
        raise Refusal(_("Choose what it is for."), field="kind", code="invalid")
    if not name or len(name) > LONGEST_NAME or "\x00" in name:
        raise Refusal(
            _("Give it a name of at most %(most)s letters.") % {"most": LONGEST_NAME}, field="name", code="invalid"
        )
    if len(purpose) > LONGEST_PURPOSE or "\x00" in purpose:
        sentence = _("At most %(most)s letters, please.") % {"most": LONGEST_PURPOSE}
        raise Refusal(sentence, field="purpose", code="invalid")
    others = Channel.objects.filter(community=community, closed__isnull=True)
    others = others.exclude(pk=but.pk) if but else others
    names = list(others.values_list("conversation__subject", flat=True)[: MOST_CHANNELS + 1])
    if name.casefold() in (each.casefold() for each in names):
        raise Refusal(_("There is a channel of this name already."), field="name", code="known")
    if but is None and len(names) >= MOST_CHANNELS:
        raise Refusal(_("A community has at most %(n)s channels.") % {"n": MOST_CHANNELS}, code="too_many")
    return name, purpose
