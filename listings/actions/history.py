"""Going back to what a commons listing said before."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from listings import history
from listings.models import Category, Listing
from listings.states import Kind
from members.models import Member

from . import pricing
from .desk import ListingRefused
from .facts import FACT_NAMES, PLAIN, update


def restore_version(listing_id: int, version: int, *, by: Member) -> Listing:
    """Let a commons listing say again what it said at that version; its photos and its state stay as they are."""
    listing = get_object_or_404(Listing.objects.looked_after_by(by), pk=listing_id)
    if not listing.is_commons:
        raise ListingRefused(_("Only what belongs to the community has a history."))
    get_object_or_404(listing.changes.all(), version=version)
    now = history.told(listing)
    former = {name: value for name, value in history.as_it_was(listing, version).items() if now.get(name) != value}
    if "category_id" in former:
        former["category"] = Category.objects.filter(pk=former["category_id"]).first()
    known = {*PLAIN, *FACT_NAMES[Kind(listing.kind)], *pricing.NAMES, "tags", "category", "lat", "lon"}
    facts = {name: value for name, value in former.items() if name in known}
    if ("lat" in facts) != ("lon" in facts):  # moved due north, say: the other half is as it is
        facts |= {"lat": facts.get("lat", listing.lat), "lon": facts.get("lon", listing.lon)}
    if not facts:
        raise ListingRefused(_("It says the same already."))
    with history.going_back(version):
        return update(listing_id, by=by, facts=facts)
