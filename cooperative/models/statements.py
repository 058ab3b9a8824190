"""Statements: a stretch of the books, summed up, sealed, signed by two officers. Each begins where the last ended."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.models import Community

SIGNATURES = 2


class Statement(models.Model):
    """The entries `first` to `last`: what the pool held before and after, and what came and went between.

    `seal` is the SHA-256 of what it says (see `recipe`), which holds the seals of the entries before and at its
    end: who keeps it can tell whether the statement or any entry in it was changed.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="statements", db_index=False)
    number = models.PositiveIntegerField()
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    begins = models.DateField()
    ends = models.DateField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    incoming_minor = models.BigIntegerField()
    outgoing_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    flows = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="one_statement_per_number"),
            models.CheckConstraint(name="a_statement_has_entries", condition=Q(first__gte=1, last__gte=F("first"))),
            models.CheckConstraint(
                name="a_statement_adds_up",
                condition=Q(closing_minor=F("opening_minor") + F("incoming_minor") - F("outgoing_minor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.community.slug, self.number])

    @property
    def recipe(self) -> str:
        """What the seal is made of, a value to a line."""
        flows = [
            f"{'in' if flow['incoming'] else 'out'} {flow['kind']} {flow['minor']} {flow['entries']}"
            for flow in self.flows
        ]
        values = (
            self.community_id, self.number, self.first, self.last, self.begins.isoformat(), self.ends.isoformat(),
            self.currency, self.opening_minor, self.incoming_minor, self.outgoing_minor, self.closing_minor, *flows,
            self.previous, self.digest,
        )
        return "\n".join(str(value) for value in values)

    def sealed(self) -> str:
        """The seal as it follows from what the statement says."""
        return hashlib.sha256(self.recipe.encode()).hexdigest()


class StatementSignature(models.Model):
    """An officer's word that the statement is right."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "member"], name="a_statement_is_signed_by_different_people")
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.member_id}"
