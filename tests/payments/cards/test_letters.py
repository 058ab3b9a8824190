"""Letters, lenders' accounts, and the nightly comparison."""

import json
import time
from datetime import timedelta

import pytest
from django.urls import reverse

from members.models import Membership
from messaging.models import Notification
from payments import gateways, ledger, switching
from payments.cards import letters, money, onboarding, reconciler
from payments.cards.charges import CardError
from payments.ledger import Entry
from payments.models import CardAccount, CardCharge, Difference, GatewayLetter, Reconciliation
from payments.states import AccountKind
from sharing.demo.play_bank import connect
from sharing.demo.play_bank.letters import sealed
from sharing.web.refusals import Refusal
from tests import factories
from tests.payments.cards.conftest import SECRET
from tests.payments.cards.test_flows import settled

pytestmark = pytest.mark.django_db


# --- letters ------------------------------------------------------------------------------------------


def post(client, body: str, header: str) -> int:
    return client.post(
        reverse("card_letters"), body, content_type="application/json", headers={"Stripe-Signature": header}
    ).status_code


def test_only_what_stripe_has_signed_lately_is_kept_and_once(street, client):
    charge = street.reserve()
    street.pay(charge)
    letter = street.bank.letters[-1]
    body, header = sealed(letter, SECRET)
    assert post(client, body + " ", header) == 400
    assert post(client, body, "") == 400
    assert post(client, *sealed(letter, "whsec_of_somebody_else")) == 400
    assert post(client, *sealed(letter, SECRET, at=int(time.time()) - letters.TOLERANCE - 5)) == 400
    assert post(client, "x" * 600_000, header) == 413
    assert GatewayLetter.objects.count() == 0
    for _again in range(3):
        assert post(client, body, header) == 200
    assert GatewayLetter.objects.count() == 1
    assert letters.receive(body.encode(), header) is None  # known already: nobody is sent to read it again


def test_without_a_key_nobody_opens_the_door(street, client, settings):
    settings.STRIPE_SECRET_KEY = ""
    assert post(client, "{}", "") == 404
    client.force_login(street.bo)
    assert client.get(reverse("card_account")).status_code == 404


def test_what_nobody_knows_is_kept_and_ignored(street, client):
    unknown = {"id": "evt_1", "object": "event", "type": "moon.full", "created": 1_800_000_000,
               "data": {"object": {"id": "moon_1"}}}
    other = unknown | {"id": "evt_2", "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_of_a_shop"}}}
    for letter in (unknown, other):
        assert post(client, *sealed(letter, SECRET)) == 200
    letters.read_waiting(street.now + timedelta(minutes=5))
    assert list(GatewayLetter.objects.order_by("pk").values_list("state", flat=True)) == ["ignored", "ignored"]


@pytest.mark.parametrize("odd", ["\x00", "\ud800", float("inf")])
def test_what_no_database_keeps_is_left_out_of_a_letter_and_it_counts(street, client, odd):
    """Refused, it would come again for days, and be lost."""
    charge = street.reserve()
    street.pay(charge)
    for row in street.bank.letters:
        row["data"]["object"]["metadata"] = row["data"]["object"].get("metadata", {}) | {"note": odd, f"x{odd}": "y"}
        assert post(client, *sealed(row | {"pending": odd}, SECRET)) == 200
    letters.read_waiting(street.now + timedelta(minutes=5))
    assert CardCharge.objects.get().state == "held"
    assert "\\u0000" not in json.dumps(list(GatewayLetter.objects.values_list("body", flat=True)))


def test_a_letter_that_cannot_be_looked_into_waits(street):
    charge = street.reserve()
    street.pay(charge)
    street.bank.fault("/v1/", times=20)
    street.read_letters()
    assert set(GatewayLetter.objects.exclude(state="ignored").values_list("state", flat=True)) == {"waiting"}
    street.bank.faults.clear()
    street.later(minutes=10)
    street.settle_down()
    assert CardCharge.objects.get().state == "held"


