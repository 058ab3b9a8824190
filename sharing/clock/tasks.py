"""The clock's own housekeeping."""

from .schedule import every
from .worker import prune, reap


@every(minutes=5)
def give_abandoned_tasks_back() -> None:
    reap()


@every(hours=6)
def forget_finished_tasks() -> None:
    prune()
