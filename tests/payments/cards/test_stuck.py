"""What Stripe does not do: shown to the treasurer with what can be done, and tried again at will."""

from datetime import timedelta

import pytest
from django.urls import reverse

from payments import actions
from payments.cards import errands, stuck
from payments.models import Errand
from payments.waiting import piles
from tests.payments.cards.conftest import Street

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(street: Street) -> Errand:
    """A hold that is to be let go, while Stripe answers with its own failure for half a day."""
    street.pay(street.reserve())
    street.settle_down()
    street.bank.fault("/cancel", when="before", how="500", times=errands.PATIENCE)
    actions.let_go("booking:1", gateway="stripe", now=street.now)
    for _try in range(errands.PATIENCE):
        errands.run_due(street.now)
        street.later(hours=7)
    errand = Errand.objects.get(deed="cancel")
    assert errand.state == "failed"
    return errand


def test_what_is_stuck_stands_on_the_desk_with_what_to_do(street, failing, client):
    client.force_login(street.cleo)
    page = client.get(reverse("desk", args=[street.community.slug])).content.decode()
    assert "Not done at the card service yet" in page and "Stripe did not answer" in page
    [pile] = [pile for pile in piles(street.community) if pile.source.name == "stuck"]
    assert (pile.items[0].title, pile.items[0].minor) == ("Hammer drill", 945)
    assert "booking:1:price:1:cancel" in client.get(pile.items[0].url).content.decode()
    assert client.get(f"/api/v1/communities/{street.community.slug}/waiting/").json()[0]["name"] == "stuck"
    for other in (street.ana, street.bo):
        client.force_login(other)
        assert client.get(f"/api/v1/communities/{street.community.slug}/waiting/").status_code == 404


@pytest.mark.parametrize("by", ["page", "api"])
def test_a_treasurer_tries_it_now_and_it_is_done_once(street, failing, client, by, monkeypatch):
    monkeypatch.setattr(stuck.timezone, "now", lambda: street.now + timedelta(seconds=1))
    address = reverse("card_retry" if by == "page" else "api_card_retry", args=[street.community.slug, failing.pk])
    client.force_login(street.ana)
    assert client.post(address).status_code == 404
    client.force_login(street.cleo)
    for _twice in range(2):
        answer = client.post(address, follow=True)
        assert answer.status_code == 200
        assert by == "page" or answer.json() == {"done": True}
    failing.refresh_from_db()
    assert failing.state == "done" and piles(street.community) == []
    street.check()


@pytest.mark.parametrize(("trouble", "words"), [
    ("balance_insufficient: …", "holds too little"), ("account_invalid: …", "The account of Bo"),
    ("!500 stumbled", "did not answer"), ("resource_missing: …", "Look it up at Stripe"),
])
def test_what_to_do_depends_on_what_was_said(street, trouble, words):
    charge = street.reserve()
    errand = errands.note("transfer", "x", charge=charge, wait=True, minor=1)
    errand.trouble = trouble
    assert words in stuck.what_to_do(errand)
