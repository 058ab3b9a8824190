"""Care: what the commons need done, and who takes it upon themselves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community
from payments.models import Transfer

from ..states import Rhythm, TaskState


class CareTaskQuerySet(models.QuerySet):
    def to_do(self) -> "CareTaskQuerySet":
        return self.filter(state__in=[TaskState.OPEN, TaskState.DONE])


class CareTask(models.Model):
    """Something to do for the commons.

    thing: the listing it is about, by its number; the room that knows listings says what it is called.
    starts, due: when it is to happen, and until when; after `due` a task that `blocks` keeps its listing closed.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="care", db_index=False)
    title = models.CharField(_("what is to be done"), max_length=140)
    details = models.TextField(_("how, where, with what"), max_length=4000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.SUGGESTED)
    thing = models.PositiveBigIntegerField(null=True, blank=True)
    blocks = models.BooleanField(_("nobody borrows it once this is due"), default=False)
    starts = models.DateTimeField(_("begins"), null=True, blank=True)
    due = models.DateTimeField(_("to be done by"))
    places = models.PositiveSmallIntegerField(_("how many are needed"), default=1)
    minutes = models.PositiveIntegerField(_("how long it takes"), default=60)
    credit_minor = models.PositiveBigIntegerField(_("thanks from the pool"), default=0)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.ONCE, blank=True)
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next")
    done = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paid = models.DateTimeField(null=True, blank=True)
    transfers = models.ManyToManyField(Transfer, blank=True, related_name="care")
    created = models.DateTimeField(default=timezone.now)

    objects = CareTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="care_begins_before_it_is_due", condition=Q(starts=None) | Q(starts__lte=F("due"))
            ),
            models.CheckConstraint(name="care_needs_somebody", condition=Q(places__gte=1)),
            models.CheckConstraint(
                name="only_a_listing_is_blocked", condition=Q(blocks=False) | Q(thing__isnull=False)
            ),
            models.CheckConstraint(
                name="confirmed_care_says_who_and_when",
                condition=~Q(state=TaskState.CONFIRMED) | Q(confirmed__isnull=False, confirmed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due"], name="care_by_community"),
            models.Index(fields=["state", "due"], name="care_by_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("care_task", args=[self.community.slug, self.pk])

    @property
    def about(self) -> str:
        """The task's name in the books of its community."""
        return f"care:{self.pk}"


class CareSeat(models.Model):
    """One who takes part. Who came when all places were taken waits in line, in the order of coming."""

    task = models.ForeignKey(CareTask, on_delete=models.CASCADE, related_name="seats", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="care_seats", db_index=False
    )
    waits = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    reminded = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_seat_per_member_in_care")]
        indexes = [models.Index(fields=["member", "task"], name="care_by_member")]


class CareThanks(models.Model):
    """A word of thanks to those who did it."""

    task = models.ForeignKey(CareTask, on_delete=models.CASCADE, related_name="thanks", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("your thanks"), max_length=300, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_thanks_per_member_and_care")]
