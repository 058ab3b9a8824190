"""The desk, the fee, drafts and dividends for programs: what the pages can do, under the same rules."""

import hashlib
import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cooperative import actions as decisions
from cooperative import budgets
from cooperative.models import Allotment, FeePolicy, Proposal
from payments import ledger
from payments.models import Account, Transfer
from tests.cooperative.test_budget_decisions import decided, line
from tests.cooperative.test_dividends import used
from tests.cooperative.test_treasury import cast  # noqa: F401
from tests.cooperative.test_treasury_api import send

pytestmark = pytest.mark.django_db


def at(cast, tail: str) -> str:  # noqa: F811
    return f"/api/v1/communities/{cast[0].slug}/{tail}"


def test_anyone_inside_recomputes_the_whole_chain(cast, client):  # noqa: F811
    community, ana, _cleo, _tim, zoe = cast
    client.force_login(ana)
    read = json.loads(b"".join(client.get(at(cast, "books/chain/")).streaming_content))
    before = "0" * 64
    for row in read["entries"]:
        made = hashlib.sha256("\n".join(map(str, row[:15])).encode()).hexdigest()
        assert (row[0], row[15]) == (before, made)
        before = made
    assert before == Transfer.objects.filter(community=community).order_by("-sequence")[0].digest
    assert send(client, zoe, at(cast, "books/chain/"), method="get").status_code == 404


def test_cash_that_is_handed_in_is_written_down_once_by_a_treasurer(cast, client):  # noqa: F811
    community, ana, cleo, _tim, zoe = cast
    world, wallet = ledger.account("world", community), ledger.account("wallet", community, ana)
    ledger.post(community, [ledger.Entry(wallet, world, 5900, "cash_out", "holds")])  # Ana holds for the pool
    owed = -Account.objects.get(pk=wallet.pk).balance_minor
    said = {"member": ana.pk, "minor": owed, "key": "k"}
    assert send(client, ana, at(cast, "cash/"), said).status_code == 404
    assert send(client, zoe, at(cast, "cash/"), said).status_code == 404
    too_much = send(client, cleo, at(cast, "cash/"), said | {"minor": owed + 1})
    assert too_much.status_code == 400 and list(too_much.json()["errors"]) == ["minor"]
    for _twice in range(2):
        booked = send(client, cleo, at(cast, "cash/"), said)
        assert booked.status_code == 201 and booked.json()["minor"] == owed
    assert Account.objects.get(pk=wallet.pk).balance_minor == 0
    assert send(client, cleo, at(cast, "cash/"), said | {"member": zoe.pk, "key": "z"}).status_code == 404


def test_what_was_spent_is_given_to_a_line(cast, client):  # noqa: F811
    community, ana, cleo, _tim, _zoe = cast
    begun = timezone.now() - timedelta(days=20)
    repairs = line(cast, decided(cast), 6000, year=timezone.now().year)
    draft = decisions.propose(
        community, by=ana, kind="spend", title="Rope", terms={"minor": 700, "payee": "Shop"}, now=begun
    )
    decisions.open(draft.pk, by=ana, now=begun)
    for voter in (ana, cleo):
        decisions.vote(draft.pk, by=voter, choice="yes", now=begun + timedelta(hours=1))
    assert decisions.close(draft.pk).state == "executed"
    spent = Transfer.objects.get(kind="spend")
    year = spent.created.astimezone(ZoneInfo(community.time_zone)).year
    found = send(client, ana, at(cast, f"budget/spent/?year={year}"), method="get").json()
    assert [(row["entry"], row["minor"]) for row in found] == [(spent.sequence, 700)]
    address = at(cast, f"budget/spent/{spent.sequence}/")
    assert send(client, ana, address, {"line": repairs.pk}).status_code == 404
    assert send(client, cleo, address, {"line": 10**9}).status_code == 400
    assert send(client, cleo, address, {"line": repairs.pk}).json() == {"entry": spent.sequence, "line": repairs.pk}
    assert Allotment.objects.get().line == repairs
    assert send(client, ana, at(cast, f"budget/spent/?year={year}"), method="get").json() == []


