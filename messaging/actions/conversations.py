"""Who talks with whom: conversations opened, joined and left."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import throttle
from members.models import Community, Member
from sharing.web.refusals import Refusal

from .. import blocks, frames, rows
from ..hub import hub
from ..models import Conversation, Message, Participant
from ..states import ConversationKind, MessageKind, PartRole
from . import apart
from .messages import in_english

BEGUN_A_DAY = 60  # conversations of one's own making with somebody new


def direct(a: Member, b: Member) -> Conversation:
    """The one direct conversation between two members, opened now if there is none."""
    if a.pk == b.pk:
        raise Refusal(_("That is you. Talking to oneself works better without us."), field="member")
    if not (a.is_active and b.is_active):
        raise Refusal(_("This member is no longer here."), field="member")
    key = f"{min(a.pk, b.pk)}:{max(a.pk, b.pk)}"
    conversation = Conversation.objects.filter(direct_key=key).first()
    if conversation is None:
        _not_too_many(a)
        try:
            with transaction.atomic():
                apart.hold(a.pk, b.pk)
                if blocks.between(a.pk, b.pk):
                    raise apart.Apart()
                conversation = Conversation.objects.create(kind=ConversationKind.DIRECT, direct_key=key)
                Participant.objects.bulk_create([Participant(conversation=conversation, member=who) for who in (a, b)])
        except IntegrityError:  # the other one opened it this moment
            conversation = Conversation.objects.get(direct_key=key)
    return conversation


def about(
    key: str, by: Member, hosts: Sequence[Member], *, subject: str, url: str, community: Community | None = None
) -> Conversation:
    """The one conversation of this key ("listing:7:3"): `by` asks, `hosts` answer for what it is about.

    Opened now if there is none; hosts who answer for it since then take part from here on.
    """
    if any(host.pk == by.pk for host in hosts):
        raise Refusal(_("This is your own."), code="your_own")
    known = Conversation.objects.filter(about_key=key).first()
    hosts = [host for host in hosts if host.is_active]
    near = blocks.around(by.pk)
    hosts = hosts if known else [host for host in hosts if host.pk not in near]
    if not hosts:
        raise apart.Apart()
    if known is None:
        _not_too_many(by)
        try:
            with transaction.atomic():
                known = open_conversation(
                    ConversationKind.ABOUT, [by, *hosts], subject=subject, url=url, key=key, community=community,
                    hosts=hosts,
                )
        except IntegrityError:  # a second press, this moment
            known = Conversation.objects.get(about_key=key)
    else:
        inside = set(known.participants.filter(left__isnull=True).values_list("member_id", flat=True))
        reached = [host for host in hosts if host.pk not in near]
        if by.pk not in inside:  # who comes back speaks only where somebody is left to speak to
            add(known.pk, by, speaks=bool(reached))
        for host in reached:
            if host.pk not in inside:
                add(known.pk, host, role=PartRole.HOST)
    return known


def _not_too_many(by: Member) -> None:
    """One writes to neighbours, not to a whole directory: members are numbered, and a number is easily guessed."""
    if throttle.too_often(f"talks:{by.pk}", BEGUN_A_DAY, throttle.DAY):
        raise Refusal(_("You have begun many conversations today. Please go on tomorrow."), code="too_many")


def open_conversation(
    kind: str, members: Iterable[Member], *, subject: str = "", url: str = "",
    first: Sequence[tuple[str, dict[str, Any], Member | None]] = (), key: str | None = None,
    community: Community | None = None, hosts: Iterable[Member] = (),
) -> Conversation:
    """A new conversation between these members, about what `url` shows.

    url: may say {conversation} where the conversation's own number belongs.
    first: the event lines it opens with, each a code, its values and who caused it; see `post_event`.
    key: what there is only one conversation for; community: whose stewards look at what is reported here;
    hosts: those of the members who answer for what it is about.
    """
    now = timezone.now()
    answering = {host.pk for host in hosts}
    doing = {by.pk for _code, _params, by in first if by is not None}  # to whom these lines are no news
    with transaction.atomic(savepoint=False):
        conversation = Conversation.objects.create(
            kind=kind, subject=subject[:160], url=url, last_seq=len(first), last_at=now, created=now, about_key=key,
            community=community,
        )
        seats = {
            member.pk: Participant(
                conversation=conversation, member=member,
                role=PartRole.HOST if member.pk in answering else PartRole.MEMBER,
                seen_seq=len(first) if member.pk in doing else 0,
            )
            for member in members
        }
        Participant.objects.bulk_create(seats.values())
        if first:
            _open_with(conversation, first, tuple(seats))
    return conversation


def _open_with(conversation: Conversation, first: Sequence[tuple[str, dict, Member | None]], seats: tuple) -> None:
    """The first lines need no lock and no number of the writer's: nobody else knows the conversation yet."""
    said = [
        Message(
            conversation=conversation, sequence=number, kind=MessageKind.EVENT, author=by,
            body=in_english(code, params), data={"code": code, "params": params}, created=conversation.created,
        )
        for number, (code, params, by) in enumerate(first, 1)
    ]
    rows.save(said, [])
    asked = time.monotonic()

    def tell() -> None:
        hub.remember(conversation.pk, seats, asked)
        for line in said:
            hub.tell(seats, frames.message(line, line.author.first_name if line.author else ""))

    transaction.on_commit(tell, robust=True)


def add(
    conversation_id: int, member: Member, *, role: str = PartRole.MEMBER, speaks: bool = True, from_now: bool = False
) -> Participant:
    """Let the member take part (again); they read what was said before, unless they come in `from_now` on."""
    with transaction.atomic():
        last = Conversation.objects.values_list("last_seq", flat=True).get(pk=conversation_id)
        facts: dict[str, Any] = {"role": role, "speaks": speaks, "from_seq": last if from_now else 0}
        seat, created = Participant.objects.get_or_create(
            conversation_id=conversation_id, member=member, defaults={**facts, "seen_seq": facts["from_seq"]}
        )
        if not created and seat.left is not None:
            facts |= {"left": None, "joined": timezone.now(), "muted": False, "muted_until": None}
            facts |= {"seen_seq": max(seat.seen_seq, facts["from_seq"])}
            for name, value in facts.items():
                setattr(seat, name, value)
            seat.save(update_fields=facts)
        transaction.on_commit(lambda: hub.forget(conversation_id), robust=True)
    return seat


def remove(conversation_id: int, member: Member | int) -> bool:
    """End the member's part in the conversation: their sockets are told and closed at once.

    Under the conversation's lock, so that what is being said this moment is said before, or is refused.
    """
    member_id = member if isinstance(member, int) else member.pk

    def cut() -> None:
        hub.forget(conversation_id)
        hub.cut(member_id, frames.NOT_YOURS, frame=frames.left(conversation_id))

    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id).values_list("pk").first()
        seats = Participant.objects.present().filter(conversation=conversation_id, member=member_id)
        ended = seats.update(left=timezone.now())
        if ended:
            transaction.on_commit(cut, robust=True)
    return bool(ended)
