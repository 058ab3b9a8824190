"""A proposal's electorate is frozen when it opens; each of them has one ballot; when it is closed nothing
about it changes but its execution.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.states import Standing
from payments.models import Transfer

from ..states import MANY, UNDECIDED, Choice, Method, ProposalKind, ProposalState


class ProposalQuerySet(models.QuerySet):
    def of_members_of(self, member) -> "ProposalQuerySet":
        """Proposals of the communities the member belongs to now."""
        return self.filter(community__memberships__member=member, community__memberships__standing=Standing.ACTIVE)


class Proposal(models.Model):
    """Something to decide. `terms` holds what its kind needs to execute itself (see `cooperative.terms`).

    A draft is its author's; from the moment it is open nobody changes what is voted on.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=ProposalKind.choices)
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.MAJORITY)
    title = models.CharField(_("what is proposed"), max_length=140)
    reasons = models.TextField(_("why"), max_length=8000, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.DRAFT)
    quorum_bp = models.PositiveIntegerField(_("how many must take part"), default=3000)
    threshold_bp = models.PositiveIntegerField(_("how many of the votes it needs"), default=5000)
    voting_days = models.PositiveSmallIntegerField(_("time to vote"), default=7)
    secret = models.BooleanField(_("secret ballot"), default=False)
    conversation = models.ForeignKey(
        "messaging.Conversation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    discussed = models.DateTimeField(null=True, blank=True)
    reminded = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)  # the count at the close (see `cooperative.outcome`)
    deed = models.JSONField(default=dict, blank=True)  # what was carried out, where the terms left a choice
    hindrance = models.CharField(max_length=200, blank=True)  # why it could not be carried out yet
    opened = models.DateTimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    executed = models.DateTimeField(null=True, blank=True)
    transfers = models.ManyToManyField(Transfer, blank=True, related_name="decisions")
    created = models.DateTimeField(default=timezone.now)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="one_proposal_per_number"),
            models.CheckConstraint(
                name="an_open_proposal_has_a_deadline",
                condition=Q(state__in=[ProposalState.DRAFT, ProposalState.DISCUSSION, ProposalState.WITHDRAWN])
                | Q(opened__isnull=False, closes__gt=F("opened")),
            ),
            models.CheckConstraint(
                name="a_decision_needs_at_least_half_of_the_votes",
                condition=Q(threshold_bp__gte=5000, threshold_bp__lte=10_000, quorum_bp__lte=10_000),
            ),
            models.CheckConstraint(
                name="an_objection_is_never_secret", condition=Q(secret=False) | ~Q(method=Method.CONSENT)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes"], name="proposal_by_deadline"),
            models.Index(fields=["community", "state", "number"], name="proposal_by_community"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.community.slug, self.number])

    @property
    def about(self) -> str:
        """The decision's name in the books of its community."""
        return f"proposal:{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == ProposalState.DRAFT

    @property
    def is_undecided(self) -> bool:
        """Not yet put to the vote: its author may still change it."""
        return self.state in UNDECIDED

    @property
    def has_options(self) -> bool:
        """Whether one chooses among several things rather than between yes and no."""
        return self.method in MANY

    @property
    def sort(self) -> str:
        """What kind of decision it is; of a choice among several things also in which way it is made."""
        kind = self.get_kind_display()
        return f"{kind} · {self.get_method_display()}" if self.has_options else kind

    @property
    def options(self) -> list[dict]:
        """What one chooses among, in the order of the proposal; each with its title and, if it costs, its terms."""
        return self.terms.get("options", [])

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    def is_due(self, now) -> bool:
        """Whether voting has ended, even if nobody has counted yet."""
        return self.is_open and self.closes <= now


class Elector(models.Model):
    """One who may vote on a proposal: written when it opens, never added to."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="electors", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "member"], name="an_elector_counts_once")]


class Ballot(models.Model):
    """One member's vote in the open; it may be changed until the close.

    marks: points or tokens for each option in the order of the proposal, where one gives some.
    """

    elector = models.OneToOneField(Elector, on_delete=models.PROTECT, related_name="ballot")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    choice = models.CharField(max_length=8, choices=Choice.choices)
    marks = models.JSONField(default=list, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    cast = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_objection_has_a_reason", condition=~Q(choice=Choice.OBJECT) | ~Q(reason="")
            )
        ]
        indexes = [models.Index(fields=["proposal", "choice"], name="ballot_by_choice")]
