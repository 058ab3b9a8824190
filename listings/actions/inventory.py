"""Inventory numbers: proposed by counting, changed by hand, never twice in a community."""

import re
import secrets

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from listings.models import Label, Listing
from members.models import Community, Member

from .desk import ListingRefused, locked

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that reads like another
NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z .\-/]{0,22}[0-9A-Z])?")


def give_number(listing: Listing, wanted: str = "") -> Label | None:
    """The next free number of its community, for what belongs to it; what has one keeps it.

    `wanted`: the number it has had elsewhere; it keeps that where no other thing has it.
    """
    if not listing.is_commons:
        return None
    standing = Label.objects.filter(listing=listing).first()
    if standing is not None and standing.community_id == listing.community_id:
        return standing
    Label.objects.filter(listing=listing).delete()  # it moved, as a draft, to another community
    # On PostgreSQL two stewards may count at the same time: the second waits for the first one's row.
    list(Community.objects.select_for_update(no_key=True).filter(pk=listing.community_id).values_list("pk"))
    last = Label.objects.filter(community=listing.community_id).order_by("-serial").values_list("serial", flat=True)
    serial = next(iter(last[:1]), 0)
    number = " ".join(wanted.upper().split())
    own = bool(NUMBER.fullmatch(number)) and not _taken(listing, number)
    while not own:
        serial += 1
        number = f"{_prefix(listing.community)}-{serial:04}"
        own = not _taken(listing, number)
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return Label.objects.create(
        listing=listing, community_id=listing.community_id, number=number, serial=serial, code=code
    )


def renumber(listing_id: int, number: str, *, by: Member) -> Label:
    """Another number, as a steward wants it; the code on labels that are printed already stays good."""
    number = " ".join(number.upper().split())
    if not NUMBER.fullmatch(number):
        raise ListingRefused(
            _("A number has up to 24 letters and digits, with dashes, dots or strokes between them."), field="number"
        )
    with locked(listing_id, by) as listing:
        label = get_object_or_404(Label.objects.select_for_update(), listing=listing)
        label.number = number
        try:
            with transaction.atomic():
                label.save(update_fields=["number"])
        except IntegrityError as error:
            raise ListingRefused(
                _("%(number)s is stuck on another thing already.") % {"number": number}, field="number"
            ) from error
    return label


def _taken(listing: Listing, number: str) -> bool:
    return Label.objects.filter(community=listing.community_id, number=number).exists()


def _prefix(community: Community) -> str:
    """Three letters to know the community by."""
    return "".join(letter for letter in community.slug if letter.isalnum())[:3].upper() or "C"
