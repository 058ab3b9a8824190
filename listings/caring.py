"""What the room of decisions asks of this one: which things the commons has, and a listing for what was bought."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from cooperative.models import Proposal
from cooperative.things import Thing
from members import queries as members
from members.models import Community
from sharing.web.refusals import Refusal

from . import actions
from .models import Listing, Purchase
from .states import ListingState

MOST = 300


class Commons:
    """The listings of a community by number, for tasks of care (see `cooperative.things`)."""

    def of(self, community: Community) -> list[Thing]:
        rows = Listing.objects.filter(community=community, owner__isnull=True).exclude(state=ListingState.ARCHIVED)
        return [_thing(pk, title) for pk, title in rows.order_by("title", "pk").values_list("pk", "title")[:MOST]]

    def named(self, community: Community, numbers: Iterable[int]) -> dict[int, Thing]:
        rows = Listing.objects.filter(community=community, owner__isnull=True, pk__in=list(numbers))
        return {pk: _thing(pk, title) for pk, title in rows.values_list("pk", "title")}


def begin_what_was_bought(sender: object, *, proposal: Proposal, commons: dict, **_more: object) -> None:
    """A draft for the stewards, in the transaction that pays for it; once, as the row beside it makes sure."""
    stewards = members.stewards(proposal.community)
    if not stewards:
        raise Refusal(_("Nobody looks after this community now."), code="no_steward")
    facts = {
        "kind": commons["kind"], "title": commons["title"], "community": proposal.community, "commons": True,
        "description": proposal.reasons[:2000],
    }
    Purchase.objects.create(proposal=proposal, listing=actions.create(by=stewards[0], facts=facts))


def bought(request: HttpRequest, *, proposal: Proposal) -> str:
    """On the page of the decision: the listing it became."""
    if "commons" not in proposal.terms:
        return ""
    purchase = Purchase.objects.select_related("listing").filter(proposal=proposal).first()
    if purchase is None:
        return ""
    listing = purchase.listing
    steward = Listing.objects.looked_after_by(request.user).filter(pk=listing.pk).exists()
    seen = steward or listing.state == ListingState.PUBLISHED
    return render_to_string("listings/_bought.html", {"listing": listing, "seen": seen, "steward": steward}, request)


def _thing(pk: int, title: str) -> Thing:
    return Thing(pk, title, reverse("listing", args=[pk]))
