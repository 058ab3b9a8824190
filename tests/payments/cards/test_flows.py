"""Paying by card, from the request to the lender: each flow through the real library, against the play bank."""

from datetime import timedelta

import pytest

from payments import actions, ledger, owing
from payments.cards import charges, checkout, client, errands, news
from payments.models import CardCharge, Errand, Payment, Transfer
from payments.states import ChargeState, ErrandState, PaymentState
from sharing.demo.play_bank import GOOD_CARD
from sharing.demo.play_bank import money as bank_money
from sharing.demo.play_bank.state import Declined
from tests.payments.cards.conftest import Street

pytestmark = pytest.mark.django_db

COST = 945 * 15 // 1000 + 25
ASKS = "4000002760003184"
LATER_NO = "4000000000000341"


def settled(street: Street, **more) -> CardCharge:
    """Reserved, paid, agreed, captured."""
    charge = street.reserve(**more)
    street.pay(charge)
    street.read_letters()
    street.due(charge.about, payee=more.get("payee", "bo"))
    street.settle_down()
    charge.refresh_from_db()
    return charge


def test_held_at_the_request_taken_at_the_yes_and_passed_on_after_the_return(street):
    """G24: it lies with Stripe, and what is the lender's leaves for their own account."""
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    charge.refresh_from_db()
    assert charge.state == ChargeState.HELD and charge.capture_before > street.now + timedelta(days=6)
    assert Transfer.objects.count() == 0 and street.moved() == []  # a hold moves nothing

    payment = street.due()
    street.settle_down()
    payment.refresh_from_db()
    assert payment.state == PaymentState.SETTLED
    assert street.standing() == {
        "ana": 0, "bo": 0, "pool": 45 - COST, "trust": 900, "costs": 0, "stripe": 945 - COST,
    }
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    assert street.moved() == [("charge", 945), ("transfer", -900)]
    assert street.standing() == {"ana": 0, "bo": 0, "pool": 45 - COST, "trust": 0, "costs": 0, "stripe": 45 - COST}
    street.check()


def test_the_price_of_the_commons_stays_where_it_is(street):
    settled(street, payee=None)
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    assert street.moved() == [("charge", 945)] and street.standing()["pool"] == 945 - COST
    street.check()


@pytest.mark.parametrize("given", [False, True])
def test_a_no_lets_the_card_go(street, given):
    charge = street.reserve()
    if given:
        street.pay(charge)
        street.read_letters()
    else:
        checkout.address(charge.pk, by=street.ana, success_url="https://x", cancel_url="https://x", now=street.now)
    actions.let_go("booking:1", gateway="stripe", now=street.now)
    street.settle_down()
    charge.refresh_from_db()
    assert charge.state == ChargeState.CANCELLED and street.moved() == []
    if not given:
        with pytest.raises(Declined, match="closed"):
            bank_money.pay(street.bank, charge.session, "4242424242424242")
        with pytest.raises(charges.CardError, match="Nothing is to be paid"):
            checkout.address(charge.pk, by=street.ana, success_url="https://x", cancel_url="https://x")
    street.check()


def test_a_card_given_in_the_moment_of_the_no_is_let_go(street):
    charge = street.reserve()
    street.pay(charge)
    actions.let_go("booking:1", gateway="stripe", now=street.now)  # its letter has not come yet
    street.settle_down()
    charge.refresh_from_db()
    assert charge.state == ChargeState.CANCELLED and street.bank.all("payment_intent")[0]["status"] == "canceled"
    street.check()


def test_nobody_says_yes_before_the_card_is_there(street):
    street.reserve()
    with pytest.raises(charges.CardError, match="Ana has not given a card yet"):
        street.due()


def test_a_declined_card_can_be_tried_again_with_another(street):
    charge = street.reserve()
    with pytest.raises(Declined):
        street.pay(charge, "4000000000000002")
    street.read_letters()
    charge.refresh_from_db()
    assert charge.state == ChargeState.NEEDED
    street.pay(charge)
    assert checkout.back(charge, street.now).state == ChargeState.HELD


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("clock_ran", [True, False])
@pytest.mark.parametrize("minutes", [3, 12, 300])
def test_a_page_that_could_not_be_opened_is_opened_later(street, minutes, clock_ran, when):
    charge = street.reserve()
    street.bank.fault("/checkout/sessions", when=when)
    there = {"by": street.ana, "success_url": "https://x.example/back", "cancel_url": "https://x.example/no"}
    with pytest.raises(charges.CardError):
        checkout.address(charge.pk, **there, now=street.now)
    street.later(minutes=minutes)
    if clock_ran:
        errands.run_due(street.now)
        street.later(minutes=minutes)
    url = checkout.address(charge.pk, **there, now=street.now)  # at the first press
    bank_money.pay(street.bank, url.rsplit("/", 1)[1], GOOD_CARD)
    street.settle_down()
    charge.refresh_from_db()
    assert charge.state == ChargeState.HELD
    street.check()


