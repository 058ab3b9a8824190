"""Decisions and projects: drawn on, put money into, paid out step by step by two, and told both ways."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cooperative import actions as decisions
from cooperative import books, checks, counting, opening, payouts, projects
from cooperative.granted import decided
from cooperative.models import Grant, Payout, Project, Proposal
from members.models import Membership
from members.states import Role
from payments import ledger
from payments.models import Transfer
from sharing.web.api.pagination import encode_cursor
from sharing.web.refusals import Refusal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """€100 in the pool, €10 of it set aside for a trailer; Cleo is steward and treasurer, Tim treasurer."""
    community = factories.community()
    ana, cleo, tim = (factories.member(name, of=community) for name in ("Ana", "Cleo", "Tim"))
    Membership.objects.filter(community=community).update(joined=timezone.now() - timedelta(days=60))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    Membership.objects.filter(member=tim).update(role=Role.TREASURER)
    trailer = projects.start(community, by=cleo, name="A trailer", goal_minor=5000)
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    aside = ledger.account("pool", community, label=trailer.label)
    ledger.post(community, [
        ledger.Entry(world, pool, 10_000, "solidarity", "start"), ledger.Entry(pool, aside, 1000, "earmark", "aside"),
    ])
    return community, ana, cleo, tim, trailer


def voted(cast, terms: dict, *, method: str = "majority", marks=None, title: str = "The trailer") -> Proposal:
    community, ana, cleo, tim, _trailer = cast
    begun = timezone.now() - timedelta(days=20)
    draft = decisions.propose(community, by=ana, kind="spend", title=title, terms=terms, method=method, now=begun)
    decisions.open(draft.pk, by=ana, now=begun)
    for voter in (ana, cleo, tim):
        vote = {"choice": "marked", "marks": marks} if marks else {"choice": "yes"}
        decisions.vote(draft.pk, by=voter, now=begun + timedelta(hours=1), **vote)
    return decisions.close(draft.pk)


def funded(cast, minor: int = 3000) -> Proposal:
    return voted(cast, {"minor": minor, "project": cast[-1].pk})


def lies_in(project: Project) -> int:
    return projects.saved([project]).get(project.pk, 0)


def test_a_decision_puts_its_amount_into_the_project_and_what_lies_there_counts(cast):
    community, *_rest, trailer = cast
    proposal = funded(cast)
    assert proposal.state == "executed" and proposal.terms["fund"] is True
    assert lies_in(trailer) == 3000  # 10 were there
    assert [(row.kind, row.minor) for row in proposal.transfers.all()] == [("earmark", 2000)]
    assert decided([trailer])[trailer.pk].free_minor == 3000
    assert books.holdings(community).free_minor == 7000
    assert checks.check(community).faults == []


def test_a_second_decision_adds_to_the_first(cast):
    *_rest, trailer = cast
    funded(cast)
    proposal = voted(cast, {"minor": 500, "project": trailer.pk, "fund": True}, title="And its lights")
    assert (lies_in(trailer), proposal.transfers.get().minor) == (3500, 500)


def test_what_lies_there_may_be_enough(cast):
    community, *_rest, trailer = cast
    proposal = funded(cast, 800)
    assert proposal.state == "executed" and not proposal.transfers.exists() and lies_in(trailer) == 1000
    assert checks.check(community).faults == []


def test_beyond_the_pool_it_waits_and_nothing_is_half_done(cast):
    community, *_rest, trailer = cast
    proposal = funded(cast, 20_000)
    assert (proposal.state, proposal.hindrance) == ("waiting", "overdrawn")
    assert not Grant.objects.exists() and lies_in(trailer) == 1000
    world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
    ledger.post(community, [ledger.Entry(world, pool, 10_000, "solidarity", "more")])
    assert decisions.retry_what_waits() == 1 and lies_in(trailer) == 20_000


def test_a_spend_draws_on_its_project_first(cast):
    community, *_rest, trailer = cast
    proposal = voted(cast, {"minor": 3000, "payee": "Joiner", "project": trailer.pk})
    assert [(row.kind, row.minor) for row in proposal.transfers.order_by("sequence")] == [
        ("earmark", 1000), ("spend", 3000)
    ]
    assert (lies_in(trailer), books.holdings(community).balance_minor) == (0, 7000)
    assert checks.check(community).faults == []


def test_a_spend_leaves_what_another_decision_put_there(cast):
    *_rest, trailer = cast
    funded(cast)
    proposal = voted(cast, {"minor": 400, "payee": "Joiner", "project": trailer.pk}, title="Something else")
    assert [row.kind for row in proposal.transfers.all()] == ["spend"] and lies_in(trailer) == 3000


def test_a_budget_round_funds_its_winners(cast):
    community, *_rest, cleo, _tim, trailer = cast
    roof = projects.start(community, by=cleo, name="A roof")
    options = [
        {"title": "Trailer", "minor": 3000, "project": trailer.pk},
        {"title": "Roof", "minor": 4000, "project": roof.pk}, {"title": "Tea", "minor": 500, "payee": "Shop"},
    ]
    terms = {"options": options, "tokens": 10, "minor": 5000}
    proposal = voted(cast, terms, method="budget", marks=[5, 3, 2], title="The winter")
    assert proposal.deed == {"options": [0, 2]}  # the roof does not fit any more
    assert [(row.project, row.option, row.minor) for row in proposal.grants.all()] == [(trailer, 0, 3000)]
    assert (lies_in(trailer), lies_in(roof)) == (3000, 0)
    assert checks.check(community).faults == []


def test_what_is_set_aside_lets_a_round_pay_for_more():
    order, prices = [0, 1], [500, 400]
    assert counting.affordable(order, prices, 1000, at_hand=600) == [0]
    more = {"saved": {7: 300}, "projects": [None, 7]}
    assert counting.affordable(order, prices, 1000, at_hand=600, **more) == [0, 1]
    assert counting.affordable(order, prices, 800, at_hand=600, **more) == [0]


# --- paid out step by step ------------------------------------------------------------------------


def step(cast, minor: int = 1200, key: str = "k1", **facts) -> Payout:
    community, _ana, cleo, _tim, trailer = cast
    return payouts.ask(
        community, by=cleo, project=trailer, payee="Joiner", note="The frame", minor=minor, key=key, **facts
    )


def test_a_step_takes_two_and_comes_out_of_the_project(cast):
    community, _ana, cleo, tim, trailer = cast
    funded(cast)
    payout = step(cast)
    assert (step(cast).pk, books.promised(community).minor) == (payout.pk, 0)
    with pytest.raises(payouts.PayoutError):
        payouts.approve(payout.pk, by=cleo)
    for _twice in range(2):
        entry = payouts.approve(payout.pk, by=tim).transfer
    assert (entry.kind, entry.minor, entry.about, entry.memo) == ("spend", 1200, trailer.about, "A trailer: The frame")
    assert (lies_in(trailer), books.holdings(community).balance_minor) == (1800, 8800)
    assert decided([trailer])[trailer.pk].free_minor == 1800
    assert checks.check(community).faults == []


def test_nothing_is_paid_out_of_a_project_without_or_beyond_a_decision(cast):
    community, *_rest, trailer = cast
    with pytest.raises(payouts.PayoutError):
        step(cast, 500)  # €10 lie there, which nobody has decided on
    funded(cast)
    step(cast, 2000)
    with pytest.raises(payouts.PayoutError):
        step(cast, 1001, key="k2")
    waiting = Payout.objects.get()
    for facts in ({"minor": 1001}, {"minor": 1, "project": projects.start(community, by=cast[2], name="A roof")}):
        row = {"community": community, "source": "pool", "payee": "X", "key": "k3", "project": trailer} | facts
        with pytest.raises(IntegrityError), transaction.atomic():
            Payout.objects.create(requested_by=cast[2], **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(project=trailer, proposal=Proposal.objects.get(), minor=10_000, option=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(minor=1)
    payouts.refuse(waiting.pk, by=cast[3])
    assert step(cast, 3000, key="k4").is_waiting


def test_a_member_asks_for_nothing_out_of_a_project(cast):
    community, ana, *_rest, trailer = cast
    funded(cast)
    with pytest.raises(payouts.PayoutError):
        payouts.ask(community, by=ana, project=trailer, member=ana, payee="Ana", minor=100, key="k")


def test_a_project_closes_when_nothing_waits_and_the_rest_flows_back(cast):
    community, ana, cleo, tim, trailer = cast
    draft = decisions.propose(
        community, by=ana, kind="spend", title="More", terms={"minor": 100, "project": trailer.pk}
    )
    decisions.open(draft.pk, by=ana)
    with pytest.raises(projects.ProjectError) as refusal:
        projects.close(trailer.pk, by=cleo)
    assert refusal.value.code == "vote_runs"
    decisions.withdraw(draft.pk, by=ana)
    funded(cast)
    payout = step(cast)
    with pytest.raises(projects.ProjectError) as refusal:
        projects.close(trailer.pk, by=cleo)
    assert refusal.value.code == "payout_waits"
    payouts.approve(payout.pk, by=tim)
    projects.close(trailer.pk, by=cleo)
    assert lies_in(trailer) == 0 and books.holdings(community).free_minor == 8800
    with pytest.raises(payouts.PayoutError):
        step(cast, 100, key="k2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(
            community=community, source="pool", payee="X", key="k3", project=trailer, minor=1, requested_by=cleo
        )
    assert checks.check(community).faults == []


@pytest.mark.parametrize("terms", [{"project": 999}, {"project": "x"}, {"project": True}, {"project": 2**70}])
def test_a_project_of_others_is_refused_at_the_field(cast, terms):
    with pytest.raises(Refusal) as refusal:
        decisions.propose(cast[0], by=cast[1], kind="spend", title="No", terms={"minor": 1, **terms})
    assert refusal.value.field == "project"


# --- pages and programs ---------------------------------------------------------------------------


def test_the_page_tells_decision_and_payments_both_ways(cast, client, django_assert_max_num_queries):
    community, ana, cleo, tim, trailer = cast
    client.force_login(ana)
    asked = client.get(reverse("proposal_new", args=[community.slug]), {"kind": "spend", "project": trailer.pk})
    assert f'<option value="{trailer.pk}" selected>A trailer' in asked.content.decode()
    made = client.post(reverse("proposal_new", args=[community.slug]) + "?kind=spend", {
        "title": "By form", "amount": "12", "payee": "", "project": trailer.pk, "method": "majority",
        "voting_days": 7, "quorum_bp": 3000, "threshold_bp": 5000,
    })
    assert made.status_code == 302 and Proposal.objects.get().terms["fund"] is True
    proposal = funded(cast)
    page = reverse("project", args=[community.slug, trailer.pk])
    client.force_login(cleo)
    sent = {"payee": "Joiner", "amount": "12.00", "note": "The frame", "way": "bank", "key": "k1"}
    assert client.post(page, sent | {"amount": "99"}).status_code == 422
    assert client.post(page, sent).status_code == 302
    client.force_login(tim)
    approving = reverse("payout_step", args=[community.slug, Payout.objects.get().pk, "approve"])
    assert client.post(approving).headers["Location"] == page
    with django_assert_max_num_queries(20):
        shown = client.get(page).content.decode()
    entry = Transfer.objects.get(kind="spend")
    for link in (proposal.get_absolute_url(), reverse("books_entry", args=[community.slug, entry.sequence])):
        assert link in shown
    assert client.get(page, {"after": encode_cursor([1, 2])}).status_code == 404  # of another list
    assert page in client.get(proposal.get_absolute_url()).content.decode()
    assert page in client.get(reverse("books_entry", args=[community.slug, entry.sequence])).content.decode()
    client.force_login(ana)
    assert client.post(page, sent).status_code == 404
    client.force_login(factories.member("Zoe", of=factories.community("Far away")))
    assert client.get(page).status_code == 404


def test_everyone_sees_which_decision_paid_for_which_project(cast, client):
    community, _ana, cleo, tim, trailer = cast
    proposal = funded(cast)
    payouts.approve(step(cast).pk, by=tim)
    opening.set_openness(community, by=cleo, public=True)
    shown = client.get(reverse("open_books", args=[community.slug])).content.decode()
    assert f"decision {proposal.number}" in shown and "€12.00" in shown and f"project {trailer.pk}" in shown
    assert "Joiner" not in shown and "Cleo" not in shown


def test_the_api_knows_projects_decisions_and_steps(cast, client):
    community, _ana, cleo, tim, trailer = cast
    proposal = funded(cast)
    root = f"/api/v1/communities/{community.slug}/"
    client.force_login(cleo)
    body = {"key": "k1", "minor": 1200, "project": trailer.pk, "payee": "Joiner", "note": "The frame"}
    made = client.post(f"{root}payouts/", body, content_type="application/json")
    assert made.status_code == 201 and made.json()["project"] == trailer.pk
    client.force_login(tim)
    assert client.post(f"{root}payouts/{made.json()['id']}/approve/").json()["state"] == "paid"
    found = client.get(f"{root}projects/{trailer.pk}/").json()
    assert (found["decided_minor"], found["paid_minor"], found["saved_minor"]) == (3000, 1200, 1800)
    assert found["grants"][0]["decision"] == proposal.number and found["payouts"] == [made.json()["id"]]
    assert client.get(f"{root}projects/999/").status_code == 404
