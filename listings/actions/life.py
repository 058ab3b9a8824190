"""A listing's life: draft, published, paused, archived; which step is open when says `states.LIFE`."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings import promises
from listings.driving import costs
from listings.models import KitPart, Listing
from listings.search import index
from listings.states import LIFE, Kind, ListingState, Terms, life_steps
from members.models import Community, Member
from members.queries import membership

from . import asked
from .desk import ListingRefused, locked, put_back
from .kits import remove_part
from .rides import one_car

_NOT_NOW = {
    ListingState.DRAFT: gettext_lazy("This is a draft still."),
    ListingState.PUBLISHED: gettext_lazy("This is published already."),
    ListingState.PAUSED: gettext_lazy("This is paused already."),
    ListingState.ARCHIVED: gettext_lazy("This is in the archive. Take it out first."),
}


def publish(listing_id: int, *, by: Member, now: datetime | None = None) -> Listing:
    """Let others find it, once it says what they need to know."""
    now = now or timezone.now()
    with locked(listing_id, by) as listing:
        _step("publish", listing)
        if membership(by, listing.community) is None:
            raise ListingRefused(_("You are not a member of this community any more."), field="community")
        for field, sentence in missing(listing, now):
            raise ListingRefused(sentence, field=field)
        if question := asked.unanswered(listing):
            raise ListingRefused(
                _("Your community asks of such things: %(question)s?") % {"question": question.name.rstrip("?")},
                field="attributes",
            )
        if listing.kind == Kind.RIDE:
            one_car(listing, now)
        listing.state = ListingState.PUBLISHED
        listing.published = listing.published or now
        put_back(listing)
    return listing


def pause(listing_id: int, *, by: Member) -> Listing:
    """Nobody finds or books it for a while; what is agreed stays agreed."""
    return _to("pause", ListingState.PAUSED, listing_id, by)


def archive(listing_id: int, *, by: Member) -> Listing:
    """Put it away, once nobody counts on it any more: `promises.coming(listing)` lists what is in the way."""
    with locked(listing_id, by) as listing:
        _step("archive", listing)
        if promises.coming(listing):
            raise ListingRefused(
                _("Neighbours count on it still. See those bookings through, or call them off; until then pause it."),
                code="still_promised",
            )
        listing.state = ListingState.ARCHIVED
        put_back(listing)
    return listing


def restore(listing_id: int, *, by: Member) -> Listing:
    """Out of the archive, not yet before everybody's eyes."""
    with locked(listing_id, by) as listing:
        _step("restore", listing)
        listing.state = ListingState.PAUSED if listing.published else ListingState.DRAFT
        put_back(listing)
    return listing


def delete(listing_id: int, *, by: Member) -> None:
    """Away for good: only a draft that nobody else has ever seen. A kit it was a part of goes on without it."""
    with transaction.atomic():
        mine = KitPart.objects.filter(part=listing_id, kit__in=Listing.objects.looked_after_by(by).values("pk"))
        for kit in mine.order_by("kit").values_list("kit", flat=True):
            remove_part(kit, listing_id, by=by)
        with locked(listing_id, by) as listing:
            if "delete" not in life_steps(listing.state, ever_published=listing.published is not None):
                raise ListingRefused(_("Only drafts are deleted. What others have seen goes to the archive."))
            index.remove(listing)
            if not _is_gone(listing):
                raise ListingRefused(_("Only drafts are deleted. What others have seen goes to the archive."))


def _is_gone(listing: Listing) -> bool:
    """Whether it could be deleted: what was booked with its kit stays on record."""
    try:
        with transaction.atomic():
            listing.delete()
    except ProtectedError:
        return False
    return True


def pause_all_of(member: Member, community: Community) -> int:
    """When a member leaves: what they offer there is offered no more. Returns how many that were."""
    paused = 0
    for pk in Listing.objects.published().filter(owner=member, community=community).values_list("pk", flat=True):
        with transaction.atomic():
            listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            if listing.is_published:
                listing.state = ListingState.PAUSED
                put_back(listing)
                paused += 1
    return paused


def put_away_all_of(member: Member) -> None:
    """When an account closes: drafts go, the rest goes to the archive."""
    for pk in Listing.objects.filter(owner=member).exclude(state=ListingState.ARCHIVED).values_list("pk", flat=True):
        with transaction.atomic():
            listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            if listing.published is not None or not _is_gone(listing):
                listing.state = ListingState.ARCHIVED
                put_back(listing)


def missing(listing: Listing, now: datetime | None = None) -> list[tuple[str, str]]:
    """What it still lacks before others may see it: (field, sentence), the first thing first."""
    lacks = []
    if not listing.title:
        lacks.append(("title", _("Give it a title.")))
    if listing.kind == Kind.RIDE:
        stops = list(listing.stops.all())
        if len(stops) < 2:
            lacks.append(("stops", _("Say where the ride begins and where it ends.")))
        if not _sets_off(listing, now or timezone.now()):
            lacks.append(("departures", _("Say when the ride sets off.")))
        if listing.terms == Terms.RENT:
            lacks.append(("terms", _("A ride is free or shares its costs: choose which.")))
        if sentence := costs.above(listing, stops):
            lacks.append(("price_minor", sentence))
    if listing.tile is None:
        lacks.append(("place", _("Say where it is.")))
    if listing.terms != Terms.GIFT and not listing.price_minor:
        lacks.append(("price_minor", _("Give it a price, or lend it for free.")))
    return lacks


def _sets_off(listing: Listing, now: datetime) -> bool:
    if hasattr(listing, "coming"):
        return bool(listing.coming)
    return listing.departures.filter(leaves__gt=now, cancelled=False).exists()


def _to(verb: str, state: ListingState, listing_id: int, by: Member) -> Listing:
    with locked(listing_id, by) as listing:
        _step(verb, listing)
        listing.state = state
        put_back(listing)
    return listing


def _step(verb: str, listing: Listing) -> None:
    if listing.state not in LIFE[verb].before:
        raise ListingRefused(str(_NOT_NOW[ListingState(listing.state)]))