def test_a_card_that_asks_for_3_d_secure(street):
    charge = street.reserve()
    with pytest.raises(Declined):
        street.pay(charge, ASKS)
    street.pay(charge, ASKS, authenticated=True)
    street.read_letters()
    street.due()
    street.settle_down()
    assert Payment.objects.get().state == PaymentState.SETTLED
    street.check()


def test_too_far_ahead_the_card_is_kept_and_charged_in_time(street):
    """G23: money is not kept longer than 90 days before it is passed on."""
    charge = street.reserve(ahead=150)
    assert charge.way == "save" and charge.due > street.now + timedelta(days=70)
    street.pay(charge)
    street.read_letters()
    charge.refresh_from_db()
    assert charge.state == ChargeState.SAVED and charge.method
    street.due()
    street.settle_down()
    assert Payment.objects.get().state == PaymentState.DUE and street.moved() == []
    street.later(days=73)
    street.settle_down()
    assert Payment.objects.get().state == PaymentState.SETTLED and street.moved() == [("charge", 945)]
    street.check()


@pytest.mark.parametrize("card", [ASKS, LATER_NO])
def test_a_kept_card_that_says_no_asks_its_owner_kindly(street, card):
    heard = []
    from payments import signals

    signals.card_troubled.connect(lambda about, **_: heard.append(about), weak=False, dispatch_uid="test")
    charge = street.reserve(ahead=150)
    street.pay(charge, card, authenticated=True)
    street.read_letters()
    street.due()
    street.later(days=73)
    street.settle_down()
    charge.refresh_from_db()
    signals.card_troubled.disconnect(dispatch_uid="test")
    assert charge.state == ChargeState.NEEDED and charge.problem and street.moved() == []
    charge.way = "pay"
    charge.save()
    street.pay(charge)
    street.settle_down()
    assert Payment.objects.get().state == PaymentState.SETTLED and street.moved() == [("charge", 945)]
    street.check()


def test_a_stay_too_long_for_a_card_is_refused(street):
    from payments.gateways.card import charged_at
    from sharing.web.refusals import Refusal

    with pytest.raises(Refusal, match="So long a time"):
        charged_at(street.now, street.now + timedelta(days=85), street.now)


# --- back ---------------------------------------------------------------------------------------------


def test_what_goes_back_before_the_return_goes_back_whole(street):
    settled(street)
    actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    assert Transfer.objects.filter(kind="refund").count() == 0  # not before Stripe has done it
    street.settle_down()
    assert street.moved() == [("charge", 945), ("refund", -945)]
    # The fee was used for Stripe's own costs: what the pool cannot give back now, it bears later.
    assert street.standing() == {"ana": 0, "bo": 0, "pool": 0, "trust": 0, "costs": -COST, "stripe": -COST}
    street.check()


def test_what_the_pool_could_not_bear_it_bears_from_whatever_comes(street):
    settled(street)
    actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    street.settle_down()
    pool, world = (ledger.account(kind, street.community) for kind in ("pool", "world"))
    ledger.post(street.community, [ledger.Entry(world, pool, COST - 5, "fee", "a fee by hand")], now=street.now)
    assert (owing.pay(street.now), street.standing()["costs"], street.standing()["pool"]) == (1, -5, 0)
    ledger.post(street.community, [ledger.Entry(world, pool, 12, "fee", "another")], now=street.now)
    assert (owing.pay(street.now), street.standing()["costs"], street.standing()["pool"]) == (1, 0, 7)
    assert owing.pay(street.now) == 0
    street.check()


def test_what_goes_back_in_parts_leaves_the_rest_to_the_lender(street):
    settled(street)
    for price in (300, 200):
        actions.refund("booking:1", price_minor=price, by=street.bo, part=True, now=street.now)
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    assert sorted(street.moved()) == [("charge", 945), ("refund", -300), ("refund", -200), ("transfer", -400)]
    assert street.standing()["trust"] == 0 and street.standing()["bo"] == 0
    street.check()


