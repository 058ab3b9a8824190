"""Kinds and states of proposals, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalKind(models.TextChoices):
    SPEND = "spend", _("Spend from the pool")
    FEE = "fee", _("Change the fee")
    DIVIDEND = "dividend", _("Share a dividend")
    RULE = "rule", _("Change a rule")
    MEMBER = "member", _("Admit or remove a member")
    ADVICE = "advice", _("Ask for advice")


class Method(models.TextChoices):
    MAJORITY = "majority", _("Majority")
    CONSENT = "consent", _("Consent")
    SCORE = "score", _("Score")
    BUDGET = "budget", _("Budget round")


# What can be decided in which way: points and tokens need several things to choose from.
METHODS = {
    ProposalKind.SPEND: (Method.MAJORITY, Method.CONSENT, Method.SCORE, Method.BUDGET),
    ProposalKind.ADVICE: (Method.MAJORITY, Method.CONSENT, Method.SCORE),
    **dict.fromkeys(
        (ProposalKind.FEE, ProposalKind.DIVIDEND, ProposalKind.RULE, ProposalKind.MEMBER),
        (Method.MAJORITY, Method.CONSENT),
    ),
}
MANY = frozenset({Method.SCORE, Method.BUDGET})  # several options in one proposal


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    DISCUSSION = "discussion", _("In discussion")
    OPEN = "open", _("Open for votes")
    PASSED = "passed", _("Passed")
    REJECTED = "rejected", _("Rejected")
    WAITING = "waiting", _("Passed, waiting")
    EXECUTED = "executed", _("Carried out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Choice(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    ABSTAIN = "abstain", _("Abstain")
    OBJECT = "object", _("Reasoned objection")
    MARKED = "marked", _("Points given")


# Which ballots a method knows: consent asks whether anyone cannot live with it, a majority counts.
CHOICES = {
    Method.MAJORITY: (Choice.YES, Choice.NO, Choice.ABSTAIN),
    Method.CONSENT: (Choice.YES, Choice.OBJECT, Choice.ABSTAIN),
    Method.SCORE: (Choice.MARKED, Choice.ABSTAIN),
    Method.BUDGET: (Choice.MARKED, Choice.ABSTAIN),
}
UNDECIDED = frozenset({ProposalState.DRAFT, ProposalState.DISCUSSION})  # may still be changed by its author
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


class TaskState(models.TextChoices):
    """A task of care: suggested, agreed to, said to be done, and confirmed by somebody else."""

    SUGGESTED = "suggested", _("Suggested")
    OPEN = "open", _("To do")
    DONE = "done", _("Done, to be confirmed")
    CONFIRMED = "confirmed", _("Done")
    CANCELLED = "cancelled", _("Not needed any more")


class Rhythm(models.TextChoices):
    """How often a task comes back."""

    ONCE = "", _("Once")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every three months")
    YEAR = "year", _("Every year")
