"""Beginning an offer by hand: a draft with the habits of the member's last one of its kind."""

from django.db import transaction

from listings import defaults, signals
from listings.models import Listing
from listings.states import ListingState
from members.models import Member

from .facts import create

STEPS = ("start", "about", "terms")
LOOK = "look"


def begin(*, by: Member, facts: dict) -> Listing:
    """A draft; `facts` says its kind, its community and whose it is, the last one like it says the rest."""
    last = defaults.last_like(
        by, kind=facts["kind"], community=facts.get("community"), commons=bool(facts.get("commons"))
    )
    with transaction.atomic():
        draft = create(by=by, facts=defaults.from_last(last) | facts)
        Listing.objects.filter(pk=draft.pk).update(next_step=STEPS[0])
        if last is not None:
            signals.begun_like.send(Listing, listing=draft, like=last)
    return draft


def come_to(listing_id: int, step: str, *, by: Member) -> None:
    """Remember where the member of a draft goes on; nothing else about it changes."""
    drafts = Listing.objects.looked_after_by(by).filter(pk=listing_id, state=ListingState.DRAFT)
    drafts.exclude(next_step=step).update(next_step=step)
