"""Who would like a time that is taken, in the order they asked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from listings.models import Departure, Listing, Stop
from sharing.values.period import Period

from ..states import WaitState
from .booking import Booking
from .claims import Claim


class WaitEntry(models.Model):
    """A place in the line for [starts, ends) of a listing, of a ride for a seat between two stops of a departure.

    An offer holds the time by a claim until it runs out.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="waiting", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waiting", db_index=False
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    quantity = models.PositiveSmallIntegerField(default=1)
    departure = models.ForeignKey(Departure, null=True, blank=True, on_delete=models.CASCADE, related_name="waiting")
    board = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    alight = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=WaitState.choices, default=WaitState.WAITING)
    claim = models.OneToOneField(Claim, null=True, blank=True, on_delete=models.SET_NULL, related_name="offer")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    offered_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_waits_for_a_time_that_ends", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="one_waits_for_something", condition=Q(quantity__gte=1)),
            models.UniqueConstraint(
                name="one_place_in_the_line_for_the_same_time", fields=["listing", "member", "starts", "ends"],
                condition=Q(state__in=[WaitState.WAITING, WaitState.OFFERED]),
            ),
        ]
        indexes = [
            models.Index(fields=["listing", "state", "created"], name="waiting_in_line"),
            models.Index(fields=["state", "offered_until"], name="waiting_by_offer"),
            models.Index(fields=["member", "state"], name="waiting_by_member"),
        ]

    @property
    def period(self) -> Period:
        return Period(self.starts, self.ends)
