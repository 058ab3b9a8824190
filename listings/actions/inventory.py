"""Inventory numbers: proposed by counting, changed by hand, never twice in a community."""

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from listings.models import Label, Listing
from members.models import Community, Member

from .desk import ListingRefused, locked

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that reads like another
AT_ONCE = 100
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
    if standing is not None:
        standing.delete()  # it moved, as a draft, to another community
    return number_new(listing.community, [(listing, wanted)])[0]


def number_new(community: Community, listings: Sequence[tuple[Listing, str]]) -> list[Label]:
    """The same for things of a community that have no number yet: a handful of statements, however many they are."""
    if not listings:
        return []
    # On PostgreSQL two stewards may count at the same time: the second waits for the first one's row.
    list(Community.objects.select_for_update(no_key=True).filter(pk=community.pk).values_list("pk"))
    last = Label.objects.filter(community=community.pk).order_by("-serial").values_list("serial", flat=True)
    serial = next(iter(last[:1]), 0)
    asked = [" ".join(wanted.upper().split()) for _listing, wanted in listings]
    own = {number for number in asked if NUMBER.fullmatch(number)}
    taken = _taken(community, own)
    counted = _counted(community, serial, own)
    labels = []
    for (listing, _wanted), number in zip(listings, asked, strict=True):
        if number not in own or number in taken:
            serial, number = next(counted)
        taken.add(number)
        code = "".join(secrets.choice(LETTERS) for _ in range(8))
        labels.append(
            Label(listing=listing, community_id=community.pk, number=number, serial=serial, code=code)
        )
    return Label.objects.bulk_create(labels)


def _counted(community: Community, serial: int, own: set[str]) -> Iterator[tuple[int, str]]:
    """The numbers that follow and are nobody's, asked for a few at a time."""
    while True:
        coming = {serial + n: f"{_prefix(community)}-{serial + n:04}" for n in range(1, AT_ONCE + 1)}
        taken = _taken(community, coming.values()) | own
        yield from ((n, number) for n, number in coming.items() if number not in taken)
        serial += AT_ONCE


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


def _taken(community: Community, numbers: Iterable[str]) -> set[str]:
    asked = list(numbers)
    if not asked:
        return set()
    return set(Label.objects.filter(community=community.pk, number__in=asked).values_list("number", flat=True))


def _prefix(community: Community) -> str:
    """Three letters to know the community by."""
    return "".join(letter for letter in community.slug if letter.isalnum())[:3].upper() or "C"
