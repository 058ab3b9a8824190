"""Kits in a list: a row names its parts by the numbers of other rows, "T1, T2 x 2".

Parts stand above their kit, or are here already. What is written is read in again as the same.
"""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from listings.actions.kits import add_part, remove_part
from listings.models import CatalogueImport, ImportedItem, Listing
from listings.states import ListingState
from members.models import Member

OURS = re.compile("#[1-9][0-9]{0,17}")
"""How our export numbers listings."""

_COUNTED = re.compile(r"(.*\S)\s+[x×]\s*([1-9][0-9]{0,3})", re.IGNORECASE | re.ASCII)


def read(text: str) -> dict[str, int]:
    """How many of which number belong to the kit."""
    found: dict[str, int] = {}
    for word in filter(None, (part.strip() for part in re.split(r"[,;|\n]", text))):
        counted = _COUNTED.fullmatch(word)
        key, quantity = (counted[1], int(counted[2])) if counted else (word, 1)
        if key in found:
            raise ValueError(_("Two parts of the kit have the same number: %(number)s") % {"number": key[:80]})
        found[key] = quantity
    return found


def written(listing: Listing) -> str:
    """Its parts, but for those that lie in the archive and so are taken out nowhere."""
    if not listing.is_kit:
        return ""
    parts = [row for row in listing.kit_parts.all() if row.part.state != ListingState.ARCHIVED]
    return ", ".join(f"#{row.part_id}" + (f" x {row.quantity}" if row.quantity > 1 else "") for row in parts)


def standing(run: CatalogueImport, numbers: Collection[str]) -> dict[str, int]:
    """Which listing each of the numbers is, of those that are here already."""
    if not numbers:
        return {}
    items = ImportedItem.objects.filter(scope=run.scope, key__in=numbers)
    found = dict(items.values_list("key", "listing"))
    if ours := [int(number[1:]) for number in numbers if OURS.fullmatch(number)]:
        mine = Listing.objects.looked_after_by(run.member).filter(
            pk__in=ours, community=run.community_id, owner__isnull=run.commons
        )
        found |= {f"#{pk}": pk for pk in mine.values_list("pk", flat=True)}
    return found


def keep(kit_id: int, parts: Mapping[int, int], *, by: Member) -> None:
    """Let the kit have these parts and no others."""
    rows = Listing.objects.get(pk=kit_id).kit_parts.values_list("part", "quantity")
    before = dict(rows)
    for part in before.keys() - parts.keys():
        remove_part(kit_id, part, by=by)
    for part, quantity in parts.items():
        if before.get(part) != quantity:
            add_part(kit_id, part, by=by, quantity=quantity)
