"""What a decision has put into a project: so much may be paid out of it, by two people for each payment."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .projects import Project
from .proposals import Proposal


class Grant(models.Model):
    """`option` is its place among the options of a budget round, 0 where there is no choice."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="grants")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="grants", db_index=False)
    option = models.PositiveSmallIntegerField(default=0)
    minor = models.PositiveBigIntegerField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "option"], name="a_decision_funds_a_project_once"),
            models.CheckConstraint(name="a_grant_is_of_something", condition=Q(minor__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} → {self.project_id}"
