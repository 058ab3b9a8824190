"""The listing itself: what all kinds share, who may see it, and what the database holds it to."""

import json
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Circle, CircleSeat, Community
from members.states import Role, Standing

from ..states import EVERY_DAY, Cancellation, Kind, ListingState, Terms, Unit, Visibility
from .beside import gathered
from .categories import Category
from .photos import Photo, faces
from .rides import Departure, coming_departures

RATE = ("since", "currency", "hundredths", "by_mile", "source")  # what a ride's reckoning asks of each


class ListingQuerySet(models.QuerySet):
    def published(self) -> "ListingQuerySet":
        return self.filter(state=ListingState.PUBLISHED)

    def visible_to(self, member) -> "ListingQuerySet":
        """Published listings the viewer may find, and all of those they look after."""
        shown = Q(visibility=Visibility.PUBLIC)
        if member is None or not member.is_authenticated:
            return self.filter(shown, state=ListingState.PUBLISHED)
        mine = member.memberships.filter(standing=Standing.ACTIVE).values("community")
        chosen = CircleSeat.objects.filter(member=member).values("circle")
        shown |= Q(visibility=Visibility.COMMUNITY, community__in=mine)
        shown |= Q(visibility=Visibility.CIRCLE, circle__in=chosen)
        return self.filter(Q(shown, state=ListingState.PUBLISHED) | self._looked_after(member))

    def looked_after_by(self, member) -> "ListingQuerySet":
        """What the member owns, and the commons of communities where they are steward."""
        return self.filter(self._looked_after(member))

    def for_cards(self) -> "ListingQuerySet":
        """With the face of each, in one more statement for all of them."""
        return self.prefetch_related(faces())

    def for_pages(self) -> "ListingQuerySet":
        """With all that a page about one listing says, but for the way that only rides have."""
        rows = self.select_related("owner", "community", "label", "tool", "room", "ride", "way_back", "way_there")
        return rows.prefetch_related("owner__portraits", "photos").with_beside()

    def with_beside(self) -> "ListingQuerySet":
        """With `freed`, `answers` and the community's rates of driving at hand, in the same statement."""
        rates = apps.get_model("listings", "CommunityRate").objects.filter(community=models.OuterRef("community"))
        freed = Community.objects.filter(free_listings=models.OuterRef("pk"))
        answers = apps.get_model("listings", "AttributeValue").objects.filter(listing=models.OuterRef("pk"))
        asked = {name: f"attribute__{name}" for name in ("slug", "name", "type", "unit", "options", "position")}
        return self.annotate(
            _freed=gathered(freed, id="pk", slug="slug", name="name", listed="listed"),
            _answers=gathered(answers, id="attribute", text="text", thousandths="thousandths", **asked),
            _rates=gathered(rates, **{name: name for name in RATE}, community="community__name"),
        )

    def with_way(self) -> "ListingQuerySet":
        """With the stops of rides, and as `coming` their departures from now on."""
        return self.prefetch_related("stops", coming_departures())

    def _looked_after(self, member) -> Q:
        stewarded = member.memberships.filter(standing=Standing.ACTIVE, role=Role.STEWARD).values("community")
        return Q(owner=member) | Q(owner__isnull=True, community__in=stewarded)


