"""Whether a listing has any rule about who may have it, so that the many without one cost next to nothing."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from listings.models import KitPart, Listing
from listings.states import Kind

from .models import FairUse, PolicyListing


def with_rules(listings: QuerySet) -> QuerySet:
    """Listings that know, without a further statement, whether there is any rule at all."""
    rules = FairUse.objects.filter(Q(listing=OuterRef("pk")) | Q(community=OuterRef("community")))
    under = PolicyListing.objects.filter(listing=OuterRef("pk"))
    parts = KitPart.objects.filter(Q(part__under_policy__isnull=False) | Q(part__tool__approval_needed=True))
    of_parts = Exists(parts.filter(kit=OuterRef("pk")))
    asked = Exists(rules) | Exists(under) | Q(tool__approval_needed=True) | of_parts
    return listings.annotate(has_rules=ExpressionWrapper(asked, output_field=BooleanField()))


def is_ruled(listing: Listing) -> bool:
    """One statement at most, and none for a ride or for one that was read `with_rules`."""
    if listing.kind == Kind.RIDE:
        return False
    known = vars(listing)
    if "has_rules" not in known:
        row = with_rules(Listing.objects.filter(pk=listing.pk)).values_list("has_rules", flat=True).first()
        known["has_rules"] = bool(row)
    return known["has_rules"]
