"""Kits: a thing whose parts are listings of their own."""

from django.db import models
from django.db.models import F, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver

from .listing import Listing


class KitPart(models.Model):
    """`quantity` of `part` belongs to `kit`; the part can still be borrowed by itself."""

    kit = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="kit_parts", db_index=False)
    part = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="kit_places")
    quantity = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kit", "part"], name="a_part_is_once_in_a_kit"),
            models.CheckConstraint(name="a_kit_is_no_part_of_itself", condition=~Q(kit=F("part"))),
            models.CheckConstraint(name="a_kit_takes_some_of_its_part", condition=Q(quantity__gte=1)),
        ]


@receiver(post_delete, sender=KitPart)
def _no_kit_without_parts(instance: KitPart, **_signal: object) -> None:
    """However its last part goes, with its own listing even: a thing without parts is no kit."""
    others = KitPart.objects.filter(kit=instance.kit_id)
    Listing.objects.filter(~models.Exists(others), pk=instance.kit_id, is_kit=True).update(is_kit=False)
