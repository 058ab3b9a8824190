"""What a community wants to know of the things in a category, beyond what every kind says of itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Community

from ..states import AttributeType
from .categories import Category
from .listing import Listing


class Attribute(models.Model):
    """A question of a community about what it lists in a category, and in all categories below it.

    `options`: [{"key", "label"}] of a choice; `unit` stands after a number. `slug` names it in addresses.
    A retired one is asked no more; what was answered stays.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="attributes", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="attributes")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("question"), max_length=60)
    type = models.CharField(_("kind of answer"), max_length=6, choices=AttributeType.choices)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    options = models.JSONField(_("choices"), default=list, blank=True)
    required = models.BooleanField(_("must be answered"), default=False)
    retired = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="one_attribute_per_name_in_a_community"),
            models.CheckConstraint(
                name="only_numbers_have_a_unit", condition=Q(unit="") | Q(type=AttributeType.NUMBER)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttributeValue(models.Model):
    """One answer: `text` holds "yes" or "no", the key of a choice, or the words; a number is in thousandths,
    so that both engines compare it exactly."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="attribute_values", db_index=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    text = models.CharField(max_length=120, blank=True)
    thousandths = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["attribute__position", "attribute_id"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "attribute"], name="one_answer_per_listing_and_attribute"),
            models.CheckConstraint(
                name="an_answer_is_words_or_a_number",
                condition=Q(thousandths__isnull=True) & ~Q(text="") | Q(thousandths__isnull=False, text=""),
            ),
        ]
