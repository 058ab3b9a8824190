"""A dispute that is lost after the lender was paid: asked back, set against later prices, or made good in cash."""

import pytest
from django.urls import reverse

from messaging.models import Notification
from payments import actions, ledger
from payments.cards import money as books
from payments.ledger import Entry
from payments.models import CardCharge, Transfer
from payments.waiting import piles
from sharing.demo.play_bank import money as bank_money
from tests.payments.cards.conftest import Street
from tests.payments.cards.test_flows import settled

pytestmark = pytest.mark.django_db


def pass_on(street: Street, about: str = "booking:1") -> None:
    actions.pass_on(about, now=street.now)
    street.settle_down()


@pytest.fixture
def lost(street: Street) -> CardCharge:
    """Bo was paid €9.00; then the bank took all €9.45 back, for good."""
    charge = settled(street)
    pass_on(street)
    made = bank_money.dispute(street.bank, charge.charge)
    street.settle_down()
    bank_money.end_dispute(street.bank, made["id"], won=False)
    street.settle_down()
    charge.refresh_from_db()
    return charge


def again(street: Street, about: str = "booking:2", *, price: int = 1500, fee: int = 75) -> CardCharge:
    """Another booking of Bo's, paid and over."""
    charge = street.reserve(about, minor=price + fee)
    street.pay(charge)
    street.settle_down()
    street.due(about, price=price, fee=fee)
    street.settle_down()
    pass_on(street, about)
    charge.refresh_from_db()
    return charge


def claimed(charge: CardCharge) -> tuple[int, int]:
    charge.refresh_from_db()
    return charge.claimed_minor, charge.recovered_minor


def waiting(street: Street) -> list[int]:
    return [item.minor for pile in piles(street.community) if pile.source.name == "claims" for item in pile.items]


def test_what_had_reached_the_lender_is_asked_back_and_no_more(street, lost, client):
    assert (street.standing()["bo"], claimed(lost)) == (-900, (900, 0))
    street.check()
    told = Notification.objects.get(member=street.bo, kind="payment.claim")
    assert "Hammer drill" in told.title and "€9.00" in told.title
    client.force_login(street.bo)
    page = client.get(reverse("wallet")).content.decode()
    assert "You have done nothing wrong" in page and "fees for the pool" not in page
    client.force_login(street.cleo)
    desk = client.get(reverse("desk", args=[street.community.slug])).content.decode()
    assert "To come back from lenders" in desk and waiting(street) == [900]
    cards = client.get(reverse("card_desk", args=[street.community.slug])).content.decode()
    assert "€9.00 asked back from the lender" in cards
    street._read = 0  # all of it told once more
    street.settle_down()
    assert Notification.objects.filter(kind="payment.claim").count() == 1 and street.standing()["bo"] == -900


def test_it_is_set_against_what_the_lender_earns_later(street, lost):
    charge = again(street)
    assert (charge.withheld_minor, charge.passed_minor) == (900, 600)
    assert ("transfer", -600) in street.moved() and ("transfer", -1500) not in street.moved()
    assert street.standing()["bo"] == 0 and claimed(lost) == (900, 900) and waiting(street) == []
    street.check()
    assert again(street, "booking:3").passed_minor == 1500
    street.check()


def test_a_smaller_price_covers_a_part_and_nothing_is_sent(street, lost):
    charge = again(street, price=500, fee=25)
    assert (charge.withheld_minor, charge.passed_minor, charge.transfer) == (500, 0, "")
    assert street.standing()["bo"] == -400 and claimed(lost) == (900, 500) and waiting(street) == [400]
    actions.pass_on("booking:2", now=street.now)  # said twice
    street.settle_down()
    assert claimed(lost) == (900, 500)
    street.check()


@pytest.mark.parametrize(("price", "sent"), [(500, 0), (1500, 600)])
def test_what_was_kept_back_goes_back_to_the_borrower_as_well(street, lost, price, sent):
    again(street, price=price, fee=50)
    actions.refund("booking:2", price_minor=price, fee_minor=50, now=street.now)
    street.settle_down()
    assert ("refund", -price - 50) in street.moved()
    assert ("transfer_refund", sent) in street.moved() or not sent
    assert street.standing()["bo"] == -900 and claimed(lost) == (900, 0) and street.standing()["trust"] == 0
    street.check()


