"""Synonyms: which words a community uses for the same thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Community


class Synonym(models.Model):
    """Who looks for `word` finds `means` too: in this community, and wherever its members look. Both are folded."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="synonyms", db_index=False)
    word = models.CharField(_("who looks for"), max_length=40)
    means = models.CharField(_("also finds"), max_length=40)

    class Meta:
        ordering = ["word", "means"]
        constraints = [
            models.UniqueConstraint(fields=["community", "word", "means"], name="one_synonym_is_said_once"),
            models.CheckConstraint(name="a_synonym_is_another_word", condition=~models.Q(word=models.F("means"))),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.means}"
