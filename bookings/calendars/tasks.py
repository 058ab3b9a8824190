"""Reading other calendars by itself: each feed every quarter of an hour, each in a task of its own."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from sharing.clock import every

from ..models import CalendarFeed
from . import sync

AT_ONCE = 100  # feeds taken up by one tick; the rest waits for the next


@every(minutes=1)
def look() -> int:
    return look_at(timezone.now())


def look_at(now: datetime) -> int:
    """Give every feed that is due to the workers, once: its next time is set before it is read."""
    given = 0
    for pk, due in list(CalendarFeed.objects.filter(due__lte=now).order_by("due").values_list("pk", "due")[:AT_ONCE]):
        if CalendarFeed.objects.filter(pk=pk, due=due).update(due=now + sync.EVERY):
            read_feed.enqueue(pk)
            given += 1
    return given


@task()
def read_feed(feed_id: int) -> None:
    """Read one feed; done twice, the second time changes nothing."""
    sync.look(feed_id)
