"""Cards: who pays by them, who is paid, and each amount that a card is asked for.

The card itself never comes here: the names of things at the gateway do. What a charge is, is read
from the gateway anew whenever there is news of it, so news may come late, twice or in any order.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models import Community, Membership
from members.states import Role

from ..states import ChargePurpose, ChargeState, ChargeWay, DisputeState, Wanted


class CardCustomer(models.Model):
    """A member as the gateway knows one who pays."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="card_customer")
    customer = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(default=timezone.now)


class CardAccount(models.Model):
    """A lender's own account at the gateway, and what it still asks them for. `account` is empty until it is open."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="card_account")
    account = models.CharField(max_length=64, blank=True)
    submitted = models.BooleanField(default=False)
    may_receive = models.BooleanField(default=False)
    pays_out = models.BooleanField(default=False)
    missing = models.JSONField(default=list, blank=True)
    disabled_reason = models.CharField(max_length=80, blank=True)
    payout_trouble = models.CharField(max_length=80, blank=True)
    refreshed = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=~Q(account=""), name="one_lender_per_account_at_the_gateway"
            )
        ]


class CardChargeQuerySet(models.QuerySet):
    def involving(self, member) -> "CardChargeQuerySet":
        """Charges the member pays, receives, or looks after as a treasurer of the community."""
        trusted = Q(role=Role.TREASURER) | Q(treasurer=True)
        kept = Membership.objects.active().filter(trusted, member=member).values("community")
        return self.filter(Q(payer=member) | Q(payee=member) | Q(community__in=kept))


class CardCharge(models.Model):
    """An amount that a card is asked for, for one cause: its price, or its deposit.

    A deposit that is renewed, and an amount that is asked for again, have a row for each `number`.
    `wanted` is what shall become of it; `due` when it is to be charged or held by itself.
    `claimed_minor` is what its lender was asked to give back after a lost dispute or a refund, `recovered_minor` what
    of it was kept back from later prices; `withheld_minor` what of this price was (None: not passed on yet).
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="card_charges", db_index=False)
    about = models.CharField(max_length=60)
    purpose = models.CharField(max_length=7, choices=ChargePurpose.choices)
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160, blank=True)
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="card_charges")
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="card_receipts"
    )
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    way = models.CharField(max_length=4, choices=ChargeWay.choices)
    state = models.CharField(max_length=9, choices=ChargeState.choices, default=ChargeState.NEEDED)
    wanted = models.CharField(max_length=6, choices=Wanted.choices, default=Wanted.NOTHING, blank=True)
    take_minor = models.BigIntegerField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    customer = models.CharField(max_length=64, blank=True)
    method = models.CharField(max_length=64, blank=True)
    session = models.CharField(max_length=80, blank=True)
    session_url = models.TextField(blank=True)
    session_ends = models.DateTimeField(null=True, blank=True)
    sessions = models.PositiveSmallIntegerField(default=0)
    intent = models.CharField(max_length=64, blank=True)
    charge = models.CharField(max_length=64, blank=True)
    capture_before = models.DateTimeField(null=True, blank=True)
    taken_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    released = models.DateTimeField(null=True, blank=True)
    transfer = models.CharField(max_length=64, blank=True)
    passed_minor = models.BigIntegerField(default=0)
    taken_back_minor = models.BigIntegerField(default=0)
    claimed_minor = models.BigIntegerField(default=0)
    recovered_minor = models.BigIntegerField(default=0)
    withheld_minor = models.BigIntegerField(null=True, blank=True)
    dispute = models.CharField(max_length=64, blank=True)
    disputed = models.CharField(max_length=4, choices=DisputeState.choices, default=DisputeState.NONE, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = CardChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "purpose", "number"], name="one_charge_per_cause_and_round"),
            models.UniqueConstraint(
                fields=["intent"], condition=~Q(intent=""), name="one_charge_per_intent_at_the_gateway"
            ),
            models.CheckConstraint(name="a_card_is_asked_for_something", condition=Q(minor__gt=0)),
            models.CheckConstraint(
                name="a_card_gives_no_more_than_was_asked",
                condition=Q(taken_minor__gte=0, taken_minor__lte=F("minor"), refunded_minor__lte=F("taken_minor")),
            ),
            models.CheckConstraint(
                name="no_more_is_passed_on_than_was_taken",
                condition=Q(passed_minor__lte=F("taken_minor"), taken_back_minor__lte=F("passed_minor")),
            ),
            models.CheckConstraint(
                name="no_more_is_kept_back_than_is_claimed",
                condition=Q(recovered_minor__gte=0, recovered_minor__lte=F("claimed_minor"))
                & (Q(withheld_minor__isnull=True) | Q(withheld_minor__gte=0)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["payee", "community"], condition=Q(claimed_minor__gt=0), name="charge_by_claim"
            ),
            models.Index(fields=["state", "due"], name="charge_by_due"),
            models.Index(fields=["purpose", "state", "capture_before"], name="charge_by_end_of_hold"),
            models.Index(fields=["session"], name="charge_by_session"),
            models.Index(fields=["charge"], name="charge_by_charge"),
            models.Index(fields=["transfer"], name="charge_by_transfer"),
            models.Index(fields=["community", "state", "created"], name="charge_by_community"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.purpose} {self.number}"

    @property
    def claim_left_minor(self) -> int:
        return self.claimed_minor - self.recovered_minor

    @property
    def name(self) -> str:
        """What its errands' keys begin with."""
        return f"{self.about}:{self.purpose}:{self.number}"
