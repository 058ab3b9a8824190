"""What a bank sends back: a refund that did not arrive; and a dispute told of before the payment it is about."""

from datetime import timedelta

import pytest
from django.urls import reverse

from messaging.models import Notification
from payments import actions, ledger
from payments.cards import errands, letters, reconciler, stuck
from payments.models import CardCharge, Errand, GatewayLetter, Payment
from payments.states import AccountKind
from sharing.demo.play_bank import money as bank_money
from tests.payments.cards.conftest import SECRET
from tests.payments.cards.test_flows import settled
from tests.payments.cards.test_letters import sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def bounced(street):
    """€9.45 went back to Ana's card, and her bank sends it back."""
    settled(street)
    actions.refund("booking:1", price_minor=900, fee_minor=45, by=street.bo, now=street.now)
    street.settle_down()
    [refund] = street.bank.all("refund")
    bank_money.fail_refund(street.bank, refund["id"])
    return refund


def again(street) -> Errand:
    return Errand.objects.get(facts__sent_back__isnull=False)


@pytest.mark.parametrize("told", ["letter", "every night"])
def test_it_is_the_payers_and_both_are_told_once(street, bounced, told, client):
    for _twice in range(2):
        if told == "letter":
            street.read_letters(order=lambda rows: rows * 2)
        reconciler.compare(street.now + timedelta(minutes=1))
    assert street.standing()["ana"] == 945 and street.balance(AccountKind.POOL) == 0
    assert CardCharge.objects.get().refunded_minor == 0 and Payment.objects.get().refunded_minor == 945
    told_of = Notification.objects.filter(key__startswith="bounced:").values_list("member", "title")
    assert sorted(told_of) == sorted([
        (street.ana.pk, "€9.45 could not go back to your card"),
        (street.cleo.pk, "A refund of €9.45 to Ana was sent back"),
    ])
    page = reverse("payment", args=[Payment.objects.get().pk])
    for member, sees in ((street.ana, True), (street.bo, False)):
        client.force_login(member)
        assert ("Your bank has sent €9.45 of it back" in client.get(page).content.decode()) == sees
    client.force_login(street.cleo)
    desk = client.get(reverse("card_desk", args=[street.community.slug])).content.decode()
    assert "The bank of Ana has sent this refund back" in desk and "What does not fit" in desk
    assert "The books say what Stripe says, to the cent." in desk
    assert errands.run_due(street.now + timedelta(days=300)) == 0  # by itself it would only be sent back again


def test_a_treasurer_sends_it_once_more_and_it_moves_once(street, bounced):
    street.read_letters()
    for _twice in range(2):
        assert stuck.try_again(street.community, again(street).pk, by=street.cleo, now=street.now)
    assert [minor for kind, minor in street.moved() if kind.startswith("refund")] == [-945, 945, -945]
    assert street.standing()["ana"] == 0 and not stuck.of(street.community).exists()
    street.check()


def test_a_second_time_it_is_sent_back_it_waits_again(street, bounced):
    street.read_letters()
    stuck.try_again(street.community, again(street).pk, by=street.cleo, now=street.now)
    newest = street.bank.all("refund")[0]
    bank_money.fail_refund(street.bank, newest["id"])
    street.read_letters()
    assert street.standing()["ana"] == 945 and stuck.of(street.community).count() == 1
    stuck.try_again(street.community, stuck.of(street.community).get().pk, by=street.cleo, now=street.now)
    street.check()


def test_what_was_paid_out_by_hand_goes_to_no_card(street, bounced, client):
    street.read_letters()
    wallet = ledger.account(AccountKind.WALLET, street.community, street.ana)
    world = ledger.account(AccountKind.WORLD, street.community)
    ledger.post(street.community, [ledger.Entry(wallet, world, 945, "cash_out", "by hand")])
    client.force_login(street.ana)
    page = client.get(reverse("payment", args=[Payment.objects.get().pk])).content.decode()
    assert "has sent" not in page
    assert stuck.try_again(street.community, again(street).pk, by=street.cleo, now=street.now)
    assert [minor for kind, minor in street.moved() if kind.startswith("refund")] == [-945, 945]
    assert street.standing()["ana"] == 0 and not stuck.of(street.community).exists()
    street.check()


@pytest.mark.parametrize("won", [True, False])
def test_what_the_payers_bank_then_takes_for_them_is_neither_the_pools_nor_sent_once_more(street, bounced, won):
    street.read_letters()
    before = street.standing()
    made = bank_money.dispute(street.bank, CardCharge.objects.get().charge)
    street.read_letters()
    bank_money.end_dispute(street.bank, made["id"], won=won)
    street.read_letters()
    errands.run_due(street.now + timedelta(hours=1))
    standing = street.standing()
    assert standing["ana"] == (945 if won else 0)
    ours = [each["pool"] + each["costs"] for each in (before, standing)]
    assert ours[1] - ours[0] == (0 if won else -1500), "the bank's own price"
    assert stuck.of(street.community).exists() == won
    assert [kind for kind, _minor in street.moved()].count("refund") == 1
    if won:
        stuck.try_again(street.community, again(street).pk, by=street.cleo, now=street.now)
    assert street.standing()["ana"] == 0
    street.check()


