"""Having a calendar worked out by a process that can be stopped (see `parse`)."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from sharing.values.period import Period

from ..states import FeedFault
from .ical import house

SECONDS = 20  # by the wall; the process limits its own processor time to less


class NotRead(Exception):
    """It could not be worked out; `fault` says why."""

    def __init__(self, fault: FeedFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Read:
    """The busy times by key, as dates, wall-clock times or instants; `left_out` more were too many to take over."""

    times: dict[str, tuple[date | datetime, date | datetime]]
    left_out: int = 0


def read(body: bytes, within: Period, *, seconds: float = SECONDS) -> Read:
    """What the calendar says is busy in that time. Raises NotRead."""
    wanted = {"starts": within.starts.isoformat(), "ends": within.ends.isoformat(), "ours": f"@{house()}"}
    command = [sys.executable, "-m", "bookings.calendars.parse"]
    try:
        done = subprocess.run(
            command, input=json.dumps(wanted).encode() + b"\n" + body, capture_output=True, timeout=seconds,
            cwd=settings.BASE_DIR, env={"PYTHONUTF8": "1"}, check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotRead(FeedFault.TOO_MUCH) from None
    if done.returncode < 0:  # it was stopped by its own limit
        raise NotRead(FeedFault.TOO_MUCH)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise NotRead(FeedFault.NOT_A_CALENDAR) from None
    if fault := answer.get("fault"):
        raise NotRead(FeedFault(fault))
    times = {key: (_moment(starts), _moment(ends)) for key, starts, ends in answer["times"]}
    return Read(times, answer["left_out"])


def _moment(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
