"""Reading other calendars by itself: each feed every quarter of an hour, each in a task of its own."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django_tasks import task

from listings.states import ListingState
from sharing.clock import every

from ..models import Booking, CalendarFeed
from ..states import HOLDING
from . import sync

AT_ONCE = 100  # feeds taken up by one tick; the rest waits for the next


@every(minutes=1)
def look() -> int:
    return look_at(timezone.now())


def look_at(now: datetime) -> int:
    """Give every feed that is due to the workers, once: its next time is set before it is read.

    Owners take turns, the longest due first of each: whoever follows hundreds keeps nobody waiting behind them.
    Due is also what somebody has just asked for: the owner, who is about to answer, shall see how it stands now.
    """
    asked = Booking.objects.filter(
        listing=OuterRef("listing"), state__in=HOLDING, created__gt=Coalesce(OuterRef("checked"), OuterRef("created"))
    )
    waiting = CalendarFeed.objects.exclude(listing__state=ListingState.ARCHIVED).filter(
        Q(due__lte=now) | Q(Exists(asked.filter(created__gt=now - sync.EVERY)), fault="", checked__isnull=False)
    )
    whose = Coalesce("listing__owner", -F("listing__community"))  # the commons of a community are one such owner
    in_turn = waiting.annotate(turn=Window(RowNumber(), partition_by=whose, order_by=["due", "pk"]))
    given = 0
    for pk, due in list(in_turn.order_by("turn", "due", "pk").values_list("pk", "due")[:AT_ONCE]):
        if CalendarFeed.objects.filter(pk=pk, due=due).update(due=now + sync.EVERY):
            read_feed.enqueue(pk)
            given += 1
    return given


@task()
def read_feed(feed_id: int) -> None:
    """Read one feed; done twice, the second time changes nothing."""
    sync.look(feed_id)
