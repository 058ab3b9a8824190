"""What neighbours look for and nobody lists yet; it ends by itself."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.states import Standing

from ..states import Kind
from .listing import Listing


class WantState(models.TextChoices):
    OPEN = "open", _("Looked for")
    FOUND = "found", _("Found")
    CLOSED = "closed", _("Taken down")
    EXPIRED = "expired", _("Over")


class WantQuerySet(models.QuerySet):
    def open(self, now=None) -> "WantQuerySet":
        return self.filter(state=WantState.OPEN, expires__gt=now or timezone.now())

    def visible_to(self, member) -> "WantQuerySet":
        """Open wants for everyone, those of the viewer's communities, and all of their own."""
        if member is None or not member.is_authenticated:
            return self.open().filter(everyone=True)
        mine = member.memberships.filter(standing=Standing.ACTIVE).values("community")
        is_open = Q(state=WantState.OPEN, expires__gt=timezone.now())
        return self.filter(Q(member=member) | is_open & (Q(everyone=True) | Q(community__in=mine)))


class Want(models.Model):
    """A wish for a thing, a room or a ride, near a point, perhaps at a time. Only the blurred point is shown.

    `everyone`: whoever finds it may read it; else only members of the community.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wants", db_index=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="wants")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.TOOL)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=1000, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    everyone = models.BooleanField(default=True)
    place = models.CharField(max_length=120, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    public_lat = models.FloatField()
    public_lon = models.FloatField()
    tile = models.BigIntegerField()
    language = models.CharField(max_length=12, default="en")
    state = models.CharField(max_length=7, choices=WantState.choices, default=WantState.OPEN)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()

    objects = WantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_want_ends_no_sooner_than_it_starts", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(name="a_want_says_what", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["tile"], condition=Q(state="open"), name="want_by_place"),
            models.Index(fields=["member", "-id"], name="want_by_member"),
            models.Index(fields=["state", "expires"], name="want_by_expiry"),
            models.Index(fields=["community", "-id"], condition=Q(state="open"), name="want_by_community"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("want", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == WantState.OPEN and self.expires > timezone.now()

    @property
    def blur_key(self) -> str:
        """The same stand-in as for the member's own listings: two circles around one home would betray it."""
        return f"member:{self.member_id}"


class WantAnswer(models.Model):
    """A neighbour's answer, with what they offer or only with words; the words are in the conversation."""

    want = models.ForeignKey(Want, on_delete=models.CASCADE, related_name="answers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.BigIntegerField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["member", "-id"], name="want_answer_by_member")]


class WantTold(models.Model):
    """A neighbour who has been told of a want: nobody is told of the same one twice."""

    want = models.ForeignKey(Want, on_delete=models.CASCADE, related_name="told", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["want", "member"], name="told_of_a_want_once")]
