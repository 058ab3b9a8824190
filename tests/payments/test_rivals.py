"""The same money asked for twice in one moment: by two clocks, two treasurers, two letters, two presses of a button."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions as bookings
from cooperative import actions as deciding
from cooperative import payouts
from cooperative.models import FeePolicy, Payout
from members.models import Membership
from members.states import Role
from payments import actions, ledger
from payments.cards import errands, letters, stuck
from payments.credit import actions as credit
from payments.models import CardCharge, Errand, GatewayLetter, Payment, Transfer
from payments.states import AccountKind
from payments.verification import verify
from sharing.demo.play_bank import money as bank_money
from sharing.demo.play_bank.letters import sealed
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.cast import drill
from tests.cooperative.test_decisions import make_house, opened, votes
from tests.payments.cards.conftest import SECRET, Street, play, play_server, street
from tests.payments.cards.test_flows import settled
from tests.payments.test_ledger import at_once

__all__ = ["play", "play_server", "street"]
pytestmark = pytest.mark.django_db(transaction=True)


def refused(answers: list) -> list:
    """Those that were refused kindly; anything else that was raised is a fault."""
    raised = [each for each in answers if isinstance(each, Exception)]
    assert all(isinstance(each, Refusal) for each in raised), raised
    return raised


# --- cards --------------------------------------------------------------------------------------------


def test_clocks_and_letters_that_come_together_capture_once(street: Street):
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    street.due()
    errand = Errand.objects.get(deed="capture")
    Errand.objects.filter(pk=errand.pk).update(state="waiting", due=street.now)
    answers = at_once(6, lambda i: errands.run(errand.pk, street.now) if i % 2 else errands.run_due(street.now))
    assert not [each for each in answers if isinstance(each, Exception)], answers
    street.settle_down()
    assert street.moved() == [("charge", 945)] and Payment.objects.get().state == "settled"
    street.check()


def test_a_letter_that_is_told_six_times_at_once_is_one(street: Street):
    charge = street.reserve()
    street.pay(charge)
    sent = [sealed(letter, SECRET) for letter in street.bank.letters]

    def tell(index: int) -> int:
        fresh = 0
        for body, header in sent if index % 2 else sent[::-1]:
            fresh += letters.receive(body.encode(), header) is not None
        letters.read_waiting(street.now + timedelta(minutes=5))
        return fresh

    answers = at_once(6, tell)
    assert not [each for each in answers if isinstance(each, Exception)], answers
    assert sum(answers) == GatewayLetter.objects.count() == len(sent)
    letters.read_waiting(street.now + timedelta(minutes=10))
    assert CardCharge.objects.get().state == "held"


@pytest.mark.parametrize("amounts", [[(900, 45)] * 4, [(900, 45), (500, 0), (900, 0), (400, 45)]])
def test_refunds_that_are_asked_for_together_go_back_once(street: Street, amounts):
    settled(street)
    answers = at_once(4, lambda i: actions.refund(
        "booking:1", price_minor=amounts[i][0], fee_minor=amounts[i][1], by=street.bo, now=street.now
    ).refunded_minor)
    same = len(set(amounts)) == 1
    assert len(refused(answers)) == (0 if same else 3)
    at_once(4, lambda _i: errands.run_due(street.now))
    street.settle_down()
    back = Payment.objects.get().refunded_minor
    assert [minor for kind, minor in street.moved() if kind == "refund"] == [-back]
    street.check()


def test_a_refund_and_the_lenders_part_that_set_out_together_end_where_one_after_the_other_does(street: Street):
    settled(street)
    answers = at_once(2, lambda i: (
        actions.pass_on("booking:1", now=street.now) if i
        else actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    ))
    assert not [each for each in answers if isinstance(each, Exception)], answers
    at_once(3, lambda _i: errands.run_due(street.now))
    street.settle_down()
    standing = street.standing()
    assert (standing["ana"], standing["bo"], standing["trust"], standing["pool"] + 0) == (0, 0, 0, standing["pool"])
    street.check()


def test_a_refund_that_was_sent_back_is_sent_once_more_once(street: Street):
    settled(street)
    actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    street.settle_down()
    bank_money.fail_refund(street.bank, street.bank.all("refund")[0]["id"])
    fresh = [sealed(letter, SECRET) for letter in street.bank.letters if "refund" in letter["type"]]

    def tell(_index: int) -> None:
        for body, header in fresh:
            letters.receive(body.encode(), header)
        letters.read_waiting(street.now + timedelta(minutes=5))

    assert at_once(4, tell) == [None] * 4
    letters.read_waiting(street.now + timedelta(minutes=30))
    again = Errand.objects.get(facts__sent_back__isnull=False)
    at_once(4, lambda _i: stuck.try_again(street.community, again.pk, by=street.cleo, now=street.now))
    street.settle_down()
    assert [minor for kind, minor in street.moved() if kind.startswith("refund")] == [-945, 945, -945]
    street.check()


# --- treasurers ---------------------------------------------------------------------------------------


@pytest.fixture
def desk():
    """€10 on Ana's wallet, and three treasurers."""
    community = factories.community()
    people = [factories.member(name, of=community, role=Role.TREASURER) for name in ("Ana", "Bo", "Cleo", "Dee")]
    world, wallet = ledger.account("world", community), ledger.account("wallet", community, people[0])
    ledger.post(community, [ledger.Entry(world, wallet, 1000, "cash_in", "hers")])
    return community, people


