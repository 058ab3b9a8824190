"""Money: accounts, the transfers between them, and the payments that cause transfers.

A Transfer is one row that moves `minor > 0` units from one account to another, so the books
balance by construction. Rows are never updated or deleted (guards refuse). Balances are kept by
the database in the same statement as the row. Each community's transfers form a chain: every row
carries the hash of the one before it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models import Community

from ..states import AccountKind, Phase, TransferKind


class Account(models.Model):
    """A place where money lies. `balance_minor` counts what is posted, `held_minor` what pending transfers
    out of it have set aside; unless `may_overdraw`, balance − held never goes below zero less `limit_minor`.
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
    limit_minor = models.BigIntegerField(default=0)
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
                condition=Q(may_overdraw=True) | Q(balance_minor__gte=F("held_minor") - F("limit_minor")),
            ),
            models.CheckConstraint(name="a_limit_is_not_below_zero", condition=Q(limit_minor__gte=0)),
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
        """What may leave this account: the balance and its limit, less what pending transfers have set aside."""
        return self.balance_minor + self.limit_minor - self.held_minor


class Transfer(models.Model):
    """One movement. `key` makes a repeat harmless; `batch` ties rows that were booked all or none.

    sequence, previous and digest form the community's chain. `about` names the cause as
    "booking:12" or "proposal:3"; `of` points a POST or VOID at the hold it settles.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    sequence = models.PositiveBigIntegerField()
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="outgoing", db_index=False)
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="incoming", db_index=False)
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
