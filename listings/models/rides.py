"""The way of a ride: the stops it passes and the departures that run."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.values.place import Point, blur


def coming_departures() -> models.Prefetch:
    """For `prefetch_related`: the departures still to come, as `listing.coming`."""
    rows = Departure.objects.filter(leaves__gt=timezone.now(), cancelled=False)
    return models.Prefetch("departures", queryset=rows, to_attr="coming")


class Stop(models.Model):
    """A place a ride passes, `minutes` after it sets off; people get on and off only there."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()
    place = models.CharField(_("stop"), max_length=160)
    lat = models.FloatField()
    lon = models.FloatField()
    minutes = models.PositiveIntegerField(_("minutes after departure"))
    price_minor = models.PositiveBigIntegerField(_("a seat from the start to here"), default=0)

    class Meta:
        ordering = ["listing", "position"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "position"], name="one_stop_per_position"),
        ]

    @property
    def public(self) -> Point:
        """The blurred stand-in that others may know; the listing must be loaded."""
        return blur(Point(self.lat, self.lon), secret=settings.BLUR_SECRET, owner=self.listing.blur_key)


class Departure(models.Model):
    """One running of a ride: the UTC instant it leaves its first stop."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="departures")
    leaves = models.DateTimeField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["leaves"]
        constraints = [models.UniqueConstraint(fields=["listing", "leaves"], name="a_ride_leaves_once_at_a_time")]