def test_one_letter_that_cannot_be_read_holds_up_no_other(street, monkeypatch, caplog):
    charge = street.reserve()
    street.pay(charge)
    known = [letter for letter in street.bank.letters if letter["type"].startswith("checkout")]
    strange = known[0] | {"id": "evt_strange", "type": "moon.full"}
    act = letters._act

    def stumbles(letter, now):
        if letter.kind == "moon.full":
            raise KeyError("moon")
        return act(letter, now)

    monkeypatch.setattr(letters, "_act", stumbles)
    for letter in (strange, *known):
        letters.receive(*[part.encode() if not at else part for at, part in enumerate(sealed(letter, SECRET))])
    now = street.now + timedelta(minutes=5)
    assert letters.read_waiting(now) == len(known)
    assert CardCharge.objects.get().state == "held" and "could not be read" in caplog.text
    left = GatewayLetter.objects.get(event="evt_strange")
    assert (left.state, left.trouble) == ("waiting", "KeyError") and left.due > now


@pytest.mark.parametrize("marks", [{}, {"about": "order:1"}, {"charge": "9" * 30}])
def test_what_somebody_else_is_paid_at_the_same_account_pays_nothing_here(street, marks):
    """Others who use it may number their charges as well: the cause has to be ours too."""
    charge = street.reserve()
    paid = street.bank.make("ch", "charge", amount=945, currency="eur", payment_method_details={"card": {}})
    theirs = street.bank.make(
        "pi", "payment_intent", amount=945, amount_received=945, currency="eur", status="succeeded",
        latest_charge=paid["id"], payment_method="pm_x", metadata={"charge": str(charge.pk)} | marks,
    )
    street.bank.tell("payment_intent.succeeded", theirs)
    street.read_letters()
    charge.refresh_from_db()
    assert (charge.state, charge.intent) == ("needed", "")
    assert GatewayLetter.objects.get(about=theirs["id"]).state == "ignored"


# --- lenders ------------------------------------------------------------------------------------------


def test_a_lender_opens_an_account_and_sees_what_is_missing(street, client):
    assert not gateways.named("stripe").reaches(street.ana)
    client.force_login(street.ana)
    page = reverse("card_account")
    assert "Open my account at Stripe" in client.get(page).content.decode()
    street.bank.fault("/v1/accounts", when="after")  # the line goes dead; once more, and there is one account
    client.post(page)
    answer = client.post(page)
    assert answer.status_code == 303 and "/onboard/" in answer["Location"]
    account = CardAccount.objects.get(member=street.ana)
    mine = [row for row in street.bank.all("account") if row["email"] == street.ana.email]
    assert [row["id"] for row in mine] == [account.account]

    connect.onboard(street.bank, account.account, missing=("external_account",))
    shown = client.get(page + "?back=1").content.decode()
    assert "your bank account" in shown and "Go on at Stripe" in shown
    connect.onboard(street.bank, account.account)
    street.read_letters()  # told by a letter
    assert "Ready: neighbours can pay you by card" in client.get(page).content.decode()
    assert gateways.named("stripe").reaches(street.ana)


def test_a_failed_payout_is_told_to_the_lender(street):
    account = CardAccount.objects.get(member=street.bo)
    connect.fail_payout(street.bank, account.account)
    street.read_letters()
    account.refresh_from_db()
    assert account.payout_trouble == "account_closed" and not account.pays_out and account.may_receive
    note = Notification.objects.get(member=street.bo)
    assert "could not be paid out" in note.title and note.url == reverse("card_account")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("last", ["failed", "paid"])
def test_of_a_lenders_payouts_the_last_counts_however_late_the_others_are_told(street, last, turned):
    account = CardAccount.objects.get(member=street.bo)
    begun = int(street.now.timestamp())
    for number, status in enumerate(("paid", "failed") if last == "failed" else ("failed", "paid")):
        payout = street.bank.make("po", "payout", amount=100, currency="eur", status=status, failure_code="closed")
        street.bank.tell(f"payout.{status}", payout, account=account.account)
        street.bank.letters[-1]["created"] = begun + 60 * number
    street.read_letters(order=lambda rows: rows[::-1] if turned else rows)
    account.refresh_from_db()
    assert account.payout_trouble == ("closed" if last == "failed" else "")


