"""Community credit: what a unit counts for, and how far a member may go below zero."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community


class CreditPlan(models.Model):
    """The terms of a community's credit as they are now; the unit itself is `Community.credit_unit`.

    worth_minor: what one unit counts for against a price, in minor units of the community's currency.
    limit_minor: how far below zero a new member's credit may go, in hundredths of the unit.
    """

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="credit_plan")
    worth_minor = models.PositiveBigIntegerField(_("what one counts for"))
    limit_minor = models.PositiveBigIntegerField(_("how far one may go below zero"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_unit_of_credit_counts_for_something", condition=Q(worth_minor__gt=0))
        ]
