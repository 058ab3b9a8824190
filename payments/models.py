"""Money: accounts, the transfers between them, and the payments that cause transfers.

A Transfer is one row that moves `minor > 0` units from one account to another, so the books
balance by construction. Rows are never updated or deleted (guards refuse). Balances are kept by
the database in the same statement as the row. Each community's transfers form a chain: every row
carries the hash of the one before it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.models import Community, Membership
from members.states import Role

from .states import AccountKind, Gateway, PaymentState, Phase, TransferKind


class Account(models.Model):
    """A place where money lies. `balance_minor` counts what is posted, `held_minor` what pending
    transfers out of it have set aside; unless `may_overdraw`, balance − held never goes below zero.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=AccountKind.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    label = models.CharField(max_length=40, default="", blank=True)
    currency = models.CharField(max_length=3)
    may_overdraw = models.BooleanField(default=False)
    balance_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "member", "kind", "label", "currency"],
                condition=Q(member__isnull=False), name="one_account_per_member_and_purpose",
            ),
            models.UniqueConstraint(
                fields=["community", "kind", "label", "currency"],
                condition=Q(member__isnull=True), name="one_account_per_purpose",
            ),
            models.CheckConstraint(
                name="accounts_marked_so_cannot_be_overdrawn",
                condition=Q(may_overdraw=True) | Q(balance_minor__gte=F("held_minor")),
            ),
            models.CheckConstraint(name="nothing_less_than_zero_is_held", condition=Q(held_minor__gte=0)),
            models.CheckConstraint(
                name="a_wallet_has_a_member",
                condition=Q(kind=AccountKind.WALLET, member__isnull=False)
                | (~Q(kind=AccountKind.WALLET) & Q(member__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def free_minor(self) -> int:
        """What may leave this account: the balance less what pending transfers have set aside."""
        return self.balance_minor - self.held_minor


class Transfer(models.Model):
    """One movement. `key` makes a repeat harmless; `batch` ties rows that were booked all or none.

    sequence, previous and digest form the community's chain. `about` names the cause as
    "booking:12" or "proposal:3"; `of` points a POST or VOID at the hold it settles.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="transfers")
    sequence = models.PositiveBigIntegerField()
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="outgoing")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="incoming")
    minor = models.BigIntegerField()
    phase = models.CharField(max_length=7, choices=Phase.choices, default=Phase.POSTED)
    of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="settled_by")
    kind = models.CharField(max_length=12, choices=TransferKind.choices)
    about = models.CharField(max_length=60, blank=True)
    memo = models.CharField(max_length=200, blank=True)
    batch = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=160, unique=True)
    created = models.DateTimeField(default=timezone.now)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_transfer_moves_more_than_nothing", condition=Q(minor__gt=0)),
            models.CheckConstraint(name="a_transfer_has_two_ends", condition=~Q(source=F("target"))),
            models.UniqueConstraint(fields=["community", "sequence"], name="one_transfer_per_link_of_the_chain"),
            models.CheckConstraint(
                name="only_a_post_or_void_settles_a_hold",
                condition=Q(phase__in=[Phase.POST, Phase.VOID], of__isnull=False)
                | Q(phase__in=[Phase.POSTED, Phase.PENDING], of__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "about"], name="transfer_by_cause"),
            models.Index(fields=["target", "created", "sequence"], name="transfer_by_target"),
            models.Index(fields=["source", "created", "sequence"], name="transfer_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.sequence}"


class PaymentQuerySet(models.QuerySet):
    def involving(self, member) -> "PaymentQuerySet":
        """Payments the member makes or receives, or looks after for the commons of a community."""
        trusted = Q(role__in=[Role.STEWARD, Role.TREASURER]) | Q(treasurer=True)
        entrusted = Membership.objects.active().filter(trusted, member=member).values("community")
        return self.filter(Q(payer=member) | Q(payee=member) | Q(payee__isnull=True, community__in=entrusted))

    def due(self) -> "PaymentQuerySet":
        return self.filter(state=PaymentState.DUE)


class Payment(models.Model):
    """What one member owes another for one cause, by one gateway, and how far it has come.

    price_minor goes to the payee, fee_minor and solidarity_minor to the pool. `payee` is null when
    the community itself lends; then a treasurer confirms in its name.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="payments")
    about = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=160, blank=True)
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments_made")
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="payments_received"
    )
    gateway = models.CharField(max_length=8, choices=Gateway.choices, default=Gateway.HAND)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    solidarity_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.DUE)
    payer_confirmed = models.DateTimeField(null=True, blank=True)
    payee_confirmed = models.DateTimeField(null=True, blank=True)
    settled = models.DateTimeField(null=True, blank=True)
    refunded_price_minor = models.BigIntegerField(default=0)
    refunded_fee_minor = models.BigIntegerField(default=0)
    refunded = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_payment_is_not_negative",
                condition=Q(price_minor__gte=0, fee_minor__gte=0, solidarity_minor__gte=0),
            ),
            models.CheckConstraint(
                name="a_settled_payment_says_when",
                condition=~Q(state__in=[PaymentState.SETTLED, PaymentState.REFUNDED]) | Q(settled__isnull=False),
            ),
            models.CheckConstraint(
                name="no_more_is_refunded_than_was_paid",
                condition=Q(
                    refunded_price_minor__gte=0, refunded_price_minor__lte=F("price_minor"),
                    refunded_fee_minor__gte=0, refunded_fee_minor__lte=F("fee_minor") + F("solidarity_minor"),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "state", "created"], name="payment_by_payer"),
            models.Index(fields=["payee", "state", "created"], name="payment_by_payee"),
            models.Index(fields=["community", "state", "created"], name="payment_by_community"),
        ]

    def __str__(self) -> str:
        return self.title or self.about

    def get_absolute_url(self) -> str:
        return reverse("payment", args=[self.pk])

    @property
    def total_minor(self) -> int:
        return self.price_minor + self.fee_minor + self.solidarity_minor

    @property
    def refunded_minor(self) -> int:
        return self.refunded_price_minor + self.refunded_fee_minor

    @property
    def left_to_refund(self) -> tuple[int, int]:
        """What of the price, and of what the pool got, has not been given back."""
        pooled = self.fee_minor + self.solidarity_minor
        return self.price_minor - self.refunded_price_minor, pooled - self.refunded_fee_minor
