"""What clients of the API send and get about listings. Sent fields are checked here for their form only;
whether they go together is for the actions to say."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import DateTimeField

from members.serializers import Strict

from . import answers, categories, words
from .driving import amounts, costs
from .models import Listing, Photo
from .states import (
    LIMITS,
    MAX_DEPARTURES,
    MAX_FREE_TO,
    MAX_STOPS,
    MAX_TAGS,
    MAX_TIERS,
    Cancellation,
    Condition,
    Kind,
    Terms,
    Unit,
    Visibility,
)


def figure(name: str, **kwargs) -> serializers.IntegerField:
    least, most = LIMITS[name]
    return serializers.IntegerField(min_value=least, max_value=most, required=False, **kwargs)


def text(most: int, **kwargs) -> serializers.CharField:
    return serializers.CharField(max_length=most, allow_blank=True, required=False, **kwargs)


class Instant(DateTimeField):
    """A moment that says its zone; "10:00" alone would mean another moment to everyone."""

    default_error_messages = {"naive": _("This moment needs its time zone: end it with Z or +02:00.")}

    def enforce_timezone(self, value):
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


class StopFacts(Strict):
    place = serializers.CharField(max_length=160)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    minutes = serializers.IntegerField(min_value=0, help_text="From the first stop.")
    price_minor = figure(
        "price_minor", allow_null=True, help_text="A seat from the first stop to here; default: by distance."
    )
    km = serializers.FloatField(
        min_value=0, max_value=10_000, required=False, allow_null=True,
        help_text="By road from the first stop, where the driver knows better than the map.",
    )  # fmt: skip


class TierFacts(Strict):
    from_units = serializers.IntegerField(min_value=2, max_value=LIMITS["max_units"][1])
    price_minor = serializers.IntegerField(min_value=1, max_value=LIMITS["price_minor"][1], help_text="For each unit.")


class ListingFacts(Strict):
    kind = serializers.ChoiceField(Kind.choices)
    title = text(120)
    description = text(6000)
    category = serializers.CharField(max_length=60, required=False, allow_null=True, help_text="A slug of categories/.")
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=MAX_TAGS, required=False)
    language = serializers.CharField(max_length=12, required=False)
    terms = serializers.ChoiceField(Terms.choices, required=False)
    price_minor = figure("price_minor")
    price_unit = serializers.ChoiceField(Unit.choices, required=False)
    price_tiers = TierFacts(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=MAX_TIERS,
        help_text="What each unit costs in a stay of so many and more; ever later, ever cheaper. [] for none.",
    )
    commercial_price_minor = figure(
        "commercial_price_minor", allow_null=True, help_text="For each unit of commercial use; null: the same price."
    )
    free_to = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=MAX_FREE_TO,
        required=False,
        help_text="Slugs or ids of your communities whose members pay nothing.",
    )
    currency = serializers.CharField(
        max_length=3, required=False, help_text="That of the community; others are refused."
    )
    deposit_minor = figure("deposit_minor")
    capacity = figure("capacity")
    instant = serializers.BooleanField(required=False)
    cancellation = serializers.ChoiceField(Cancellation.choices, required=False)
    place = text(160, help_text="In words, for everyone.")
    address = text(200, help_text="For those whose booking is agreed.")
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    circle = serializers.IntegerField(
        min_value=1, max_value=2**62, required=False, help_text="The id of a circle of yours; for visibility circle."
    )
    community = serializers.CharField(max_length=60, required=False, help_text="Slug or id; default: your first one.")
    commons = serializers.BooleanField(required=False, help_text="Owned by the community; for its stewards.")
    min_units = figure("min_units")
    max_units = figure("max_units")
    notice_hours = figure("notice_hours")
    horizon_days = figure("horizon_days")
    buffer_before = figure("buffer_before")
    buffer_after = figure("buffer_after")
    attributes = serializers.DictField(
        required=False,
        help_text="Answers to the community's own questions, by slug: true or false, the key of a choice, a number,"
        " words; null takes one away.",
    )
    condition = serializers.ChoiceField(Condition.choices, required=False, allow_blank=True)
    brand = text(80)
    size = text(80, help_text="In words or measures.")
    included = text(1000)
    instructions = text(6000)
    approval_needed = serializers.BooleanField(required=False, help_text="Training or approval comes first.")
    approval_note = text(500, help_text="What one has to know or show.")
    value_minor = figure("value_minor", help_text="What it is worth; suggests the deposit.")
    whole = serializers.BooleanField(required=False)
    beds = figure("beds")
    check_in = serializers.TimeField(required=False)
    check_out = serializers.TimeField(required=False)
    access = text(1000)
    pets = serializers.BooleanField(required=False)
    smoking = serializers.BooleanField(required=False)
    rules = text(2000)
    bathrooms = figure("bathrooms", allow_null=True)
    step_free = serializers.BooleanField(required=False, allow_null=True, help_text="Reached without a step.")
    door_cm = figure("door_cm", allow_null=True, help_text="The narrowest door on the way.")
    steps = figure("steps", allow_null=True, help_text="Steps on the way in.")
    quiet_from = serializers.TimeField(required=False, allow_null=True)
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    work_space = serializers.BooleanField(required=False)
    registration = text(60, help_text="Shown with stays by the night, as EU 2024/1028 asks.")
    registration_not_needed = serializers.BooleanField(required=False)
    vehicle = text(80)
    luggage = text(80)
    two_behind = serializers.BooleanField(required=False)
    stops = StopFacts(many=True, required=False, max_length=MAX_STOPS)  # type: ignore[call-arg]
    departures = serializers.ListField(child=Instant(), max_length=MAX_DEPARTURES, required=False)
    publish = serializers.BooleanField(required=False, help_text="Publish at once.")


class PhotoSent(Strict):
    photo = serializers.FileField(max_length=300)
    alt = serializers.CharField(max_length=200, allow_blank=True, default="")


class PhotoFacts(Strict):
    alt = text(200)
    position = serializers.IntegerField(min_value=0, max_value=100, required=False)


# --- answers --------------------------------------------------------------------------------------


class PhotoAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    src = serializers.URLField()
    srcset = serializers.CharField()
    avif_srcset = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField()
    colour = serializers.CharField()


class LeafAnswer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryAnswer(LeafAnswer):
    kind = serializers.ChoiceField(Kind.choices)
    children = LeafAnswer(many=True)


class OwnerAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class StopAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    place = serializers.CharField()
    lat = serializers.FloatField(help_text="Of the blurred point.")
    lon = serializers.FloatField(help_text="Of the blurred point.")
    minutes = serializers.IntegerField()
    price_minor = serializers.IntegerField()
    time_zone = serializers.CharField()


class DepartureAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    leaves = serializers.DateTimeField()


class ExactAnswer(serializers.Serializer):
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    address = serializers.CharField()


class CostShareAnswer(serializers.Serializer):
    metres = serializers.IntegerField()
    occupants = serializers.IntegerField(help_text="All seats on offer, and the driver's.")
    total_minor = serializers.IntegerField()
    each_minor = serializers.IntegerField(help_text="The most that a seat for the whole way may cost.")
    words = serializers.CharField()
    source = serializers.CharField(help_text="Where the rate is from.")  # type: ignore[assignment]


class ListingAnswer(serializers.Serializer):
    """A listing as its page tells it; `exact` only for those who look after it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    terms = serializers.ChoiceField(Terms.choices)
    price = serializers.CharField(help_text="In words, in the caller's language.")
    price_minor = serializers.IntegerField()
    price_unit = serializers.ChoiceField(Unit.choices)
    price_tiers = TierFacts(many=True)
    commercial_price_minor = serializers.IntegerField(allow_null=True)
    free_to = serializers.ListField(child=serializers.CharField(), help_text="Slugs of the communities.")
    currency = serializers.CharField()
    deposit_minor = serializers.IntegerField()
    capacity = serializers.IntegerField()
    instant = serializers.BooleanField()
    cancellation = serializers.ChoiceField(Cancellation.choices)
    visibility = serializers.ChoiceField(Visibility.choices)
    community = serializers.CharField(allow_null=True, help_text="Null when it is not the caller's to know.")
    owner = OwnerAnswer(allow_null=True, help_text="Null when it belongs to the community.")
    place = serializers.CharField()
    lat = serializers.FloatField(allow_null=True, help_text="Of the blurred point.")
    lon = serializers.FloatField(allow_null=True, help_text="Of the blurred point.")
    time_zone = serializers.CharField()
    min_units = serializers.IntegerField()
    max_units = serializers.IntegerField()
    notice_hours = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
    buffer_before = serializers.IntegerField()
    buffer_after = serializers.IntegerField()
    facts = serializers.DictField(help_text="What belongs to its kind.")
    attributes = serializers.DictField(help_text="Answers to its community's own questions, by slug.")
    photos = PhotoAnswer(many=True)
    stops = StopAnswer(many=True)
    departures = DepartureAnswer(many=True)
    published = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    exact = ExactAnswer(required=False)
    circle = serializers.IntegerField(required=False, help_text="Who alone may see it; told to its owner only.")
    cost_share = CostShareAnswer(required=False, allow_null=True, help_text="Rides: how the highest price is reckoned.")
    hints = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Rides: what their driver may want to mind."
    )
    value_minor = serializers.IntegerField(required=False, help_text="Of a tool; told to those who look after it.")


