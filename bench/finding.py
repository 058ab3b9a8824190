"""What `bench.search` measures of one world, in a process of its own: rows of its table, as JSON."""

import gc
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

import django

ROUNDS_UNCOUNTED = 10
Draw = Callable[[], Callable[[], object]]


def main(answer: str, rounds: int, verify: int) -> None:
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend",
                                  "QUEUES": ["default", "photos", "mail"]}}  # fmt: skip
    from bench import finding_cases as cases

    gc.collect()
    gc.freeze()  # as `sharing.asgi` does
    _let_the_file_go_cold()
    dice = random.Random(5)
    asked = cases.questions(dice)
    times, cold = in_turns({"24 by key": cases.by_key(dice), **asked}, rounds)
    base = statistics.median(times["24 by key"])
    rows = [row("24 by key", times, cold, 1.0)]
    for name in asked:
        took = sorted(times[name])
        figures = {"p50": statistics.median(took)} | {
            f"p{part}": took[int(len(took) * part / 100)] for part in (95, 99)
        }
        for part, limit in cases.LIMITS.get(name, {"p50": None}).items():
            title = name if part == "p50" else f"{name}, {part}"
            rows.append(row(title, times, cold, figures[part] / base, of=name, limit=limit))
    common, rare = (statistics.median(times[name]) for name in ("a common word near", "a rare word near"))
    share = f"{cases.common_share():.0%}"
    rows.append({"name": f"a common word ({share}) over a rare one", "figure": common / rare, "limit": 2})
    slow = sorted(times["suggestions"])[int(rounds * 0.95)] * 1e3
    rows.append({"name": "suggestions, p95 in ms", "figure": slow, "limit": cases.SUGGESTIONS_MS})
    rows += cases.clusters(in_turns, rounds // 4)
    rows += cases.pages(in_turns, rounds // 2)
    rows += cases.publishing(in_turns, rounds // 2)
    rows += cases.rates()
    if verify:
        rows += cases.verified(verify)
    with open(answer, "w") as file:
        json.dump(rows, file)


def in_turns(
    draws: dict[str, Draw], rounds: int, again: int = 2, *, waits: bool = False
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds each question took, round after round; and what the very first one took by the clock.

    `draw()` makes a new question, asked `again` times at once: the least counts, so that a figure tells what the
    question costs and not what else the machine was doing just then. For the same reason seconds are the
    processor's on SQLite, where all of the work is in this thread, unless what is asked `waits` for the disk.
    """
    from django.db import connection

    clock = time.thread_time if connection.vendor == "sqlite" and not waits else time.perf_counter
    times: dict[str, list[float]] = {name: [] for name in draws}
    cold: dict[str, float] = {}
    for number in range(rounds + ROUNDS_UNCOUNTED):
        for name, draw in draws.items():
            act, took = draw(), []
            for _time in range(again):
                began, started = time.perf_counter(), clock()
                act()
                took.append(clock() - started)
                cold.setdefault(name, time.perf_counter() - began)
            if number >= ROUNDS_UNCOUNTED:  # the first rounds warm what is kept in memory
                times[name].append(min(took))
    return times, cold


def row(name: str, times: dict, cold: dict, figure: float, *, of: str = "", limit: float | None = None) -> dict:
    of = of or name
    facts = {"name": name, "ms": statistics.median(times[of]) * 1e3, "cold": cold[of] * 1e3, "figure": figure}
    return facts | ({"limit": limit} if limit is not None else {})


def _let_the_file_go_cold() -> None:
    """Ask the kernel to forget a SQLite file; PostgreSQL keeps what it keeps, only the connection is new."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and hasattr(os, "posix_fadvise"):
        file = os.open(database["NAME"], os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
