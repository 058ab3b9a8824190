"""What was last found when a community's books were checked."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from members.models import Community

LONGEST = timedelta(minutes=15)  # a check that was asked for and has not ended by then has come to nothing


class BooksCheck(models.Model):
    """What the last check of a community's books found: one row per community, written by `cooperative.checks`.

    `asked`, `read` and `length` tell how far a check has come that somebody waits for.
    """

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="books_check")
    entries = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    faults = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    checked = models.DateTimeField(null=True, default=None)
    asked = models.DateTimeField(null=True, default=None)
    read = models.PositiveBigIntegerField(default=0)
    length = models.PositiveBigIntegerField(default=0)

    @property
    def sound(self) -> bool:
        return self.checked is not None and not self.faults

    @property
    def is_running(self) -> bool:
        return self.runs_at(timezone.now())

    def runs_at(self, now: datetime) -> bool:
        """Whether somebody has asked for a check that has not ended yet."""
        if self.asked is None or (self.checked is not None and self.checked >= self.asked):
            return False
        return self.asked > now - LONGEST
