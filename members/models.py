"""Who: members, the communities they form, and what ties them together.

An e-mail address belongs to one member, however it is spelt. A member belongs to a community
by one Membership row for good; its standing changes, the row stays. Exact places are kept
beside a blurred point that alone is ever shown to others.
"""

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sharing.photos.models import StoredPhoto
from sharing.values.folding import fold
from sharing.values.place import Point, blur

from .circles import Circle, CircleSeat
from .outgoing import OutgoingLetter
from .states import CreditUnit, Joining, MemberClass, Role, Standing

__all__ = [
    "Circle", "CircleSeat", "Community", "HouseRules", "Invitation", "Member", "Membership",
    "OutgoingLetter", "Portrait", "Token",
]  # fmt: skip


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **facts) -> "Member":
        member = self.model(email=self.normalize_email(email).lower(), **facts)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **facts) -> "Member":
        """Whoever may run this command need not prove an address by a letter."""
        from allauth.account.models import EmailAddress

        member = self.create_user(email, password, is_staff=True, is_superuser=True, **facts)
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
        return member

    def at(self, email: str) -> models.QuerySet["Member"]:
        """Whose address this is, in capitals or not; in the words of the index."""
        return self.alias(lowered=Lower("email")).filter(lowered=Lower(models.Value(email)))

    def get_by_natural_key(self, email: str | None) -> "Member":
        return self.at(email or "").get()


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `lat`/`lon` are private; `public_lat`/`public_lon` are the blurred stand-in."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    about = models.TextField(_("about me"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    spoken = models.CharField(_("languages I speak"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    place = models.CharField(_("neighbourhood or town"), max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    public_lat = models.FloatField(null=True, blank=True)
    public_lon = models.FloatField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True, blank=True)

    objects = MemberManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = _("member"), _("members")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_member_per_email_address"),
            models.CheckConstraint(
                name="a_member_place_has_both_coordinates",
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(is_staff=True), name="member_who_runs_the_house")]

    def __str__(self) -> str:
        if self.closed:
            return str(_("Former neighbour"))
        return self.name or str(_("Neighbour"))

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.pk])

    def blurred(self, point: Point) -> Point:
        """What others may see of a place: one point for one home, in the profile and in every listing."""
        return blur(point, secret=settings.BLUR_SECRET, owner=f"member:{self.pk}")

    @property
    def first_name(self) -> str:
        if vars(self).get("closed"):
            return str(self)
        return (self.name or "").split(" ")[0]

    @property
    def photo_url(self) -> str:
        """The smallest variant of the portrait, or "" when there is none (no query when prefetched or signed in)."""
        portrait = vars(self)["own_face"] if "own_face" in vars(self) else next(iter(self.portraits.all()), None)
        return portrait.url(320) if portrait else ""


