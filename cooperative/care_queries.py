"""Questions about care that pages and API ask."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from members.models import Community, Member

from . import things
from .models import CareSeat, CareTask
from .states import TaskState

MOST = 120
SOON = timedelta(days=7)


def seen_by(community: Community, member: Member) -> QuerySet:
    """The community's tasks with who has taken them and this member's part; a suggestion is seen by all."""
    mine = CareSeat.objects.filter(task=OuterRef("pk"), member=member)
    seats = CareSeat.objects.select_related("member").order_by("pk")
    taken = CareSeat.objects.filter(task=OuterRef("pk"), waits=False).order_by().values("task")
    return CareTask.objects.filter(community=community).select_related("community", "author").prefetch_related(
        Prefetch("seats", queryset=seats)
    ).annotate(
        taken=Coalesce(Subquery(taken.annotate(n=Count("pk")).values("n")), 0),
        mine=Exists(mine), i_wait=Exists(mine.filter(waits=True)),
        spent=Coalesce(Subquery(taken.annotate(n=Sum("minutes")).values("n")), 0),
    )


def current(community: Community, member: Member) -> dict[str, list[CareTask]]:
    """What is to do, to be confirmed and suggested: two statements and one for the names of things."""
    states = (TaskState.OPEN, TaskState.DONE, TaskState.SUGGESTED)
    rows = seen_by(community, member).filter(state__in=states).order_by("due", "pk")
    found = with_things(community, list(rows[:MOST]))
    return {
        "mine": [task for task in found if vars(task)["mine"] and task.state == TaskState.OPEN],
        "open": [task for task in found if not vars(task)["mine"] and task.state == TaskState.OPEN],
        "done": [task for task in found if task.state == TaskState.DONE],
        "suggested": [task for task in found if task.state == TaskState.SUGGESTED],
    }


def with_things(community: Community, tasks: list[CareTask]) -> list[CareTask]:
    """Let each task name the thing it is about."""
    names = things.named(community, [task.thing for task in tasks if task.thing is not None])
    for task in tasks:
        vars(task)["about_thing"] = names.get(task.thing) if task.thing is not None else None
    return tasks


def agenda(member: Member, now: datetime) -> list[CareSeat]:
    """What this member has taken upon themselves in the coming week, or is late with: one statement."""
    rows = CareSeat.objects.filter(member=member, waits=False, task__state=TaskState.OPEN)
    rows = rows.annotate(at=Coalesce("task__starts", "task__due")).filter(Q(at__lte=now + SOON))
    return list(rows.select_related("task__community").order_by("at", "pk")[:10])


def taken_on(member: Member, starts: datetime, ends: datetime, *, most: int = MOST) -> list[CareSeat]:
    """The member's part in care between two instants, given up and cancelled care aside: one statement."""
    rows = CareSeat.objects.filter(member=member, waits=False, task__due__gt=starts)
    rows = rows.annotate(at=Coalesce("task__starts", "task__due")).filter(at__lt=ends)
    rows = rows.filter(task__state__in=[TaskState.OPEN, TaskState.DONE, TaskState.CONFIRMED])
    return list(rows.select_related("task__community").order_by("at", "pk")[:most])
