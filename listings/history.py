"""What was changed about a commons listing: remembered under the lock, noted when it is put back.

Only what belongs to a community has a history, from its publication on: a draft is nobody's business,
and a member's own listing is theirs to change. Every action comes by here through `actions.desk`, so
that none can forget to write.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from members.queries import membership

from .models import Listing, ListingChange

# What follows from the rest, or says who and when instead of what.
_SILENT = {
    "id", "owner_id", "community_id", "version", "created", "updated", "published", "next_step", "is_kit", "currency",
    "x", "y", "z", "tile", "public_lat", "public_lon", "time_zone", "listing_id",
}  # fmt: skip

Part = Callable[[Listing], Any]
_parts: dict[str, Part] = {
    "photos": lambda listing: list(listing.photos.values_list("key", flat=True)),
    "free_to": lambda listing: sorted(listing.free_to.values_list("slug", flat=True)),
    "parts": lambda listing: [
        f"{quantity} × {title}" for title, quantity in listing.kit_parts.values_list("part__title", "quantity")
    ],
    "stops": lambda listing: [list(row) for row in listing.stops.values_list("place", "minutes")],
}
_back_to: ContextVar[int | None] = ContextVar("back_to", default=None)


def also(name: str, part: Part) -> None:
    """Let the history tell of something that lies in a table of its own; `part` gives its plain JSON value."""
    _parts[name] = part


def remember(listing: Listing, by) -> None:
    """Under the lock, before anything changes."""
    if listing.is_commons and listing.state != "draft":
        vars(listing)["_remembered"] = (by, told(listing))
    elif listing.is_commons:
        vars(listing)["_remembered"] = (by, {"state": listing.state})


def note(listing: Listing, facts=None) -> None:
    """After it is put back: write down what differs, if anything does."""
    by, before = vars(listing).get("_remembered", (None, None))
    if before is None or listing.published is None:
        return
    now = told(listing, facts)
    changed = [name for name in before if before[name] != now[name]]
    vars(listing)["_remembered"] = (by, now)
    if changed:
        ListingChange.objects.create(
            listing=listing,
            version=listing.version,
            by=by,
            before={name: before[name] for name in changed},
            after={name: now[name] for name in changed},
            back_to=_back_to.get(),
        )


@contextmanager
def going_back(version: int) -> Iterator[None]:
    """What changes in this block brings a former version back."""
    token = _back_to.set(version)
    try:
        yield
    finally:
        _back_to.reset(token)


def as_it_was(listing: Listing, version: int) -> dict:
    """The fields that have changed since a version, as they were then."""
    former: dict = {}
    for before in listing.changes.filter(version__gt=version).order_by("-version").values_list("before", flat=True):
        former |= before
    return former


def may_read(member, listing: Listing) -> bool:
    """The history is for the community's members; what one person owns has none."""
    return listing.is_commons and membership(member, listing.community_id) is not None


def told(listing: Listing, facts=None) -> dict:
    """Everything it says, as plain JSON."""
    told = _fields(listing) | _fields(facts if facts is not None else listing.facts)
    return told | {name: part(listing) for name, part in _parts.items()}


def _fields(row) -> dict:
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in _SILENT]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value):
    """As JSON will give it back, so that a time equals its own text."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, list, dict)):
        return value
    return DjangoJSONEncoder().default(value)
