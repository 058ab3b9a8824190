"""What a member wants to hear of, and where. Only what differs from the defaults is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from ..models import Delivery, Letterbox, NotificationChoice
from .topics import TOPICS, Topic, Way

Table = dict[tuple[str, str], bool]


def chosen(members: Iterable[int]) -> Mapping[int, Table]:
    """What these members chose that is not the default, by member; one statement."""
    tables: dict[int, Table] = defaultdict(dict)
    rows = NotificationChoice.objects.filter(member__in=list(members))
    for member, topic, way, on in rows.values_list("member", "topic", "way", "on"):
        tables[member][topic, way] = on
    return tables


def holds(table: Table, topic: Topic, way: Way) -> bool:
    """Whether the member is told of the topic in this way."""
    if not topic.can_change(way):
        return topic.default(way)
    return table.get((topic.key, way), topic.default(way))


def wants(member: Member, topic: str, way: Way) -> bool:
    return holds(chosen([member.pk]).get(member.pk, {}), TOPICS[topic], way)


def without_bell(members: Iterable[int], topic: Topic) -> set[int]:
    """Those of them who do not want this topic on the site; asks only for topics where that can be."""
    if not topic.can_change(Way.BELL):
        return set()
    off = NotificationChoice.objects.filter(member__in=list(members), topic=topic.key, way=Way.BELL, on=False)
    return set(off.values_list("member", flat=True))


def choose(member: Member, topic_key: str, way_key: str, on: bool) -> None:
    """Switch one way of one topic; what was on its way by it and is not wanted any more is dropped."""
    topic = TOPICS.get(topic_key)
    if topic is None:
        raise Refusal(_("There is no such topic."), field="topic", code="invalid")
    if way_key not in Way.values:
        raise Refusal(_("There is no such way."), field="way", code="invalid")
    way = Way(way_key)
    if not topic.can_change(way):
        if on == topic.default(way):
            return
        raise Refusal(str(topic.because) or _("This cannot be switched off."), field="on", code="fixed")
    mine = NotificationChoice.objects.filter(member=member, topic=topic.key, way=way)
    with transaction.atomic():
        if on == topic.default(way):
            mine.delete()
        else:
            NotificationChoice.objects.update_or_create(
                member=member, topic=topic.key, way=way, defaults={"on": on}
            )
        if not on:
            gone = Delivery.objects.waiting().filter(member=member, topic=topic.key, way=way)
            if way == Way.MAIL and topic.answers:
                gone = gone.exclude(notification__needs_answer=True)
            gone.delete()


def back_to_the_defaults(member: Member) -> int:
    """Forget every choice; returns how many there were."""
    return NotificationChoice.objects.filter(member=member).delete()[0]


def letterbox(member: Member) -> Letterbox:
    """The member's letterbox; one that was never changed is not kept."""
    return Letterbox.objects.filter(member=member).first() or Letterbox(member=member)


def set_hours(member: Member, *, quiet: bool, quiet_from: int, quiet_until: int, digest_hour: int) -> Letterbox:
    """When letters and pushes may come, and when the digest does; what waits already follows the new hours."""
    from . import hours

    for field, hour in (("quiet_from", quiet_from), ("quiet_until", quiet_until), ("digest_hour", digest_hour)):
        if not 0 <= hour <= 23:
            raise Refusal(_("An hour from 0 to 23."), field=field, code="invalid")
    if quiet and quiet_from == quiet_until:
        raise Refusal(_("Quiet hours begin and end at different hours."), field="quiet_until", code="invalid")
    facts = {"quiet": quiet, "quiet_from": quiet_from, "quiet_until": quiet_until, "digest_hour": digest_hour}
    with transaction.atomic():
        box, _made = Letterbox.objects.update_or_create(member=member, defaults=facts)
        waiting = Delivery.objects.waiting().filter(member=member)
        waiting.filter(way=Way.DIGEST).update(due=hours.next_digest(member, box))
        morning = hours.quiet_until(member, box)
        held = waiting.exclude(way=Way.DIGEST).filter(attempts=0)
        held.update(due=morning or hours.now())
    return box


def revoke_reply_addresses(member: Member) -> None:
    """No letter that went out so far can be answered by e-mail any more."""
    with transaction.atomic():
        box, _made = Letterbox.objects.select_for_update().get_or_create(member=member)
        box.reply_version = box.reply_version % 60_000 + 1
        box.save(update_fields=["reply_version"])
