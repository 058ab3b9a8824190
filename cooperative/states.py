"""Kinds and states of proposals, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalKind(models.TextChoices):
    SPEND = "spend", _("Spend from the pool")
    FEE = "fee", _("Change the fee")
    RULE = "rule", _("Change the house rules")
    ADVICE = "advice", _("Ask for advice")


class Method(models.TextChoices):
    MAJORITY = "majority", _("Majority")
    CONSENT = "consent", _("Consent")


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open for votes")
    PASSED = "passed", _("Passed")
    REJECTED = "rejected", _("Rejected")
    WAITING = "waiting", _("Passed, waiting for money")
    EXECUTED = "executed", _("Carried out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Choice(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    ABSTAIN = "abstain", _("Abstain")
    OBJECT = "object", _("Reasoned objection")


# Which ballots a method knows: consent asks whether anyone cannot live with it, a majority counts.
CHOICES = {
    Method.MAJORITY: (Choice.YES, Choice.NO, Choice.ABSTAIN),
    Method.CONSENT: (Choice.YES, Choice.OBJECT, Choice.ABSTAIN),
}
VOTED_ON = frozenset(
    {
        ProposalState.OPEN, ProposalState.PASSED, ProposalState.REJECTED, ProposalState.WAITING,
        ProposalState.EXECUTED,
    }
)
PAST = VOTED_ON - {ProposalState.OPEN, ProposalState.WAITING} | {ProposalState.WITHDRAWN}


class FeeKind(models.TextChoices):
    """Kinds of listing that a fee policy may treat apart (see `listings.states.Kind`)."""

    TOOL = "tool", _("Tools")
    ROOM = "room", _("Rooms")
    RIDE = "ride", _("Rides")
