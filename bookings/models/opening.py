"""When a listing can be had in the week, the days that differ, and the days that cost something else."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from listings.models import Listing


class OpeningWindow(models.Model):
    """When a listing may be picked up or used in the week, in its local time; none at all means always.

    One that closes before it opens lasts past midnight and belongs to the day it opens on.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"))  # Monday is 0
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(name="a_weekday_is_one_of_seven", condition=Q(weekday__lte=6)),
            models.CheckConstraint(name="a_window_lasts", condition=~Q(closes=F("opens"))),
        ]


class DateException(models.Model):
    """A local day that differs from the week: closed, or open although the weekday (or a holiday) is not.

    An open one may have hours of its own; closing before they open, they last past midnight as those of the week do.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="exceptions", db_index=False)
    day = models.DateField()
    is_open = models.BooleanField(default=False)
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("until"), null=True, blank=True)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "day"], name="one_exception_per_day"),
            models.CheckConstraint(
                name="a_day_with_hours_of_its_own_is_open",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, is_open=True) & ~Q(closes=F("opens")),
            ),
        ]

    @property
    def hours(self) -> tuple[time, time] | None:
        return (self.opens, self.closes) if self.opens is not None and self.closes is not None else None


class DayPrice(models.Model):
    """Another price per unit on the local days from `first` to `last`; of two that meet, the later `first` holds."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="day_prices", db_index=False)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    price_minor = models.PositiveBigIntegerField(_("price"))
    note = models.CharField(_("why"), max_length=60, blank=True)

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(name="a_day_price_ends_after_it_starts", condition=Q(last__gte=F("first"))),
        ]
        indexes = [models.Index(fields=["listing", "last"], name="day_price_by_listing")]
