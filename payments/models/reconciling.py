"""What came of comparing the books with the gateway's own account."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import Community


class Reconciliation(models.Model):
    """One comparison: of what span, how much was read, what did not fit."""

    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField()
    movements = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)


class Difference(models.Model):
    """Something that does not stand in both as the same. `community` is null when nothing says whose it is.

    minor_here and minor_there are what it adds to the gateway's account, in the books and at the gateway.
    """

    key = models.CharField(max_length=200, unique=True)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="gateway_differences"
    )
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)
    minor_here = models.BigIntegerField(null=True, blank=True)
    minor_there = models.BigIntegerField(null=True, blank=True)
    happened = models.DateTimeField()
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "happened"], condition=Q(settled__isnull=True), name="difference_open")
        ]

    def __str__(self) -> str:
        return self.key
