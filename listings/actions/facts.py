"""What a listing says: made, changed and copied, with its place blurred and its terms consistent."""

import unicodedata
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings import holidays, signals
from listings.models import AttributeValue, Category, Listing, RideFacts, RoomFacts, Stop, ToolFacts
from listings.saved import matching as kept_searches
from listings.states import MAX_TAGS, UNITS_OF, Kind, ListingState, Terms
from members.models import Community, Member
from members.queries import first_community, membership
from sharing.photos import pipeline

from . import asked, audience, pricing
from .desk import Facts, ListingRefused, assign, locked, put_back
from .inventory import give_number
from .knowledge import copy_document
from .places import settle
from .rides import check_costs, reprice, set_departures, set_stops
from .sound import agree

PLAIN = (
    "title", "description", "language", "terms", "price_minor", "price_unit", "deposit_minor", "capacity", "instant",
    "cancellation", "place", "address", "visibility", "min_units", "max_units", "notice_hours", "horizon_days",
    "buffer_before", "buffer_after", "change_hours", "cancel_hours", "arrive_days", "leave_days", "holiday_region",
)  # fmt: skip
FACTS = {Kind.TOOL: ToolFacts, Kind.ROOM: RoomFacts, Kind.RIDE: RideFacts}
FACT_NAMES = {
    kind: tuple(field.name for field in model._meta.get_fields() if field.name != "listing")
    for kind, model in FACTS.items()
}
PRICED = {"terms", "price_minor", "capacity"}
MOST_BESIDE_TWO = 3  # one in front, two behind
KNOWN = {
    *PLAIN, *pricing.NAMES, "attributes", "kind", "community", "commons", "circle", "category", "tags", "currency",
    "lat", "lon", "stops", "departures",
}  # fmt: skip


def create(*, by: Member, facts: dict) -> Listing:
    """A draft with what is known so far; all the rest are the usual terms of its kind and community.

    `facts`: the fields of the listing and of its kind's facts by name, `kind` at least; `community`
    (default: the member's first), `commons` (the community owns it), `circle` (of the member's, who alone
    may see it), `category` (a slug), `lat` and `lon` together (default: the member's place, else the
    community's), for rides `stops` and `departures`.
    """
    listing, kind_facts = composed(by=by, facts=facts)
    with transaction.atomic():
        put_back(listing, kind_facts)
        give_number(listing)
        keep_beside(listing, facts, by)
        return _with_way(listing, facts, by)


def composed(*, by: Member, facts: dict, home: Community | None = None) -> tuple[Listing, Facts]:
    """The listing that `create` would keep and the facts of its kind, checked and not yet written.

    `home`: the community, where the caller has seen already that `by` may list this there.
    """
    _known(facts)
    kind = _kind(facts.get("kind"))
    community = home or _community(by, facts.get("community"))
    commons = bool(facts.get("commons"))
    if home is None:
        may_list(by, community, commons)
    listing = Listing(
        kind=kind,
        owner=None if commons else by,
        community=community,
        currency=community.currency,
        time_zone=community.time_zone,
        language=(by.language or community.language)[:12],
        terms=_usual_terms(kind, facts),
        price_unit=UNITS_OF[kind][0],
        version=0,
    )
    kind_facts = cast(Facts, FACTS[kind]())
    say(listing, kind_facts, facts, by, new=True)
    return listing, kind_facts


def update(listing_id: int, *, by: Member, facts: dict) -> Listing:
    """Change the named facts of a listing `by` looks after; what is not named stays."""
    _known(facts)
    with transaction.atomic():
        with locked(listing_id, by) as listing:
            if facts.get("kind", listing.kind) != listing.kind:
                raise ListingRefused(_("A listing keeps its kind. Please make a new one."), field="kind")
            if "community" in facts:
                _move(listing, _community(by, facts["community"]), by)
                give_number(listing)
            kind_facts, copies = getattr(listing, listing.kind), listing.capacity
            say(listing, kind_facts, facts, by)
            if listing.kind == Kind.RIDE:
                reprice(listing)
                if facts.get("stops") is None and PRICED & set(facts):
                    check_costs(listing)
            keep_beside(listing, facts, by)
            put_back(listing, kind_facts)
            if listing.capacity > copies:  # a kit it is part of may be free where it was not
                kept_searches.note(listing.kit_places.values_list("kit", flat=True), dates=True)
        return _with_way(listing, facts, by)


