"""What this room puts on the pages of the rooms below: the way to the gateways, and to one's own account for cards."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from members.models import Community
from sharing.web import slots

from . import gateways
from .cards import client


def fill() -> None:
    """Called when the app loads."""
    slots.fill("community.settings", community_settings, order=60)
    slots.fill("community.settings", credit_link, order=70)
    slots.fill("settings.money", account_link, order=150)


def community_settings(request: HttpRequest, *, community: Community) -> str:
    """Only where there is a choice."""
    if len(gateways.served(community)) < 2:
        return ""
    context = {"community": community, "offered": gateways.offered(community)}
    return render_to_string("payments/_gateways_summary.html", context, request)


def credit_link(request: HttpRequest, *, community: Community) -> str:
    return render_to_string("payments/credit/_link.html", {"community": community}, request)


def account_link(request: HttpRequest) -> str:
    if not client.configured():
        return ""
    return render_to_string("payments/cards/_account_link.html", {}, request)
