"""The task worker as a thread: runs what was enqueued, and leaves the database alone while nothing is."""

import logging
import os
import secrets
import socket
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

log = logging.getLogger("commonshare.worker")
ABANDONED = timedelta(minutes=15)
KEPT = timedelta(days=7)


class TaskThread(threading.Thread):
    """Looks for ready tasks every `pause` seconds by a read; only when there are some it takes a lock.

    Letters have a thread of their own, so that a mail server that hangs holds up nothing else.
    """

    def __init__(self, pause: float = 0.5, *, only: str = "", but: str = "") -> None:
        super().__init__(name=f"tasks-{only or 'all'}", daemon=True)
        self.pause, self.only, self.but = pause, only, but
        self.worker_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._stopped = threading.Event()
        self._worker: Worker | None = None

    def run(self) -> None:
        while not self._stopped.wait(self.pause):
            try:
                close_old_connections()
                if self._ready().exists():
                    self._worker = self._one_round()
                    self._worker.run()
            except Exception:
                log.exception("The worker stumbled and goes on.")

    def _ready(self) -> QuerySet[DBTaskResult]:
        ready = DBTaskResult.objects.ready()
        if self.only:
            ready = ready.filter(queue_name=self.only)
        return ready.exclude(queue_name=self.but) if self.but else ready

    def stop(self) -> None:
        """Finish the task at hand, start no other."""
        self._stopped.set()
        if self._worker is not None:
            self._worker.running = False

    def _one_round(self) -> Worker:
        return Worker(
            queue_names=[self.only or "*"], interval=0, batch=True, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=self.worker_id, excluded_queue_names=[self.but] if self.but else [],
        )


def reap(now: datetime | None = None, *, abandoned: timedelta = ABANDONED) -> int:
    """Give tasks whose worker was killed back to the queue; tasks are idempotent, so twice is harmless."""
    lost = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=(now or timezone.now()) - abandoned
    )
    return lost.update(status=TaskResultStatus.READY, started_at=None)


def prune(now: datetime | None = None) -> int:
    """Forget tasks that finished more than a week ago."""
    done = DBTaskResult.objects.finished().filter(finished_at__lt=(now or timezone.now()) - KEPT)
    return done.delete()[0]
