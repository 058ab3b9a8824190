"""Fair use: how much one member may have of a listing or of all a community shares, and who may have what is risky.

An approval opens everything under its policy, for one member, until it ends or is withdrawn.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from members.models import Community
from members.states import Role, Standing


class FairUse(models.Model):
    """The rule of one listing, or of everything a community shares; what is empty is not limited.

    `most_days` days in any `window_days`; `pause_days` between two bookings of one member; in the first
    `new_days` of a membership at most `new_at_once` at a time and no more than `new_deposit_minor` of deposits.
    """

    listing = models.OneToOneField(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="fair_use")
    community = models.OneToOneField(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="fair_use"
    )
    most_at_once = models.PositiveSmallIntegerField(_("at most at once"), null=True, blank=True)
    most_days = models.PositiveSmallIntegerField(_("at most so many days"), null=True, blank=True)
    window_days = models.PositiveSmallIntegerField(_("in so many days"), null=True, blank=True)
    count_closed = models.BooleanField(_("closed days count"), default=True)
    pause_days = models.PositiveSmallIntegerField(_("days between two bookings"), default=0)
    new_days = models.PositiveSmallIntegerField(_("days one is new"), default=0)
    new_at_once = models.PositiveSmallIntegerField(_("at most at once while new"), null=True, blank=True)
    new_deposit_minor = models.PositiveBigIntegerField(_("deposits while new"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_rule_is_of_a_listing_or_a_community",
                condition=Q(listing__isnull=True, community__isnull=False)
                | Q(listing__isnull=False, community__isnull=True),
            ),
            models.CheckConstraint(
                name="so_many_days_in_so_many",
                condition=Q(most_days__isnull=True, window_days__isnull=True)
                | Q(most_days__gte=1, window_days__gt=models.F("most_days")),
            ),
            models.CheckConstraint(
                name="a_limit_lets_one_have_something",
                condition=(Q(most_at_once__isnull=True) | Q(most_at_once__gte=1))
                & (Q(new_at_once__isnull=True) | Q(new_at_once__gte=1)),
            ),
        ]


class PolicyQuerySet(models.QuerySet):
    def looked_after_by(self, member) -> "PolicyQuerySet":
        """The member's own, and those of communities where they are steward."""
        stewarded = member.memberships.filter(standing=Standing.ACTIVE, role=Role.STEWARD).values("community")
        return self.filter(Q(owner=member) | Q(owner__isnull=True, community__in=stewarded))


class Policy(models.Model):
    """What one must know or have shown before one may have certain things. Without an owner, stewards answer."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="policies")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="policies"
    )
    name = models.CharField(_("name"), max_length=80)
    how = models.TextField(_("how one gets it"), max_length=1000, blank=True)
    valid_days = models.PositiveSmallIntegerField(_("valid for, in days"), null=True, blank=True)
    listings = models.ManyToManyField(Listing, through="PolicyListing", related_name="policies")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class PolicyListing(models.Model):
    """A listing stands under one policy at most."""

    listing = models.OneToOneField(
        Listing, primary_key=True, on_delete=models.CASCADE, related_name="under_policy"
    )
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="tools")


class ApprovalState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    GIVEN = "given", _("Approved")
    DECLINED = "declined", _("Not yet")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Run out")


OPEN = (ApprovalState.ASKED, ApprovalState.GIVEN)


class Approval(models.Model):
    """A member asks for it, a steward or the owner gives it; `until` is the last local day it is valid."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="approvals")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="approvals")
    state = models.CharField(max_length=9, choices=ApprovalState.choices, default=ApprovalState.ASKED)
    note = models.CharField(_("what one has done before"), max_length=500, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    asked = models.DateTimeField(default=timezone.now)
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["-asked", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "member"], condition=Q(state__in=OPEN), name="one_open_approval_each"
            )
        ]
