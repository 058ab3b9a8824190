"""What one member owes another, for one cause: the payments that cause transfers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.models import Community, Membership
from members.states import MemberClass, Role

from ..states import Gateway, PaymentState


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

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="payments", db_index=False)
    about = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=160, blank=True)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments_made", db_index=False
    )
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="payments_received", db_index=False
    )
    gateway = models.CharField(max_length=8, choices=Gateway.choices, default=Gateway.HAND)
    # What the fee was reckoned by: what kind of thing it is paid for, and how the payer uses it.
    kind = models.CharField(max_length=8, blank=True, default="")
    payer_class = models.CharField(max_length=10, choices=MemberClass.choices, default=MemberClass.COMMONER)
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
