"""The states of a membership and the ways into a community, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member is trusted with. Steward: members, rules, commons. Treasurer: the books."""

    MEMBER = "member", _("Member")
    STEWARD = "steward", _("Steward")
    TREASURER = "treasurer", _("Treasurer")


class MemberClass(models.TextChoices):
    """Whether one uses the commons as a neighbour or in the way of trade; fees may differ."""

    COMMONER = "commoner", _("Commoner")
    COMMERCIAL = "commercial", _("Commercial")


class Standing(models.TextChoices):
    """Where a membership stands. Only ACTIVE belongs."""

    APPLIED = "applied", _("Has applied")
    ACTIVE = "active", _("Member")
    DECLINED = "declined", _("Application declined")
    LEFT = "left", _("Has left")
    REMOVED = "removed", _("Removed")


class Joining(models.TextChoices):
    """How one becomes a member of a community."""

    OPEN = "open", _("Anyone may join")
    APPLICATION = "application", _("By application")
    INVITATION = "invitation", _("By invitation only")


class CreditUnit(models.TextChoices):
    """What a community counts in among its members, besides money."""

    HOURS = "hours", _("Hours")
    TOKENS = "tokens", _("Tokens")
