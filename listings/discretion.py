"""Communities that do not show themselves: what one of theirs shows to everyone still does not name them.

A stranger who may read the listing or the want learns neither the name nor the address of the community behind
it, nor which such communities it is free to; of its categories they read what the tree has. The usual case, a
community shown to everyone, costs no statement.
"""

from copy import copy

from django.utils.translation import gettext as _

from members.models import Community

from . import categories
from .models import Listing


def told(community: Community, viewer) -> Community:
    """The community itself where the viewer may know of it, else a stand-in without name and address; never saved."""
    if community.listed or Community.objects.known_to(viewer).filter(pk=community.pk).exists():
        return community
    unnamed = copy(community)
    unnamed.name, unnamed.slug = _("A community of neighbours"), ""
    return unnamed


def veil(listing: Listing, viewer, *, cared: bool) -> Listing:
    """The listing with those communities alone that the viewer may know of; whoever looks after it knows them all.

    The listing came with `with_beside()`, and is only read from here on.
    """
    if cared:
        return listing
    named = told(listing.community, viewer)
    if named is not listing.community:
        listing.community = named
        listing.category_id = categories.of_the_tree(listing.category_id)
        listing._rates = [{**rate, "community": named.name} for rate in listing._rates or ()]
    if hidden := [one["id"] for one in listing.freed if not one["listed"]]:
        known = set(Community.objects.known_to(viewer).filter(pk__in=hidden).values_list("pk", flat=True))
        listing._freed = [one for one in listing.freed if one["listed"] or one["id"] in known]
    return listing
