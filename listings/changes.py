"""A change of a commons listing in words: each field under its name, as it was and as it became.

Where exactly the thing stands is told only to those whose booking is agreed, so of the address and the
point it says no more than that they changed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharing.web.formats import money

from . import categories
from .models import Listing, ListingChange
from .states import ListingState

SECRET = {"address", "lat", "lon"}
_MONEY = {"price_minor", "deposit_minor", "commercial_price_minor", "value_minor"}


class Said(NamedTuple):
    """A field in words; both texts are empty when it is not told what it says."""

    name: str
    before: str
    after: str


def headline(change: ListingChange) -> str:
    """What the change was, in a few words."""
    if change.back_to is not None:
        return _("Brought version %(version)s back") % {"version": change.back_to}
    if state := change.after.get("state"):
        return _DEEDS[ListingState(state)]()
    return ngettext("Changed one thing", "Changed %(n)s things", len(change.after)) % {"n": len(change.after)}


_DEEDS = {
    ListingState.PUBLISHED: lambda: _("Pinned it to the board"),
    ListingState.PAUSED: lambda: _("Took it down for a while"),
    ListingState.ARCHIVED: lambda: _("Put it into the archive"),
    ListingState.DRAFT: lambda: _("Made it a draft"),
}


def said(change: ListingChange, listing: Listing) -> Iterator[Said]:
    """Each field that differs, but for the state, which the headline tells."""
    names = [name for name in change.after if name not in ("state", "lon")]
    for name in names:
        if name in SECRET:
            yield Said(_("Where exactly it is") if name == "lat" else _label(listing, name), "", "")
        else:
            yield Said(
                _label(listing, name),
                _words(listing, name, change.before.get(name)),
                _words(listing, name, change.after[name]),
            )


def _label(listing: Listing, name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]()
    field = _field(listing, name)
    text = str(field.verbose_name) if field is not None else name.replace("_", " ")
    return text[:1].upper() + text[1:]


_LABELS = {
    "photos": lambda: _("Photos"),
    "parts": lambda: _("Parts of the kit"),
    "stops": lambda: _("Stops"),
    "category_id": lambda: _("Category"),
    "free_to": lambda: _("Free to members of"),
    "language": lambda: _("Language"),
}


def _words(listing: Listing, name: str, value) -> str:
    if value in (None, "", []):
        return "–"
    if name in _MONEY:
        return money(value, listing.currency)
    if name == "category_id":
        return categories.name_of(value) or "–"
    if name == "photos":
        return ngettext("%(n)s photo", "%(n)s photos", len(value)) % {"n": len(value)}
    if name == "stops":
        return " → ".join(str(stop[0]) for stop in value)
    if name == "price_tiers":
        return ", ".join(f"{tier['from_units']}+: {money(tier['price_minor'], listing.currency)}" for tier in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    field = _field(listing, name)
    return str(dict(field.flatchoices).get(value, value)) if field is not None and field.choices else str(value)


def _field(listing: Listing, name: str):
    for row in (listing, listing.facts):
        found = next((field for field in row._meta.concrete_fields if field.attname == name), None)
        if found is not None:
            return found
    return None
