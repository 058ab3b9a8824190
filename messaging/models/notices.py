"""How a member wants to be told, and what is on its way to them.

Choices are kept only where they differ from the defaults (`messaging/notices/topics.py`). A Delivery is one
thing to be told in one way; several that belong together leave as one letter or one push. It is there
until it was sent, became needless, or was parked after several failures, with the reason.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..notices.topics import Way

HOURS = [MaxValueValidator(23)]


class NotificationChoice(models.Model):
    """A member wants (`on`) or does not want to hear of a topic in this way."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices", db_index=False
    )
    topic = models.CharField(max_length=20)
    way = models.CharField(max_length=8, choices=Way.choices)
    on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "topic", "way"], name="one_choice_per_member_topic_and_way")
        ]


class Letterbox(models.Model):
    """When a member may be disturbed, and whether letters reach them. Without a row all is as by default.

    `parked` says since when letters are held back because the address refuses them, `trouble` why.
    `reply_version` is part of every address to answer to: counting it up makes the old ones worthless.
    """

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="letterbox"
    )
    quiet = models.BooleanField(_("quiet hours"), default=True)
    quiet_from = models.PositiveSmallIntegerField(_("from"), default=22, validators=HOURS)
    quiet_until = models.PositiveSmallIntegerField(_("until"), default=7, validators=HOURS)
    digest_hour = models.PositiveSmallIntegerField(_("digest at"), default=8, validators=HOURS)
    reply_version = models.PositiveSmallIntegerField(default=0)
    address = models.EmailField(_("address"), blank=True)
    parked = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("letterbox"), _("letterboxes")
        constraints = [
            models.CheckConstraint(
                name="a_letterbox_speaks_of_hours_of_the_day",
                condition=Q(quiet_from__lte=23, quiet_until__lte=23, digest_hour__lte=23),
            )
        ]
        indexes = [models.Index(fields=["parked"], condition=Q(parked__isnull=False), name="letterbox_parked")]

    def __str__(self) -> str:
        return self.address or f"#{self.pk}"


class DeliveryQuerySet(models.QuerySet):
    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(sent__isnull=True, parked__isnull=True)


class Delivery(models.Model):
    """One thing to be told in one way: a notification, or what a seat left unread up to a number.

    `bundle` names what leaves together; `claimed` says since when somebody sends it (a worker that died
    gives it back by that); `attempts` counts the tries that were begun.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    way = models.CharField(max_length=8, choices=Way.choices)
    topic = models.CharField(max_length=20)
    bundle = models.CharField(max_length=40)
    notification = models.ForeignKey(
        "messaging.Notification",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    seat = models.ForeignKey(
        "messaging.Participant",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        db_index=False,
    )
    upto = models.PositiveBigIntegerField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    claimed = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True, blank=True)
    parked = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("delivery"), _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["notification", "way"], name="one_delivery_per_notification_and_way"),
            models.UniqueConstraint(fields=["seat", "way", "upto"], name="one_delivery_per_seat_way_and_number"),
            models.CheckConstraint(
                name="a_delivery_is_of_a_notification_or_of_a_seat",
                condition=Q(notification__isnull=False, seat__isnull=True, upto__isnull=True)
                | Q(notification__isnull=True, seat__isnull=False, upto__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(sent__isnull=True, parked__isnull=True), name="delivery_waiting"
            ),
            models.Index(fields=["member", "way", "-sent"], name="delivery_of_member"),
            models.Index(fields=["parked"], condition=Q(parked__isnull=False), name="delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.bundle} → {self.member_id}"


class PushDevice(models.Model):
    """A browser that agreed to be rung: where, with which keys, under which name. Encrypted for it alone."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    created = models.DateTimeField(default=timezone.now)
    reached = models.DateTimeField(null=True, blank=True)
    parked = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("device"), _("devices")

    def __str__(self) -> str:
        return self.name
