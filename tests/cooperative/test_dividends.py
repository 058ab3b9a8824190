"""Dividends: by use and care, to the cent, on figures that stand from the opening on and that anyone can replay."""

import csv
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from cooperative import actions, checks, dividends
from cooperative.models import CareSeat, CareTask, Share
from cooperative.states import ProposalState
from members.models import Membership
from payments import actions as payments
from payments import ledger
from payments.models import Payment, Transfer
from payments.states import AccountKind
from sharing.values.money import split
from sharing.web.refusals import Refusal
from tests import factories

from .test_decisions import count, house, make_house, opened, pool_of, run, votes

__all__ = ["house"]
pytestmark = pytest.mark.django_db
LAST_WEEK = timezone.now() - timedelta(days=7)


def used(community, payer, payee, number: int, fee: int, when=LAST_WEEK) -> None:
    about = f"booking:{number}"
    payments.due(about=about, title="Drill", community=community, payer=payer, payee=payee, price_minor=900,
                 fee_minor=fee, now=when)
    for side in (payer, payee):
        payments.confirm(about, by=side, now=when)


def cared(community, member, minutes: int, when=LAST_WEEK) -> None:
    task = CareTask.objects.create(
        community=community, author=member, title="Oil it", due=when, state="confirmed", confirmed=when,
        confirmed_by=member,
    )
    CareSeat.objects.create(task=task, member=member, minutes=minutes)


def days_ago(days: int) -> str:
    return (timezone.now().date() - timedelta(days=days)).isoformat()


def terms(minor: int = 1000, **more) -> dict:
    period = {"from": days_ago(30), "until": days_ago(2)}
    return {"minor": minor, "paid": 1, "earned": 1, "care_minor": 600} | period | more


def dividend(community, author, **facts):
    return opened(community, author, kind="dividend", title="For 2026", terms=terms(**facts))


def wallet(community, member) -> int:
    return ledger.account(AccountKind.WALLET, community, member).balance_minor


# --- the split ------------------------------------------------------------------------------------


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any))
def test_splits_sum_to_the_total_and_no_share_is_off_by_a_unit(total, weights):
    shares, whole = split(total, weights), sum(weights)
    assert sum(shares) == total
    assert all(abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True))


use = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4))


@given(st.lists(use, min_size=1, max_size=20), st.integers(1, 10**8), st.integers(0, 9), st.integers(0, 9),
       st.integers(0, 2000))
def test_what_is_replayed_from_the_csv_agrees_and_a_changed_unit_does_not(rows, minor, paid, earned, care):
    by = {"paid": paid, "earned": earned, "care_minor": care}
    worth = [dividends.points(by, *row) for row in rows]
    if not any(worth):
        return
    written = [
        ("elm", 1, "EUR", minor, "2026-01-01", "2026-06-30", paid, earned, care, member, "x", *row, points, share, 0)
        for member, (row, points, share) in enumerate(zip(rows, worth, split(minor, worth), strict=True), 1)
    ]
    assert dividends.replay(_csv(written)) == []
    changed = [list(row) for row in written]
    changed[-1][15] += 1
    assert dividends.replay(_csv(changed))


def _csv(rows) -> io.StringIO:
    file = io.StringIO()
    csv.writer(file).writerows([dividends.COLUMNS, *rows])
    file.seek(0)
    return file


# --- by use and care ------------------------------------------------------------------------------


def test_shares_follow_what_each_used_lent_and_cared_for(house):
    community, [ana, bo, cy, di, _ed] = house
    used(community, ana, bo, 1, 300)  # Ana paid 300, Bo earned 300
    used(community, ana, bo, 2, 50, when=timezone.now())  # not in the time
    cared(community, cy, 30)  # half an hour at 600: 300
    cared(community, di, 20, when=timezone.now())
    proposal = dividend(community, ana, minor=1000)
    rows = {row.member_id: (row.points, row.minor) for row in proposal.shares.all()}
    assert rows == {ana.pk: (18_000, 334), bo.pk: (18_000, 333), cy.pk: (18_000, 333)}


