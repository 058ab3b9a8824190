"""From news to deliveries: who is told what, in which ways, when at the earliest.

The clock plans what committed transactions left behind: notifications not planned yet, and words that lie
unread in a conversation. A letter waits a little, so that what is read meanwhile needs none and a burst
makes one; after a letter the next of the same bundle waits longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from members.models import Member

from ..models import Block, Conversation, Delivery, Letterbox, Message, Notification, Participant, PushDevice
from ..states import MessageKind
from . import choices, hours
from .topics import Topic, Way, topic_of, topic_of_talk

PATIENCE = timedelta(minutes=2)  # a letter waits so long for more of its kind, or to become needless
SPACING = timedelta(minutes=10)  # at least so long between two letters of one bundle
PUSH_PATIENCE = timedelta(seconds=5)
LEFT_UNREAD = timedelta(minutes=5)
RECENT = timedelta(minutes=10)  # a push is about what was said just now
OLDEST = timedelta(days=1)
AT_ONCE = 500


def plan_notifications(now: datetime | None = None) -> int:
    """Turn new notifications into deliveries; returns how many notifications were planned."""
    now = now or hours.now()
    with transaction.atomic():
        notes = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(unplanned=True).select_related("member").order_by("pk")[:AT_ONCE]
        )  # fmt: skip
        if notes:
            _plan(notes, now)
            Notification.objects.filter(pk__in=[note.pk for note in notes]).update(unplanned=False)
    return len(notes)


def _plan(notes: Sequence[Notification], now: datetime) -> None:
    people = {note.member_id: note.member for note in notes}
    told = _Told(people, now)
    rows = []
    for note in notes:
        topic = topic_of(note.kind)
        shown = note.read is None or note.read == note.created  # else it was read before anybody could tell
        if not (shown and note.member.is_active):
            continue
        for way in told.ways(note.member, topic, must=note.needs_answer and topic.answers):
            bundle = f"topic:{topic.key}"
            due = told.due(note.member, way, bundle)
            rows.append(
                Delivery(member=note.member, way=way, topic=topic.key, bundle=bundle, notification=note, due=due)
            )
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


class _Told:
    """What planning must know of the members at hand, asked for together."""

    def __init__(self, people: Mapping[int, Member], now: datetime) -> None:
        self.now = now
        self.tables = choices.chosen(people)
        self.boxes = Letterbox.objects.in_bulk(list(people))
        self.devices = _with_devices(people)
        sent = Delivery.objects.filter(member__in=people, way=Way.MAIL, sent__gt=now - SPACING)
        self.last = {
            (member, bundle): moment
            for member, bundle, moment in sent.values_list("member", "bundle").annotate(last=Max("sent"))
        }

    def ways(self, member: Member, topic: Topic, *, must: bool = False) -> list[Way]:
        """Where the member is told of it, beside the site; what must be told comes by e-mail at once."""
        table = self.tables.get(member.pk, {})
        wanted = [way for way in (Way.MAIL, Way.DIGEST, Way.PUSH) if choices.holds(table, topic, way)]
        if must and Way.MAIL not in wanted:
            wanted.append(Way.MAIL)
        if Way.MAIL in wanted and Way.DIGEST in wanted and must:
            wanted.remove(Way.DIGEST)  # it has been told by then
        if Way.PUSH in wanted and member.pk not in self.devices:
            wanted.remove(Way.PUSH)
        return wanted

    def due(self, member: Member, way: Way, bundle: str, patience: timedelta = PATIENCE) -> datetime:
        box = self.boxes.get(member.pk)
        if way == Way.DIGEST:
            return hours.next_digest(member, box, self.now)
        due = self.now + (PUSH_PATIENCE if way == Way.PUSH else patience)
        if way == Way.MAIL and (last := self.last.get((member.pk, bundle))):
            due = max(due, last + SPACING)
        return hours.quiet_until(member, box, due) or due


def _with_devices(members: Iterable[int]) -> set[int]:
    if not settings.VAPID_PRIVATE_KEY:
        return set()
    return set(
        PushDevice.objects.filter(member__in=list(members), parked__isnull=True).values_list("member", flat=True)
    )


def plan_unread(now: datetime | None = None) -> int:
    """A letter, or a line in the digest, to everyone who left a message unread for some minutes; returns how many.

    One until they read again: `told_seq` keeps how far they have been told.
    """
    now = now or hours.now()
    seats = _left_unread(now - LEFT_UNREAD, since=now - OLDEST).filter(told_seq__lte=F("seen_seq"))[:AT_ONCE]
    return _plan_seats(list(seats), now, (Way.MAIL, Way.DIGEST))


def plan_rings(now: datetime | None = None) -> int:
    """A push to everyone with a device for whom something was said just now; returns to how many."""
    if not settings.VAPID_PRIVATE_KEY:
        return 0
    now = now or hours.now()
    known = Delivery.objects.filter(seat=OuterRef("pk"), way=Way.PUSH, upto__gte=OuterRef("conversation__last_seq"))
    devices = PushDevice.objects.filter(member=OuterRef("member"), parked__isnull=True)
    seats = _left_unread(now, since=now - RECENT).filter(Exists(devices), ~Exists(known))[:AT_ONCE]
    return _plan_seats(list(seats), now, (Way.PUSH,))


def _left_unread(before: datetime, *, since: datetime):
    """Seats with something unread said before then, in the conversations in use since."""
    in_use = Conversation.objects.filter(last_at__gt=since).values("pk")
    blocked = Block.objects.filter(member=OuterRef(OuterRef("member")), other=OuterRef("author"))
    said = Message.objects.filter(
        ~Exists(blocked), conversation=OuterRef("conversation"), sequence__gt=OuterRef("seen_seq"),
        created__lte=before, deleted__isnull=True,
    ).exclude(author=OuterRef("member")).exclude(kind=MessageKind.EVENT)  # fmt: skip
    return (
        Participant.objects.present()
        .filter(Exists(said), conversation__in=in_use, conversation__last_seq__gt=F("seen_seq"))
        .filter(muted=False, member__is_active=True)
        .select_related("member", "conversation")
    )


def _plan_seats(seats: Sequence[Participant], now: datetime, ways: Sequence[Way]) -> int:
    if not seats:
        return 0
    told = _Told({seat.member_id: seat.member for seat in seats}, now)
    planned = 0
    with transaction.atomic():
        for seat in seats:
            upto = seat.conversation.last_seq
            if Way.MAIL in ways and not _mark_told(seat, upto):
                continue  # read this moment, or another process was first
            planned += 1
            topic, bundle = topic_of_talk(seat.conversation.kind), f"talk:{seat.conversation_id}"
            Delivery.objects.bulk_create(
                [
                    Delivery(
                        member=seat.member, way=way, topic=topic.key, bundle=bundle, seat=seat, upto=upto,
                        due=told.due(seat.member, way, bundle, timedelta()),
                    )
                    for way in told.ways(seat.member, topic) if way in ways
                ],
                ignore_conflicts=True,
            )  # fmt: skip
    return planned


def _mark_told(seat: Participant, upto: int) -> bool:
    return bool(Participant.objects.filter(pk=seat.pk, told_seq__lte=F("seen_seq")).update(told_seq=upto))
