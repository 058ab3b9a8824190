"""The desk the other actions work at: a locked listing, and the way it is put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from listings import history
from listings.models import Listing, RideFacts, RoomFacts, ToolFacts
from listings.saved import matching as kept_searches
from listings.search import index
from listings.states import LIMITS
from members.models import Member
from sharing.db import guards, updates
from sharing.db.worded import Worded
from sharing.web.refusals import Refusal

CAPACITY_GUARD = "a_capacity_is_not_lowered_below_what_is_promised"


Facts = ToolFacts | RoomFacts | RideFacts


class ListingRefused(Refusal):
    """Something that cannot be done with this listing now, or facts that do not go together."""

    code = "listing_refused"


class StillPromised(ListingRefused):
    """There would be fewer than is promised: whoever asks for it sees first with whom (`promises.review`)."""

    code = "promised"


@contextmanager
def locked(listing_id: int, by) -> Iterator[Listing]:
    """Hold the row of a listing that `by` looks after, as it stands under the lock."""
    with transaction.atomic():
        listing = _looked_after.first(by.pk, listing_id)
        if listing is None:
            raise Http404
        vars(listing)["_stood"] = updates.as_it_stands(listing)
        history.remember(listing, by)
        yield listing


def _rows(by: int, listing_id: int) -> models.QuerySet[Listing]:
    rows = Listing.objects.looked_after_by(Member(pk=by)).filter(pk=listing_id).select_related("owner", "community")
    return rows.select_for_update(of=("self",), no_key=True)


_looked_after = Worded(_rows)


def put_back(listing: Listing, facts: Facts | None = None) -> None:
    """Save under a new version, with the facts of its kind, and make the postings say the same."""
    listing.version += 1
    try:
        with transaction.atomic(savepoint=False):  # what is refused undoes the whole action
            _save(listing)
            if facts is not None:
                facts.listing = listing
                facts.save(force_insert=facts._state.adding)  # its key is the listing's: else it looks for a row first
    except IntegrityError as error:
        if not guards.refused_by(error, CAPACITY_GUARD):
            raise
        raise StillPromised(
            _("More than that is promised to neighbours already. Cancel with them first."), field="capacity"
        ) from error
    history.note(listing, facts)
    index.rewrite(listing)
    if listing.is_published:
        kept_searches.note([listing.pk])


def _save(listing: Listing) -> None:
    """Of one read under the lock only what changed; any other whole."""
    stood = vars(listing).get("_stood")
    if stood is None:
        listing.save()
        return
    updates.write_changes(listing, stood)
    vars(listing)["_stood"] = updates.as_it_stands(listing)


def assign(target: models.Model, facts: dict) -> None:
    """Set fields to what they are given, each checked by its own rules and by LIMITS."""
    for name, value in facts.items():
        field: Any = target._meta.get_field(name)
        try:
            value = field.clean(_sound(field, value), target)
        except ValidationError as error:
            raise ListingRefused(" ".join(error.messages), field=name) from error
        if name in LIMITS and value is not None and not LIMITS[name][0] <= value <= LIMITS[name][1]:
            least, most = LIMITS[name]
            raise ListingRefused(
                _("Please give a figure from %(least)s to %(most)s.") % {"least": least, "most": most}, field=name
            )
        setattr(target, name, value)


def _sound(field: Any, value: object) -> object:
    """Text that can be kept: trimmed, no longer than its field says (of a TextField nobody else checks it)."""
    if not isinstance(value, str):
        return value
    if "\x00" in value:
        raise ListingRefused(_("This text has a character that cannot be kept."), field=field.name)
    if field.max_length and len(value.strip()) > field.max_length:
        raise ListingRefused(_("At most %(most)s letters, please.") % {"most": field.max_length}, field=field.name)
    return value.strip()
