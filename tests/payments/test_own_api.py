"""What the pages of this room can do, for programs: wallets, receipts, ways to pay, credit, an account for cards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from members.models import Membership
from payments import actions, ledger
from payments.credit import actions as credit
from payments.gateways import offered
from payments.models import Account, CardAccount, CreditPlan
from tests import factories
from tests.payments.cards.conftest import Street, play, play_server  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    home = factories.community()
    ana, bo, cleo = (factories.member(name, of=home) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(treasurer=True)
    zoe = factories.member("Zoe", of=factories.community("Bristol"))
    return home, ana, bo, cleo, zoe


def send(client, who, path: str, body=None, method: str = "get"):
    client.force_login(who)
    ask = getattr(client, method)
    return ask(f"/api/v1/{path}") if method == "get" else ask(f"/api/v1/{path}", body or {}, "application/json")


def test_one_reads_ones_own_wallets_and_nobody_elses(house, client):
    home, ana, bo, _cleo, _zoe = house
    world, wallet = ledger.account("world", home), ledger.account("wallet", home, ana)
    ledger.post(home, [ledger.Entry(world, wallet, 500, "cash_in", "a")])
    assert send(client, ana, "payments/wallets/").json() == [
        {"community": home.slug, "currency": "EUR", "balance_minor": 500, "held_minor": 0, "limit_minor": 0}
    ]
    assert send(client, bo, "payments/wallets/").json() == []


def test_a_receipt_is_written_to_whoever_paid_or_was_paid(house, client):
    home, ana, bo, _cleo, zoe = house
    payment = actions.due(
        about="booking:1", title="Drill", community=home, payer=ana, payee=bo, price_minor=900, fee_minor=45
    )
    letter = f"payments/{payment.pk}/letter/"
    assert send(client, ana, letter, method="post").status_code == 404  # nothing is proven yet
    for who in (ana, bo):
        actions.confirm("booking:1", by=who)
    assert [send(client, ana, letter, method="post").status_code for _twice in range(2)] == [202, 202]
    assert send(client, zoe, letter, method="post").status_code == 404
    assert [message.to for message in mail.outbox] == [[ana.email]]


def test_stewards_and_treasurers_choose_the_ways(house, client):
    home, ana, _bo, cleo, zoe = house
    credit.plan(home, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)
    path = f"communities/{home.slug}/gateways/"
    assert [(row["name"], row["on"]) for row in send(client, ana, path).json()] == [("hand", True), ("credit", True)]
    wanted = {"gateways": ["credit"]}
    for who in (ana, zoe):
        assert send(client, who, path, wanted, "put").status_code == 404
    assert [row["on"] for row in send(client, cleo, path, wanted, "put").json()] == [False, True]
    home.refresh_from_db()
    assert [way.name for way in offered(type(home).objects.get(pk=home.pk))] == ["credit"]
    for wrong in ([], ["bank"], "hand", None):
        assert send(client, cleo, path, {"gateways": wrong}, "put").status_code == 400


def test_the_plan_of_credit_limits_and_the_statement_of_a_year(house, client):
    home, ana, bo, cleo, zoe = house
    root = f"communities/{home.slug}/credit/"
    terms = {"unit": "hours", "worth_minor": 1000, "limit_minor": 500}
    for who in (ana, zoe):
        assert send(client, who, f"{root}plan/", terms, "put").status_code == 404
    assert send(client, ana, f"{root}plan/").status_code == 404  # none yet
    assert send(client, cleo, f"{root}plan/", terms, "put").json() == terms
    assert send(client, ana, f"{root}plan/").json() == terms and CreditPlan.objects.count() == 1
    assert send(client, cleo, f"{root}plan/", terms | {"unit": "tokens", "worth_minor": 0}, "put").status_code == 400

    home.refresh_from_db()
    last_year = timezone.now() - timedelta(days=400)
    credit.give(home, by=ana, to=bo, minor=200, note="Bread", now=last_year)
    credit.give(home, by=ana, to=bo, minor=100, note="Salt")
    year = timezone.now().astimezone(ZoneInfo(home.time_zone)).year
    found = send(client, bo, f"{root}years/{year}/").json()
    assert found["before_minor"] + sum(row["minor"] for row in found["entries"]) == 300
    assert [row["memo"] for row in found["entries"]][-1] == "Salt" and found["entries"][-1]["balance_minor"] == 300
    assert send(client, bo, f"{root}years/{year + 2}/").status_code == 404
    assert send(client, zoe, f"{root}years/{year}/").status_code == 404

    limit = f"{root}limits/{ana.pk}/"
    assert send(client, cleo, limit, {"limit_minor": 900}, "put").json() == {"limit_minor": 900}
    assert Account.objects.get(member=ana).limit_minor == 900
    assert send(client, cleo, limit, {"limit_minor": 1}, "put").status_code == 400  # they are further down already
    assert send(client, ana, limit, {"limit_minor": 10}, "put").status_code == 404
    assert send(client, cleo, f"{root}limits/{zoe.pk}/", {"limit_minor": 10}, "put").status_code == 404


def test_a_lender_opens_an_account_for_cards_and_sees_what_is_missing(play, client):  # noqa: F811
    street = Street(play)
    assert send(client, street.bo, "payments/cards/account/").json()["may_receive"] is True
    assert send(client, street.ana, "payments/cards/account/").status_code == 404
    begun = send(client, street.ana, "payments/cards/account/", method="post")
    assert begun.status_code == 200 and begun.json()["url"].startswith("http")
    mine = send(client, street.ana, "payments/cards/account/").json()
    assert mine["may_receive"] is False and CardAccount.objects.get(member=street.ana).account


def test_without_a_card_service_there_is_no_account(house, client, settings):
    settings.STRIPE_SECRET_KEY = ""
    _home, ana, *_ = house
    for method in ("get", "post"):
        assert send(client, ana, "payments/cards/account/", method=method).status_code == 404
