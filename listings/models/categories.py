"""The tree of categories."""

from django.db import models
from django.db.models import Q

from members.models import Community

from ..states import Kind


class Category(models.Model):
    """A node of the category tree; `slug` is stable, the name is translated in `listings.categories`.

    One that a community added for itself has its `name` here, in the words of its stewards, and never
    changes it; `retired` ones stay on what carries them and are offered no more.
    """

    slug = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(default=0)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="own_categories"
    )
    name = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                name="a_communitys_category_has_a_name_and_a_parent",
                condition=Q(community__isnull=True, name="", retired=False)
                | Q(community__isnull=False, parent__isnull=False) & ~Q(name=""),
            ),
        ]
