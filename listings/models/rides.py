"""The way of a ride: the stops it passes, the weekly plan it follows, the departures that run, the way back.

A departure is made by hand or ahead by the plan; `day` is then the local day it was made for, so that
making ahead may be repeated without making one twice. What was changed for one day alone (`alone`)
stays as it is when the plan changes.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.values.place import Point, blur


def coming_departures() -> models.Prefetch:
    """For `prefetch_related`: the departures still to come, as `listing.coming`."""
    rows = Departure.objects.filter(leaves__gt=timezone.now(), cancelled=False)
    return models.Prefetch("departures", queryset=rows, to_attr="coming")


class Stop(models.Model):
    """A place a ride passes, `minutes` after it sets off; people get on and off only there.

    `road_m` is how far it is by road from the start where the driver said so; else it is reckoned
    from the map. `time_zone` is the clock people there look at; "" for the listing's own.
    """

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="stops", db_index=False)
    position = models.PositiveSmallIntegerField()
    place = models.CharField(_("stop"), max_length=160)
    lat = models.FloatField()
    lon = models.FloatField()
    minutes = models.PositiveIntegerField(_("minutes after departure"))
    price_minor = models.PositiveBigIntegerField(_("a seat from the start to here"), default=0)
    road_m = models.PositiveIntegerField(_("metres by road from the start"), null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, default="")

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
    """One running of a ride: the UTC instant it leaves its first stop. `moved` is when that last changed."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="departures", db_index=False)
    leaves = models.DateTimeField()
    cancelled = models.BooleanField(default=False)
    day = models.DateField(null=True, blank=True)
    alone = models.BooleanField(default=False)
    moved = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["leaves"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "leaves"], name="a_ride_leaves_once_at_a_time"),
            models.UniqueConstraint(fields=["listing", "day"], name="a_plan_makes_one_departure_a_day"),
        ]
        indexes = [models.Index(fields=["leaves"], name="departure_by_time")]


class Schedule(models.Model):
    """The weekly plan of a ride: on these weekdays (Monday is 0) at this local time of its first stop.

    Departures are made until the end of `made_until`; None says that the plan is new or has changed.
    """

    listing = models.OneToOneField(
        "listings.Listing", primary_key=True, on_delete=models.CASCADE, related_name="schedule"
    )
    weekdays = models.JSONField(_("weekdays"), default=list)
    at = models.TimeField(_("sets off at"))
    starts = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    made_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_plan_ends_after_it_starts", condition=Q(until__isnull=True) | Q(until__gte=F("starts"))
            )
        ]


class ScheduleException(models.Model):
    """A day that differs from the weekly plan: at another time, or not at all."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="exceptions", db_index=False)
    day = models.DateField(_("day"))
    at = models.TimeField(_("at"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["schedule", "day"], name="one_exception_per_day_of_a_plan")]


class ReturnTrip(models.Model):
    """Two rides of one driver that belong together: there and back."""

    there = models.OneToOneField("listings.Listing", on_delete=models.CASCADE, related_name="way_back")
    back = models.OneToOneField("listings.Listing", on_delete=models.CASCADE, related_name="way_there")

    class Meta:
        constraints = [models.CheckConstraint(name="a_way_back_is_another_ride", condition=~Q(there=F("back")))]