def test_cash_that_is_handed_in_makes_it_good(street, lost):
    actions.hand_in(street.bo, street.community, 600, by=street.cleo)
    assert claimed(lost) == (900, 600) and waiting(street) == [300]
    actions.hand_in(street.bo, street.community, 300, by=street.cleo)
    assert claimed(lost) == (900, 900)
    assert again(street).passed_minor == 1500
    street.check()


def test_what_the_commons_earned_is_asked_of_nobody(street):
    charge = street.reserve(payee=None)
    street.pay(charge)
    street.settle_down()
    street.due(payee=None)
    street.settle_down()
    pass_on(street)
    charge.refresh_from_db()
    made = bank_money.dispute(street.bank, charge.charge)
    street.settle_down()
    bank_money.end_dispute(street.bank, made["id"], won=False)
    street.settle_down()
    assert claimed(charge) == (0, 0)
    street.check()


def kept_of_a_deposit(street: Street, minor: int, about: str = "booking:2") -> CardCharge:
    """Another booking of Bo's, with a deposit of which he keeps so much."""
    price = street.reserve(about, minor=1050)
    street.pay(price)
    street.settle_down()
    street.due(about, price=1000, fee=50)
    sides = {"community": street.community, "payer": street.ana, "payee": street.bo}
    actions.plan_deposit(about, title="Drill", minor=5000, gateway="stripe", at=street.now, now=street.now, **sides)
    street.settle_down()
    actions.hold_deposit(about, minor=5000, now=street.now, **sides)
    actions.keep_deposit(about, minor, now=street.now)
    street.settle_down()
    return CardCharge.objects.get(about=about, purpose="deposit")


@pytest.mark.parametrize(("kept", "sent", "open_"), [(1500, 600, 0), (700, 0, 200)])
def test_what_the_lender_keeps_of_a_later_deposit_is_set_against_it_as_well(street, lost, kept, sent, open_):
    charge = kept_of_a_deposit(street, kept)
    assert (charge.taken_minor, charge.withheld_minor, charge.passed_minor) == (kept, kept - sent, sent)
    assert street.standing()["bo"] == -open_ and claimed(lost) == (900, 900 - open_)
    assert waiting(street) == ([open_] if open_ else [])
    street.check()
    pass_on(street, "booking:2")  # its price as well
    assert claimed(lost) == (900, 900) and street.standing()["bo"] == 0
    street.check()


def test_a_deposit_of_one_who_owes_nothing_is_sent_whole(street):
    charge = kept_of_a_deposit(street, 1500)
    assert (charge.withheld_minor, charge.passed_minor) == (0, 1500)
    street.check()


def pool_of(street: Street, minor: int) -> None:
    """What there is when the bank decides: the rest was shared out, or has come in since."""
    pool, world = books.pool(street.community), ledger.account("world", street.community)
    more = minor - pool.balance_minor
    ends = (world, pool) if more > 0 else (pool, world)
    if more:
        entry = Entry(*ends, abs(more), "cash_in" if more > 0 else "dividend", f"pool:{minor}")
        ledger.post(street.community, [entry], now=street.now)


@pytest.mark.parametrize(("payee", "left", "short"), [
    ("bo", 0, 45), ("bo", 10, 35), ("bo", 500, 0), (None, 0, 945), (None, 930, 15), (None, 2000, 0),
])
def test_a_dispute_that_is_lost_after_a_dividend_is_borne_from_the_next_fees(street, payee, left, short):
    charge = street.reserve(payee=payee)
    street.pay(charge)
    street.settle_down()
    street.due(payee=payee)
    street.settle_down()
    charge.refresh_from_db()
    made = bank_money.dispute(street.bank, charge.charge)
    street.settle_down()
    pool_of(street, left)
    before = street.standing()["costs"]
    bank_money.end_dispute(street.bank, made["id"], won=False)
    street.settle_down()
    standing = street.standing()
    assert books.disputed(street.community).balance_minor == 0 and standing["trust"] == 0
    used = 45 if payee else 945
    assert (standing["pool"], standing["costs"] - before) == (left + short - used, -short)
    street.check()
    again(street, "booking:9", price=40_000, fee=4_000)
    assert street.standing()["costs"] == 0  # the next fee has borne all of it
    assert street.standing()["pool"] == standing["pool"] + standing["costs"] + 4_000 - cost_of("booking:9")
    street.check()


def cost_of(about: str) -> int:
    rows = Transfer.objects.filter(about=about, kind="card_cost", key__startswith="stripe:")
    return sum(rows.values_list("minor", flat=True))
