"""Kits: things that belong together and are lent together, each still a listing of its own."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from listings.models import KitPart, Listing
from listings.states import Kind, ListingState
from members.models import Member

from .desk import ListingRefused, locked, put_back

MOST_PARTS = 24


def add_part(kit_id: int, part_id: int, *, by: Member, quantity: int = 1) -> KitPart:
    """Let a thing be part of a kit. Both are looked after by the same people, and a part is no kit itself."""
    with locked(kit_id, by) as kit:
        may_be_kit(kit)
        part = _part(kit, part_id, by)
        if not 1 <= quantity <= part.capacity:
            raise ListingRefused(
                _("There are %(n)s of “%(title)s”.") % {"n": part.capacity, "title": part}, field="quantity"
            )
        standing = list(kit.kit_parts.values_list("part_id", flat=True))
        if len(standing) >= MOST_PARTS and part.pk not in standing:
            raise ListingRefused(_("A kit has at most %(most)s parts.") % {"most": MOST_PARTS}, field="part")
        row, _made = KitPart.objects.update_or_create(
            kit=kit, part=part, defaults={"quantity": quantity}, create_defaults={
                "quantity": quantity, "position": len(standing)
            },
        )
        kit.is_kit = True
        put_back(kit)
    return row


def remove_part(kit_id: int, part_id: int, *, by: Member) -> Listing:
    """The part is no part any more; what is agreed about the kit stays agreed."""
    with locked(kit_id, by) as kit:
        get_object_or_404(kit.kit_parts.all(), part=part_id).delete()
        kit.is_kit = kit.kit_parts.exists()
        put_back(kit)
    return kit


def candidates(kit: Listing, by: Member):
    """What could become a part of it: tools of the same owner in the same community that are no kits."""
    rows = Listing.objects.looked_after_by(by).filter(kind=Kind.TOOL, community=kit.community_id, owner=kit.owner_id)
    rows = rows.exclude(pk=kit.pk).exclude(state=ListingState.ARCHIVED).exclude(title="")
    taken = kit.kit_parts.values("part")
    return rows.exclude(pk__in=taken).exclude(kit_parts__isnull=False).order_by("title", "pk")


def may_be_kit(kit: Listing) -> None:
    if kit.kind != Kind.TOOL:
        raise ListingRefused(_("Only things make up a kit."), field="part")
    if kit.capacity != 1:
        raise ListingRefused(_("A kit is lent whole, so there is one of it. Say so in its terms first."), field="part")
    if kit.pk and kit.kit_places.exists():
        raise ListingRefused(_("This is part of a kit itself."), field="part")


def _part(kit: Listing, part_id: int, by: Member) -> Listing:
    part = Listing.objects.looked_after_by(by).filter(pk=part_id).first()
    if part is None:
        raise ListingRefused(_("Choose one of your own things."), field="part")
    if part.pk == kit.pk:
        raise ListingRefused(_("A kit is no part of itself."), field="part")
    if part.kind != Kind.TOOL:
        raise ListingRefused(_("Only things make up a kit."), field="part")
    if (part.owner_id, part.community_id) != (kit.owner_id, kit.community_id):
        raise ListingRefused(_("All parts of a kit belong to the same owner, in the same community."), field="part")
    if part.kit_parts.exists():
        raise ListingRefused(_("“%(title)s” is a kit itself.") % {"title": part}, field="part")
    return part
