"""What came into and went out of a community's own accounts in a month, of one kind: kept as it is booked.

The ledger counts it in the transaction that books (see `payments.flows`), so that a page about years of
entries reads a few rows. It can be computed again from the transfers at any time, and the nightly check does.
"""

from django.db import models
from django.db.models import Q

from ..states import TransferKind
from .accounts import Account


class MonthFlow(models.Model):
    """`month` is the first day of the month in the community's zone at the time of booking."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="flows", db_index=False)
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=TransferKind.choices)
    incoming = models.BooleanField()
    minor = models.BigIntegerField()
    entries = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month", "kind", "incoming"], name="one_flow_per_account_month_and_kind"
            ),
            models.CheckConstraint(name="a_flow_is_of_something", condition=Q(minor__gt=0, entries__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m} {self.kind}"
