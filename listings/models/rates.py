"""What a community itself says that driving costs, from a day on; see `listings.driving.own_rates`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community


class CommunityRate(models.Model):
    """`hundredths` of a minor unit for each kilometre or mile, from the day `since` until the next row's.

    What held once is not changed any more: rides were priced by it.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="driving_rates", db_index=False)
    currency = models.CharField(max_length=3)
    hundredths = models.PositiveIntegerField()
    by_mile = models.BooleanField(default=False)
    since = models.DateField(_("from"))
    source = models.CharField(_("where the figure comes from"), max_length=160)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["community", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["community", "since"], name="one_rate_of_a_community_from_a_day"),
            models.CheckConstraint(name="driving_costs_something", condition=Q(hundredths__gte=1)),
        ]
