"""What is taken of a kit because too little is left of one of its parts, and what else is free when one is."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from listings.models import KitPart, Listing
from sharing.values.period import Period

from ..load import Load, Taken
from ..models import Claim
from ..states import ClaimKind


def shortages(
    kits: Iterable[Listing], within: Period, now: datetime, *, ignoring: int | None = None, imported: bool = True
) -> dict[int, list[Taken]]:
    """For each kit the times in which it cannot be had whole; two statements for all, none without a kit.

    What the kit itself has claimed of its parts counts on the kit already. `imported`: what other calendars said of
    the parts counts too.
    """
    capacities = {kit.pk: kit.capacity for kit in kits if kit.is_kit}
    if not capacities:
        return {}
    parts = list(KitPart.objects.filter(kit__in=capacities).select_related("part"))
    claimed: dict[int, list[tuple[int | None, Taken]]] = defaultdict(list)
    rows = Claim.objects.filter(
        Q(expires__isnull=True) | Q(expires__gt=now), listing__in={row.part_id for row in parts},
        ends__gt=within.starts, starts__lt=within.ends,
    )
    if ignoring is not None:
        rows = rows.exclude(Q(pk=ignoring) | Q(whole=ignoring))
    if not imported:
        rows = rows.exclude(kind=ClaimKind.IMPORT)
    for listing, whole, *taken in rows.values_list("listing_id", "whole__listing_id", "starts", "ends", "quantity"):
        claimed[listing].append((whole, Taken._make(taken)))
    found: dict[int, list[Taken]] = defaultdict(list)
    for row in parts:
        load = Load([taken for whole, taken in claimed[row.part_id] if whole != row.kit_id])
        found[row.kit_id] += [
            Taken(span.starts, span.ends, capacities[row.kit_id])
            for span, taken in load.segments(within)
            if taken + row.quantity > row.part.capacity
        ]
    return found


def freed_with(listing_ids: Iterable[int]) -> dict[int, set[int]]:
    """For each listing that came free the others that may be had again by it; one statement.

    With a part the kits it belongs to; with a kit its parts, and the other kits that want those.
    """
    ids = set(listing_ids)
    wanted = KitPart.objects.filter(kit__in=ids).order_by().values("part")
    pairs = KitPart.objects.filter(Q(part__in=ids) | Q(part__in=wanted)).values_list("kit", "part")
    kits_of: dict[int, set[int]] = defaultdict(set)
    parts_of: dict[int, set[int]] = defaultdict(set)
    for kit, part in pairs.distinct():
        kits_of[part].add(kit)
        parts_of[kit].add(part)
    return {pk: kits_of[pk].union(parts_of[pk], *(kits_of[part] for part in parts_of[pk])) - {pk} for pk in ids}
