"""Riders the driver has already, from elsewhere: seats that are not to be had here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from listings.models import Departure, Stop

from .claims import Claim


class Aboard(models.Model):
    """Seats of one departure that the driver keeps between two stops: a claim like any other, with a name."""

    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="aboard")
    board = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    alight = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="+")
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="aboard")
    who = models.CharField(_("who"), max_length=80, blank=True)