def test_fees_paid_in_credit_bring_no_share_of_money(house):
    community, (ana, bo, *_) = house
    used(community, ana, bo, 1, 40)
    used(community, bo, ana, 2, 60)
    Payment.objects.filter(about="booking:2").update(gateway="credit")
    found = dividends.parts(community, terms() | {"care_minor": 0})
    assert {part.member: (part.paid_minor, part.earned_minor) for part in found} == {ana.pk: (40, 0), bo.pk: (0, 40)}


def test_refunds_count_no_more_and_who_has_left_has_no_share(house):
    community, [ana, bo, cy, *_] = house
    used(community, ana, bo, 1, 300)
    used(community, cy, bo, 2, 100)
    payments.refund("booking:1", price_minor=900, fee_minor=300)
    Membership.objects.filter(member=bo).update(standing="left", ended=timezone.now())
    proposal = dividend(community, cy)
    assert [(row.member_id, row.paid_minor, row.minor) for row in proposal.shares.all()] == [(cy.pk, 100, 1000)]


def test_it_is_paid_once_into_wallets_or_left_in_the_pool(house):
    community, people = house
    ana, bo, cy = people[:3]
    used(community, ana, bo, 1, 300)
    cared(community, cy, 60)
    before = {person: wallet(community, person) for person in (ana, bo, cy)}
    proposal, pool = dividend(community, ana, minor=1200), pool_of(community)
    dividends.leave(proposal.pk, by=ana)
    dividends.leave(proposal.pk, by=bo)
    dividends.leave(proposal.pk, by=bo, left=False)
    with pytest.raises(Refusal):
        dividends.leave(proposal.pk, by=people[3])
    votes(proposal, people, "yes", "yes")
    closed = count(proposal)
    assert closed.state == ProposalState.EXECUTED
    actions.execute(proposal.pk)
    got = {person: wallet(community, person) - before[person] for person in (ana, bo, cy)}
    assert got == {ana: 0, bo: 300, cy: 600} and pool_of(community) == pool - 900
    assert Transfer.objects.filter(kind="dividend").count() == closed.transfers.count() == 2
    with pytest.raises(Refusal, match="too late"):
        dividends.leave(proposal.pk, by=bo)
    assert checks.check(community).faults == ["Entries are about booking:1, which is not there."]
    world = ledger.account(AccountKind.WORLD, community)
    ledger.post(community, [ledger.Entry(ledger.account(AccountKind.POOL, community), world, 5, "dividend", "x")])
    assert "was spent without a decision" in checks.check(community).faults[-1]


def test_it_waits_for_a_pool_that_can_pay_it():
    community, people = make_house(pool=10)
    used(community, people[0], people[1], 1, 300)
    proposal = dividend(community, people[0], minor=10_000)
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.WAITING and not Transfer.objects.filter(kind="dividend").exists()


def test_without_use_there_is_nothing_to_open(house):
    community, people = house
    with pytest.raises(Refusal, match="nothing to share by"):
        dividend(community, people[0])


@pytest.mark.parametrize(
    ("change", "field"),
    [({"minor": 0}, "minor"), ({"from": "soon"}, "from"), ({"until": "today"}, "until"),
     ({"from": "2020-01-01"}, "from"), ({"from": days_ago(28)}, "from"),
     ({"paid": 0, "earned": 0, "care_minor": 0}, "paid"), ({"paid": -1}, "paid"),
     ({"until": "2001-01-01"}, "until"), ({"care_minor": 10**9}, "care_minor")],
)
def test_terms_that_make_no_sense_are_refused_at_their_field(house, change, field):
    community, [ana, *_] = house
    if change == {"until": "today"}:  # as the community's own calendar has it
        change = {"until": timezone.localdate(timezone=ZoneInfo(community.time_zone)).isoformat()}
    with pytest.raises(Refusal) as refused:
        actions.propose(community, by=ana, kind="dividend", title="x", terms=terms() | change)
    assert refused.value.field == field