def test_what_was_passed_on_comes_back_from_the_lender_first(street):
    settled(street)
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    actions.refund("booking:1", price_minor=500, fee_minor=0, by=street.cleo, now=street.now)
    street.settle_down()
    assert street.moved() == [("charge", 945), ("transfer", -900), ("transfer_refund", 500), ("refund", -500)]
    assert street.standing()["bo"] == 0 and street.standing()["trust"] == 0
    charge = CardCharge.objects.get()
    assert (charge.passed_minor, charge.taken_back_minor, charge.refunded_minor) == (900, 500, 500)
    street.check()


def test_paid_when_nothing_was_due_any_more_goes_back_by_itself(street):
    street.due()  # no card was asked at the request: the payer pays at once, by a link
    charge = CardCharge.objects.get()
    assert charge.state == ChargeState.NEEDED and charge.way == "pay"
    street.pay(charge)
    actions.cancel("booking:1")  # in the same moment
    street.settle_down()
    assert Payment.objects.get().state == PaymentState.CANCELLED
    assert street.moved() == [("charge", 945), ("refund", -945)] and street.standing()["ana"] == 0
    street.check()


# --- deposits -----------------------------------------------------------------------------------------


def with_deposit(street: Street, minor: int = 5000) -> None:
    settled(street)
    deposit = {"community": street.community, "payer": street.ana, "payee": street.bo, "minor": minor}
    actions.plan_deposit(
        "booking:1", title="Drill", gateway="stripe", at=street.now + timedelta(days=1), now=street.now, **deposit
    )
    street.later(days=1, minutes=1)
    street.settle_down()
    actions.hold_deposit("booking:1", title="Drill", now=street.now, **deposit)


def deposits() -> list[tuple[int, str]]:
    return list(CardCharge.objects.filter(purpose="deposit").order_by("number").values_list("number", "state"))


def test_a_deposit_is_renewed_before_it_runs_out_and_let_go_at_the_end(street):
    """G22: a hold made while its owner is away lasts 4 days and 18 hours; `capture_before` says so."""
    with_deposit(street)
    assert deposits() == [(1, "held")]
    for _day in range(6):
        street.later(days=1)
        street.settle_down()
        held = [row for row in street.bank.all("payment_intent") if row["status"] == "requires_capture"]
        assert len(held) == 1 and held[0]["amount"] == 5000
    assert deposits() == [(1, "cancelled"), (2, "held")]
    actions.release_deposit("booking:1", now=street.now)
    street.settle_down()
    assert deposits() == [(1, "cancelled"), (2, "cancelled")] and street.moved() == [("charge", 945)]
    street.check()


def test_some_of_a_deposit_is_kept_for_a_damage_and_sent_to_the_lender(street):
    with_deposit(street)
    held = actions.keep_deposit("booking:1", 1200, by=street.cleo, now=street.now)
    assert held.phase == "pending" and ledger.hold_of("deposit:booking:1").minor == 5000
    street.settle_down()
    assert street.moved() == [("charge", 945), ("charge", 1200), ("transfer", -1200)]
    account = ledger.account("wallet", street.community, street.ana)
    assert (account.balance_minor, account.held_minor) == (0, 0) and street.standing()["bo"] == 0
    street.check()


def test_a_deposit_whose_hold_has_run_out_is_charged_anew(street):
    with_deposit(street)
    street.later(days=6)  # the clock stood still
    actions.keep_deposit("booking:1", 1200, by=street.cleo, now=street.now)
    street.settle_down()
    assert sorted(street.moved()) == [("charge", 945), ("charge", 1200), ("transfer", -1200)]
    street.check()


def test_a_lender_gets_theirs_whatever_stripes_own_costs_have_left(street):
    """A transfer is drawn on its charge; what the pool cannot bear yet stands on an account of its own."""
    with_deposit(street)
    actions.pass_on("booking:1", now=street.now)
    actions.keep_deposit("booking:1", 1200, by=street.cleo, now=street.now)
    street.settle_down()
    assert sorted(street.moved())[2:] == [("transfer", -1200), ("transfer", -900)]
    costs = COST + 1200 * 15 // 1000 + 25
    standing = street.standing()
    assert (standing["pool"], standing["costs"], standing["stripe"]) == (0, 45 - costs, 45 - costs)
    street.check()
    settled(street, about="booking:2")  # the next fee bears it
    assert street.standing()["costs"] > 45 - costs - COST
    street.check()


def test_a_captured_hold_cannot_be_captured_twice(street):
    """G22: partly captured once; the rest is free."""
    with_deposit(street)
    actions.keep_deposit("booking:1", 1200, now=street.now)
    street.settle_down()
    charge = CardCharge.objects.get(purpose="deposit")
    again = errands.note("capture", "again", charge=charge, now=street.now, minor=3800)
    errands.run(again.pk, street.now)
    assert street.moved().count(("charge", 1200)) == 1 and ("charge", 3800) not in street.moved()


