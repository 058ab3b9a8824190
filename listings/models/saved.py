"""Searches somebody keeps, and what came of them. Only `listings.saved` writes these rows."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .listing import Listing

INNER_QUOTES = str.maketrans("“”„«»", "‘’‚‹›")


class Alerts(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Not at all")


class SavedSearch(models.Model):
    """A search as its address says it (`query`), whose point is known, so that no place is looked up again.

    `dated`: it asks for days, so that days that are free again may make a listing fit. A deleted one is
    kept for a day, for who thinks again.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches", db_index=False
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)
    alerts = models.CharField(_("tell me"), max_length=7, choices=Alerts.choices, default=Alerts.DAILY)
    dated = models.BooleanField(default=False)
    told = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    deleted = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "id"], name="saved_search_by_member"),
            models.Index(fields=["deleted"], condition=models.Q(deleted__isnull=False), name="saved_search_deleted"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def quoted(self) -> str:
        """The name as it stands within quotes: its own are the inner ones there."""
        return self.name.translate(INNER_QUOTES)


class SavedCell(models.Model):
    """Where a kept search looks: a tile of the map (zoom and number in one) and one key a listing must post.

    A new listing lies in some twenty tiles and posts some dozens of keys, so the searches it may matter to
    are a few looks into this index, however many searches there are.
    """

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="cells")
    cell = models.BigIntegerField()
    key = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["cell", "key", "search"], name="saved_cell_by_place_and_key")]


class SavedHit(models.Model):
    """A listing that fits a kept search: known when it was saved, waiting to be told, or told. Once each."""

    class State(models.TextChoices):
        KNOWN = "known"
        WAITING = "waiting"
        TOLD = "told"

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits", db_index=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["search", "listing"], name="each_listing_is_told_once_per_saved_search")
        ]
        indexes = [
            models.Index(fields=["search"], condition=models.Q(state="waiting"), name="saved_hit_waiting"),
        ]


class SavedNote(models.Model):
    """A note that a listing may fit searches it did not fit before; only added, taken away once looked at."""

    listing_id = models.BigIntegerField()
    dates = models.BooleanField(default=False)  # only its days changed
