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
