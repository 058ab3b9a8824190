"""What a member should know of: once per cause, and whether a letter has told them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Notification(models.Model):
    """Something a member should know of. `key` makes a repeated cause one notification.

    title and body are written in the recipient's language when it happens; `needs_answer` says
    that somebody waits for them. `unplanned` until it is settled where else they are told (see
    `messaging/notices`). `emailed` says when a letter told them; one that could not be sent after several
    tries is parked: `mail_parked` says since when, `mail_trouble` why. One whose `read` is its `created`
    was never shown in the bell, because the member wants it so; it may be told elsewhere.
    `conversation` is where it can be read and answered as well.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=120)
    needs_answer = models.BooleanField(default=False)
    conversation = models.ForeignKey(
        "messaging.Conversation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(default=timezone.now)
    unplanned = models.BooleanField(default=False)
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
            models.Index(fields=["id"], condition=Q(unplanned=True), name="notification_unplanned"),
        ]
