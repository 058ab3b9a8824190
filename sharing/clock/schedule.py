"""Declare with `@every(minutes=1)`; the clock thread of any process calls what is due.

A job takes no arguments, reads the database for what is due, and may be run again at any time
without doing anything twice: a day of downtime is caught up by the first tick after it. Several
processes may tick; the job's row is claimed by one UPDATE, so only one of them runs it.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone

log = logging.getLogger("commonshare.clock")
_jobs: dict[str, tuple[Callable[[], object], timedelta]] = {}


def every(**interval: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Decorator: run the function about every `timedelta(**interval)`."""

    def declare(job: Callable[[], object]) -> Callable[[], object]:
        _jobs[f"{job.__module__}.{job.__qualname__}"] = (job, timedelta(**interval))
        return job

    return declare


def tick(now: datetime | None = None) -> list[str]:
    """Run every job that is due; returns their names. A job that fails is logged and comes again."""
    from .models import Tick

    now = now or timezone.now()
    known = dict(Tick.objects.filter(job__in=_jobs).values_list("job", "due"))
    ran = []
    for name, (job, interval) in _jobs.items():
        if name not in known:
            Tick.objects.get_or_create(job=name, defaults={"due": now})
        elif known[name] > now:
            continue
        if not Tick.objects.filter(job=name, due__lte=now).update(due=now + interval):
            continue  # another process took it
        started, error = time.monotonic(), ""
        try:
            job()
        except Exception:
            error = traceback.format_exc()
            log.exception("The job %s failed and will be tried again.", name)
        Tick.objects.filter(job=name).update(ran=now, seconds=time.monotonic() - started, error=error[-4000:])
        ran.append(name)
    return ran


class ClockThread(threading.Thread):
    """Ticks until told to stop; the server starts one per process tree."""

    def __init__(self, pause: float = 2.0) -> None:
        super().__init__(name="clock", daemon=True)
        self.pause = pause
        self._stopped = threading.Event()

    def run(self) -> None:
        while True:
            try:
                close_old_connections()
                tick()
            except Exception:
                log.exception("The clock missed a tick.")
            if self._stopped.wait(self.pause):
                return

    def stop(self) -> None:
        self._stopped.set()
