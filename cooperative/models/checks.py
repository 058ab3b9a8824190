"""What was last found when a community's books were checked."""

from django.db import models
from django.utils import timezone

from members.models import Community


class BooksCheck(models.Model):
    """What the last check of a community's books found: one row per community, written by `cooperative.books`."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="books_check")
    entries = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    faults = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    checked = models.DateTimeField(default=timezone.now)

    @property
    def sound(self) -> bool:
        return not self.faults
