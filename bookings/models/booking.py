"""The agreement between two sides and what happened to it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperative.models import FeePolicy
from listings.models import Departure, Listing, Stop
from members.models import Community, Membership
from members.states import Role, Standing
from messaging.models import Conversation
from payments.models import Payment
from sharing.values.period import Period

from ..states import State
from .claims import Claim
from .series import Series


class BookingQuerySet(models.QuerySet):
    def involving(self, member) -> "BookingQuerySet":
        """Bookings the member borrows, lends, or looks after as steward of the commons, mediates or has settled."""
        stewarded = member.memberships.filter(standing=Standing.ACTIVE, role=Role.STEWARD).values("community")
        return self.filter(
            Q(borrower=member)
            | Q(listing__owner=member)
            | Q(listing__owner__isnull=True, community__in=stewarded)
            | Q(state=State.DISPUTED, community__in=stewarded)
            | Q(pk__in=BookingEvent.objects.filter(by=member, step="resolve").values("booking"))
        )

    def for_cards(self) -> "BookingQuerySet":
        return self.select_related("listing__owner", "listing__community", "borrower", "community")


class Booking(models.Model):
    """A member's agreement to use a listing for [starts, ends). `quote` is frozen as it was agreed:
    {"lines": [{"label", "minor", "code"}], "total_minor", "deposit_minor", "currency", "price_minor",
    "fee_minor"} and `policy` is the version of the fee policy it used.
    """

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="bookings")
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    state = models.CharField(max_length=11, choices=State.choices, default=State.REQUESTED)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    quantity = models.PositiveSmallIntegerField(default=1)
    departure = models.ForeignKey(Departure, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    board = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    alight = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    claim = models.OneToOneField(Claim, null=True, blank=True, on_delete=models.SET_NULL, related_name="booking")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.PROTECT, related_name="bookings")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    quote = models.JSONField(default=dict)
    policy = models.ForeignKey(FeePolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    note = models.TextField(_("a word to the lender"), max_length=2000, blank=True)
    created = models.DateTimeField(default=timezone.now)
    moved = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True, blank=True)
    extras = models.PositiveSmallIntegerField(default=0)  # payments beside the first: see `abouts`

    objects = BookingQuerySet.as_manager()

    # What `parties` has read for it, once.
    _trusted: "list[Membership]"
    _payments: "list[Payment]"

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_booking_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="a_booking_takes_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="what_is_agreed_holds_a_claim",
                condition=~Q(state__in=[State.ACCEPTED, State.HANDED_OVER]) | Q(claim__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["borrower", "state", "starts"], name="booking_by_borrower"),
            models.Index(fields=["listing", "state", "starts"], name="booking_by_listing"),
            models.Index(fields=["state", "expires"], name="booking_by_expiry"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("booking", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.starts, self.ends)

    @property
    def about(self) -> str:
        """The booking's name in the books."""
        return f"booking:{self.pk}"

    @property
    def cancellation(self) -> str:
        """The terms of cancelling that stood when it was asked for."""
        return self.quote.get("cancellation") or self.listing.cancellation

    @property
    def notice_to_cancel(self) -> timedelta:
        """What stood when it was asked for."""
        hours = self.quote.get("cancel_hours")
        return timedelta(hours=self.listing.cancel_hours if hours is None else hours)

    @property
    def is_moved(self) -> bool:
        """Whether the driver has moved the departure after this rider chose it: then one may leave at no cost."""
        departure = self.departure if self.departure_id else None
        chosen = self.quote.get("chosen")
        since = datetime.fromisoformat(chosen) if chosen else self.created
        return bool(departure and departure.moved and departure.moved > since)

    @property
    def abouts(self) -> list[str]:
        """Its names in the books, one for each payment: the first agreement's, then those of what came on top."""
        return [self.about, *(f"{self.about}+{number}" for number in range(1, self.extras + 1))]

    def steps_for(self, member) -> list[str]:
        """The steps open to the member now; `pay` among them when it is theirs to confirm the payment."""
        from .. import parties

        return parties.steps_for(self, member, payment=parties.payment_of(self))


class BookingEvent(models.Model):
    """Something that happened to a booking; only ever added. `by` is null when it was the clock."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=20)
    state = models.CharField(max_length=11, choices=State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created", "id"]
