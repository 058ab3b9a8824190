"""Each side's record of the pick-up and the return, and what a listing asks to be looked at then."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from sharing.photos.models import StoredPhoto

from ..states import HandoverPhase, Meter
from .booking import Booking

SIDES = [("borrower", _("borrower")), ("lender", _("lender"))]


class HandoverPlan(models.Model):
    """What the owner wants looked at, item by item, and a reading to be taken. Without a row it is what is usual."""

    listing = models.OneToOneField(
        Listing, primary_key=True, on_delete=models.CASCADE, related_name="handover_plan"
    )
    pickup = models.JSONField(default=list)
    back = models.JSONField(default=list)
    meter = models.CharField(_("reading"), max_length=6, choices=Meter.choices, blank=True)


class Handover(models.Model):
    """One side's confirmation of the pick-up or the return; only ever added.

    `created` is when it reached us, `made` when it was confirmed on a phone that had no network then.
    `asked` is what was to be looked at, `checklist` what of it was ticked. `client_id` names a
    confirmation that may be sent more than once. `by_code`: the other side read this one's code.
    When they settle between them, `kept_minor` is what of the deposit the lender would keep, `beyond_minor`
    what of the damage goes beyond it, and `round` counts the amounts that were named (see `bookings.settling`).
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="handovers", db_index=False)
    phase = models.CharField(max_length=6, choices=HandoverPhase.choices)
    side = models.CharField(max_length=8, choices=SIDES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("condition, in words"), max_length=2000, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    asked = models.JSONField(default=list, blank=True)
    meter = models.DecimalField(_("reading"), max_digits=9, decimal_places=1, null=True, blank=True)
    kept_minor = models.PositiveBigIntegerField(null=True, blank=True)
    beyond_minor = models.PositiveBigIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    by_code = models.BooleanField(default=False)
    client_id = models.CharField(max_length=64, blank=True)
    made = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "phase", "side", "round"], name="each_side_confirms_a_handover_once"
            ),
            models.CheckConstraint(
                name="only_a_settlement_goes_on_in_rounds",
                condition=Q(phase=HandoverPhase.SETTLE) | Q(round=0, kept_minor__isnull=True),
            ),
        ]

    @property
    def at(self):
        """When it happened, as the one who confirmed says."""
        return self.made or self.created


class HandoverPhoto(StoredPhoto):
    """A picture taken at a handover. Both sides see it and nobody else: it is served by a view that asks who comes."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="photos")

    def url(self, width: int = 800, fmt: str = "webp") -> str:
        fitting = [wide for wide in self.widths if wide >= width] or [max(self.widths)]
        return reverse("handover_photo", args=[self.pk, min(fitting), fmt])

    def srcset(self, fmt: str = "webp") -> str:
        return ", ".join(f"{reverse('handover_photo', args=[self.pk, wide, fmt])} {wide}w" for wide in self.widths)

    def open(self, width: int, fmt: str):
        """The file of a variant; FileNotFoundError when there is none."""
        if width not in self.widths or fmt not in self.formats:
            raise FileNotFoundError
        return default_storage.open(f"{self.key}-{width}.{fmt}")
