"""Tasks that come back: the same again a week, a month, a quarter or a year later, at the same local time."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ..models import CareTask
from ..signals import care_changed
from ..states import Rhythm, TaskState

_MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}
_AGAIN = ("community", "title", "details", "author", "thing", "blocks", "places", "minutes", "credit_minor", "rhythm")


def write_down_again(task: CareTask, now: datetime) -> CareTask | None:
    """The next of a task that comes back, once, at its first time that lies ahead."""
    if not task.rhythm:
        return None
    zone, steps = ZoneInfo(task.community.time_zone), 1
    while (due := later(task.due, task.rhythm, steps, zone)) <= now:
        steps += 1
    starts = later(task.starts, task.rhythm, steps, zone) if task.starts else None
    following = CareTask.objects.create(
        follows=task, state=TaskState.OPEN, starts=starts, due=due, created=now,
        **{name: getattr(task, name) for name in _AGAIN},
    )
    care_changed.send(CareTask, task=following)
    return following


def later(moment: datetime, rhythm: str, steps: int, zone: ZoneInfo) -> datetime:
    """The same time of day so many rhythms later; the 31st becomes the last day of a shorter month."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    if rhythm == Rhythm.WEEK:
        local += timedelta(weeks=steps)
    else:
        months = local.year * 12 + local.month - 1 + steps * _MONTHS[Rhythm(rhythm)]
        year, month = divmod(months, 12)
        local = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
    return local.replace(tzinfo=zone).astimezone(UTC)
