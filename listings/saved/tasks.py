"""What kept searches do by themselves."""

from django_tasks import task

from members.models import Member
from sharing.clock import every

from ..models import Alerts, Listing, SavedNote
from ..states import Visibility
from . import keeping, matching, telling

SEARCHES_AT_ONCE = 100


@every(seconds=10)
def look_at_notes() -> None:
    if SavedNote.objects.exists():
        match_notes.enqueue()


@task()
def match_notes() -> int:
    """All notes there are, a bunch at a time; then whoever wants to know at once is told."""
    found = 0
    while SavedNote.objects.exists():
        found += matching.match()
    for member_id in telling.due_at_once():
        tell_member.enqueue(member_id, Alerts.AT_ONCE.value)
    return found


@task()
def match_for_member(member_id: int, community_id: int) -> int:
    """Somebody has joined: what only that community sees is news to them."""
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if member is None or not member.saved_searches.exists():
        return 0
    rows = Listing.objects.published().filter(community=community_id, visibility=Visibility.COMMUNITY)
    ids = list(rows.order_by("-published").values_list("pk", flat=True)[: matching.LISTINGS_OF_A_COMMUNITY])
    return matching.match_for(member, ids)


@every(hours=24)
def look_further() -> None:
    look_further_from.enqueue(0)


@task()
def look_further_from(after: int) -> None:
    """Things are booked so many days ahead: what another day brought within reach, a slice at a time."""
    further = matching.look_further(after, SEARCHES_AT_ONCE)
    if further is not None:
        look_further_from.enqueue(further)


@task()
def hear_words(community_id: int, after: int = 0) -> None:
    """A community says of words what they mean: searches kept before hear of it, a slice at a time."""
    further = keeping.hear_words_of(community_id, after, SEARCHES_AT_ONCE)
    if further is not None:
        hear_words.enqueue(community_id, further)


@task(queue_name="mail")
def tell_member(member_id: int, alerts: str) -> int:
    return telling.tell(member_id, Alerts(alerts))


@every(minutes=5)
def tell_at_once() -> None:
    """Who was not told by the task that found it."""
    for member_id in telling.due_at_once():
        tell_member.enqueue(member_id, Alerts.AT_ONCE.value)


@every(minutes=15)
def tell_daily() -> None:
    for member_id in telling.due_today():
        tell_member.enqueue(member_id, Alerts.DAILY.value)


@every(hours=1)
def forget_deleted() -> None:
    keeping.forget_deleted()
