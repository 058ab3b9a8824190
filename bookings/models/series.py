"""The same time again and again: bookings that were asked for together."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from listings.models import Listing

from ..states import Rhythm


class Series(models.Model):
    """Bookings of one listing by one member in a rhythm of local days, from the first until `until`."""

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="series")
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="series")
    rhythm = models.CharField(max_length=11, choices=Rhythm.choices)
    until = models.DateField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "series"

    def get_absolute_url(self) -> str:
        return reverse("series", args=[self.pk])
