"""Who votes for whom: given per topic, taken back at any time, and kept with the decision it counted in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community

from ..states import ProposalKind
from .proposals import Ballot, Elector, Proposal


class DelegationQuerySet(models.QuerySet):
    def standing(self) -> "DelegationQuerySet":
        return self.filter(ended__isnull=True)


class Delegation(models.Model):
    """`member` lets `delegate` vote for them wherever they do not vote themselves; topic "": in every kind."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="delegations", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegated_to")
    topic = models.CharField(_("topic"), max_length=8, choices=ProposalKind.choices, blank=True)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "member", "topic"], condition=Q(ended__isnull=True),
                name="one_delegate_per_member_and_topic",
            ),
            models.CheckConstraint(name="nobody_is_their_own_delegate", condition=~Q(member=F("delegate"))),
        ]
        indexes = [models.Index(fields=["community", "delegate", "ended"], name="delegations_by_delegate")]


class Proxy(models.Model):
    """At the close: this elector had not voted, and the ballot of their delegate counted for them."""

    elector = models.OneToOneField(Elector, primary_key=True, on_delete=models.PROTECT, related_name="proxy")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="proxies")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="proxies")