def test_the_link_is_refused_kindly_while_the_bank_is_silent(street):
    street.bank.fault("/v1/", times=9)
    with pytest.raises(CardError, match="does not answer"):
        onboarding.begin(street.ana, return_url="https://x.example", refresh_url="https://x.example")


def test_what_stripe_asks_for_in_words():
    assert onboarding.in_words(["individual.first_name", "individual.dob.day", "external_account"]) == [
        "who you are", "your bank account",
    ]


# --- switches -----------------------------------------------------------------------------------------


def test_a_community_switches_what_it_uses(street, settings):
    community = street.community
    assert [way.name for way in gateways.possible(community, street.bo)] == ["hand", "stripe"]
    assert [way.name for way in gateways.possible(community, street.cleo)] == ["hand"]  # cannot be paid by card
    assert [way.name for way in gateways.possible(community, None)] == ["hand", "stripe"]
    switching.switch(community, {"stripe"}, by=street.cleo)
    assert [way.name for way in gateways.offered(community)] == ["stripe"]
    assert [way.name for way in gateways.possible(community, street.cleo)] == ["hand"]
    with pytest.raises(Refusal):
        gateways.chosen("hand", community, street.bo)
    with pytest.raises(Refusal, match="One way to pay must stay"):
        switching.switch(community, {"credit"}, by=street.cleo)
    with pytest.raises(Refusal, match="Only stewards and treasurers"):
        switching.switch(community, {"hand"}, by=street.bo)
    settings.STRIPE_SECRET_KEY = ""
    assert [way.name for way in gateways.offered(community)] == ["hand"]


# --- the comparison -----------------------------------------------------------------------------------


def differences(street) -> list[tuple]:
    reconciler.compare(street.now + timedelta(minutes=1))
    open_ones = Difference.objects.filter(settled=None).order_by("kind")
    return list(open_ones.values_list("kind", "minor_here", "minor_there", "community__slug"))


def test_what_stands_in_one_only_is_listed_until_it_is_gone(street):
    charge = settled(street)
    assert differences(street) == []
    by_hand = street.bank.make("re", "refund", amount=100, currency="eur", charge=charge.charge, metadata={})
    street.bank.move("refund", -100, "eur", by_hand["id"])  # somebody has refunded it at Stripe
    slug = street.community.slug
    paid = 945 - 39
    assert differences(street) == [("only_there", None, -100, slug), ("total", paid, paid - 100, None)]
    # What does not fit as a whole concerns everyone who is paid by card there, and nobody else.
    assert sorted(row.kind for row in reconciler.open_for(street.community)) == ["only_there", "total"]
    assert reconciler.open_for(factories.community("Bristol")) == []

    wallet = ledger.account(AccountKind.WALLET, street.community, street.ana)
    entry = Entry(wallet, money.clearing(street.community), 100, "card_out", money.named(by_hand["id"]), charge.about)
    ledger.post(street.community, [entry], now=street.now)
    assert differences(street) == []
    assert Difference.objects.exclude(settled=None).count() == 2


def test_a_difference_that_is_mended_weeks_later_is_settled(street):
    charge = settled(street)
    by_hand = street.bank.make("re", "refund", amount=100, currency="eur", charge=charge.charge, metadata={})
    street.bank.move("refund", -100, "eur", by_hand["id"])
    for _night in range(8):
        assert len(differences(street)) == 2
        street.later(days=3)
    wallet = ledger.account(AccountKind.WALLET, street.community, street.ana)
    entry = Entry(wallet, money.clearing(street.community), 100, "card_out", money.named(by_hand["id"]), charge.about)
    ledger.post(street.community, [entry], now=street.now)
    assert differences(street) == []


