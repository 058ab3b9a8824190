"""Each side's record of the pick-up and the return."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.photos.models import StoredPhoto

from ..states import HandoverPhase
from .booking import Booking


class Handover(models.Model):
    """One side's confirmation of the pick-up or the return; only ever added."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="handovers")
    phase = models.CharField(max_length=6, choices=HandoverPhase.choices)
    side = models.CharField(max_length=8, choices=[("borrower", _("borrower")), ("lender", _("lender"))])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("condition, in words"), max_length=2000, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "phase", "side"], name="each_side_confirms_a_handover_once")
        ]


class HandoverPhoto(StoredPhoto):
    """A picture taken at a handover; both sides see it."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="photos")
