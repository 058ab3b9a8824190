"""Doors that members close, and what they show to those who keep order."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models import Community

from ..states import ReportReason, Ruling
from .talk import Message


class Block(models.Model):
    """A member wants nothing to do with another: from then on neither reaches the other directly."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks", db_index=False
    )
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_by")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "other"], name="one_block_per_member_and_other"),
            models.CheckConstraint(name="nobody_blocks_themselves", condition=~Q(member=F("other"))),
        ]


class Report(models.Model):
    """A message shown to the stewards of `community` (null: to those who run the house).

    `evidence` is what was to be read when it was reported: the message, what it said before, the lines around
    it. It stays whatever becomes of the message or of who wrote it.
    """

    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="reports", db_index=False)
    community = models.ForeignKey(Community, null=True, on_delete=models.SET_NULL, related_name="reports")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reported"
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=8, choices=ReportReason.choices, default=ReportReason.OTHER)
    note = models.TextField(max_length=1000, blank=True)
    evidence = models.JSONField(default=dict)
    created = models.DateTimeField(default=timezone.now)
    ruling = models.CharField(max_length=10, choices=Ruling.choices, default=Ruling.OPEN)
    word = models.CharField(max_length=500, blank=True)
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ruled = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "reporter"], name="one_report_per_message_and_reporter"),
            models.CheckConstraint(
                name="a_ruling_has_its_moment",
                condition=Q(ruling=Ruling.OPEN, ruled__isnull=True) | (~Q(ruling=Ruling.OPEN) & Q(ruled__isnull=False)),
            ),
        ]