def test_told_of_before_the_refund_itself_it_waits_for_it(street, bounced):
    other = street.bank.make("re", "refund", **{
        name: value for name, value in bounced.items() if name not in ("id", "object", "created")
    })
    street.bank.tell("refund.failed", other)
    street.read_letters()
    late = GatewayLetter.objects.get(about=other["id"])
    assert (late.state, street.standing()["ana"]) == ("waiting", 945) and "not in the books yet" in late.trouble


# --- a dispute that is told of first ------------------------------------------------------------------


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_told_of_before_its_payment_counts_at_once(street, won):
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    street.due()
    errands.run_due(street.now)
    told = len(street.bank.letters)
    paid = street.bank.all("charge")[0]
    made = bank_money.dispute(street.bank, paid["id"])
    only = [letter for letter in street.bank.letters[told:] if letter["type"] == "charge.dispute.created"]
    CardCharge.objects.filter(pk=charge.pk).update(state="held", charge="ch_not_known", intent="")
    body, header = sealed(only[0], SECRET)
    letters.receive(body.encode(), header)
    letters.read_waiting(street.now + timedelta(minutes=5))
    charge.refresh_from_db()
    assert (charge.disputed, charge.charge, charge.state) == ("open", paid["id"], "taken")
    bank_money.end_dispute(street.bank, made["id"], won=won)
    street.settle_down()
    charge.refresh_from_db()
    assert charge.disputed == ("won" if won else "lost")
    street.check()


def test_a_dispute_of_a_payment_that_is_not_known_yet_is_kept_until_it_is(street):
    charge = street.reserve()
    street.pay(charge)
    street.read_letters()
    intent = street.bank.all("payment_intent")[0]
    early = street.bank.make("dp", "dispute", amount=945, currency="eur", charge="ch_later", status="needs_response",
                             payment_intent=intent["id"], reason="fraudulent", balance_transactions=[])  # fmt: skip
    street.bank.tell("charge.dispute.created", early)
    street.read_letters()
    letter = GatewayLetter.objects.get(about=early["id"])
    assert letter.state == "waiting" and letter.due > street.now and CardCharge.objects.get().disputed == ""
    CardCharge.objects.update(charge="ch_later")
    letters.read_waiting(street.now + timedelta(hours=7))
    assert CardCharge.objects.get().disputed == "open" and GatewayLetter.objects.get(about=early["id"]).state == "done"


@pytest.mark.parametrize("ahead", [3, 120])
def test_what_is_told_of_a_page_that_is_not_noted_yet_is_kept_until_it_is(street, ahead):
    """The process that opened it died before it wrote the page down; the payer went there all the same."""
    charge = street.reserve(ahead=ahead)
    street.pay(charge)
    opening = Errand.objects.get(deed="session")
    CardCharge.objects.update(session="", session_url="", session_ends=None)
    Errand.objects.filter(pk=opening.pk).update(state="waiting", due=street.now + timedelta(minutes=1), done=None)
    told = [row for row in street.bank.letters if row["type"].startswith("checkout")]
    for row in told:
        body, header = sealed(row, SECRET)
        letters.receive(body.encode(), header)
    letters.read_waiting(street.now + timedelta(seconds=9))
    assert told and set(GatewayLetter.objects.values_list("state", flat=True)) == {"waiting"}
    errands.run_due(street.now + timedelta(minutes=2))
    letters.read_waiting(street.now + timedelta(minutes=9))
    assert CardCharge.objects.get().state == ("held" if ahead == 3 else "saved")
    assert set(GatewayLetter.objects.values_list("state", flat=True)) == {"done"}


def test_a_dispute_of_somebody_elses_at_the_same_account_is_nothing_of_ours(street):
    street.reserve()
    theirs = street.bank.make("pi", "payment_intent", amount=5, currency="eur", status="succeeded", metadata={},
                              latest_charge=None)  # fmt: skip
    made = street.bank.make("dp", "dispute", amount=5, currency="eur", charge="ch_theirs", payment_intent=theirs["id"],
                            status="needs_response", balance_transactions=[])  # fmt: skip
    street.bank.tell("charge.dispute.created", made)
    street.read_letters()
    assert GatewayLetter.objects.get(about=made["id"]).state == "ignored"
