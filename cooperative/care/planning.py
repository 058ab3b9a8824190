"""Writing tasks down: a steward's word stands at once, a member's is a suggestion until a steward agrees."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries as members
from members.models import Community, Member, Membership

from .. import things
from ..models import CareTask
from ..signals import care_changed
from ..states import Rhythm, TaskState
from .parts import CareError, belonging, check_state, check_steward, locked, takers, tell, to_state

FACTS = ("title", "details", "starts", "due", "places", "minutes", "thing", "blocks", "credit_minor", "rhythm")
MOST_PLACES, MOST_MINUTES, MOST_CREDIT = 200, 7 * 24 * 60, 10**9
_RANGES = (("places", 1, MOST_PLACES), ("minutes", 1, MOST_MINUTES), ("credit_minor", 0, MOST_CREDIT))
FARTHEST = timedelta(days=3 * 366)


def create(community: Community, *, by: Member, now: datetime | None = None, **facts: Any) -> CareTask:
    """A task to do where a steward writes it down; where a member does, a suggestion."""
    now = now or timezone.now()
    mine = belonging(community, by)
    known = _checked(community, mine, {"details": "", "starts": None, **facts}, now)
    with transaction.atomic():
        state = TaskState.OPEN if mine.is_steward else TaskState.SUGGESTED
        task = CareTask.objects.create(community=community, author=by, state=state, created=now, **known)
        if state == TaskState.SUGGESTED:
            tell(task, members.stewards(community), "suggested")
        care_changed.send(CareTask, task=task)
    return task


def change(task_id: int, *, by: Member, now: datetime | None = None, **facts: Any) -> CareTask:
    """Change what is to be done: a steward, or who suggested it until it is agreed to."""
    with locked(task_id, by) as (task, mine):
        check_state(task, TaskState.SUGGESTED, TaskState.OPEN)
        if not (task.state == TaskState.SUGGESTED and task.author_id == by.pk):
            check_steward(mine)
        before = {name: getattr(task, name) for name in FACTS}
        known = _checked(task.community, mine, before | facts, now or timezone.now())
        if known.get("places", task.places) < len(takers(task)):
            raise CareError(_("More have taken it already."), field="places", code="invalid")
        for name, value in known.items():
            setattr(task, name, value)
        task.save(update_fields=list(known))
        care_changed.send(CareTask, task=task)
    return task


def agree(task_id: int, *, by: Member) -> CareTask:
    """A steward agrees to a suggestion: members can take it from now on."""
    with locked(task_id, by) as (task, mine):
        check_steward(mine)
        check_state(task, TaskState.SUGGESTED)
        to_state(task, TaskState.OPEN)
        tell(task, [task.author], "agreed")
    return task


def cancel(task_id: int, *, by: Member, now: datetime | None = None) -> CareTask:
    """It is not needed after all: a steward says so, or who suggested it. A task that comes back, does not."""
    with locked(task_id, by) as (task, mine):
        check_state(task, TaskState.SUGGESTED, TaskState.OPEN, TaskState.DONE)
        if not (task.state == TaskState.SUGGESTED and task.author_id == by.pk):
            check_steward(mine)
        to_state(task, TaskState.CANCELLED)
        tell(task, [seat.member for seat in takers(task)], "cancelled")
    return task


def _checked(community: Community, mine: Membership, facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The facts of a task; the field that is wrong is named."""
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"A task has no {', '.join(sorted(unknown))}.")
    known = dict(facts)
    known["title"] = " ".join(_text(facts.get("title", ""), "title", 140).split())
    known["details"] = _text(facts["details"], "details", 4000).strip()
    if not known["title"]:
        raise CareError(_("Say in a few words what is to be done."), field="title", code="invalid")
    _check_time(known, now)
    for name, least, most in _RANGES:
        if name in known:
            _check_range(known[name], name, least, most)
    if known.get("rhythm", "") not in Rhythm.values:
        raise CareError(_("There is no such rhythm."), field="rhythm", code="invalid")
    thing = known.get("thing")
    if thing is not None and (isinstance(thing, bool) or not things.named(community, [thing])):
        raise CareError(_("This is no thing of the community's."), field="thing", code="invalid")
    if known.get("blocks") and thing is None:
        raise CareError(_("Say which thing nobody shall borrow."), field="thing", code="invalid")
    if (known.get("blocks") or known.get("credit_minor")) and not mine.is_steward:
        field = "blocks" if known.get("blocks") else "credit_minor"
        raise CareError(_("A steward decides on that when they agree."), field=field, code="stewards_only")
    return known


def _check_time(known: dict[str, Any], now: datetime) -> None:
    starts, due = known.get("starts"), known.get("due")
    if not isinstance(due, datetime):
        raise CareError(_("Say by when."), field="due", code="invalid")
    if starts is not None and starts > due:
        raise CareError(_("It is to be done before it begins."), field="due", code="invalid")
    if not now - timedelta(days=366) < due < now + FARTHEST:
        raise CareError(_("That is too far away."), field="due", code="invalid")


def _check_range(value: Any, field: str, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CareError(
            _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=field,
            code="invalid",
        )


def _text(value: Any, field: str, longest: int) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise CareError(_("This is not a text."), field=field, code="invalid")
    if len(value) > longest:
        raise CareError(_("At most %(count)s characters.") % {"count": longest}, field=field, code="invalid")
    return value.replace("\r\n", "\n")