def duplicate(listing_id: int, *, by: Member) -> Listing:
    """A new draft that says the same, with copies of the photos and of its documents, and no dates.

    What it is a kit of stays with the original: those things are there once.
    """
    with locked(listing_id, by) as original:
        may_list(by, original.community, original.is_commons)
        facts = getattr(original, original.kind)
        stops, photos = list(original.stops.all()), list(original.photos.all())
        copy = _copied(original)
        copy.state, copy.published, copy.version, copy.created = ListingState.DRAFT, None, 0, timezone.now()
        copy.next_step, copy.is_kit = "", False
        copy.title = _("%(title)s (copy)") % {"title": original.title[:100]} if original.title else ""
        put_back(copy)
        give_number(copy)
        signals.begun_like.send(Listing, listing=copy, like=original)
        _copied(facts, listing_id=copy.pk).save(force_insert=True)
        copy.free_to.set(original.free_to.all())
        answers = original.attribute_values.filter(attribute__retired=False)
        AttributeValue.objects.bulk_create(_copied(answer, listing_id=copy.pk) for answer in answers)
        Stop.objects.bulk_create(_copied(stop, listing_id=copy.pk) for stop in stops)
        for photo in photos:
            copy.photos.create(position=photo.position, alt=photo.alt, **pipeline.copied(photo, f"listings/{copy.pk}"))
    for document in original.documents.filter(withdrawn=None).prefetch_related("versions"):
        copy_document(document.versions.all()[0].pk, by=by, to=copy.pk)
    return copy


