"""What the members have settled about themselves: versions, each written by a decision, never rewritten."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community

from .proposals import Proposal


class Charter(models.Model):
    """How long one belongs before one's vote counts, and what the pool may thank for care in a month."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="charters", db_index=False)
    version = models.PositiveIntegerField()
    elector_days = models.PositiveSmallIntegerField(_("days one belongs before one's vote counts"))
    care_minor = models.PositiveBigIntegerField(_("from the pool for care, a month"), default=0)
    decided_by = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="charter")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["community", "version"], name="one_charter_per_version"),
            models.CheckConstraint(name="a_vote_counts_within_a_year", condition=Q(elector_days__lte=365)),
        ]
