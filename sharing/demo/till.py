"""The demo's till: Elm Street takes cards, of a play bank that `manage.py serve` opens with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from listings.models import Listing
from members.models import Community, Member
from payments import switching
from payments.cards import client, onboarding

from .cards import paid_by_card
from .play_bank import PlayBank, connect

STREET = "elm-street"
TREASURER = "cleo@demo.example"


def furnish() -> None:
    """Switch cards on in the demo's first community, and open its lenders' accounts at the play bank.

    Left alone where a real card service is configured, and in a house in production.
    """
    if settings.PRODUCTION or (settings.STRIPE_SECRET_KEY and not settings.PLAY_BANK):
        return
    settings.PLAY_BANK_FILE.unlink(missing_ok=True)
    with _bank() as play:
        community = Community.objects.get(slug=STREET)
        owners = Listing.objects.filter(community=community, owner__isnull=False, price_minor__gt=0)
        for member in Member.objects.filter(pk__in=owners.values("owner")).order_by("pk"):
            onboarding.begin(member, return_url="http://127.0.0.1/", refresh_url="http://127.0.0.1/")
            account = onboarding.account_of(member)
            assert account is not None
            connect.onboard(play.bank, account.account)
            onboarding.refresh(account)
        switching.switch(community, {"hand", "stripe"}, by=Member.objects.get(email=TREASURER))
        paid_by_card(play, community)
        play.bank.keep()


@contextmanager
def _bank() -> Iterator[PlayBank]:
    """The play bank for as long as the demo is told, and the product told where it is."""
    names = ("STRIPE_SECRET_KEY", "STRIPE_API_BASE")
    before = {name: getattr(settings, name) for name in names}
    with PlayBank(file=settings.PLAY_BANK_FILE) as play:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_play_bank", play.url
        try:
            yield play
        finally:
            client.forget()
            for name, value in before.items():
                setattr(settings, name, value)


def open_with(port: int) -> PlayBank | None:
    """The play bank beside the product at this port, where the demo has left one; None where there is none."""
    if not settings.PLAY_BANK:
        return None
    letters = f"http://127.0.0.1:{port}{reverse('card_letters')}"
    facts = {"file": settings.PLAY_BANK_FILE, "hook": letters, "secret": settings.STRIPE_WEBHOOK_SECRET}
    try:
        play = PlayBank(port=_port_before(), **facts)
    except OSError:  # somebody else is there now
        play = PlayBank(**facts)
    settings.STRIPE_API_BASE = play.url
    return play.start()


def _port_before() -> int:
    """The port it had the last time, so that a page left open still leads somewhere."""
    kept = json.loads(settings.PLAY_BANK_FILE.read_text())
    return urlsplit(kept["things"].get("_base", {}).get("url", "")).port or 0
