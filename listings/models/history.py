"""What was changed about a commons listing, by whom: rows that are only added."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class ListingChange(models.Model):
    """One change: the fields that differ, as they were and as they became.

    `version` is the listing's version that the change made. `back_to` names the version that a steward
    brought back by it. Lists of what the fields say now and of these rows give every former version.
    """

    listing = models.ForeignKey("listings.Listing", on_delete=models.PROTECT, related_name="changes", db_index=False)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    back_to = models.PositiveIntegerField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["listing", "version"], name="one_change_per_version")]
