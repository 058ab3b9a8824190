"""Money that leaves the books by hand: asked for by one person, approved by another, booked once."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community
from payments.models import Transfer

from ..treasury_states import PayoutSource, PayoutState, PayoutWay
from .budget import BudgetLine
from .projects import Project


class Payout(models.Model):
    """From a member's wallet, or from the pool: within a budget line that was decided, or what was put into a project.

    Whoever approves is an officer, and neither the one who asked nor the one who is paid (guards).
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    source = models.CharField(max_length=6, choices=PayoutSource.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts"
    )
    payee = models.CharField(_("to whom"), max_length=80)
    line = models.ForeignKey(BudgetLine, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts")
    minor = models.PositiveBigIntegerField()
    way = models.CharField(_("how"), max_length=4, choices=PayoutWay.choices, default=PayoutWay.CASH)
    note = models.CharField(_("what for"), max_length=140, blank=True)
    state = models.CharField(max_length=10, choices=PayoutState.choices, default=PayoutState.WAITING)
    key = models.CharField(max_length=40)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided = models.DateTimeField(null=True, blank=True)
    transfer = models.OneToOneField(
        Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="paid_out_by"
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "key"], name="a_payout_is_asked_for_once"),
            models.CheckConstraint(name="a_payout_is_of_something", condition=Q(minor__gt=0)),
            models.CheckConstraint(
                name="a_payout_has_a_source",
                condition=Q(source=PayoutSource.WALLET, member__isnull=False, line__isnull=True, project__isnull=True)
                | Q(source=PayoutSource.POOL, line__isnull=False, project__isnull=True)
                | Q(source=PayoutSource.POOL, line__isnull=True, project__isnull=False),
            ),
            models.CheckConstraint(
                name="a_payout_is_paid_with_its_entry",
                condition=Q(state=PayoutState.PAID, transfer__isnull=False, decided_by__isnull=False)
                | (~Q(state=PayoutState.PAID) & Q(transfer__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_payout_takes_two",
                condition=~Q(state=PayoutState.PAID)
                | (~Q(decided_by=F("requested_by")) & (Q(member__isnull=True) | ~Q(decided_by=F("member")))),
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "created"], name="payout_by_state")]

    def __str__(self) -> str:
        return f"{self.payee} {self.minor}"

    @property
    def about(self) -> str:
        """Its name in the books."""
        return f"payout:{self.pk}"

    @property
    def is_pooled(self) -> bool:
        return self.source == PayoutSource.POOL

    @property
    def is_waiting(self) -> bool:
        return self.state == PayoutState.WAITING
