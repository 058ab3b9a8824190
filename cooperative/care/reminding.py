"""The day before: whoever has taken a task is reminded of it, once."""

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models import CareSeat
from ..states import TaskState
from .parts import tell

AHEAD = timedelta(hours=24)


def remind(now: datetime | None = None) -> int:
    """Remind those whose task begins, or is due, within a day; returns how many."""
    now = now or timezone.now()
    seats = CareSeat.objects.filter(task__state=TaskState.OPEN, waits=False, reminded__isnull=True)
    seats = seats.annotate(at=Coalesce("task__starts", "task__due")).filter(at__gt=now, at__lte=now + AHEAD)
    told = 0
    for seat in list(seats.select_related("task__community", "member").order_by("pk")[:2000]):
        if CareSeat.objects.filter(pk=seat.pk, reminded__isnull=True).update(reminded=now):
            tell(seat.task, [seat.member], "soon", at=seat.task.due)
            told += 1
    return told
