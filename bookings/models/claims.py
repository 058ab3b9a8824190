"""What is taken of a listing's capacity, and for how long."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from listings.models import Listing

from ..states import ClaimKind


class Claim(models.Model):
    """A part of a listing's capacity taken for [starts, ends), buffers included.

    `expires` makes it provisional: after that instant it counts no more and is swept away.
    """

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="claims", db_index=False)
    kind = models.CharField(max_length=7, choices=ClaimKind.choices, default=ClaimKind.BOOKING)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    quantity = models.PositiveSmallIntegerField(default=1)
    expires = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=timezone.now)
    # Of a part of a kit: the claim on the kit that it follows. The engine keeps the two together (see guards).
    whole = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="of_parts"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_claim_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="a_claim_takes_something", condition=Q(quantity__gte=1)),
        ]
        indexes = [
            models.Index(fields=["listing", "ends", "starts"], name="claim_by_listing"),
            models.Index(fields=["expires"], condition=Q(expires__isnull=False), name="claim_by_expiry"),
        ]