# --- disputes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_holds_the_lenders_part_until_it_is_over(street, won):
    charge = settled(street)
    made = bank_money.dispute(street.bank, charge.charge)
    street.settle_down()
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    assert ("transfer", -900) not in street.moved()
    bank_money.end_dispute(street.bank, made["id"], won=won)
    street.settle_down()
    assert (("transfer", -900) in street.moved()) == won
    standing = street.standing()
    assert standing["trust"] == 0 and standing["bo"] == 0
    street.check()


@pytest.mark.parametrize("won", [True, False])
@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("price", [900, 500])
def test_what_is_called_off_while_a_bank_disputes_it_goes_back_once(street, price, passed, won):
    charge = settled(street)
    if passed:
        actions.pass_on("booking:1", now=street.now)
        street.settle_down()
    made = bank_money.dispute(street.bank, charge.charge)
    street.read_letters()
    actions.refund("booking:1", price_minor=price, fee_minor=45, by=street.bo, now=street.now)
    for _tick in range(3):
        errands.run_due(street.now)
        street.later(minutes=2)
    assert not any(kind == "refund" for kind, _minor in street.moved())
    before = street.standing()
    bank_money.end_dispute(street.bank, made["id"], won=won)
    street.settle_down()
    assert ([minor for kind, minor in street.moved() if kind == "refund"] == [-price - 45]) == won
    standing = street.standing()
    left = 0 if passed or not won else 900 - price
    assert (standing["ana"], standing["trust"]) == (0, left)
    assert standing["bo"] == (-(900 - price) if passed and not won else 0)
    fees = standing["pool"] + standing["costs"] - before["pool"] - before["costs"]
    assert fees == (1500 - 45 if won else -45), (before, standing)  # what went back of the fee, and the bank's own
    street.check()


def test_what_a_bank_took_back_for_good_does_not_go_back_again(street):
    charge = settled(street)
    made = bank_money.dispute(street.bank, charge.charge)
    bank_money.end_dispute(street.bank, made["id"], won=False)
    street.settle_down()
    actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    street.settle_down()
    assert [kind for kind, _minor in street.moved()] == ["charge", "adjustment"]
    assert Payment.objects.get().state == PaymentState.REFUNDED and street.standing()["trust"] == 0
    street.check()


# --- the rules of the house ---------------------------------------------------------------------------


def test_no_call_is_made_inside_a_transaction(street):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(client.InsideATransaction):
        client.ask(lambda stripe_, _: stripe_.v1.balance.retrieve())
    assert street.bank.calls == []


def test_every_call_that_changes_something_has_a_key_of_its_own(street):
    with_deposit(street)
    actions.pass_on("booking:1", now=street.now)
    actions.release_deposit("booking:1", now=street.now)
    street.settle_down()
    writing = [call for call in street.bank.calls if call.startswith("POST")]
    assert len(writing) == len(street.bank.answered) and len(writing) == 6
    keys = set(Errand.objects.filter(state=ErrandState.DONE).values_list("key", flat=True))
    assert set(street.bank.answered) == keys
    assert "booking:1:price:1:capture" in keys and "booking:1:deposit:1:hold" in keys


def test_currencies_without_cents(play):
    """G25: whole yen there and here; an Icelandic króna is counted in hundredths there."""
    street = Street(play, currency="JPY")
    charge = street.reserve(minor=1050)
    street.pay(charge)
    street.read_letters()
    street.due(price=1000, fee=50)
    actions.pass_on("booking:1", now=street.now)
    street.settle_down()
    assert street.moved() == [("charge", 1050), ("transfer", -1000)] and street.standing()["trust"] == 0
    street.check()
    assert client.to_gateway(7, "ISK") == 700 and client.from_gateway(700, "isk") == 7
    assert client.to_gateway(945, "EUR") == 945 and client.to_gateway(945, "JPY") == 945
    assert client.takes("HUF") and not client.takes("KWD")
    with pytest.raises(ValueError):
        client.to_gateway(1005, "KWD")


def test_an_older_reading_does_not_undo_a_newer_one(street):
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    charge.refresh_from_db()
    old = news.read_intent(charge.intent)
    street.due()
    street.settle_down()
    news.intent(charge.pk, old, street.now)
    charge.refresh_from_db()
    assert charge.state == ChargeState.TAKEN and street.moved() == [("charge", 945)]
    street.check()
