"""`manage.py work`: the task worker and the clock alone, for installations with many processes."""

import signal
import threading

from django.core.management.base import BaseCommand

from sharing.clock.schedule import ClockThread
from sharing.clock.worker import TaskThread


class Command(BaseCommand):
    help = "Run tasks and the clock until told to stop."

    def handle(self, **options) -> None:
        done = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: done.set())
        threads: list[TaskThread | ClockThread] = [TaskThread(but="mail"), TaskThread(only="mail"), ClockThread()]
        for thread in threads:
            thread.start()
        done.wait()
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(timeout=30)
