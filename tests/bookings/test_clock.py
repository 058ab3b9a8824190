"""The clock forgets nothing and does nothing twice: not when its process is killed, not after a day of silence."""

import signal
from datetime import timedelta

import pytest
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from bookings import actions, claims, tasks
from bookings.actions.changes import expire_changes
from bookings.calendars import tasks as feeds
from bookings.handover import tasks as meetings
from bookings.models import Booking, BookingEvent, CalendarFeed, Change, Meeting, WaitEntry
from bookings.states import REPORT_WITHIN, ChangeState, HandoverPhase, State, WaitState
from listings.states import Terms
from messaging.models import Notification
from sharing.clock import schedule
from sharing.clock.models import Tick
from tests.bookings.cast import drill
from tests.bookings.processes import start
from tests.bookings.test_steps import ask
from tests.factories import days

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JOBS = (
    feeds.look_at, meetings.remind_at, tasks.expire_at, claims.sweep, tasks.wait_at, tasks.late_at, tasks.remind_at,
    tasks.close_at, expire_changes,
)

RUN = """
import os, signal, sys
from datetime import datetime
from messaging import actions as messaging
from tests.bookings.test_clock import JOBS
from bookings.signals import period_freed
period_freed.disconnect(dispatch_uid="bookings.offer_what_is_free")  # it knows only the real time of day
now, left = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
told = messaging.notify_all
def dying(*args, **kwargs):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)  # in the middle of a transaction
    return told(*args, **kwargs)
messaging.notify_all = dying
for job in JOBS:
    job(now)
"""


@pytest.fixture
def busy(cast):
    """Three requests to expire with two in line for the first, one thing out too long, one to be reminded of,
    one back for two days and owing nothing, one whose proposal of other dates nobody answered, one that both meet
    for within the hour, and another calendar to be read."""
    cast.asked = [ask(cast)] + [
        actions.request(drill(cast.bo, of=cast.home).pk, by=cast.ana, **days(2, 4)) for _ in range(2)
    ]
    for who in (cast.zoe, cast.cleo):
        actions.join_line(cast.drill.pk, by=who, **days(2, 4))
    cast.out, cast.back = agreed(cast, -29, -28), agreed(cast, -29, -28, terms=Terms.GIFT, price_minor=0)
    for booking, steps in ((cast.out, ["hand_over"]), (cast.back, ["hand_over", "return"])):
        for step in steps:
            for who in (cast.ana, cast.bo):
                actions.take(booking.pk, step, by=who)
    cast.soon, cast.open = agreed(cast, -26, -25), agreed(cast, 5, 6)
    cast.now = cast.soon.starts - 3 * HOUR
    actions.change(cast.open.pk, by=cast.ana, **days(7, 9))
    Change.objects.update(expires=cast.now)
    CalendarFeed.objects.create(listing=cast.drill, url="https://a.example/a.ics", by=cast.bo, due=cast.now - HOUR)
    Meeting.objects.create(
        booking=agreed(cast, 8, 9), phase=HandoverPhase.PICKUP, starts=cast.now + HOUR / 2, changed=cast.now - DAY
    )
    Booking.objects.filter(pk=cast.soon.pk).update(moved=cast.soon.created - DAY)
    Booking.objects.filter(pk=cast.back.pk).update(moved=cast.now - REPORT_WITHIN)
    return cast


def agreed(cast, first: int, after_last: int, **facts) -> Booking:
    booking = actions.request(drill(cast.bo, of=cast.home, **facts).pk, by=cast.ana, **days(first, after_last))
    return actions.take(booking.pk, "accept", by=cast.bo)


def calendars_read() -> int:
    return DBTaskResult.objects.filter(task_path__endswith="read_feed").count()


def nothing_twice_and_nothing_forgotten(busy) -> None:
    assert set(Booking.objects.filter(pk__in=[row.pk for row in busy.asked]).values_list("state", flat=True)) == {
        State.EXPIRED
    }
    ended = BookingEvent.objects.filter(step="expire").values("booking").annotate(n=Count("pk"))
    assert [row["n"] for row in ended] == [1, 1, 1]
    assert BookingEvent.objects.filter(step="late").count() == 1
    assert list(BookingEvent.objects.filter(step="close").values_list("booking", flat=True)) == [busy.back.pk]
    assert Change.objects.get().state == ChangeState.EXPIRED
    busy.open.refresh_from_db()
    assert (busy.open.state, busy.open.starts) == (State.ACCEPTED, days(5, 6)["starts"])
    states = list(WaitEntry.objects.order_by("pk").values_list("state", flat=True))
    assert states == [WaitState.OFFERED, WaitState.WAITING]
    kinds = Notification.objects.filter(member=busy.ana).values_list("kind").annotate(n=Count("pk"))
    counted = {kind: n for kind, n in kinds if kind in (
        "booking.expire", "booking.late", "booking.remind_pickup", "booking.soon",
    )}  # fmt: skip
    assert counted == {"booking.expire": 3, "booking.late": 1, "booking.remind_pickup": 1, "booking.soon": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(busy, at):
    killed = start(RUN, busy.now.isoformat(), at)
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    for _ in range(2):
        again = start(RUN, busy.now.isoformat(), 0)
        again.communicate(timeout=120)
        assert again.returncode == 0
    nothing_twice_and_nothing_forgotten(busy)
    assert calendars_read() == 1


@pytest.mark.django_db
def test_after_a_day_of_silence_everything_is_caught_up_once(busy, settings):
    settings.TASKS = {"default": settings.TASKS["default"] | {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for now in (busy.now, busy.now, busy.now + HOUR):
        for job in JOBS:
            job(now)
    nothing_twice_and_nothing_forgotten(busy)
    assert calendars_read() == 2, "an hour later once more"
    later = busy.now + DAY + HOUR  # the offer ran out meanwhile, and it is still late
    for _ in range(2):
        for job in JOBS:
            job(later)
    assert list(WaitEntry.objects.order_by("pk").values_list("state", flat=True)) == [
        WaitState.PASSED, WaitState.OFFERED,
    ]
    assert BookingEvent.objects.filter(step="late").count() == 2
    assert calendars_read() == 3, "once for the whole day"
    assert Notification.objects.filter(member=busy.ana, kind="booking.remind_pickup").count() == 1


@pytest.mark.django_db
def test_a_job_whose_process_died_runs_again_when_its_time_comes(monkeypatch, busy):
    """The row is moved on before the job runs: killed in between, it comes again one interval later."""
    ran = []
    name = "bookings.tasks.expire"
    monkeypatch.setattr(schedule, "_jobs", {name: (lambda: ran.append(1), timedelta(minutes=1))})
    schedule.tick(busy.now)
    Tick.objects.filter(job=name).update(due=busy.now + timedelta(minutes=1), ran=None)  # as a killed one leaves it
    assert schedule.tick(busy.now) == [] and schedule.tick(busy.now + DAY) == [name]
    assert ran == [1, 1]
