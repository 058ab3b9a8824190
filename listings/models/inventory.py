"""The inventory of a community: a number and a code for each thing that belongs to it."""

from django.db import models
from django.urls import reverse


class Label(models.Model):
    """What is stuck on a thing of the commons. `serial` counts the numbers that were proposed, per community;
    `code` is the short, unguessable end of the address in the QR code and never changes."""

    listing = models.OneToOneField("listings.Listing", on_delete=models.CASCADE, related_name="label")
    community = models.ForeignKey("members.Community", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    serial = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="one_thing_per_inventory_number"),
        ]
        indexes = [models.Index(fields=["community", "-serial"], name="label_last_of_community")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("label", args=[self.code])
