"""Lines of a budget are held to what the members decided: by the action, the page, the API, and the database itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cooperative import actions as decisions
from cooperative import budgets, payouts, words
from cooperative.models import BudgetLine, Proposal
from members.models import Membership
from sharing.web.refusals import Refusal
from tests.cooperative.test_treasury import cast  # noqa: F401

pytestmark = pytest.mark.django_db
YEAR = 2026


def decided(cast, terms=None, *, title="The budget", voters=True, **facts) -> Proposal:  # noqa: F811
    community, ana, cleo, *_ = cast
    begun = timezone.now() - timedelta(days=20)
    Membership.objects.filter(community=community).update(joined=begun - timedelta(days=20))
    facts = {"kind": "advice", "terms": {"minor": 10_000} if terms is None else terms} | facts
    draft = decisions.propose(community, by=ana, title=title, now=begun, **facts)
    decisions.open(draft.pk, by=ana, now=begun)
    for voter in (ana, cleo) if voters else ():
        decisions.vote(draft.pk, by=voter, choice="yes", now=begun + timedelta(hours=1))
    return decisions.close(draft.pk)


def line(cast, proposal, minor, label="Repairs", **facts) -> BudgetLine:  # noqa: F811
    community, _ana, cleo, *_ = cast
    facts = {"year": YEAR, "kind": "spend", "incoming": False} | facts
    return budgets.write_line(
        community, by=cleo, label=label, minor=minor, decision=proposal.number if proposal else None, **facts
    )


def test_all_lines_of_a_decision_come_to_its_amount_at_most(cast):  # noqa: F811
    budget = decided(cast)
    line(cast, budget, 6000)
    with pytest.raises(budgets.BudgetError) as refusal:
        line(cast, budget, 4001, "Locks")
    assert refusal.value.field == "minor" and "€40.00 is left to plan" in str(refusal.value)
    line(cast, budget, 3000, "Locks")
    line(cast, budget, 1000, "Locks", year=YEAR + 1)  # next year's count as well
    with pytest.raises(budgets.BudgetError):
        line(cast, budget, 1, "Paint", year=YEAR + 2)
    assert budgets.decisions(cast[0]) == []


def test_a_line_that_was_only_planned_counts_once_it_is_decided(cast):  # noqa: F811
    budget = decided(cast)
    line(cast, None, 9000)
    line(cast, budget, 10_000)  # the same line, now with the decision behind it
    assert BudgetLine.objects.get().decided_by == budget
    with pytest.raises(budgets.BudgetError):
        line(cast, budget, 1, "Paint")


@pytest.mark.parametrize(
    ("terms", "facts", "code"),
    [({}, {}, "no_amount"), ({"minor": 9}, {"voters": False}, "budget"),
     ({"minor": 5000, "payee": "Shop"}, {"kind": "spend"}, "budget")],
)
def test_what_the_members_never_decided_pays_for_nothing(cast, terms, facts, code):  # noqa: F811
    community, _ana, cleo, *_ = cast
    proposal = decided(cast, terms, **facts)
    with pytest.raises(budgets.BudgetError) as refusal:
        line(cast, proposal, 1)
    assert refusal.value.code == code and not BudgetLine.objects.exists()
    written = {"community": community, "year": YEAR, "kind": "spend", "minor": 1, "written_by": cleo}
    with pytest.raises(IntegrityError, match="a_budget_line_is_decided_by_a_vote"), transaction.atomic():
        BudgetLine.objects.create(label="Past the action", decided_by=proposal, **written)


def test_not_even_raw_rows_go_beyond_it(cast):  # noqa: F811
    community, _ana, cleo, *_ = cast
    budget = decided(cast)
    line(cast, budget, 6000)
    free = line(cast, None, 5000, "Locks")
    written = {"community": community, "year": YEAR, "kind": "spend", "written_by": cleo, "decided_by": budget}
    for deed in (
        lambda: BudgetLine.objects.create(label="More", minor=4001, **written),
        lambda: BudgetLine.objects.filter(pk=free.pk).update(decided_by=budget),
    ):
        with pytest.raises(IntegrityError, match="a_budget_line_is_decided_by_a_vote"), transaction.atomic():
            deed()
    BudgetLine.objects.create(label="The rest", minor=4000, **written)
    assert sum(BudgetLine.objects.filter(decided_by=budget).values_list("minor", flat=True)) == 10_000


def test_the_page_offers_what_is_left_of_each_decision(cast, client):  # noqa: F811
    community, ana, cleo, *_ = cast
    budget, mute = decided(cast), decided(cast, {}, title="Shall we?")
    line(cast, budget, 6000)
    client.force_login(cleo)
    page = reverse("budget", args=[community.slug])
    shown = client.get(page).content.decode()
    assert "The budget: €40.00 left" in shown and "Shall we?" not in shown
    typed = {"year": YEAR, "flow": "out-spend", "label": "Locks", "amount": "40.01", "decision": budget.number}
    write = reverse("budget_write", args=[community.slug])
    refused = client.post(write, typed)
    assert refused.status_code == 422 and "€40.00 is left to plan" in refused.content.decode()
    assert client.post(write, typed | {"decision": mute.number}).status_code == 422
    assert client.post(write, typed | {"amount": "40"}).status_code == 302
    client.force_login(ana)
    assert "of what the members" not in client.get(page).content.decode()


def test_what_is_wholly_planned_hides_no_decision_that_is_not(cast, monkeypatch):  # noqa: F811
    older, newer = decided(cast), decided(cast, title="Newer")
    monkeypatch.setattr(budgets, "MOST_LINES", 1)
    assert [row.proposal for row in budgets.decisions(cast[0])] == [newer]
    line(cast, newer, 10_000)
    assert [(row.proposal, row.left_minor) for row in budgets.decisions(cast[0])] == [(older, 10_000)]


def test_a_full_year_takes_no_line_more_but_still_another_amount(cast, monkeypatch):  # noqa: F811
    monkeypatch.setattr(budgets, "MOST_LINES", 1)
    line(cast, None, 500)
    with pytest.raises(Refusal, match="a lot of lines"):
        line(cast, None, 500, label="Locks")
    assert line(cast, None, 700).minor == 700


def test_programs_are_held_to_it_too(cast, client):  # noqa: F811
    community, _ana, cleo, *_ = cast
    budget = decided(cast)
    client.force_login(cleo)
    address = f"/api/v1/communities/{community.slug}/budget/"
    facts = {"year": YEAR, "label": "Locks", "kind": "spend", "incoming": False, "decision": budget.number}
    over = client.post(address, facts | {"minor": 10_001}, content_type="application/json")
    assert over.status_code == 400 and list(over.json()["errors"]) == ["minor"]
    made = client.post(address, facts | {"minor": 10_000}, content_type="application/json")
    assert made.status_code == 201 and made.json()["decision"] == budget.number


def test_a_proposal_says_what_treasurers_may_do_by_it_and_keeps_its_amount(cast, client):  # noqa: F811
    community, ana, *_ = cast
    client.force_login(ana)
    new = f"{reverse('proposal_new', args=[community.slug])}?kind=advice"
    common = {
        "title": "Mend without asking", "method": "majority", "voting_days": 7, "quorum_bp": 3000, "threshold_bp": 5000
    }
    client.post(new, common | {"amount": "400"})
    draft = Proposal.objects.get(title="Mend without asking")
    assert draft.terms == {"minor": 40_000} and "€400.00" in words.if_it_passes(draft)
    edit = reverse("proposal_edit", args=[community.slug, draft.number])
    assert 'value="400.00"' in client.get(edit).content.decode()
    client.post(edit, common | {"amount": ""})
    draft.refresh_from_db()
    assert draft.terms == {} and words.if_it_passes(draft) == "Nothing follows by itself: it is advice."
    for wrong in (-1, "4", 10**13, True):
        with pytest.raises(Refusal) as refusal:
            decisions.amend(draft.pk, by=ana, terms={"minor": wrong})
        assert refusal.value.field == "minor"


def test_what_is_decided_is_paid_by_two_and_no_more(cast):  # noqa: F811
    community, _ana, cleo, tim, _zoe = cast
    repairs = line(cast, decided(cast, {"minor": 3000}), 3000)
    payout = payouts.ask(community, by=cleo, line=repairs, payee="Wheelworks", minor=3000, key="a")
    with pytest.raises(payouts.PayoutError):
        payouts.ask(community, by=cleo, line=repairs, payee="Wheelworks", minor=1, key="b")
    assert payouts.approve(payout.pk, by=tim).transfer.minor == 3000
