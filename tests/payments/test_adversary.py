"""Whoever leans on the money: amounts that are none, others' things, one key for two deeds, letters not theirs."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from cooperative import actions as deciding
from cooperative import projects
from cooperative.models import BudgetLine, Payout, Project, Proposal
from members.models import Membership
from members.states import Role
from payments import ledger
from payments.cards import letters
from payments.credit import actions as credit
from payments.models import CardCharge, GatewayLetter, Transfer
from sharing.demo.play_bank import GOOD_CARD
from sharing.demo.play_bank.letters import sealed
from tests import factories
from tests.payments.cards.conftest import SECRET, Street, play, play_server, street

__all__ = ["play", "play_server", "street"]
pytestmark = pytest.mark.django_db
NO_AMOUNTS = [-1, 0, 10**13, 10**30, "NaN", "Infinity", "1e400", "1e99999999", "1e999990", "", " ", "x", None, True,
              [1], {"a": 1}, 1.5, "0x10", "½"]  # fmt: skip
NO_NUMBERS = ["-1", "0", "1e99999999", "1e999990", "1e400", "NaN", "sNaN", "Infinity", "1_000", "0x10", "½", "1,000.00",
              "9" * 30, "1.234", "x"]  # fmt: skip


@pytest.fixture
def town():
    """€100 in the pool, €50 in Ana's wallet; Cleo is steward and treasurer."""
    community = factories.community()
    ana, cleo = (factories.member(name, of=community) for name in ("Ana", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    credit.plan(community, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)
    world, pool, wallet = (ledger.account("world", community), ledger.account("pool", community),
                           ledger.account("wallet", community, ana))  # fmt: skip
    ledger.post(community, [
        ledger.Entry(world, pool, 10_000, "solidarity", "start"), ledger.Entry(world, wallet, 5_000, "cash_in", "hers"),
    ])
    return community, ana, cleo


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Transfer, Payout, Project, Proposal, BudgetLine))


@pytest.mark.parametrize("wrong", NO_AMOUNTS, ids=repr)
def test_what_is_no_amount_is_refused_by_the_api_at_its_field(town, client, wrong):
    community, ana, cleo = town
    client.force_login(cleo)
    root, before = f"/api/v1/communities/{community.slug}/", everything()
    tries = [
        ("credit/gifts/", {"to": ana.pk, "minor": wrong, "note": "x"}, "minor"),
        ("payouts/", {"key": "k", "minor": wrong, "member": ana.pk}, "minor"),
        ("projects/", {"name": "Roof", "goal_minor": wrong}, "goal_minor"),
        ("cash/", {"member": ana.pk, "minor": wrong, "key": "c", "inwards": True}, "minor"),
        ("proposals/", {"kind": "spend", "title": "x", "terms": {"minor": wrong, "payee": "Shop"}}, ""),
    ]
    for path, body, field in tries:
        if path == "projects/" and wrong == 0:
            continue  # a goal may be left open
        answer = client.post(root + path, json.dumps(body), content_type="application/json")
        if path == "proposals/" and answer.status_code == 201:
            drafted = Proposal.objects.get()  # a draft may still lack its amount; it never opens so
            with pytest.raises(Exception, match=""):
                deciding.open(drafted.pk, by=cleo)
            Proposal.objects.all().delete()
            continue
        assert 400 <= answer.status_code < 500 and answer.status_code != 405, (path, answer.status_code)
        assert not field or answer.status_code == 404 or field in answer.json().get("errors", {field: 1}), path
    for path in ("credit/gifts/", "payouts/"):  # what is no JSON at all
        for raw in ('{"minor": NaN}', '{"minor": Infinity}', '{"minor": 1e999}', '{"minor": ' + "9" * 5000 + "}"):
            assert client.post(root + path, raw, content_type="application/json").status_code == 400
    assert everything() == before


@pytest.mark.parametrize("wrong", NO_NUMBERS)
def test_what_is_no_amount_is_refused_by_the_forms_and_fast(town, client, wrong):
    community, ana, cleo = town
    client.force_login(cleo)
    before = everything()
    tries = [
        (reverse("credit", args=[community.slug]), {"to": ana.pk, "amount": wrong, "note": "x"}),
        (reverse("projects", args=[community.slug]), {"name": "Roof", "goal": wrong}),
        (reverse("payouts", args=[community.slug]), {"member": ana.pk, "amount": wrong, "way": "cash", "key": "k"}),
        (reverse("proposal_new", args=[community.slug]) + "?kind=spend", {
            "title": "x", "amount": wrong, "payee": "Shop", "method": "majority", "voting_days": 7, "quorum_bp": 3000,
            "threshold_bp": 5000}),
    ]  # fmt: skip
    for path, sent in tries:
        if "projects" in path and wrong == "0":
            continue
        assert client.post(path, sent).status_code in (404, 409, 422), path
    assert everything() == before