def test_treasurers_who_ask_for_the_same_money_together_get_it_once(desk):
    community, [ana, *treasurers] = desk
    answers = at_once(3, lambda i: payouts.ask(community, by=treasurers[i], member=ana, minor=800, key=f"k{i}").pk)
    assert len(refused(answers)) == 2 and Payout.objects.count() == 1


def test_a_yes_and_a_no_at_once_leave_one_of_them(desk):
    community, [ana, bo, cleo, dee] = desk
    for n in range(3):
        asked = payouts.ask(community, by=bo, member=ana, minor=100, key=f"k{n}")
        deeds = [lambda: payouts.approve(asked.pk, by=cleo), lambda: payouts.refuse(asked.pk, by=dee),  # noqa: B023
                 lambda: payouts.refuse(asked.pk, by=bo)]  # noqa: B023
        answers = at_once(3, lambda i: deeds[i]().state)  # noqa: B023
        refused(answers)
        asked.refresh_from_db()
        assert (asked.state == "paid") == (asked.transfer_id is not None)
    paid = Payout.objects.filter(state="paid").count()
    assert Transfer.objects.filter(kind="cash_out").count() == paid
    assert ledger.account(AccountKind.WALLET, community, ana).balance_minor == 1000 - 100 * paid
    assert verify(community).faults == []


# --- members ------------------------------------------------------------------------------------------


def test_one_key_pressed_six_times_at_once_is_one_gift():
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD)
    credit.plan(community, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)

    def give(index: int) -> int:
        client = Client()
        client.force_login(ana)
        body = {"to": bo.pk, "minor": 100 + 50 * (index % 2), "note": "Cake"}
        return client.post(f"/api/v1/communities/{community.slug}/credit/gifts/", json.dumps(body),
                           content_type="application/json", headers={"Idempotency-Key": "k"}).status_code  # fmt: skip

    answers = at_once(6, give)
    assert set(answers) <= {201, 409, 422} and answers.count(201) >= 1, answers
    assert Transfer.objects.filter(kind="given").count() == 1


def test_a_fee_that_changes_while_a_booking_is_agreed_leaves_it_its_own():
    """By which version it was quoted, by that it is paid: also when the new one comes in the same moment."""
    community, people = make_house()
    ana, bo = people[1:3]
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    deciding.set_first_policy(community, by=people[0], commoner_bp=500)
    thing = drill(bo, of=community, price_minor=1000, deposit_minor=0)
    for n in range(3):
        decision = opened(community, people[0], kind="fee", terms={"commoner_bp": 600 + n, "commercial_bp": 900})
        votes(decision, people, *["yes"] * len(people))
        first = (timezone.now() + timedelta(days=4 + 5 * n)).date()
        asked = bookings.request(thing.pk, by=ana, starts=str(first), ends=str(first + timedelta(days=2)))
        answers = at_once(2, lambda i: (
            bookings.take(asked.pk, "accept", by=bo).pk if i  # noqa: B023
            else deciding.close(decision.pk, now=decision.closes).pk  # noqa: B023
        ))
        assert not [each for each in answers if isinstance(each, Exception)], answers
        asked.refresh_from_db()
        paid = Payment.objects.get(about=asked.about)
        assert asked.policy.version == n + 1 and FeePolicy.objects.filter(community=community).count() == n + 2
        assert paid.fee_minor == asked.quote["fee_minor"] == paid.price_minor * asked.policy.commoner_bp // 10_000
