"""Pictures of a listing."""

from django.db import models

from sharing.photos.models import StoredPhoto


class Photo(StoredPhoto):
    """A listing's photo; the first by position is its face."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
