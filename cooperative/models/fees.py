"""A fee policy is a version: it is never rewritten, a new one binds only later bookings, and a booking
keeps the version it was quoted with.
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community


class FeeBack(models.TextChoices):
    """Who gets the fee back when a paid booking is called off."""

    AS_PRICE = "as_price", _("goes back in the same share as the price")
    ALWAYS = "always", _("always goes back to the borrower in full")
    NEVER = "never", _("stays with the pool")


class FeePolicy(models.Model):
    """One version of a community's fee. Rates are basis points of the price (500 = 5 %).

    `rates` may override the two class rates per kind: {"room": {"commoner": 300}}. The fee lies
    between floor_minor and cap_minor (0: no cap); gifts never pay. `fee_back` says who gets the fee of a booking
    that is called off; `earmark_bp` is the share of each fee that the borrower may direct to an open project.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="fee_policies", db_index=False)
    version = models.PositiveIntegerField()
    enabled = models.BooleanField(_("pool a fee"), default=False)
    commoner_bp = models.PositiveIntegerField(_("rate for commoners"), default=0)
    commercial_bp = models.PositiveIntegerField(_("rate for commercial use"), default=0)
    rates = models.JSONField(default=dict, blank=True)
    floor_minor = models.PositiveBigIntegerField(_("at least"), default=0)
    cap_minor = models.PositiveBigIntegerField(_("at most"), default=0)
    fee_back = models.CharField(
        _("when a booking is called off, the fee"), max_length=8, choices=FeeBack.choices, default=FeeBack.AS_PRICE
    )
    exempt_kinds = models.JSONField(_("kinds that pay nothing"), default=list, blank=True)
    earmark_bp = models.PositiveIntegerField(_("share of a fee that the borrower may direct"), default=0)
    decided_by = models.ForeignKey("Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="policies")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["community", "version"], name="one_fee_policy_per_version"),
            models.CheckConstraint(
                name="a_fee_rate_is_at_most_half", condition=Q(commoner_bp__lte=5000, commercial_bp__lte=5000)
            ),
            models.CheckConstraint(
                name="a_fee_cap_is_not_below_its_floor",
                condition=Q(cap_minor=0) | Q(cap_minor__gte=F("floor_minor")),
            ),
            models.CheckConstraint(name="no_more_than_the_fee_is_directed", condition=Q(earmark_bp__lte=10_000)),
            models.UniqueConstraint(
                fields=["decided_by"], condition=Q(decided_by__isnull=False), name="a_decision_writes_one_fee_policy"
            ),
        ]
