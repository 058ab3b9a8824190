"""A dividend: what each member's use came to when the vote opened, and what of the whole is theirs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .proposals import Proposal


class Share(models.Model):
    """One member's part. The three figures are all that the formula needs (see `cooperative.dividends`)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="shares", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paid_minor = models.PositiveBigIntegerField(default=0)
    earned_minor = models.PositiveBigIntegerField(default=0)
    care_minutes = models.PositiveIntegerField(default=0)
    points = models.PositiveBigIntegerField()
    minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "member"], name="one_share_per_member_of_a_dividend"),
            models.CheckConstraint(name="a_share_has_points", condition=Q(points__gt=0)),
        ]


class LeftInPool(models.Model):
    """The member leaves this share where it is; the row goes when they think better of it before it is paid."""

    share = models.OneToOneField(Share, primary_key=True, on_delete=models.CASCADE, related_name="left_in_pool")
