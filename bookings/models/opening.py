"""When a listing can be had in the week, and the days that differ."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from listings.models import Listing


class OpeningWindow(models.Model):
    """When a listing may be picked up or used in the week, in its local time; none at all means always."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"))  # Monday is 0
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(name="a_weekday_is_one_of_seven", condition=Q(weekday__lte=6)),
            models.CheckConstraint(name="a_window_closes_after_it_opens", condition=Q(closes__gt=F("opens"))),
        ]


class DateException(models.Model):
    """A local day that differs from the week: closed, or open although the weekday is not."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField()
    is_open = models.BooleanField(default=False)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "day"], name="one_exception_per_day")]