class Portrait(StoredPhoto):
    """A member's photo."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="portraits", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member"], name="one_portrait_per_member")]


class CommunityQuerySet(models.QuerySet):
    def of(self, member: Member) -> "CommunityQuerySet":
        """Communities the member belongs to now."""
        return self.filter(memberships__member=member, memberships__standing=Standing.ACTIVE)

    def looked_after_by(self, member: Member) -> "CommunityQuerySet":
        """Those the member is a steward of."""
        mine = Membership.objects.active().filter(member=member, role=Role.STEWARD)
        return self.filter(pk__in=mine.values("community"))

    def known_to(self, member: Member | None) -> "CommunityQuerySet":
        """Those that show themselves to anyone, and those the member belongs to, applies to or is invited to."""
        shown = Q(listed=True)
        if member is not None and member.is_authenticated:
            inside = (Standing.ACTIVE, Standing.APPLIED)
            shown |= Q(pk__in=Membership.objects.filter(member=member, standing__in=inside).values("community"))
            shown |= Q(pk__in=Invitation.objects.usable().filter(email=member.email.lower()).values("community"))
        return self.filter(shown)

    def called(self, words: str) -> "CommunityQuerySet":
        """Those with these letters in their name or place, whatever the case and the accents."""
        return self.filter(sought__contains=fold(" ".join(words.split())))


class Community(models.Model):
    """People who share: a place, a language, a currency, a time zone, house rules, a pool.

    `people` is how many belong now; the database keeps it (see guards), nobody else writes it. `sought` is the
    name and the place as one looks for them, and follows them whenever they are saved.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    about = models.TextField(_("what it is for"), max_length=4000, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    country = models.CharField(_("country"), max_length=2, default="DE")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    # What they count in besides money: the unit of their community credit, "" where there is none.
    credit_unit = models.CharField(max_length=8, choices=CreditUnit.choices, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    language = models.CharField(_("language"), max_length=12, default="en")
    joining = models.CharField(_("how to join"), max_length=12, choices=Joining.choices, default=Joining.OPEN)
    questions = models.JSONField(_("questions to applicants"), default=list, blank=True)
    listed = models.BooleanField(_("shown to everyone"), default=True)
    people = models.PositiveIntegerField(default=0, editable=False)
    sought = models.TextField(default="", editable=False)
    created = models.DateTimeField(default=timezone.now)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("community"), _("communities")
        indexes = [
            models.Index(fields=["-people", "-id"], name="communities_by_people"),
            models.Index(fields=["lat", "lon"], name="communities_by_place"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, update_fields: Iterable[str] | None = None, **kwargs) -> None:
        if update_fields is None or {"name", "place"} & set(update_fields):
            self.sought = self.letters_of(self.name, self.place)
            update_fields = None if update_fields is None else {*update_fields, "sought"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @staticmethod
    def letters_of(name: str, place: str) -> str:
        """What `called` looks in; between name and place stands what no words hold."""
        return "\n".join(" ".join(fold(part).split()) for part in (name, place))

    def get_absolute_url(self) -> str:
        return reverse("community", args=[self.slug])


class HouseRules(models.Model):
    """One version of a community's rules; members accept a version, and versions are never rewritten."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rules", db_index=False)
    version = models.PositiveIntegerField()
    text = models.TextField(_("house rules"), max_length=20_000)
    written_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="rules_written"
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "version"], name="one_text_per_version_of_house_rules")
        ]
        ordering = ["-version"]


class MembershipQuerySet(models.QuerySet):
    def active(self) -> "MembershipQuerySet":
        return self.filter(standing=Standing.ACTIVE)


class Membership(models.Model):
    """How a member stands to a community; one row for good.

    `sort_key` is the member's name in small letters, kept by the database (see guards), so that a
    directory of any size is read in order from one index. `word` is what a steward said to an applicant.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.ACTIVE)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    treasurer = models.BooleanField(_("also treasurer"), default=False)
    member_class = models.CharField(max_length=10, choices=MemberClass.choices, default=MemberClass.COMMONER)
    answers = models.JSONField(default=list, blank=True)
    word = models.CharField(max_length=500, blank=True)
    rules_accepted = models.PositiveIntegerField(default=0)
    sort_key = models.CharField(max_length=160, default="", editable=False)
    joined = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "community"], name="one_membership_per_member_and_community"),
            models.CheckConstraint(
                name="an_active_membership_has_begun",
                condition=~Q(standing=Standing.ACTIVE) | Q(joined__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["community", "standing", "sort_key", "id"], name="directory_by_name")]

    def __str__(self) -> str:
        return f"{self.member} · {self.community}"

    @property
    def is_active(self) -> bool:
        return self.standing == Standing.ACTIVE

    @property
    def is_steward(self) -> bool:
        return self.is_active and self.role == Role.STEWARD

    @property
    def is_treasurer(self) -> bool:
        """May review the books. One person may be steward and treasurer of a small community."""
        return self.is_active and (self.role == Role.TREASURER or self.treasurer)

    @property
    def is_officer(self) -> bool:
        """A steward or a treasurer: whom the community has entrusted with its affairs."""
        return self.is_steward or self.is_treasurer


def _invitation_key() -> str:
    return secrets.token_urlsafe(18)


class InvitationQuerySet(models.QuerySet):
    def usable(self, now=None) -> "InvitationQuerySet":
        """Not used up and not expired."""
        return self.filter(uses_left__gt=0, expires__gt=now or timezone.now())


class Invitation(models.Model):
    """A secret link into a community, for one person or for several, until it expires."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="invitations")
    key = models.CharField(max_length=40, unique=True, default=_invitation_key)
    email = models.EmailField(_("e-mail address"), blank=True)
    invited_by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations_made")
    uses_left = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    expires = models.DateTimeField()
    created = models.DateTimeField(default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["email"], name="invitations_by_address")]

    def get_absolute_url(self) -> str:
        return reverse("invitation", args=[self.key])


class Token(models.Model):
    """A bearer token of the API: only its hash is kept, the secret is shown once."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    created = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True, blank=True)
