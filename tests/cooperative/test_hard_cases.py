"""What must hold of money and decisions when somebody leans on them: one currency, drafts unseen, silent urns."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cooperative import actions, checks, execution, statements
from cooperative.models import Proposal, Statement
from cooperative.states import ProposalState
from members.models import Member, Membership
from members.states import Role, Standing
from payments import actions as payments
from payments.credit import actions as credit
from payments.holdings import open_payments
from payments.models import Account
from sharing.web.models import IdempotentAnswer
from sharing.web.refusals import Refusal
from tests import factories

from .test_decisions import count, house, make_house, opened, pool_of, votes

__all__ = ["house"]
pytestmark = pytest.mark.django_db


def paid_in_hours(community, payer, payee, *, worth=1200):
    """A booking paid in community credit, of which the pool got its fee in hours."""
    steward = Membership.objects.filter(community=community, role=Role.STEWARD).first()
    credit.plan(community, by=steward.member, unit="hours", worth_minor=worth, limit_minor=1000)
    facts = {"price_minor": 2000, "fee_minor": 500, "gateway": "credit"}
    return payments.due(about="loan:1", title="Drill", community=community, payer=payer, payee=payee, **facts)


@pytest.fixture
def town(house):
    community, people = house
    Membership.objects.filter(community=community, member=people[0]).update(role=Role.STEWARD, treasurer=True)
    return community, people


# --- money and credit ----------------------------------------------------------------------------------


def test_a_statement_of_the_pool_counts_no_hours(town):
    community, people = town
    paid_in_hours(community, people[1], people[2])
    ahead = timezone.now() + timedelta(days=40)
    made = statements.prepare(community, by=people[0], until=timezone.now().date(), now=ahead)
    assert made.closing_minor == pool_of(community) == made.incoming_minor


def test_books_with_payments_in_credit_are_in_order(town):
    community, people = town
    paid_in_hours(community, people[1], people[2])
    assert checks.check(community).faults == []


def test_a_payment_in_credit_that_stands_otherwise_in_the_books_is_a_fault(town):
    community, people = town
    payment = paid_in_hours(community, people[1], people[2])
    type(payment).objects.filter(pk=payment.pk).update(about="loan:2")
    assert any("loan:2" in fault for fault in checks.check(community).faults)


@pytest.mark.parametrize("until", ["0001-01-01", "9999-12-31", "1999-12-31"])
def test_a_statement_up_to_a_day_that_is_no_month_of_ours_is_refused(town, client, until):
    community, people = town
    client.force_login(people[0])
    answer = client.post(
        f"/api/v1/communities/{community.slug}/statements/", {"until": until}, content_type="application/json"
    )
    assert answer.status_code == 400 and "until" in answer.json()["errors"]
    assert not Statement.objects.exists()


def test_a_dividend_waits_in_no_wallet_whose_member_has_gone(town):
    community, people = town
    for number, person in enumerate(people[1:4]):
        row = payments.due(
            about=f"loan:{number}", title="", community=community, payer=person, payee=None, price_minor=1000,
            fee_minor=100,
        )
        type(row).objects.filter(pk=row.pk).update(
            state="settled", settled=timezone.now() - timedelta(days=5), created=timezone.now() - timedelta(days=5)
        )
    today = timezone.now().date()
    period = {"from": str(today - timedelta(days=40)), "until": str(today - timedelta(days=2))}
    proposal = opened(community, people[0], kind="dividend", title="Share", terms={"minor": 3000, **period})
    votes(proposal, people, "yes", "yes", "yes")
    Member.objects.filter(pk=people[1].pk).update(is_active=False)
    assert count(proposal).state == ProposalState.EXECUTED
    wallets = dict(Account.objects.filter(kind="wallet", community=community).values_list("member", "balance_minor"))
    assert wallets.get(people[1].pk, 0) == 0 and wallets[people[2].pk] == wallets[people[3].pk] == 1000


# --- decisions -----------------------------------------------------------------------------------------


def test_a_draft_that_was_taken_back_unseen_stays_unseen(town, client):
    community, people = town
    draft = actions.propose(community, by=people[1], kind="advice", title="Shall we sell the shed?")
    actions.withdraw(draft.pk, by=people[1])
    shown = actions.propose(community, by=people[1], kind="advice", title="Shall we paint it?")
    actions.discuss(shown.pk, by=people[1])
    actions.withdraw(shown.pk, by=people[1])
    pages = ["/c/{}/decisions/", "/c/{}/decisions/{}/", "/api/v1/communities/{}/proposals/"]
    for reader, sees in ((people[2], False), (people[1], True)):
        client.force_login(reader)
        said = "".join(client.get(page.format(community.slug, draft.number)).content.decode() for page in pages)
        assert ("sell the shed" in said) is sees and "paint it" in said


def test_a_secret_vote_leaves_no_trace_where_requests_are_remembered(town, client):
    community, people = town
    proposal = opened(community, people[0], secret=True)
    client.force_login(people[1])
    url = f"/api/v1/communities/{community.slug}/proposals/{proposal.number}/ballot/"
    said = [
        client.post(url, {"choice": "no"}, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _twice in range(2)
    ]
    assert [answer.status_code for answer in said] == [200, 200]
    kept = IdempotentAnswer.objects.get()
    guesses = (json.dumps({"choice": choice}).encode() for choice in ("yes", "no", "abstain"))
    assert kept.fingerprint not in {hashlib.sha256(url.encode() + b"\0" + guess).hexdigest() for guess in guesses}


def test_one_decision_that_cannot_be_carried_out_holds_up_no_other(town, monkeypatch):
    community, people = town
    other, neighbours = make_house()
    broken, fine = opened(community, people[0]), opened(other, neighbours[0])
    for proposal, voters in ((broken, people), (fine, neighbours)):
        votes(proposal, voters, "yes", "yes", "yes")
    spend = execution._DEEDS["spend"]

    def breaks(proposal, now):
        if proposal.pk == broken.pk:
            raise IndexError("nobody")
        return spend(proposal, now)

    monkeypatch.setitem(execution._DEEDS, "spend", breaks)
    late = max(broken.closes, fine.closes) + timedelta(minutes=1)
    actions.close_what_is_due(now=late)
    actions.retry_what_waits(now=late)
    assert Proposal.objects.get(pk=fine.pk).state == ProposalState.EXECUTED


def test_what_is_bought_for_the_commons_waits_for_a_steward_to_keep_it(house):
    community, people = house
    terms = {"minor": 5000, "payee": "Shop", "commons": {"title": "Ladder", "kind": "tool"}}
    proposal = opened(community, people[0], terms=terms)
    votes(proposal, people, "yes", "yes", "yes")
    assert count(proposal).state == ProposalState.WAITING
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    assert actions.retry_what_waits() == 1


def test_who_has_applied_cannot_be_found_out_by_asking(town):
    community, people = town
    dee, nobody = factories.member("Dee"), factories.member("Nobody")
    Membership.objects.create(member=dee, community=community, standing=Standing.APPLIED)
    said = set()
    for who in (dee, nobody):
        with pytest.raises(Refusal) as refused:
            actions.propose(
                community, by=people[2], kind="member", title="Let them in", terms={"deed": "admit", "member": who.pk}
            )
        said.add((str(refused.value), refused.value.field))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("kind", "method", "terms"),
    [
        ("spend", "majority", {"minor": 100, "payee": "Shop \ud83d"}),
        ("spend", "majority", {"minor": 100, "payee": "Shop", "commons": {"title": "\udc00"}}),
        ("rule", "majority", {"text": "Be kind \ud800"}),
        ("advice", "score", {"options": [{"title": "A\ud800"}, {"title": "B"}]}),
    ],
)
def test_half_a_character_in_the_terms_is_refused_at_the_door(town, client, kind, method, terms):
    community, people = town
    client.force_login(people[1])
    given = {"kind": kind, "method": method, "title": "Hello", "terms": terms, "open": True}
    url = f"/api/v1/communities/{community.slug}/proposals/"
    assert client.post(url, json.dumps(given), content_type="application/json").status_code == 400
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "decisions/new/?kind=spend&method=score&rows=" + "9" * 5000, "budget/?year=0202600000",
        "budget/?year=" + "9" * 5000, "decisions/new/?kind=spend&method=budget&rows=٣",
    ],
)
def test_odd_numbers_in_an_address_are_as_good_as_none(town, client, path):
    community, people = town
    client.force_login(people[0])
    assert client.get(f"/c/{community.slug}/{path}").status_code == 200


def test_taking_away_a_paper_of_an_endless_number_takes_none_away(town, client):
    community, people = town
    draft = actions.propose(community, by=people[0], kind="spend", title="Bike", terms={"minor": 1, "payee": "Shop"})
    client.force_login(people[0])
    answer = client.post(reverse("proposal_paper", args=[community.slug, draft.number]), {"away": "9" * 5000})
    assert answer.status_code in (302, 404, 422)


def test_who_leaves_community_credit_behind_may_still_close_their_account(town):
    community, people = town
    paid_in_hours(community, people[1], people[2])
    assert Account.objects.filter(member=people[1], currency="XHR").exclude(balance_minor=0).exists()
    assert open_payments(people[1]) is None
