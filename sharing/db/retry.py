"""Once more, from the start: for deeds that lost a race the database can only settle by refusing one side.

A deadlock, a serialization failure and SQLite's "database is locked" say nothing about the deed
itself, so it is tried again after a short, random pause. Only whole transactions can be repeated:
inside another's `atomic` block the error goes on to whoever opened it.
"""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connections

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 6
LONGEST_PAUSE = 0.4  # seconds
_LOST_A_RACE = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


def retrying(deed: Callable[P, R]) -> Callable[P, R]:
    """Decorate an action that opens its own transaction; it is repeated when it lost such a race."""

    @functools.wraps(deed)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return deed(*args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or connections["default"].in_atomic_block or not lost_a_race(error):
                    raise
            time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.01 * 2**attempt)))
        raise AssertionError("unreachable")

    return repeated


def lost_a_race(error: OperationalError) -> bool:
    """Whether the error means "somebody else was faster", which a repeat may mend."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _LOST_A_RACE or "database is locked" in str(error) or "database table is locked" in str(error)