def test_what_is_another_communitys_is_not_found(town, client):
    community, ana, cleo = town
    other = factories.community("Far away")
    zoe = factories.member("Zoe", of=other, role=Role.STEWARD)
    theirs = projects.start(other, by=zoe, name="Their roof")
    line = BudgetLine.objects.create(community=other, year=2026, label="Tyres", minor=5, kind="spend", written_by=zoe)
    client.force_login(cleo)
    root, before = f"/api/v1/communities/{community.slug}/", everything()
    for path, body in (
        ("payouts/", {"key": "k", "minor": 1, "member": zoe.pk}),
        ("payouts/", {"key": "k", "minor": 1, "line": line.pk}),
        ("payouts/", {"key": "k", "minor": 1, "project": theirs.pk}),
        ("credit/gifts/", {"to": zoe.pk, "minor": 1, "note": "x"}), (f"projects/{theirs.pk}/close/", {}),
    ):
        answer = client.post(root + path, json.dumps(body), content_type="application/json")
        assert answer.status_code == 404, (path, body, answer.content)
    assert client.get(f"{root}projects/{theirs.pk}/").status_code == 404 and everything() == before


def test_one_key_is_one_gift_and_never_another(town, client):
    community, ana, cleo = town
    client.force_login(cleo)
    url, head = f"/api/v1/communities/{community.slug}/credit/gifts/", {"Idempotency-Key": "k1"}
    body = {"to": ana.pk, "minor": 100, "note": "Cake"}
    answers = [client.post(url, body, content_type="application/json", headers=head) for _ in range(3)]
    assert [each.status_code for each in answers] == [201] * 3 and len({each.content for each in answers}) == 1
    for other in ({"minor": 200}, {"note": "Tart"}, {"to": cleo.pk}):
        assert client.post(url, body | other, content_type="application/json", headers=head).status_code == 422
    assert Transfer.objects.filter(kind="given").count() == 1


# --- letters ------------------------------------------------------------------------------------------


def receive(letter: dict, secret: str = SECRET) -> GatewayLetter | None:
    body, header = sealed(letter, secret)
    return letters.receive(body.encode(), header)


def test_a_lenders_account_cannot_tell_of_our_payments(street: Street):
    """Their events carry their account; what they say of a payment of ours is nothing."""
    charge = street.reserve()
    marks = {"charge": str(charge.pk), "about": charge.about}
    kinds = ("payment_intent.succeeded", "checkout.session.completed", "charge.dispute.created")
    for account in ("acct_of_a_stranger", street.bank.all("account")[0]["id"]):
        for number, kind in enumerate(kinds):
            thing = {"id": f"pi_{number}", "metadata": marks, "status": "succeeded", "amount_received": 945}
            receive({"id": f"evt_{account}_{number}", "type": kind, "account": account, "object": "event",
                     "created": int(street.now.timestamp()), "data": {"object": thing}})  # fmt: skip
    letters.read_waiting(street.now + timedelta(minutes=5))
    charge.refresh_from_db()
    assert (charge.state, charge.taken_minor, charge.disputed) == ("needed", 0, "")
    assert set(GatewayLetter.objects.values_list("state", flat=True)) == {"ignored"}


def test_a_letter_is_what_it_was_the_first_time_and_what_it_says_of_the_amount_is_not_believed(street: Street):
    charge = street.reserve()
    street.pay(charge, GOOD_CARD)
    [letter] = [row for row in street.bank.letters if row["type"] == "payment_intent.amount_capturable_updated"]
    lie = json.loads(json.dumps(letter))
    lie["data"]["object"] |= {"amount_received": 10**9, "status": "succeeded", "currency": "jpy", "amount": 10**9}
    assert receive(lie) is not None and receive(letter) is None  # one name, one letter
    letters.read_waiting(street.now + timedelta(minutes=5))
    charge.refresh_from_db()
    assert (charge.state, charge.taken_minor, charge.currency) == ("held", 0, "EUR")
    assert CardCharge.objects.count() == 1 and not Transfer.objects.exists()
