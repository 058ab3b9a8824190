"""What Stripe does not do: shown to the treasurer with what can be done, and tried again at will."""

from datetime import timedelta

import pytest
from django.urls import reverse

from members.models import Membership
from payments import actions
from payments.cards import deeds, errands, stuck
from payments.cards.charges import CardError
from payments.models import CardAccount, CardCharge, Errand
from payments.waiting import piles
from tests.payments.cards import test_flows
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


def test_what_fails_by_a_fault_of_ours_comes_to_the_desk_as_well(street, monkeypatch):
    street.pay(street.reserve())
    street.settle_down()
    monkeypatch.setattr(deeds.Cancel, "done", lambda *_all: 1 // 0)
    actions.let_go("booking:1", gateway="stripe", now=street.now)
    for _try in range(errands.PATIENCE):
        errands.run_due(street.now)
        street.later(hours=7)
    [pile] = piles(street.community)
    assert pile.source.name == "stuck" and Errand.objects.get(deed="cancel").trouble == "ZeroDivisionError"
    monkeypatch.undo()
    street.settle_down()
    assert piles(street.community) == []
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


# --- refunds behind what Stripe will not do -----------------------------------------------------------


def account_of_bo(street: Street) -> dict:
    return street.bank.get(CardAccount.objects.get(member=street.bo).account, "account")


@pytest.mark.parametrize("stuck_before", [False, True])
@pytest.mark.parametrize(("price", "later"), [(900, []), (500, [("transfer", -400)])])
def test_a_refund_does_not_wait_for_a_lender_who_cannot_be_paid(street, price, later, stuck_before):
    test_flows.settled(street)
    account_of_bo(street)["capabilities"]["transfers"] = "inactive"
    actions.pass_on("booking:1", now=street.now)
    for _try in range(errands.PATIENCE if stuck_before else 1):
        errands.run_due(street.now)
        street.later(hours=7)
    assert Errand.objects.get(deed="transfer").state == ("failed" if stuck_before else "waiting")
    actions.refund("booking:1", price_minor=price, fee_minor=0, by=street.bo, now=street.now)
    for _tick in range(3):
        errands.run_due(street.now)
    assert street.moved() == [("charge", 945), ("refund", -price)] and street.standing()["ana"] == 0
    account_of_bo(street)["capabilities"]["transfers"] = "active"
    for _tick in range(3):
        street.later(hours=7)
        errands.run_due(street.now)
    street.settle_down()
    assert street.moved() == [("charge", 945), ("refund", -price), *later]
    charge = CardCharge.objects.get()
    assert (charge.passed_minor, charge.refunded_minor, street.standing()["trust"]) == (900 - price, price, 0)
    street.check()


@pytest.fixture
def emptied(street: Street) -> Errand:
    """What Bo got for the drill is to go back, and his account at Stripe is empty."""
    test_flows.settled(street)
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    account_of_bo(street)["emptied"] = True
    actions.refund("booking:1", price_minor=900, fee_minor=0, by=street.bo, now=street.now)
    for _try in range(errands.PATIENCE):
        errands.run_due(street.now)
        street.later(hours=7)
    errand = Errand.objects.get(deed="reverse")
    assert errand.state == "failed" and [kind for kind, _minor in street.moved()] == ["charge", "transfer"]
    return errand


@pytest.mark.parametrize("by", ["page", "api"])
def test_a_treasurer_stands_in_for_what_cannot_be_taken_back(street, emptied, client, by, monkeypatch):
    monkeypatch.setattr(stuck.timezone, "now", lambda: street.now + timedelta(seconds=1))
    slug = street.community.slug
    address = reverse("card_stand_in" if by == "page" else "api_card_stand_in", args=[slug, emptied.pk])
    for other in (street.ana, street.bo):
        client.force_login(other)
        assert client.post(address).status_code == 404
    client.force_login(street.cleo)
    page = client.get(reverse("card_desk", args=[slug])).content.decode()
    assert reverse("card_stand_in", args=[slug, emptied.pk]) in page and "Bo owes it to the community" in page
    for _twice in range(2):
        answer = client.post(address, follow=True)
        assert answer.status_code == 200 and (by == "page" or answer.json() == {"done": True})
    street.settle_down()
    assert sorted(street.moved()) == [("charge", 945), ("refund", -900), ("transfer", -900)]
    standing = street.standing()
    assert (standing["ana"], standing["bo"], standing["trust"]) == (0, -900, 0)
    [pile] = piles(street.community)
    assert (pile.source.name, pile.items[0].minor) == ("claims", 900)
    street.check()
    actions.hand_in(street.bo, street.community, 900, by=street.cleo, key="cash")
    assert piles(street.community) == []


def test_nobody_stands_in_for_themselves_nor_while_stripe_may_still_do_it(street, emptied, monkeypatch):
    soon = street.now + timedelta(seconds=1)
    Errand.objects.filter(pk=emptied.pk).update(trouble="no answer: x")
    street.bank.fault("/reversals", how="500", times=1)
    assert not stuck.stand_in(street.community, emptied.pk, by=street.cleo, now=soon)
    assert street.standing()["bo"] == 0 and Errand.objects.get(pk=emptied.pk).state == "failed"
    Membership.objects.filter(member__in=[street.bo, street.ana]).update(treasurer=True)
    for mine in (street.bo, street.ana):
        with pytest.raises(CardError, match="another treasurer"):
            stuck.stand_in(street.community, emptied.pk, by=mine, now=soon)
    account_of_bo(street)["emptied"] = False
    assert stuck.stand_in(street.community, emptied.pk, by=street.cleo, now=soon + timedelta(hours=7))
    street.settle_down()
    assert ("transfer_refund", 900) in street.moved() and street.standing()["bo"] == 0
    street.check()
