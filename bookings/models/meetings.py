"""When two people meet for the pick-up or the return: times one side proposes, and the one the other picks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import HandoverPhase
from .booking import Booking
from .handovers import SIDES


class Meeting(models.Model):
    """The appointment for a phase of a booking. `starts` is empty until a proposed time is picked."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    phase = models.CharField(max_length=6, choices=HandoverPhase.choices)
    starts = models.DateTimeField(null=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "phase"], name="one_meeting_a_handover"),
        ]
        indexes = [models.Index(fields=["starts"], condition=Q(starts__isnull=False), name="meeting_by_start")]


class Slot(models.Model):
    """A time that one side could come, for the other to pick."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="slots", db_index=False)
    starts = models.DateTimeField()
    side = models.CharField(max_length=8, choices=SIDES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts"]
        constraints = [models.UniqueConstraint(fields=["meeting", "starts"], name="a_time_is_proposed_once")]