def _copied(row, **changes):
    """The same facts in a row of its own."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname != "id"]
    return type(row)(**{name: getattr(row, name) for name in names} | changes)


# --- who and where --------------------------------------------------------------------------------


def _known(facts: dict) -> None:
    unknown = set(facts) - KNOWN - {name for names in FACT_NAMES.values() for name in names}
    if unknown:
        raise TypeError(f"A listing has no {', '.join(sorted(unknown))}.")


def _kind(value: object) -> Kind:
    if value not in Kind.values:
        raise ListingRefused(_("Choose a tool, a room or a ride."), field="kind")
    return Kind(value)


def _community(by: Member, given: Community | str | int | None) -> Community:
    if given in (None, ""):
        community = first_community(by)
        if community is None:
            raise ListingRefused(
                _("Join a community first, or found one: it gives what you offer its currency and its house rules."),
                field="community",
            )
        return community
    mine = Community.objects.of(by)
    if isinstance(given, Community):
        mine = mine.filter(pk=given.pk)
    else:
        mine = (
            mine.filter(pk=int(given)) if str(given).isdecimal() and len(str(given)) < 19 else mine.filter(slug=given)
        )
    community = mine.first()
    if community is None:
        raise ListingRefused(_("You are not a member of this community."), field="community")
    return community


def may_list(by: Member, community: Community, commons: bool) -> None:
    """Refuses who does not belong there, or is no steward of what belongs to everyone."""
    belongs = membership(by, community)
    if belongs is None or not belongs.is_active:
        raise ListingRefused(_("You are not a member of this community."), field="community")
    if commons and not belongs.is_steward:
        raise ListingRefused(_("Only stewards list what belongs to the community."), field="commons")


def _move(listing: Listing, community: Community, by: Member) -> None:
    """To another community: with its currency, and only while nobody has relied on the first."""
    if community.pk == listing.community_id:
        return
    if listing.published is not None:
        raise ListingRefused(
            _("This has been published in its community. Duplicate it to offer it in another one."), field="community"
        )
    if listing.kit_parts.exists() or listing.kit_places.exists():
        raise ListingRefused(
            _("All parts of a kit belong to the same owner, in the same community."), field="community"
        )
    may_list(by, community, listing.is_commons)
    listing.community, listing.currency = community, community.currency
    if listing.category is not None and listing.category.community_id is not None:
        listing.category = None  # it was the other community's own


# --- what it says ---------------------------------------------------------------------------------


def say(listing: Listing, kind_facts: Facts, facts: dict, by: Member, *, new: bool = False) -> None:
    """Make the listing at hand say the facts, each checked; nothing is written."""
    facts = dict(facts)
    unit_before = listing.price_unit
    _same_currency(listing, facts)
    _one_size(listing, kind_facts, facts, new)
    assign(kind_facts, {name: facts[name] for name in FACT_NAMES[Kind(listing.kind)] if name in facts})
    assign(listing, {name: facts[name] for name in PLAIN if name in facts})
    _not_of_this_kind(listing, facts)
    if "tags" in facts:
        listing.tags = _tags(facts["tags"])
    if "category" in facts:
        listing.category = _category(facts["category"], listing)
    agree(kind_facts, facts)
    _consistent(listing, facts)
    if listing.kind == Kind.RIDE:
        _as_a_ride(listing, kind_facts, facts)
    pricing.settle_prices(listing, facts, unit_before=unit_before)
    audience.settle(listing, by, facts)
    settle(listing, by, facts, new=new)


def _same_currency(listing: Listing, facts: dict) -> None:
    given = facts.get("currency")
    if given and given != listing.currency:
        raise ListingRefused(
            _("%(community)s counts in %(currency)s.") % {"community": listing.community, "currency": listing.currency},
            field="currency",
        )


def _one_size(listing: Listing, kind_facts, facts: dict, new: bool) -> None:
    """A whole room is booked by one party; of a shared one each bed counts."""
    if listing.kind != Kind.ROOM:
        return
    capacity, beds = facts.get("capacity"), facts.get("beds")
    if "whole" not in facts and new and capacity:
        facts["whole"] = capacity == 1
    whole = facts.get("whole", kind_facts.whole)
    if whole:
        if capacity and capacity != 1:
            raise ListingRefused(_("A whole room is lent to one party at a time."), field="capacity")
        facts["capacity"] = 1
    elif beds is not None or capacity is not None or "whole" in facts:
        facts["beds"] = beds if beds is not None else capacity if capacity is not None else kind_facts.beds
        facts["capacity"] = capacity if capacity is not None else facts["beds"]


def _not_of_this_kind(listing: Listing, facts: dict) -> None:
    own = FACT_NAMES[Kind(listing.kind)]
    for name in facts:
        if name not in KNOWN and name not in own:
            raise ListingRefused(_("This does not belong to this kind of listing."), field=name)
    if listing.kind != Kind.RIDE:
        for name in ("stops", "departures"):
            if facts.get(name):
                raise ListingRefused(_("Only rides have stops and departures."), field=name)


def _tags(given: object) -> list[str]:
    """Each in one form, small letters and single spaces, and once."""
    if not isinstance(given, (list, tuple)) or not all(isinstance(tag, str) for tag in given):
        raise ListingRefused(_("Tags are a list of words."), field="tags")
    plain = (" ".join(unicodedata.normalize("NFC", tag).lower().lstrip("# ").split()) for tag in given)
    tags = list(dict.fromkeys(tag for tag in plain if tag))
    if len(tags) > MAX_TAGS or any(len(tag) > 40 or "\x00" in tag for tag in tags):
        raise ListingRefused(_("At most %(count)s tags of up to 40 letters each.") % {"count": MAX_TAGS}, field="tags")
    return tags


def _category(given: Category | str | None, listing: Listing) -> Category | None:
    if given in (None, ""):
        return None
    category = given if isinstance(given, Category) else Category.objects.filter(slug=given).first()
    if category is None or category.kind != listing.kind or category.community_id not in (None, listing.community_id):
        raise ListingRefused(_("There is no such category for this kind."), field="category")
    if category.retired and category.pk != listing.category_id:
        raise ListingRefused(_("This category is used no more. Please choose another one."), field="category")
    return category


def _usual_terms(kind: Kind, facts: dict) -> Terms:
    if not facts.get("price_minor") and not any(stop.get("price_minor") for stop in facts.get("stops") or ()):
        return Terms.GIFT
    return Terms.COST_SHARE if kind == Kind.RIDE else Terms.RENT


def _as_a_ride(listing: Listing, kind_facts: Facts, facts: dict) -> None:
    """A ride shares its costs and no more, and offers no more seats than it promises room for."""
    if facts.get("terms") == Terms.RENT:
        raise ListingRefused(
            _("A ride is free or shares its costs. Driving for profit is another trade, with its own insurance."),
            field="terms",
        )
    behind = getattr(kind_facts, "two_behind", False) and {"two_behind", "capacity"} & set(facts)
    if behind and listing.capacity > MOST_BESIDE_TWO:
        raise ListingRefused(
            _("With two people behind at most there are %(most)s seats to offer.") % {"most": MOST_BESIDE_TWO},
            field="capacity",
        )


def _consistent(listing: Listing, facts: dict) -> None:
    if listing.price_unit not in UNITS_OF[Kind(listing.kind)]:
        raise ListingRefused(_("This kind has no price of that sort."), field="price_unit")
    if listing.terms == Terms.GIFT and listing.price_minor:
        if facts.get("price_minor"):
            raise ListingRefused(_("What is lent for free has no price."), field="price_minor")
        listing.price_minor = 0
    if listing.capacity > 1 and listing.pk and facts.get("capacity") and listing.kit_parts.exists():
        raise ListingRefused(_("A kit is lent whole, so there is one of it."), field="capacity")
    if facts.get("holiday_region") and not holidays.are_known(listing.holiday_region):
        raise ListingRefused(_("No holidays are known there."), field="holiday_region", code="invalid")
    if listing.max_units < listing.min_units:
        raise ListingRefused(_("The longest stay is shorter than the shortest."), field="max_units")
    if listing.state == ListingState.PUBLISHED and not listing.title:
        raise ListingRefused(_("A published listing needs a title."), field="title")


def keep_beside(listing: Listing, facts: dict, by: Member) -> None:
    """What is said in rows of its own; the listing has its number already."""
    if "free_to" in facts:
        listing.free_to.set(pricing.free_to(facts["free_to"], by, listing))
    if "category" in facts or "community" in facts:
        asked.drop_what_is_not_asked(listing)
    if facts.get("attributes"):
        asked.keep(listing, facts["attributes"])


def _with_way(listing: Listing, facts: dict, by: Member) -> Listing:
    if facts.get("stops") is not None:
        listing = set_stops(listing.pk, facts["stops"], by=by, priced=bool(facts.get("price_minor")))
    if facts.get("departures") is not None:
        listing = set_departures(listing.pk, facts["departures"], by=by)
    return listing
