"""What every deed of care needs: the task's row held, who acts, and who is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member, Membership
from members.queries import membership
from messaging.actions import notify_all
from sharing.web.refusals import Refusal

from ..models import CareSeat, CareTask
from ..signals import care_changed
from ..states import TaskState

NEWS = {
    "suggested": gettext_lazy("A task is suggested: %(title)s"),
    "agreed": gettext_lazy("Your suggestion is agreed to: %(title)s"),
    "place": gettext_lazy("A place has come free for you: %(title)s"),
    "soon": gettext_lazy("Soon, and you are in: %(title)s"),
    "done": gettext_lazy("Done, please have a look: %(title)s"),
    "not_yet": gettext_lazy("Not quite done yet: %(title)s"),
    "confirmed": gettext_lazy("Confirmed, thank you: %(title)s"),
    "cancelled": gettext_lazy("Not needed any more: %(title)s"),
    "thanks": gettext_lazy("Thanks for: %(title)s"),
}


class CareError(Refusal):
    """Something that is not possible with this task now."""

    code = "care"


@contextmanager
def locked(task_id: int, by: Member) -> Iterator[tuple[CareTask, Membership]]:
    """Hold the task's row for a member of its community, and yield it with their membership."""
    with transaction.atomic():
        rows = CareTask.objects.select_related("community").select_for_update(of=("self",), no_key=True)
        task = rows.get(pk=task_id)
        yield task, belonging(task.community, by)


def belonging(community: Any, by: Member) -> Membership:
    mine = membership(by, community)
    if mine is None:
        raise CareError(_("Only members of the community can do that."), code="members_only")
    return mine


def check_state(task: CareTask, *states: str) -> None:
    if task.state not in states:
        raise CareError(_("This is %(state)s; that is not possible any more.") % {
            "state": task.get_state_display().lower()
        }, code="too_late")


def check_steward(mine: Membership) -> None:
    if not mine.is_steward:
        raise CareError(_("Only a steward of this community can do that."), code="stewards_only")


def takers(task: CareTask) -> list[CareSeat]:
    """Who does it, in the order of coming; those who wait are not among them."""
    return list(task.seats.filter(waits=False).select_related("member").order_by("pk"))


def to_state(task: CareTask, state: str, **facts: Any) -> None:
    """The task stands differently; the rooms above hear of it in the same transaction."""
    task.state = state
    for name, value in facts.items():
        setattr(task, name, value)
    task.save(update_fields=["state", *facts])
    care_changed.send(CareTask, task=task)


def tell(task: CareTask, people: Iterable[Member], news: str, *, body: str = "", needs_answer: bool = False,
         at: datetime | None = None) -> None:
    """Once each for every piece of news; `at` tells apart what may happen again."""
    people = list(people)
    stamp = f":{at:%Y%m%d%H%M%S}" if at else ""
    notify_all(
        people, kind=f"care_{news}", title=lambda: NEWS[news] % {"title": task.title},
        body=body or task.community.name, url=task.get_absolute_url(), key=f"care:{task.pk}:{news}{stamp}",
        answering=people if needs_answer else (),
    )


def is_over(task: CareTask) -> bool:
    return task.state in (TaskState.CONFIRMED, TaskState.CANCELLED)