def test_what_was_given_to_a_line_that_is_about_something_else_now_waits_for_a_line_again(cast, client):  # noqa: F811
    community, _ana, cleo, *_ = cast
    pool, world = ledger.account("pool", community), ledger.account("world", community)
    spent = ledger.post(community, [ledger.Entry(pool, world, 700, "spend", "spent", "proposal:0")])[0]
    year = budgets.year_of(community, spent.created)
    facts = {"year": year, "label": "Ropes", "incoming": False, "minor": 1000}
    ropes = budgets.write_line(community, by=cleo, kind="spend", **facts)
    budgets.allot(spent.pk, ropes.pk, community=community, by=cleo)
    written = send(client, cleo, at(cast, "budget/"), facts | {"kind": "spend", "minor": 2000})
    assert written.json()["actual_minor"] == 700 and budgets.unallotted(community, year) == []
    budgets.write_line(community, by=cleo, kind="refund", **facts)
    assert budgets.unallotted(community, year) == [spent]


def test_the_first_fee_is_a_stewards_and_every_other_a_decision(cast, client):  # noqa: F811
    community, ana, cleo, _tim, zoe = cast
    FeePolicy.objects.filter(community=community)._raw_delete("default")
    terms = {"terms": {"commoner_bp": 500, "commercial_bp": 1000}}
    assert send(client, ana, at(cast, "fee/"), terms).status_code == 409
    assert send(client, cleo, at(cast, "fee/"), {"terms": {"commoner_bp": 9999}}).status_code == 400
    assert send(client, cleo, at(cast, "fee/"), terms).status_code == 201
    assert send(client, cleo, at(cast, "fee/"), terms).status_code == 409
    shown = send(client, ana, at(cast, "fee/"), method="get").json()
    assert [(row["version"], row["commoner_bp"], row["decision"]) for row in shown] == [(1, 500, None)]
    assert "of paid bookings" in shown[0]["words"][0]
    assert send(client, zoe, at(cast, "fee/"), method="get").status_code == 404


def test_a_dividend_is_tried_before_anyone_proposes_it(cast, client):  # noqa: F811
    community, ana, cleo, _tim, zoe = cast
    used(community, ana, cleo, 7, 45)
    today = timezone.now().astimezone(ZoneInfo(community.time_zone)).date()
    terms = {
        "minor": 101, "from": str(today - timedelta(days=90)), "until": str(today - timedelta(days=1)), "paid": 1,
        "earned": 1,
    }
    mine = send(client, ana, at(cast, "dividend/preview/"), {"terms": terms}).json()
    assert [row["member"] for row in mine] == [ana.pk]  # a member tries no periods to learn what others paid in them
    shares = send(client, cleo, at(cast, "dividend/preview/"), {"terms": terms}).json()
    assert sum(row["minor"] for row in shares) == 101 and {row["member"] for row in shares} == {ana.pk, cleo.pk}
    assert send(client, ana, at(cast, "dividend/preview/"), {"terms": terms | {"minor": 0}}).status_code == 400
    assert send(client, zoe, at(cast, "dividend/preview/"), {"terms": terms}).status_code == 404
    assert not Proposal.objects.exists()


def test_a_draft_is_changed_by_its_author_until_the_vote(cast, client):  # noqa: F811
    community, ana, cleo, _tim, zoe = cast
    draft = decisions.propose(community, by=ana, kind="advice", title="Shall we?", terms={"minor": 500})
    address = at(cast, f"proposals/{draft.number}/")
    changed = send(client, ana, address, {"title": "Shall we not?", "voting_days": 3}, "patch").json()
    assert (changed["title"], changed["voting_days"], changed["terms"]) == ("Shall we not?", 3, {"minor": 500})
    assert send(client, ana, address, {"terms": {"minor": -1}}, "patch").status_code == 400
    for who in (cleo, zoe):
        assert send(client, who, address, {"title": "Mine"}, "patch").status_code == 404
    decisions.open(draft.pk, by=ana)
    assert send(client, cleo, address, {"title": "Mine"}, "patch").status_code == 404
    assert send(client, ana, address, {"title": "Late"}, "patch").status_code == 409
    assert Proposal.objects.get().title == "Shall we not?"
