"""What a member should know of: once per cause, and whether a letter has told them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Notification(models.Model):
    """Something a member should know of. `key` makes a repeated cause one notification.

    title and body are written in the recipient's language when it happens; `needs_answer` says
    that somebody waits for them, which is what e-mail is sent for at once. A letter that could not be
    sent after several tries is parked: `mail_parked` says since when, `mail_trouble` why.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=120)
    needs_answer = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True, blank=True)
    emailed = models.DateTimeField(null=True, blank=True)
    mail_parked = models.DateTimeField(null=True, blank=True)
    mail_trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="one_notification_per_member_and_cause")
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="notification_newest_first"),
            models.Index(fields=["member"], condition=Q(read__isnull=True), name="notification_unread"),
            models.Index(
                fields=["created"],
                condition=Q(needs_answer=True, read__isnull=True, emailed__isnull=True, mail_parked__isnull=True),
                name="notification_mail_waiting",
            ),
        ]
