"""The clock of the story: while it is told, everything in this process that asks what time it is gets the story's time.

Rooms write down when something happened by asking for the time; a year that is told in a minute would
otherwise have happened all today. One process, for the length of the command, and put back afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils import timezone

from sharing.values.period import instant


class StoryClock:
    """`today` is the day the story is told on; `now` where the story has got to."""

    def __init__(self, end: datetime) -> None:
        self.end = self.now = end

    def day(self, offset: int, zone: str) -> date:
        """The local date so many days from today."""
        return self.end.astimezone(ZoneInfo(zone)).date() + timedelta(days=offset)

    def at(self, offset: int, clock: str, zone: str) -> datetime:
        """A local wall-clock time, so many days from today."""
        return instant(self.day(offset, zone), time.fromisoformat(clock), ZoneInfo(zone))

    @contextmanager
    def running(self) -> Iterator["StoryClock"]:
        """Let the house's clock follow this one."""
        real = timezone.now
        fields = [
            field
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.has_default() and field.default is real
        ]
        timezone.now = self._now
        for field in fields:
            field.__dict__["_get_default"] = self._now  # Django keeps the default it has looked up there
        try:
            yield self
        finally:
            timezone.now = real
            for field in fields:
                field.__dict__.pop("_get_default", None)

    def _now(self) -> datetime:
        return self.now
