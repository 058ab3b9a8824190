"""The care a member took on, as events of their own calendar.

Care at a time keeps that time busy; care that only has to be done by a time stands before it, as long as it takes,
and leaves the time free. Whoever gives it up finds it gone: readers of a feed drop what it no longer holds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cooperative import care_queries
from members.models import Member

from .ical import Event


def events(member: Member, site: str, starts: datetime, ends: datetime) -> Iterator[Event]:
    """What the member took on between two instants, the first of it first."""
    for seat in care_queries.taken_on(member, starts, ends):
        task = seat.task
        length = timedelta(minutes=task.minutes)
        begins = task.starts or task.due - length
        moments = [moment for moment in (seat.created, task.done, task.confirmed) if moment is not None]
        yield Event(
            uid=f"care-{task.pk}", starts=begins, ends=task.due if task.due > begins else begins + length,
            summary=f"{task.title} ({task.community.name})", changed=max(moments), version=len(moments) - 1,
            busy=task.starts is not None, description=f"{task.get_state_display()}\n{task.details}".strip(),
            url=f"{site}{task.get_absolute_url()}",
        )
