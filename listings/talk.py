"""Listings in conversation: asking about one, and what a link to one looks like there."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from members import queries
from members.models import Member
from messaging import actions as messaging
from messaging import cards
from messaging.models import Conversation
from messaging.states import ConversationKind
from sharing.web import slots

from .models import Listing

KIND = "listing"


def register() -> None:
    """Called when the app loads."""
    cards.register(KIND, "/listings/", drawn)
    slots.fill("conversation.aside", beside)
    slots.fill("conversation.scripts", maps)


def ask_about(listing_id: int, *, by: Member) -> Conversation:
    """The conversation of this member about a listing they may see, with who answers for it; opened once."""
    listing = get_object_or_404(Listing.objects.visible_to(by).select_related("owner", "community"), pk=listing_id)
    hosts = [listing.owner] if listing.owner else queries.stewards(listing.community)
    return messaging.about(
        f"{KIND}:{listing.pk}:{by.pk}", by, hosts, subject=listing.title or str(listing),
        url=listing.get_absolute_url(), community=listing.community,
    )


def listing_of(conversation: Conversation) -> tuple[int, int] | None:
    """Which listing a conversation is about, and who asks; None for any other."""
    kind, _, rest = (conversation.about_key or "").partition(":")
    listing, _, asker = rest.partition(":")
    if kind != KIND or conversation.kind != ConversationKind.ABOUT:
        return None
    return int(listing), int(asker)


def drawn(request: HttpRequest, ids: list[int]) -> dict[int, str]:
    """Small cards of those the reader may see."""
    rows = Listing.objects.visible_to(request.user).for_cards().filter(pk__in=ids)
    return {row.pk: render_to_string("listings/_talk_card.html", {"listing": row}, request) for row in rows}


def maps(request: HttpRequest) -> str:
    """What makes maps of the places in a conversation; without it their names stand there, and a drawing."""
    return format_html('<script type="module" src="{}"></script>', static("listings/talk_map.js"))


def beside(request: HttpRequest, *, conversation: Conversation) -> str:
    """What the conversation is about, beside it."""
    about = listing_of(conversation)
    if about is None:
        return ""
    shown = drawn(request, [about[0]])
    return shown.get(about[0], "")
