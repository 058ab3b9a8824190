"""What follows by itself from each kind of decision, once: listings, charters, members, delegates, papers, talk."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cooperative import actions, charter, delegating, evidence, outcome
from cooperative.actions import DecisionError
from cooperative.models import Charter, Evidence, Proposal, Proxy
from cooperative.states import ProposalState
from cooperative.voting import tally
from members import actions as members
from members.models import Membership
from members.states import Role, Standing
from messaging.models import Message, Participant
from sharing.web.refusals import Refusal
from tests import factories

from .test_decisions import LONG_AGO, count, house, make_house, opened, run, votes

__all__ = ["house"]
pytestmark = pytest.mark.django_db

RULE = {"kind": "rule", "title": "Care", "terms": {"care_minor": 5000, "elector_days": 20}}


def steward(community, person):
    Membership.objects.filter(community=community, member=person).update(role=Role.STEWARD)
    return person


def applicant(community, name="Dee"):
    person = factories.member(name)
    Membership.objects.create(member=person, community=community, standing=Standing.APPLIED)
    return person


# --- rules and members ----------------------------------------------------------------------------


def test_a_rule_settles_who_votes_and_what_care_is_thanked_with(house):
    community, people = house
    proposal = opened(community, people[0], **RULE)
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.EXECUTED
    settled = charter.current(community)
    assert (settled.elector_days, settled.care_minor, settled.version) == (20, 5000, 1)
    Membership.objects.filter(member=people[4]).update(joined=timezone.now() - timedelta(days=19))
    assert opened(community, people[0]).electors.count() == 4
    with pytest.raises(IntegrityError, match="a_charter_needs_a_decision"):
        Charter.objects.create(
            community=community, version=2, elector_days=0, decided_by=opened(community, people[0], **RULE)
        )


def test_charters_are_never_rewritten(house):
    community, people = house
    proposal = opened(community, people[0], **RULE)
    votes(proposal, people, "yes", "yes")
    count(proposal)
    with pytest.raises(IntegrityError, match="charters_are_never_rewritten"):
        run("update cooperative_charter set elector_days = 0")


def test_the_members_admit_an_applicant_whom_a_steward_puts_to_the_vote(house):
    community, people = house
    dee, terms = applicant(community), None
    terms = {"deed": "admit", "member": dee.pk}
    with pytest.raises(Refusal, match="steward"):
        opened(community, people[0], kind="member", title="Dee", terms=terms)
    proposal = opened(community, steward(community, people[0]), kind="member", title="Dee", terms=terms)
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.EXECUTED
    assert Membership.objects.get(member=dee).standing == Standing.ACTIVE


def test_the_members_part_with_one_who_does_not_vote_on_it(house):
    community, people = house
    steward(community, people[0])
    gone = {"deed": "remove", "member": people[3].pk}
    proposal = opened(community, people[0], kind="member", title="Enough", terms=gone)
    assert people[3].pk not in set(proposal.electors.values_list("member", flat=True))
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.EXECUTED
    assert Membership.objects.get(member=people[3]).standing == Standing.REMOVED


def test_the_last_steward_stays_until_another_is_there(house):
    community, people = house
    steward(community, people[1])
    proposal = opened(
        community, people[0], kind="member", title="Enough", terms={"deed": "remove", "member": people[1].pk}
    )
    votes(proposal, [people[0], people[2]], "yes", "yes")
    closed = count(proposal)
    assert (closed.state, closed.hindrance) == (ProposalState.WAITING, "last_steward")
    steward(community, people[2])
    assert actions.retry_what_waits() == 1
    assert Membership.objects.get(member=people[1]).standing == Standing.REMOVED


# --- delegates ------------------------------------------------------------------------------------


def test_a_delegates_vote_counts_for_those_who_did_not_vote_and_is_shown(house):
    community, [ana, bo, cy, di, ed] = house
    actions.delegate(community, by=bo, to=ana)
    actions.delegate(community, by=cy, to=bo)  # passed on: Bo does not vote either
    actions.delegate(community, by=di, to=ana)
    proposal = opened(community, ana)
    votes(proposal, [ana], "yes")
    votes(proposal, [di], "no")  # one's own vote goes first
    numbers = outcome.count(proposal).tally
    assert (numbers.yes, numbers.no, numbers.delegated, numbers.cast) == (3, 1, 2, 4)
    closed = count(proposal)
    numbers = tally(closed)
    assert (numbers.yes, numbers.no, numbers.delegated) == (3, 1, 2) and closed.state == ProposalState.EXECUTED
    counted = Proxy.objects.values_list("elector__member", "ballot__elector__member")
    assert set(counted) == {(bo.pk, ana.pk), (cy.pk, ana.pk)}
    assert ed.pk not in {member for member, _delegate in counted}


def test_a_topic_of_its_own_goes_first_and_secret_votes_know_no_delegates(house):
    community, [ana, bo, cy, *_] = house
    actions.delegate(community, by=cy, to=ana)
    actions.delegate(community, by=cy, to=bo, topic="spend")
    spend, advice = opened(community, ana), opened(community, ana, kind="advice", terms={})
    for proposal in (spend, advice):
        votes(proposal, [ana, bo], "yes", "no")
    assert outcome.count(spend).tally.no == 2 and outcome.count(advice).tally.yes == 2
    hidden = opened(community, ana, secret=True)
    votes(hidden, [ana], "yes")
    assert outcome.count(hidden).tally.cast == 1 and tally(count(hidden)).delegated == 0


def test_a_vote_is_taken_back_until_the_close_and_not_after(house):
    community, [ana, bo, cy, *_] = house
    early, late = (actions.delegate(community, by=who, to=ana) for who in (bo, cy))
    proposal = opened(community, ana)
    votes(proposal, [ana], "yes")
    actions.revoke(early.pk, by=bo, now=proposal.closes - timedelta(minutes=1))
    actions.revoke(late.pk, by=cy, now=proposal.closes + timedelta(minutes=1))  # nobody had counted yet
    assert tally(count(proposal)).delegated == 1


def test_circles_are_refused_and_so_is_anybody_else(house):
    community, [ana, bo, cy, *_] = house
    actions.delegate(community, by=ana, to=bo, topic="spend")
    actions.delegate(community, by=bo, to=cy)
    with pytest.raises(Refusal, match="circle"):
        actions.delegate(community, by=cy, to=ana)
    actions.delegate(community, by=cy, to=ana, topic="fee")  # Ana trusts Bo with spending alone
    for wrong in (ana, factories.member("Zoe")):
        with pytest.raises(Refusal):
            actions.delegate(community, by=ana, to=wrong)
    with pytest.raises(Refusal):
        actions.delegate(community, by=ana, to=bo, topic="weather")


def test_who_leaves_casts_no_vote_for_others(house, django_capture_on_commit_callbacks):
    community, [ana, bo, cy, *_] = house
    actions.delegate(community, by=bo, to=cy)
    proposal = opened(community, ana)
    votes(proposal, [cy], "yes")
    with django_capture_on_commit_callbacks(execute=True):
        members.leave(community, by=cy)
    assert outcome.count(proposal).tally.delegated == 0
    assert not delegating.Delegation.objects.standing().exists()


people = st.integers(0, 7)


@given(st.dictionaries(people, people), st.sets(people))
def test_everyone_is_counted_with_at_most_one_who_voted(chosen, voted):
    absent = set(range(8)) - voted
    found = delegating.resolve(absent, voted, chosen)
    assert set(found) <= absent and set(found.values()) <= voted
    for member in absent - set(found):  # the chain ends, or goes round
        at, steps = member, 0
        while at in chosen and steps < 9:
            at, steps = chosen[at], steps + 1
            assert at not in voted


# --- papers, talk, purchases ----------------------------------------------------------------------


def test_papers_are_laid_beside_a_spend_and_stay_once_it_is_voted_on(house, client):
    community, [ana, bo, *_] = house
    draft = actions.propose(community, by=ana, kind="spend", title="Bike", terms={"minor": 5, "payee": "Shop"})
    link = evidence.add(draft.pk, by=ana, title="Offer", url="https://shop.example/offer")
    evidence.take_away(link.pk, by=ana)
    with pytest.raises(Refusal):
        evidence.add(draft.pk, by=bo, title="Mine", url="https://shop.example/")
    for wrong in ({"url": "javascript:alert(1)"}, {}, {"url": "https://a.example/", "file": _pdf()}, {"file": _html()}):
        with pytest.raises(Refusal):
            evidence.add(draft.pk, by=ana, title="Offer", **wrong)
    paper = evidence.add(draft.pk, by=ana, title="Offer", file=_pdf())
    actions.open(draft.pk, by=ana)
    with pytest.raises(Refusal, match="they stay"):
        evidence.take_away(paper.pk, by=ana)
    with pytest.raises(IntegrityError, match="evidence_stays_once_it_is_voted_on"):
        run("delete from cooperative_evidence")
    address = reverse("proposal_paper_file", args=[community.slug, draft.number, paper.pk])
    client.force_login(bo)
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment") and b"".join(answer.streaming_content)[:5] == b"%PDF-"
    client.force_login(factories.member("Zoe"))
    assert client.get(address).status_code == 404 and Evidence.objects.count() == 1


def _pdf():
    return SimpleUploadedFile("offer.pdf", b"%PDF-1.4 hello")


def _html():
    return SimpleUploadedFile("offer.html", b"<script>alert(1)</script>")


def test_a_draft_is_talked_over_before_it_is_voted_on(house, django_capture_on_commit_callbacks):
    community, [ana, bo, *_] = house
    draft = actions.propose(community, by=ana, kind="advice", title="A bench?")
    with pytest.raises(DecisionError):
        actions.join_discussion(draft.pk, by=bo)
    shown = actions.discuss(draft.pk, by=ana)
    assert (shown.state, Proposal.objects.get().opened) == (ProposalState.DISCUSSION, None)
    with pytest.raises(DecisionError, match="closed"):
        actions.vote(draft.pk, by=bo, choice="yes")
    conversation = actions.join_discussion(draft.pk, by=bo)
    seats = Participant.objects.filter(conversation=conversation)
    assert set(seats.values_list("member", flat=True)) == {ana.pk, bo.pk}
    with pytest.raises(DecisionError):
        actions.join_discussion(draft.pk, by=factories.member("Zoe"))
    actions.amend(draft.pk, by=ana, title="A bench by the brook?")
    with django_capture_on_commit_callbacks(execute=True):
        again = actions.open(draft.pk, by=ana)
    assert again.conversation_id == conversation
    assert "A bench by the brook?" in Message.objects.get(conversation=conversation).body
    with django_capture_on_commit_callbacks(execute=True):
        members.leave(community, by=bo)
    assert Participant.objects.get(conversation=conversation, member=bo).left is not None
    with pytest.raises(IntegrityError, match="what_is_voted_on_does_not_change"):
        run("update cooperative_proposal set state = 'discussion'")


def test_a_young_vote_counts_nobody_who_joined_late():
    community, people = make_house(3)
    Membership.objects.filter(member=people[2]).update(joined=timezone.now() - LONG_AGO + timedelta(days=29))
    assert opened(community, people[0]).electors.count() == 2
