"""Whatever goes wrong between here and Stripe, in the end the books say what Stripe says, and money moved once.

One long story that takes every kind of errand is told again and again, each time with a fault at another step:
the line goes dead or a 500 is answered, before or after the effect; the process dies before or after the call;
letters come twice, backwards, late, or never.
"""

from datetime import timedelta

import pytest

from payments import actions
from payments.cards import checkout, errands
from payments.models import CardCharge, Errand, GatewayLetter
from payments.states import ErrandState
from sharing.demo.play_bank.letters import sealed
from tests.payments.cards.conftest import SECRET, Street

pytestmark = pytest.mark.django_db

STEPS = [
    "/v1/customers", "/v1/checkout/sessions", "/expire", "/capture", "/cancel", "/v1/payment_intents", "/v1/refunds",
    "/v1/transfers", "/reversals",
]
MOVED = sorted([
    ("charge", 5000), ("charge", 945), ("charge", 700), ("transfer", -4000), ("transfer", -900), ("transfer", -700),
    ("transfer_refund", 500), ("refund", -500),
])


class Died(BaseException):
    """The process was killed."""


def story(street: Street, *, order=lambda rows: rows, by_letter: bool = True) -> None:
    """Three bookings: one paid and passed on with a damage, one that fills the pool, one that is let go."""

    def settle() -> None:
        if by_letter:
            street.read_letters(order=order)
        street.settle_down(by_letter=False)
        for charge in CardCharge.objects.filter(state="needed").exclude(session=""):
            checkout.back(charge, street.now)  # whoever paid comes back to us as well

    gone = street.reserve("booking:3")
    rich = street.reserve("booking:2", minor=5000)
    charge = street.reserve()
    for each in (rich, charge):
        street.pay(each)
        settle()
    try:
        checkout.address(gone.pk, by=street.ana, success_url="https://x", cancel_url="https://x", now=street.now)
    except checkout.CardError:
        settle()
    street.due("booking:2", price=4000, fee=1000)
    street.due()
    actions.let_go("booking:3", gateway="stripe", now=street.now)
    deposit = {"community": street.community, "payer": street.ana, "payee": street.bo}
    for about, minor in (("booking:1", 3000), ("booking:2", 2000)):
        settle()
        actions.plan_deposit(about, title="D", gateway="stripe", at=street.now, now=street.now, minor=minor, **deposit)
        actions.hold_deposit(about, title="D", now=street.now, minor=minor, **deposit)
    settle()
    for about in ("booking:1", "booking:2"):
        actions.pass_on(about, now=street.now)
    settle()
    actions.keep_deposit("booking:1", 700, by=street.cleo, now=street.now)
    actions.release_deposit("booking:2", now=street.now)
    actions.refund("booking:1", price_minor=500, by=street.cleo, part=True, now=street.now)
    settle()
    street.settle_down()


def is_told_once(street: Street) -> None:
    assert sorted(street.moved()) == MOVED
    cost = -sum(row["fee"] for row in street.bank.all("balance_transaction"))
    assert street.standing() == {
        "ana": 0, "bo": 0, "pool": 1045 + cost, "trust": 0, "costs": 0, "stripe": 1045 + cost,
    }
    held = [row for row in street.bank.all("payment_intent") if row["status"] == "requires_capture"]
    assert held == []
    street.check()


@pytest.mark.parametrize("how", ["drop", "500", "hang"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_a_step(street, settings, step, when, how):
    if how == "hang":  # the bank is slower than our patience
        settings.STRIPE_PATIENCE = 0.6
    street.bank.fault(step, when=when, how=how)
    story(street)
    assert street.bank.faults[0].times == 0, "The fault has not happened."
    is_told_once(street)


def test_nothing_goes_wrong(street):
    story(street)
    is_told_once(street)


@pytest.mark.parametrize("where", ["before the call", "before the answer is written"])
def test_the_process_dies_at_every_step(street, monkeypatch, where):
    """Each errand's first run is killed: between the commit and the call, or between the effect and the record."""
    died: set[str] = set()
    run, finish = errands.run, errands._finish

    def killed(errand, *rest):
        if errand.key not in died:
            died.add(errand.key)
            raise Died
        return finish(errand, *rest)

    def restarted(pk, now=None, **more):
        key = Errand.objects.values_list("key", flat=True).get(pk=pk)
        if where == "before the call" and key not in died:
            died.add(key)
            return None
        try:
            return run(pk, now, **more)
        except Died:
            return None  # its lease runs out, and the clock comes again

    if where != "before the call":
        monkeypatch.setattr(errands, "_finish", killed)
    monkeypatch.setattr(errands, "run", restarted)
    story(street)
    assert died >= set(Errand.objects.values_list("key", flat=True))
    is_told_once(street)


@pytest.mark.parametrize("order", [
    lambda rows: rows + rows, lambda rows: rows[::-1], lambda rows: (rows + rows)[::-1],
    lambda rows: rows[1::2] + rows[::2],
], ids=["twice", "backwards", "twice and backwards", "every other first"])
def test_letters_in_any_order(street, order):
    story(street, order=order)
    is_told_once(street)
    names = GatewayLetter.objects.values_list("event", flat=True)
    assert len(names) == len(set(names))


def test_letters_never_come(street):
    story(street, by_letter=False)
    is_told_once(street)


def test_every_letter_comes_once_more_long_after(street):
    story(street)
    GatewayLetter.objects.all().delete()
    for letter in street.bank.letters[::-1]:
        body, header = sealed(letter, SECRET)
        from payments.cards import letters

        letters.receive(body.encode(), header)
    letters.read_waiting(street.now + timedelta(hours=1))
    street.settle_down()
    is_told_once(street)


def test_a_key_that_was_forgotten_moves_nothing_twice(street):
    """After a day Stripe knows a key no more: what it has made is found by the mark on it."""
    street.bank.fault("/v1/transfers", when="after", times=1)
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    street.due()
    street.settle_down()
    actions.pass_on("booking:1", now=street.now)
    for pk in Errand.objects.filter(state=ErrandState.WAITING).values_list("pk", flat=True):
        errands.run(pk, street.now)
    street.later(hours=30)
    street.bank.answered.clear()
    street.settle_down()
    assert street.moved() == [("charge", 945), ("transfer", -900)]
    street.check()
