"""What it costs to bring something back late."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from listings.models import Listing


class LateFee(models.Model):
    """So much for each started day (by the hour: each started hour) after the end, and never more than `most_minor`."""

    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="late_fee")
    minor = models.PositiveBigIntegerField(_("late fee"))
    most_minor = models.PositiveBigIntegerField(_("at most"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_late_fee_has_its_cap", condition=Q(minor__gte=1, most_minor__gte=F("minor"))
            )
        ]
