"""What speaks for a spend: an offer, a quote, an invoice, as a file or as a link."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .proposals import Proposal


class Evidence(models.Model):
    """One paper. Seen by all members; once the vote has opened it stays."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(_("what it is"), max_length=120)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_link_or_a_file", condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file=""))
            )
        ]
