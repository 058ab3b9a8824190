"""Pictures of a listing."""

from django.db import models

from sharing.photos.models import StoredPhoto


class StandingPhotos(models.Manager):
    """Without those that were taken out a moment ago and may still be put back."""

    def get_queryset(self):
        return super().get_queryset().filter(removed__isnull=True)


def faces() -> models.Prefetch:
    """The first photo of each listing, where `Listing.face` looks for it."""
    return models.Prefetch("photos", queryset=Photo.objects.filter(position=0).order_by("id"), to_attr="faces")


class Photo(StoredPhoto):
    """A listing's photo; the first by position is its face. `removed`: taken out then, gone for good a day later."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)
    removed = models.DateTimeField(null=True, blank=True)

    objects = StandingPhotos()
    everything = models.Manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["removed"], condition=models.Q(removed__isnull=False), name="photo_taken_out")
        ]