_AS_THEY_ARE = (
    "kind", "state", "title", "description", "tags", "language", "terms", "price_minor", "price_unit", "price_tiers",
    "commercial_price_minor", "currency", "deposit_minor", "capacity", "instant", "cancellation", "visibility",
    "place", "time_zone", "min_units", "max_units", "notice_hours", "horizon_days", "buffer_before", "buffer_after",
    "published", "version",
)  # fmt: skip


def listing_json(listing: Listing, request, *, cared: bool) -> dict:
    """The answer about one listing that came with `for_pages().with_way()`."""
    facts = {
        field.name: getattr(listing.facts, field.name)
        for field in listing.facts._meta.concrete_fields
        if field.name not in ("listing", "value_minor")
    }
    answer = {
        "id": listing.pk,
        "url": request.build_absolute_uri(listing.get_absolute_url()),
        **{name: getattr(listing, name) for name in _AS_THEY_ARE},
        "category": categories.slug_of(listing.category_id) or None,
        "price": words.price(listing),
        "free_to": [community["slug"] for community in listing.freed],
        "community": listing.community.slug or None,
        "owner": {"id": listing.owner_id, "name": str(listing.owner)} if listing.owner else None,
        "lat": listing.public_lat,
        "lon": listing.public_lon,
        "facts": facts,
        "attributes": {answer["slug"]: answers.plain(answer) for answer in listing.answers},
        "photos": [photo_json(photo, request) for photo in listing.photos.all()],
        "stops": [_stop(listing, stop) for stop in listing.stops.all()],
        "departures": [{"id": departure.pk, "leaves": departure.leaves} for departure in listing.coming],
    }
    if listing.kind == Kind.RIDE:
        answer |= _of_a_ride(listing, cared=cared)
    if cared:
        answer["exact"] = {"lat": listing.lat, "lon": listing.lon, "address": listing.address}
        if listing.circle_id is not None:
            answer["circle"] = listing.circle_id
        if listing.kind == Kind.TOOL:
            answer["value_minor"] = listing.tool.value_minor
    return answer


def _of_a_ride(listing: Listing, *, cared: bool) -> dict:
    """How the highest price is reckoned; to its driver also what to mind in the description."""
    stops = list(listing.stops.all())
    most = costs.share(listing, stops) if len(stops) > 1 else None
    found = amounts.named(listing.description) if cared else []
    return {
        "cost_share": most and {
            "metres": most.metres, "occupants": most.occupants, "total_minor": most.total_minor,
            "each_minor": most.each_minor, "words": most.words, "source": most.rate.named,
        },
        "hints": [amounts.hint(found)] if found else [],
    }  # fmt: skip


def photo_json(photo: Photo, request) -> dict:
    absolute = request.build_absolute_uri
    return {
        "id": photo.pk,
        "src": absolute(photo.src),
        "srcset": photo.webp_srcset,
        "avif_srcset": photo.avif_srcset,
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
        "colour": photo.colour,
    }


def _stop(listing: Listing, stop) -> dict:
    stop.listing = listing
    public = stop.public
    return {
        "id": stop.pk,
        "place": stop.place,
        "lat": public.lat,
        "lon": public.lon,
        "minutes": stop.minutes,
        "price_minor": stop.price_minor,
        "time_zone": stop.time_zone or listing.time_zone,
    }
