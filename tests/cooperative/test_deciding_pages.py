"""The pages around a vote: forms of every kind, points and tokens, delegates, talk, in few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cooperative import actions
from cooperative.models import Ballot, Delegation, Proposal, Voted
from members.models import Membership
from members.states import Role, Standing
from tests import factories

from .test_decisions import house

__all__ = ["house"]
pytestmark = pytest.mark.django_db
VOTE = {"voting_days": "7", "quorum_bp": "3000", "threshold_bp": "5000"}
ROUND = VOTE | {
    "title": "This winter", "method": "budget", "pot": "300", "tokens": "10",
    "option_0_title": "Lamps", "option_0_amount": "140", "option_0_payee": "Maurer",
    "option_2_title": "Wrenches", "option_2_amount": "90", "option_2_payee": "Behrens",
}


def new(community, query: str) -> str:
    return reverse("proposal_new", args=[community.slug]) + query


@pytest.mark.parametrize(
    "query",
    ["?kind=dividend", "?kind=member", "?kind=rule", "?kind=spend&method=score", "?kind=spend&method=budget&rows=12",
     "?kind=advice&method=score", "?kind=fee&method=score", "?kind=x", "?kind=spend&method=budget&rows=x"],
)
def test_every_kind_has_its_form_and_keeps_nothing_of_an_empty_one(house, client, query):
    community, people = house
    client.force_login(people[0])
    assert client.get(new(community, query)).status_code == 200
    assert client.post(new(community, query), {}).status_code in (200, 422) and not Proposal.objects.exists()


def test_a_round_from_the_form_to_the_tokens(house, client):
    community, [ana, bo, *_] = house
    client.force_login(ana)
    address = client.post(new(community, "?kind=spend&method=budget"), ROUND | {"open": "1"}).url
    proposal = Proposal.objects.get()
    assert [option["minor"] for option in proposal.options] == [14_000, 9_000] and proposal.is_open
    ballot = reverse("proposal_ballot", args=[community.slug, proposal.number])
    client.force_login(bo)
    page = client.get(address).content.decode()
    assert "Share out up to 10 tokens" in page
    assert 'data-share-out="10"' in page and page.count('data-mark=""') == 2  # what the script counts
    assert client.post(ballot, {"mark_0": "9", "mark_1": "2"}).status_code == 422
    assert client.post(ballot, {"mark_0": "7", "mark_1": "3", "reason": "It is dark."}).status_code == 302
    assert Ballot.objects.get().marks == [7, 3]
    html = client.get(address).content.decode()
    assert "7 tokens" in html and "It is dark." in html and "style=" not in html
    assert "Spend from the pool · Budget round" in html and "Gave tokens" in html and "Gave points" not in html
    assert client.post(ballot, {"mark_0": "0", "mark_1": "0", "abstain": "on"}).status_code == 302
    assert Ballot.objects.get().choice == "abstain"


def test_a_secret_vote_says_so_before_and_after(house, client):
    community, [ana, bo, *_] = house
    client.force_login(ana)
    form = VOTE | {"title": "Shall we?", "method": "majority", "secret": "on", "open": "1"}
    address = client.post(new(community, "?kind=advice"), form).url
    client.force_login(bo)
    assert "cannot be changed" in client.get(address).content.decode()
    ballot = reverse("proposal_ballot", args=[community.slug, Proposal.objects.get().number])
    client.post(ballot, {"choice": "no"})
    assert "Your ballot is in the urn." in client.get(address).content.decode() and Voted.objects.count() == 1
    assert client.post(ballot, {"choice": "yes"}).status_code == 422


def test_who_has_applied_is_for_stewards_to_see(house, client):
    community, [ana, bo, *_] = house
    Membership.objects.filter(member=ana).update(role=Role.STEWARD)
    dee = factories.member("Dee Applies")
    Membership.objects.create(member=dee, community=community, standing=Standing.APPLIED)
    for person, seen in ((ana, True), (bo, False)):
        client.force_login(person)
        assert ("Dee Applies" in client.get(new(community, "?kind=member")).content.decode()) is seen
    form = VOTE | {"title": "Let her in", "method": "majority", "member": f"admit:{dee.pk}"}
    assert client.post(new(community, "?kind=member"), form).status_code == 422
    client.force_login(ana)
    assert client.post(new(community, "?kind=member"), form).status_code == 302


def test_a_rule_form_keeps_only_what_changes(house, client):
    community, [ana, *_] = house
    client.force_login(ana)
    form = VOTE | {"title": "Care", "method": "majority", "text": "", "elector_days": "7", "care": "40"}
    assert client.post(new(community, "?kind=rule"), form).status_code == 302
    assert Proposal.objects.get().terms == {"care_minor": 4000}
    assert client.post(new(community, "?kind=rule"), form | {"care": ""}).status_code == 422


def test_delegates_are_chosen_and_taken_back_on_their_page(house, client):
    community, [ana, bo, cy, *_] = house
    page = reverse("delegates", args=[community.slug])
    client.force_login(ana)
    assert client.post(page, {"to": str(bo.pk), "topic": "spend"}).status_code == 302
    assert bo.name in client.get(page).content.decode()
    assert client.post(page, {"to": str(ana.pk)}).status_code == 422
    client.force_login(bo)
    assert ana.name in client.get(page).content.decode()
    assert client.post(page, {"to": str(ana.pk), "topic": "spend"}).status_code == 422
    end = reverse("delegate_end", args=[community.slug, Delegation.objects.get().pk])
    assert client.post(end).status_code == 404
    client.force_login(ana)
    client.post(end)
    assert Delegation.objects.get().ended is not None
    client.force_login(factories.member("Zoe"))
    assert client.get(page).status_code == 404 and cy


def test_the_talk_is_entered_from_its_page(house, client):
    community, [ana, bo, *_] = house
    draft = actions.propose(community, by=ana, kind="advice", title="A bench?")
    step, talk = (
        reverse(name, args=[community.slug, draft.number, *more])
        for name, *more in (("proposal_step", "discuss"), ("proposal_talk",))
    )
    client.force_login(ana)
    client.post(step)
    client.force_login(bo)
    assert "A bench?" in client.get(reverse("proposals", args=[community.slug])).content.decode()
    conversation = client.post(talk).url
    assert conversation == reverse("conversation", args=[Proposal.objects.get().conversation_id])
    assert draft.get_absolute_url() in client.get(conversation).content.decode()


def test_a_vote_takes_as_many_statements_with_few_voters_as_with_many(house, client):
    community, people = house
    options = [{"title": title, "minor": 5, "payee": "Shop"} for title in ("a", "b", "c")]
    draft = actions.propose(
        community, by=people[0], kind="spend", title="Bikes", method="score", terms={"options": options}
    )
    proposal = actions.open(draft.pk, by=people[0])
    actions.delegate(community, by=people[4], to=people[0])
    counts = set()
    for person in people[:4]:
        actions.vote(proposal.pk, by=person, choice="marked", marks=[1, 2, 3], reason="So.")
        client.force_login(people[0])
        with CaptureQueriesContext(connection) as captured:
            assert client.get(proposal.get_absolute_url()).status_code == 200
        counts.add(len(captured))
    assert len(counts) == 1 and max(counts) <= 14, counts