def test_what_nobody_knows_whose_it_is_is_told_to_treasurers_who_share_the_account(street, client):
    settled(street)
    stray = street.bank.make("tu", "topup", amount=700, currency="eur", metadata={})
    street.bank.move("topup", 700, "eur", stray["id"])
    assert ("only_there", None, 700, None) in differences(street)
    cash_only, abroad = factories.community("Bristol"), factories.community("Osaka", currency="JPY")
    money.clearing(abroad)
    assert reconciler.open_for(cash_only) == [] and reconciler.open_for(abroad) == []
    client.force_login(street.cleo)
    page = client.get(reverse("card_desk", args=[street.community.slug])).content.decode()
    assert "All together, the books and the card service say different amounts." in page and "to the cent" not in page
    desk = client.get(reverse("desk", args=[street.community.slug])).content.decode()
    assert "The card service moved it; the books do not have it." in desk and "only_there" not in desk


def test_what_stands_only_here_and_what_differs(street):
    charge = settled(street)
    Reconciliation.objects.all().delete()
    ghost = Entry(
        money.clearing(street.community), money.wallet(street.community, street.ana), 7, "card_in",
        money.named("ch_ghost"), charge.about,
    )
    ledger.post(street.community, [ghost], now=street.now)
    row = next(row for row in street.bank.all("balance_transaction") if row["type"] == "charge")
    row["amount"] += 5
    kinds = {kind: (here, there) for kind, here, there, _slug in differences(street)}
    assert kinds["only_here"] == (7, None) and kinds["amount"] == (945, 950) and "total" in kinds


def test_a_payout_marked_with_its_community_is_booked(street):
    settled(street, payee=None)
    street.bank.make("x", "x")
    payout = connect.create_payout(
        street.bank, {"amount": "500", "currency": "eur", "metadata": {"community": street.community.slug}}
    )
    assert differences(street) == []
    assert money.booked(payout["id"]) and street.standing()["stripe"] == 945 - 39 - 500


def test_a_comparison_that_is_broken_off_says_so_and_the_next_goes_on(street, client):
    settled(street)
    street.bank.fault("/v1/balance", times=1)
    assert reconciler.compare(street.now).trouble.startswith("no answer")
    assert reconciler.latest() is None
    client.force_login(street.cleo)
    page = reverse("card_desk", args=[street.community.slug])
    assert "was broken off" in client.get(page).content.decode()
    street.check()
    assert "was broken off" not in client.get(page).content.decode()


def test_the_treasurers_page(street, client, django_assert_max_num_queries):
    settled(street)
    reconciler.compare(street.now + timedelta(minutes=1))
    client.force_login(street.cleo)
    page = reverse("card_desk", args=[street.community.slug])
    with django_assert_max_num_queries(20):
        assert "to the cent" in client.get(page).content.decode()
    for number in range(3):
        by_hand = street.bank.make("re", "refund", amount=100 + number, currency="eur", charge="ch_x", metadata={
            "charge": str(CardCharge.objects.get().pk)})
        street.bank.move("refund", -100 - number, "eur", by_hand["id"])
    reconciler.compare(street.now + timedelta(minutes=2))
    with django_assert_max_num_queries(20):
        shown = client.get(page).content.decode()
    assert shown.count("the books do not have it") == 3 and "−€1.02" in shown
    Membership.objects.filter(member=street.cleo).update(treasurer=False)
    assert client.get(page).status_code == 404


def test_the_api_shows_ones_own_and_leads_to_checkout(street, client):
    charge = street.reserve()
    client.force_login(street.ana)
    rows = client.get("/api/v1/payments/cards/").json()["results"]
    assert [(row["about"], row["state"], row["minor"]) for row in rows] == [("booking:1", "needed", 945)]
    answer = client.post(f"/api/v1/payments/cards/{charge.pk}/checkout/")
    assert answer.status_code == 200 and "/pay/" in answer.json()["url"]
    client.force_login(factories.member("Zoe"))
    assert client.get("/api/v1/payments/cards/").json()["results"] == []
    assert client.get(f"/api/v1/payments/cards/{charge.pk}/").status_code == 404
    assert json.dumps(rows).count("pi_") == 0
