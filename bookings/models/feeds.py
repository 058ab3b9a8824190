"""Calendars that meet others: secret addresses where ours are read, and feeds whose busy times we take over."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Listing

from ..states import FeedFault
from .claims import Claim


class CalendarFeed(models.Model):
    """Another calendar of the same thing, read every quarter of an hour; its busy times are taken here too.

    `fetched` is the last time it was read well, `checked` the last time it was tried, `due` when it is
    tried next. A feed that fails keeps what it said last.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="feeds", db_index=False)
    name = models.CharField(_("what it is"), max_length=60)
    url = models.CharField(_("its address"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    expanded = models.DateField(null=True)
    busy = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=20, choices=FeedFault.choices, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked = models.DateTimeField(null=True)
    fetched = models.DateTimeField(null=True)
    due = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["listing", "url"], name="a_calendar_is_read_once_a_listing")]
        indexes = [models.Index(fields=["due"], name="feed_by_due")]

    def __str__(self) -> str:
        return self.name


class ImportedBusy(models.Model):
    """One busy time of another calendar. `key` stands for its UID and RECURRENCE-ID; what it is about is not kept."""

    feed = models.ForeignKey(CalendarFeed, on_delete=models.CASCADE, related_name="times", db_index=False)
    key = models.CharField(max_length=32)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="a_busy_time_is_taken_over_once"),
            models.CheckConstraint(name="a_busy_time_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
        ]
        indexes = [models.Index(fields=["feed", "ends"], name="busy_by_end")]


class ImportedClaim(models.Model):
    """Which feed a claim of kind import came from, so that it is never told back there."""

    claim = models.OneToOneField(Claim, primary_key=True, on_delete=models.CASCADE, related_name="imported")
    feed = models.ForeignKey(CalendarFeed, on_delete=models.CASCADE, related_name="claims")


class CalendarAddress(models.Model):
    """A secret address: all bookings of a member, or the busy times of a listing (but for what `feed` told us).

    Only the nonce is kept; the address is made of it with the house's own key, so that a copy of the
    database opens no calendar.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="calendar_addresses", db_index=False
    )
    listing = models.ForeignKey(Listing, null=True, on_delete=models.CASCADE, related_name="calendar_addresses")
    feed = models.OneToOneField(CalendarFeed, null=True, on_delete=models.CASCADE, related_name="address")
    nonce = models.CharField(max_length=32, unique=True)
    created = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_address_opens_one_calendar",
                condition=Q(member__isnull=False, listing__isnull=True, feed__isnull=True)
                | Q(member__isnull=True, listing__isnull=False),
            ),
            models.UniqueConstraint(fields=["member"], name="one_address_a_member"),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(feed__isnull=True), name="one_plain_address_a_listing"
            ),
        ]
