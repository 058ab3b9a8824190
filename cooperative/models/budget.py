"""What a community means to take in and spend in a year, line by line, beside what it really did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community
from payments.models import Transfer
from payments.states import TransferKind


class BudgetLine(models.Model):
    """One line of a year. What a decision stands behind stays as it was decided, and may be paid out of."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="budget_lines", db_index=False)
    year = models.PositiveSmallIntegerField()
    label = models.CharField(_("what for"), max_length=60)
    kind = models.CharField(max_length=12, choices=TransferKind.choices)
    incoming = models.BooleanField(default=False)
    minor = models.PositiveBigIntegerField()
    decided_by = models.ForeignKey(
        "Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="budget_lines"
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-incoming", "kind", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "year", "incoming", "label"], name="one_budget_line_of_a_name_a_year"
            ),
            models.CheckConstraint(name="a_budget_is_of_a_year", condition=Q(year__gte=2000, year__lte=2200)),
            models.CheckConstraint(
                name="only_what_is_spent_is_decided_by_line",
                condition=Q(decided_by__isnull=True) | Q(incoming=False, kind=TransferKind.SPEND),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.label}"


class Allotment(models.Model):
    """Which line of the budget something that was spent belongs to."""

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="allotment")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="allotments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.transfer_id} → {self.line_id}"
