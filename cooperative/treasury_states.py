"""Kinds and states of what treasurers keep, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayoutSource(models.TextChoices):
    WALLET = "wallet", _("What the books owe a member")
    POOL = "pool", _("The pool, within a budget line that was decided")


class PayoutWay(models.TextChoices):
    CASH = "cash", _("In cash")
    BANK = "bank", _("By bank transfer")


class PayoutState(models.TextChoices):
    WAITING = "waiting", _("Waits for a second person")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


class ProjectState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