def test_not_even_raw_sql_changes_a_share_that_is_voted_on(house):
    community, people = house
    used(community, people[0], people[1], 1, 300)
    proposal = dividend(community, people[0])
    with pytest.raises(IntegrityError, match="shares_stay_as_voted_on"):
        run("update cooperative_share set minor = 1")
    with pytest.raises(IntegrityError, match="shares_are_made_before_the_vote"):
        Share.objects.create(proposal=proposal, member=people[4], points=1, minor=1)


# --- for everyone to see --------------------------------------------------------------------------


def test_the_page_the_csv_and_the_replay(house, client, tmp_path, capsys):
    community, [ana, bo, cy, *_] = house
    used(community, ana, bo, 1, 333)
    cared(community, cy, 47)
    draft = actions.propose(community, by=ana, kind="dividend", title="For 2026", terms=terms())
    page, file = (reverse(name, args=[community.slug, draft.number]) for name in ("dividend", "dividend_csv"))
    client.force_login(ana)
    shown = client.get(page).content.decode()
    assert "A preview" in shown and client.get(file).status_code == 404
    assert "once the members talk it over" in shown and bo.name not in shown  # nobody looks up others by a draft
    actions.discuss(draft.pk, by=ana)
    assert bo.name in client.get(page).content.decode()
    actions.open(draft.pk, by=ana)
    html = client.get(page).content.decode()
    assert f'<time datetime="{draft.terms["from"]}">' in html  # a day as one reads it, not as it is stored
    assert "Leave it in the pool" in html and bo.name in html
    client.post(reverse("dividend_leave", args=[community.slug, draft.number]), {"left": "1"})
    assert "You leave it in the pool" in client.get(page).content.decode()
    text = b"".join(client.get(file).streaming_content)
    path = tmp_path / "dividend.csv"
    path.write_bytes(text)
    call_command("replay_dividend", str(path))
    assert "as it should be" in capsys.readouterr().out
    path.write_bytes(text.replace(b",47,", b",48,"))
    with pytest.raises(SystemExit):
        call_command("replay_dividend", str(path))
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SystemExit):
        call_command("replay_dividend", str(path))

    path.write_bytes(text)
    recipe = Path("docs/deciding.md").read_text().partition("```python")[2].partition("```")[0]
    said = subprocess.run([sys.executable, "-c", recipe, str(path)], capture_output=True, text=True, timeout=30)
    assert said.returncode == 0 and "but it says" not in said.stdout and len(said.stdout.splitlines()) == 3

    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    worth = [60 * (int(r["paid_minor"]) + int(r["earned_minor"])) + 600 * int(r["care_minutes"]) for r in rows]
    exact = [1000 * w / sum(worth) for w in worth]
    assert all(abs(int(row["share_minor"]) - e) < 1 for row, e in zip(rows, exact, strict=True))
    assert sum(int(row["share_minor"]) for row in rows) == 1000
    client.force_login(factories.member("Zoe", of=factories.community("Far away")))
    assert client.get(page).status_code == client.get(file).status_code == 404


def test_the_page_takes_as_many_statements_with_few_as_with_many(client):
    community, people = make_house(30)
    counts = set()
    for number, many in enumerate((3, 12, 29), 1):
        for index in range(1, many):
            used(community, people[index], people[0], number * 100 + index, 10)
        proposal = dividend(community, people[0])
        client.force_login(people[0])
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("dividend", args=[community.slug, proposal.number])).status_code == 200
        counts.add(len(captured))
    assert len(counts) == 1 and max(counts) <= 9, counts


def test_the_api_says_the_same(house):
    community, [ana, bo, cy, *_] = house
    used(community, ana, bo, 1, 300)
    proposal = dividend(community, ana)
    client = APIClient()
    client.force_authenticate(ana)
    base = f"/api/v1/communities/{community.slug}/proposals/{proposal.number}/shares/"
    shares = client.get(base).json()
    assert [row["minor"] for row in shares["results"]] == [500, 500] and shares["next"] is None
    assert client.post(base, {"left_in_pool": True}, format="json").json()["left_in_pool"] is True
    client.force_authenticate(cy)
    assert client.post(base, {"left_in_pool": True}, format="json").status_code == 409
    client.force_authenticate(factories.member("Zoe"))
    assert client.get(base).status_code == 404
