"""What belongs to one kind alone: a row of typed facts beside the listing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..states import Condition
from .listing import Listing


class ToolFacts(models.Model):
    """What one wants to know of a thing."""

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="tool")
    condition = models.CharField(_("condition"), max_length=5, choices=Condition.choices, blank=True)
    brand = models.CharField(_("brand and model"), max_length=80, blank=True)
    included = models.TextField(_("what comes with it"), max_length=1000, blank=True)
    instructions = models.TextField(_("how to use it"), max_length=6000, blank=True)


class RoomFacts(models.Model):
    """What one wants to know of a room. Check-in and check-out are local times of the listing's zone."""

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="room")
    whole = models.BooleanField(_("the whole room is yours"), default=True)
    beds = models.PositiveSmallIntegerField(_("beds"), default=1)
    check_in = models.TimeField(_("check-in from"), default="15:00")
    check_out = models.TimeField(_("check-out until"), default="11:00")
    access = models.TextField(_("steps and doors, for wheelchairs"), max_length=1000, blank=True)
    pets = models.BooleanField(_("pets are welcome"), default=False)
    smoking = models.BooleanField(_("smoking allowed"), default=False)
    rules = models.TextField(_("house rules"), max_length=2000, blank=True)


class RideFacts(models.Model):
    """What one wants to know of a car and its driver's ways."""

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="ride")
    vehicle = models.CharField(_("vehicle"), max_length=80, blank=True)
    luggage = models.CharField(_("luggage"), max_length=80, blank=True)
    pets = models.BooleanField(_("pets may come"), default=False)
    two_behind = models.BooleanField(_("at most two behind"), default=False)
