"""Other dates for what was agreed: one side proposes, the other agrees, and only then anything moves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Departure, Stop
from sharing.values.period import Period

from ..states import ChangeState
from .booking import Booking


class Change(models.Model):
    """A proposal to move a booking to [starts, ends), with what it would cost then.

    `waits_for_card`: a request would cost more by it, and the card has to hold that first.
    It holds nothing: the booking keeps what it has until the other side agrees, and gets the new time in
    one piece or not at all. Of a ride it names the departure, and where one gets on and off.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=[("borrower", _("borrower")), ("lender", _("lender"))])
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    departure = models.ForeignKey(Departure, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    board = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    alight = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    quote = models.JSONField(default=dict)
    note = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=9, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    waits_for_card = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_change_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.UniqueConstraint(
                name="one_proposal_at_a_time", fields=["booking"], condition=Q(state=ChangeState.PROPOSED)
            ),
        ]
        indexes = [
            models.Index(fields=["expires"], condition=Q(state=ChangeState.PROPOSED), name="change_by_expiry")
        ]

    @property
    def period(self) -> Period:
        return Period(self.starts, self.ends)