class Listing(models.Model):
    """An offer of access. Prices are minor units of `currency` per `price_unit`.

    `price_tiers`: [{"from_units", "price_minor"}], what a unit costs in stays of so many and more, ascending;
    `commercial_price_minor`: what a unit costs for commercial use (null: the same); `free_to`: whose members
    pay nothing. For rides, price_minor is what one seat costs for the whole way. `capacity` is the number of
    interchangeable copies, of beds (1 for a whole room) or of seats. Buffers are minutes that
    stay free before and after each booking; notice is hours, horizon days, stays whole units.
    `arrive_days` and `leave_days` are sets of weekdays as bits, Monday being 1; `holiday_region` is a
    country, or country and subdivision ("DE-BW"), on whose public holidays it is closed.
    """

    kind = models.CharField(max_length=4, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="listings",
        db_index=False,
    )
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="listings")
    state = models.CharField(max_length=10, choices=ListingState.choices, default=ListingState.DRAFT)
    visibility = models.CharField(
        _("who may see it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    circle = models.ForeignKey(Circle, null=True, blank=True, on_delete=models.PROTECT, related_name="listings")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="listings")
    title = models.CharField(_("title"), max_length=120, blank=True)
    description = models.TextField(_("description"), max_length=6000, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    language = models.CharField(max_length=12, default="en")

    terms = models.CharField(_("terms"), max_length=10, choices=Terms.choices, default=Terms.GIFT)
    price_minor = models.PositiveBigIntegerField(_("price"), default=0)
    price_unit = models.CharField(_("per"), max_length=5, choices=Unit.choices, default=Unit.DAY)
    currency = models.CharField(max_length=3, default="EUR")
    price_tiers = models.JSONField(_("price by length"), default=list, blank=True)
    commercial_price_minor = models.PositiveBigIntegerField(_("price for commercial use"), null=True, blank=True)
    free_to = models.ManyToManyField(Community, blank=True, related_name="free_listings", verbose_name=_("free to"))
    deposit_minor = models.PositiveBigIntegerField(_("deposit"), default=0)
    capacity = models.PositiveSmallIntegerField(_("how many"), default=1)
    instant = models.BooleanField(_("may be booked at once"), default=False)
    cancellation = models.CharField(
        _("cancelling"), max_length=8, choices=Cancellation.choices, default=Cancellation.FLEXIBLE
    )

    place = models.CharField(_("place, in words"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    public_lat = models.FloatField(null=True)
    public_lon = models.FloatField(null=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    z = models.FloatField(null=True)
    tile = models.BigIntegerField(null=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    min_units = models.PositiveSmallIntegerField(_("shortest"), default=1)
    max_units = models.PositiveSmallIntegerField(_("longest"), default=14)
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=0)
    horizon_days = models.PositiveSmallIntegerField(_("bookable ahead, in days"), default=180)
    buffer_before = models.PositiveSmallIntegerField(_("minutes kept free before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes kept free after"), default=0)
    change_hours = models.PositiveSmallIntegerField(_("notice to change, in hours"), default=0)
    cancel_hours = models.PositiveSmallIntegerField(_("notice to cancel, in hours"), default=0)
    arrive_days = models.PositiveSmallIntegerField(_("weekdays to arrive"), default=EVERY_DAY)
    leave_days = models.PositiveSmallIntegerField(_("weekdays to leave"), default=EVERY_DAY)
    holiday_region = models.CharField(_("closed on the holidays of"), max_length=12, blank=True)

    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(auto_now=True)
    published = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_kit = models.BooleanField(default=False)  # it has parts; spares everybody else the look for them
    next_step = models.CharField(max_length=8, blank=True, default="")  # of a draft: where its member goes on

    _freed: "list[dict] | None"  # after with_beside()
    _answers: "list[dict] | None"
    _rates: "list[dict] | None"
    faces: "list[Photo]"  # after for_cards(): the first photo, alone
    coming: "list[Departure]"  # after with_way()

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_listing_has_room_for_one", condition=Q(capacity__gte=1)),
            models.CheckConstraint(
                name="a_published_listing_can_be_found",
                condition=~Q(state=ListingState.PUBLISHED)
                | Q(tile__isnull=False, x__isnull=False, public_lat__isnull=False, published__isnull=False)
                & ~Q(title=""),
            ),
            models.CheckConstraint(name="a_gift_has_no_price", condition=~Q(terms=Terms.GIFT) | Q(price_minor=0)),
            models.CheckConstraint(
                name="commercial_use_is_never_cheaper",
                condition=Q(commercial_price_minor__isnull=True) | Q(commercial_price_minor__gte=F("price_minor")),
            ),
            models.CheckConstraint(
                name="what_a_circle_sees_has_an_owner_and_a_circle",
                condition=~Q(visibility=Visibility.CIRCLE) | Q(circle__isnull=False, owner__isnull=False),
            ),
            models.CheckConstraint(
                name="the_longest_stay_is_no_shorter_than_the_shortest", condition=Q(max_units__gte=F("min_units"))
            ),
            models.CheckConstraint(
                name="one_can_arrive_and_leave",
                condition=Q(arrive_days__gte=1, arrive_days__lte=EVERY_DAY)
                & Q(leave_days__gte=1, leave_days__lte=EVERY_DAY),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state"], name="listing_by_owner"),
            models.Index(F("community"), F("published").desc(), name="listing_newest_of_community"),
            models.Index(F("published").desc(), F("id").desc(), name="listing_newest"),
            models.Index(fields=["price_minor", "id"], name="listing_cheapest"),
            models.Index(fields=["state", "kind", "tile"], name="listing_by_state_and_place"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))

    def get_absolute_url(self) -> str:
        before, after = _address(get_script_prefix())
        return f"{before}{self.pk}{after}"

    @property
    def blur_key(self) -> str:
        """Whose offset blurs the place: one home of one owner always gives one stand-in."""
        return f"community:{self.community_id}" if self.is_commons else f"member:{self.owner_id}"

    @property
    def face(self) -> "Photo | None":
        """The first photo; after `for_cards` or with the photos at hand it costs no query."""
        if not hasattr(self, "faces"):
            self.faces = list(self.photos.all())[:1]
        return self.faces[0] if self.faces else None

    @property
    def facts(self) -> models.Model:
        """What belongs to its kind: ToolFacts, RoomFacts or RideFacts."""
        return getattr(self, self.kind)

    @property
    def freed(self) -> list[dict]:
        """Communities whose members pay nothing: {"id", "slug", "name", "listed"}; with `with_beside` at no cost."""
        if not hasattr(self, "_freed"):
            self._freed: list[dict] = [dict(row) for row in self.free_to.values("id", "slug", "name", "listed")]
        return sorted(self._freed or (), key=lambda community: community["name"])

    @property
    def answers(self) -> list[dict]:
        """Answers to its community's questions, each with its question; with `with_beside` at no cost."""
        if not hasattr(self, "_answers"):
            self._answers = type(self).objects.filter(pk=self.pk).with_beside().values_list("_answers", flat=True)[0]
        for answer in self._answers or ():
            if isinstance(answer["options"], str):  # SQLite gives JSON within JSON as text
                answer["options"] = json.loads(answer["options"])
        return sorted(self._answers or (), key=lambda answer: (answer["position"], answer["id"]))

    @property
    def is_commons(self) -> bool:
        return self.owner_id is None

    @property
    def is_published(self) -> bool:
        return self.state == ListingState.PUBLISHED


@lru_cache(maxsize=8)
def _address(_prefix: str) -> tuple[str, str]:
    """What stands before and after the number: a page of 24 cards would otherwise look it up 24 times."""
    before, _number, after = reverse("listing", args=[0]).rpartition("0")
    return before, after
