"""The secret ballot: who has voted, and how often each answer was given. Nothing ties the one to the other.

There is no row for a ballot: a vote adds one to the counts of its answers, and every count of the proposal
is written again in the same statement, so that neither order nor transaction says which of them grew.
"""

from django.db import models

from .proposals import Elector, Proposal


class Voted(models.Model):
    """An elector who has put a secret ballot in. Without a time, and in no order of its own."""

    elector = models.OneToOneField(Elector, primary_key=True, on_delete=models.PROTECT, related_name="voted")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="voted")


class Urn(models.Model):
    """How many gave one option (0 where there is only one) this answer: a choice, or a number of points."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="urn", db_index=False)
    option = models.PositiveSmallIntegerField(default=0)
    mark = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "option", "mark"], name="one_count_per_answer_in_an_urn")
        ]
