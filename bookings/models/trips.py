"""There and back: two bookings of rides that were asked for in one breath, and know of each other."""

from django.db import models
from django.db.models import F, Q

from .booking import Booking


class RoundTrip(models.Model):
    """Each way is a booking of its own, with its own price and its own end; neither takes the other along."""

    there = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="leads_home")
    home = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="began_with")

    class Meta:
        constraints = [models.CheckConstraint(name="there_and_back_are_two_bookings", condition=~Q(there=F("home")))]

    def __str__(self) -> str:
        return f"{self.there_id} ↔ {self.home_id}"
