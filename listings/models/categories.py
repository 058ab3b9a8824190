"""The tree of categories."""

from django.db import models

from ..states import Kind


class Category(models.Model):
    """A node of the category tree; `slug` is stable, the name is translated in `listings.categories`."""

    slug = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name_plural = "categories"
