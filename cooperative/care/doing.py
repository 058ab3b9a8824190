"""Doing it: taking a place, saying that it is done, having it confirmed by somebody else, and thanks."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries as members
from members.models import Member

from ..models import CareSeat, CareTask, CareThanks
from ..states import TaskState
from . import paying, repeating
from .parts import CareError, check_state, locked, takers, tell, to_state
from .planning import MOST_MINUTES


def take(task_id: int, *, by: Member, now: datetime | None = None) -> CareSeat:
    """Take a place; when none is left, one in the line. Again, it changes nothing."""
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.OPEN)
        seat = CareSeat.objects.filter(task=task, member=by).first()
        if seat is not None:
            return seat
        full = len(takers(task)) >= task.places
        return CareSeat.objects.create(task=task, member=by, waits=full, created=now or timezone.now())


def give_up(task_id: int, *, by: Member) -> CareTask:
    """Give one's place back; the first in line moves up and is told."""
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.OPEN)
        CareSeat.objects.filter(task=task, member=by).delete()
        if len(takers(task)) < task.places:
            following = task.seats.filter(waits=True).select_related("member").order_by("pk").first()
            if following is not None:
                following.waits = False
                following.save(update_fields=["waits"])
                tell(task, [following.member], "place", at=timezone.now())
    return task


def note(task_id: int, *, by: Member, minutes: int) -> CareSeat:
    """How long it took me; until it is confirmed."""
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.OPEN, TaskState.DONE)
        seat = _my_seat(task, by)
        seat.minutes = _minutes(minutes)
        seat.save(update_fields=["minutes"])
    return seat


def say_done(task_id: int, *, by: Member, minutes: int | None = None, now: datetime | None = None) -> CareTask:
    """One who took it says that it is done, and how long it took them; the stewards are asked to look."""
    now = now or timezone.now()
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.OPEN)
        seat = _my_seat(task, by)
        if minutes is not None:
            seat.minutes = _minutes(minutes)
            seat.save(update_fields=["minutes"])
        to_state(task, TaskState.DONE, done=now, done_by=by)
        doers = {seat.member_id for seat in takers(task)}
        tell(task, [who for who in members.stewards(task.community) if who.pk not in doers], "done", at=now)
    return task


def confirm(task_id: int, *, by: Member, seen: int | None = None, now: datetime | None = None) -> CareTask:
    """Somebody who took no part has seen that it is done. With thanks from the pool, a steward or treasurer has.

    seen: the minutes that stood there all together; whoever notes others in that moment is not confirmed unseen.
    """
    now = now or timezone.now()
    with locked(task_id, by) as (task, mine):
        check_state(task, TaskState.DONE)
        seats = takers(task)
        _check_took_no_part(seats, by)
        if task.credit_minor and not mine.is_officer:
            raise CareError(_("A steward or treasurer confirms what the pool gives thanks for."), code="stewards_only")
        if seen is not None and seen != minutes_of(task, seats):
            raise CareError(_("Somebody has noted another time meanwhile. Look again, please."), code="changed")
        for seat in seats:
            if seat.minutes is None:
                seat.minutes = task.minutes
                seat.save(update_fields=["minutes"])
        to_state(task, TaskState.CONFIRMED, confirmed=now, confirmed_by=by)
        repeating.write_down_again(task, now)
        paying.pay_locked(task, now)
        tell(task, [seat.member for seat in seats], "confirmed")
    return task


def minutes_of(task: CareTask, seats: list[CareSeat]) -> int:
    """How long it took all of them; who noted nothing counts with what it was to take."""
    return sum(seat.minutes or task.minutes for seat in seats)


def not_yet(task_id: int, *, by: Member, word: str = "", now: datetime | None = None) -> CareTask:
    """It is not quite done: it goes back to those who took it, with a word."""
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.DONE)
        seats = takers(task)
        _check_took_no_part(seats, by)
        to_state(task, TaskState.OPEN, done=None, done_by=None)
        tell(task, [seat.member for seat in seats], "not_yet", body=_word(word), at=now or timezone.now())
    return task


def thank(task_id: int, *, by: Member, words: str = "") -> CareThanks:
    """Thank those who did it, once; the words can be changed."""
    with locked(task_id, by) as (task, _mine):
        check_state(task, TaskState.DONE, TaskState.CONFIRMED)
        seats = takers(task)
        _check_took_no_part(seats, by)
        thanks, new = CareThanks.objects.update_or_create(task=task, member=by, defaults={"words": _word(words)})
        if new:
            tell(task, [seat.member for seat in seats], "thanks", body=thanks.words or by.name, at=thanks.created)
    return thanks


def _my_seat(task: CareTask, by: Member) -> CareSeat:
    seat = task.seats.filter(member=by, waits=False).first()
    if seat is None:
        raise CareError(_("You have not taken this."), code="not_yours")
    return seat


def _check_took_no_part(seats: list[CareSeat], by: Member) -> None:
    if any(seat.member_id == by.pk for seat in seats):
        raise CareError(_("Somebody else does that: you took part."), code="took_part")


def _minutes(minutes: Any) -> int:
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= MOST_MINUTES:
        text = _("A whole number from %(least)s to %(most)s.") % {"least": 1, "most": MOST_MINUTES}
        raise CareError(text, field="minutes", code="invalid")
    return minutes


def _word(words: str) -> str:
    words = " ".join(str(words).split())
    if "\0" in words or len(words) > 300:
        raise CareError(_("At most %(count)s characters.") % {"count": 300}, field="words", code="invalid")
    return words
