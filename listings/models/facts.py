"""What belongs to one kind alone: a row of typed facts beside the listing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..states import Condition
from .listing import Listing


class ToolFacts(models.Model):
    """What one wants to know of a thing."""

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="tool")
    condition = models.CharField(_("condition"), max_length=5, choices=Condition.choices, blank=True)
    brand = models.CharField(_("brand and model"), max_length=80, blank=True)
    size = models.CharField(_("size"), max_length=80, blank=True)
    included = models.TextField(_("what comes with it"), max_length=1000, blank=True)
    instructions = models.TextField(_("how to use it"), max_length=6000, blank=True)
    approval_needed = models.BooleanField(_("training or approval needed"), default=False)
    approval_note = models.TextField(_("what one has to know or show"), max_length=500, blank=True)
    value_minor = models.PositiveBigIntegerField(_("what it is worth"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="words_on_approval_only_where_it_is_needed",
                condition=Q(approval_needed=True) | Q(approval_note=""),
            ),
        ]


class RoomFacts(models.Model):
    """What one wants to know of a room. Times are local times of the listing's zone.

    What was not said is null (`bathrooms`, `step_free`, `door_cm`, `steps`). `registration` is the number
    that EU 2024/1028 asks hosts to show with stays by the night, unless they declare to need none.
    """

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="room")
    whole = models.BooleanField(_("the whole room is yours"), default=True)
    beds = models.PositiveSmallIntegerField(_("beds"), default=1)
    check_in = models.TimeField(_("check-in from"), default="15:00")
    check_out = models.TimeField(_("check-out until"), default="11:00")
    access = models.TextField(_("steps and doors, for wheelchairs"), max_length=1000, blank=True)
    pets = models.BooleanField(_("pets are welcome"), default=False)
    smoking = models.BooleanField(_("smoking allowed"), default=False)
    rules = models.TextField(_("house rules"), max_length=2000, blank=True)
    bathrooms = models.PositiveSmallIntegerField(_("bathrooms"), null=True, blank=True)
    step_free = models.BooleanField(_("reached without a step"), null=True, blank=True)
    door_cm = models.PositiveSmallIntegerField(_("narrowest door, in cm"), null=True, blank=True)
    steps = models.PositiveSmallIntegerField(_("steps on the way"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    work_space = models.BooleanField(_("a place to work"), default=False)
    registration = models.CharField(_("registration number"), max_length=60, blank=True)
    registration_not_needed = models.BooleanField(_("needs no registration"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_begin_and_end",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
            models.CheckConstraint(
                name="no_steps_where_it_is_step_free", condition=~Q(step_free=True) | Q(steps__isnull=True) | Q(steps=0)
            ),
            models.CheckConstraint(
                name="a_registered_room_needs_registration",
                condition=Q(registration="") | Q(registration_not_needed=False),
            ),
        ]


class RideFacts(models.Model):
    """What one wants to know of a car and its driver's ways."""

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="ride")
    vehicle = models.CharField(_("vehicle"), max_length=80, blank=True)
    luggage = models.CharField(_("luggage"), max_length=80, blank=True)
    pets = models.BooleanField(_("pets may come"), default=False)
    smoking = models.BooleanField(_("smoking allowed"), default=False)
    two_behind = models.BooleanField(_("at most two behind"), default=False)
