"""Decisions: a frozen electorate, one ballot each until the close, a count that ties cannot pass, and one execution."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cooperative import actions, fees
from cooperative.actions import DecisionError
from cooperative.models import Ballot, Elector, FeePolicy, Proposal
from cooperative.states import ProposalState
from cooperative.voting import Tally, tally
from members.models import HouseRules, Membership
from members.states import Role
from messaging.models import Notification
from payments import ledger, owing
from payments.models import Transfer
from payments.states import AccountKind
from sharing.web.refusals import Refusal
from tests import factories
from tests.payments.test_ledger import at_once

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=30)


@pytest.fixture
def house():
    return make_house()


def make_house(members: int = 5, pool: int = 100_000):
    """A community a month old, its members in order, and money in its pool."""
    community = factories.community(created=timezone.now() - LONG_AGO)
    people = [factories.member(f"Member {n}", of=community) for n in range(members)]
    Membership.objects.update(joined=timezone.now() - LONG_AGO)
    if pool:
        fund(community, pool)
    return community, people


def fund(community, minor: int, key: str = "fund") -> None:
    world, pool = (ledger.account(kind, community) for kind in (AccountKind.WORLD, AccountKind.POOL))
    ledger.post(community, [ledger.Entry(world, pool, minor, "solidarity", f"{key}:{community.pk}")])


def pool_of(community) -> int:
    return ledger.account(AccountKind.POOL, community).balance_minor


def opened(community, author, *, now=None, **facts) -> Proposal:
    spend = {"kind": "spend", "title": "A second cargo bike", "terms": {"minor": 95_000, "payee": "Wheelworks"}}
    draft = actions.propose(community, by=author, **spend | facts)
    return actions.open(draft.pk, by=author, now=now)


def count(proposal: Proposal) -> Proposal:
    return actions.close(proposal.pk, now=proposal.closes)


def votes(proposal, people, *choices) -> None:
    for person, choice in zip(people, choices, strict=False):
        actions.vote(proposal.pk, by=person, choice=choice, reason="It would break." if choice == "object" else "")


def run(sql: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


# --- drafts ---------------------------------------------------------------------------------------


def test_a_draft_is_numbered_and_amended_by_its_author_alone(house):
    community, [ana, bo, *_] = house
    first = actions.propose(community, by=ana, kind="advice", title="  A bench\n at the corner? ")
    second = actions.propose(community, by=bo, kind="advice", title="Another")
    assert (first.number, second.number, first.title, first.state) == (1, 2, "A bench at the corner?", "draft")

    actions.amend(first.pk, by=ana, kind="spend", terms={"minor": 100, "payee": "Joiner"})
    with pytest.raises(DecisionError, match="Only the one who proposed"):
        actions.amend(first.pk, by=bo, title="Mine")
    with pytest.raises(DecisionError, match="Only the one who proposed"):
        actions.open(first.pk, by=bo)
    with pytest.raises(DecisionError, match="closed"):
        actions.vote(first.pk, by=bo, choice="yes")
    actions.open(first.pk, by=ana)
    with pytest.raises(DecisionError, match="open for votes"):
        actions.amend(first.pk, by=ana, title="Later")


def test_outsiders_and_former_members_propose_nothing(house):
    community, [ana, *_] = house
    with pytest.raises(DecisionError):
        actions.propose(community, by=factories.member("Zoe"), kind="advice", title="Hello")
    draft = actions.propose(community, by=ana, kind="advice", title="Hello")
    Membership.objects.filter(member=ana).update(standing="left")
    with pytest.raises(DecisionError):
        actions.open(draft.pk, by=ana)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "bribe"}, "kind"), ({"method": "coin"}, "method"), ({"title": " "}, "title"),
        ({"title": "x" * 141}, "title"), ({"title": "a\0b"}, "title"), ({"reasons": "x" * 8001}, "reasons"),
        ({"reasons": 7}, "reasons"), ({"voting_days": 0}, "voting_days"), ({"voting_days": "7"}, "voting_days"),
        ({"quorum_bp": 500}, "quorum_bp"), ({"threshold_bp": 4999}, "threshold_bp"),
        ({"terms": {"minor": 0, "payee": "x"}}, "minor"), ({"terms": {"minor": -5, "payee": "x"}}, "minor"),
        ({"terms": {"minor": 1.5, "payee": "x"}}, "minor"), ({"terms": {"minor": 5}}, "payee"),
        ({"terms": {"minor": 5, "member": 999_999}}, "member"), ({"terms": [1]}, "terms"),
        ({"kind": "rule", "terms": {"text": "  "}}, "text"),
        ({"kind": "fee", "terms": {"commoner_bp": 9000}}, "commoner_bp"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(house, facts, field):
    community, [ana, *_] = house
    whole = {"kind": "spend", "title": "A bike", "terms": {"minor": 5, "payee": "Wheelworks"}} | facts
    with pytest.raises(Refusal) as refused:
        actions.propose(community, by=ana, **whole)
    assert refused.value.field == field and not Proposal.objects.exists()


# --- the electorate -------------------------------------------------------------------------------


def test_the_electorate_is_frozen_at_opening(house):
    """G36: who joins after the opening does not vote."""
    community, [ana, bo, cy, di, ed] = house
    Membership.objects.filter(member=di).update(joined=timezone.now() - timedelta(days=6))
    Membership.objects.filter(member=ed).update(standing="left")
    proposal = opened(community, ana)
    late = factories.member("Late", of=community)
    Membership.objects.filter(member=late).update(joined=timezone.now() - LONG_AGO)

    assert set(proposal.electors.values_list("member", flat=True)) == {ana.pk, bo.pk, cy.pk}
    for nobody in (late, di, ed, factories.member("Zoe")):
        with pytest.raises(DecisionError, match="next decision"):
            actions.vote(proposal.pk, by=nobody, choice="yes")
    Membership.objects.filter(member=cy).update(standing="left")
    with pytest.raises(DecisionError, match="next decision"):
        actions.vote(proposal.pk, by=cy, choice="yes")


def test_in_a_young_community_everyone_votes():
    community = factories.community()
    people = [factories.member(of=community) for _ in range(3)]
    assert opened(community, people[0]).electors.count() == 3


def test_not_even_raw_sql_changes_the_electorate_or_what_is_voted_on(house):
    community, [ana, bo, *_] = house
    steward = factories.member("Cleo", of=community, role=Role.STEWARD)
    proposal = opened(community, ana)
    insert = "insert into cooperative_elector (proposal_id, member_id) values (%s, %s)"
    with pytest.raises(IntegrityError, match="the_electorate_is_frozen_at_opening"):
        run(insert, proposal.pk, steward.pk)
    with pytest.raises(IntegrityError, match="electors_stay_electors"):
        run("update cooperative_elector set member_id = %s", steward.pk)
    with pytest.raises(IntegrityError, match="electors_stay_electors"):
        run("delete from cooperative_elector where member_id = %s", bo.pk)
    for change in ("state = 'draft'", "quorum_bp = 100", "threshold_bp = 9000", "title = 'x'", "method = 'consent'",
                   "terms = '{}'", "closes = '2030-01-01 00:00:00+00:00'", "voting_days = 60"):
        with pytest.raises(IntegrityError, match="what_is_voted_on_does_not_change"):
            run(f"update cooperative_proposal set {change}")
    with pytest.raises(IntegrityError, match="proposals_are_not_taken_away"):
        run("delete from cooperative_proposal")


def test_a_draft_stuffed_with_electors_does_not_open(house):
    community, [ana, *_] = house
    draft = actions.propose(community, by=ana, kind="advice", title="Hello")
    zoe = factories.member("Zoe")
    run("insert into cooperative_elector (proposal_id, member_id) values (%s, %s)", draft.pk, zoe.pk)
    with pytest.raises(DecisionError, match="electorate"):
        actions.open(draft.pk, by=ana)


# --- ballots --------------------------------------------------------------------------------------


def test_one_ballot_each_changed_until_the_close_and_not_after(house):
    community, [ana, bo, *_] = house
    proposal = opened(community, ana)
    actions.vote(proposal.pk, by=bo, choice="no")
    actions.vote(proposal.pk, by=bo, choice="yes", reason="I have slept on it.")
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.reason) == ("yes", "I have slept on it.")

    for moment in (proposal.closes, proposal.closes + timedelta(days=1)):
        with pytest.raises(DecisionError, match="closed"):
            actions.vote(proposal.pk, by=bo, choice="no", now=moment)
    count(proposal)
    with pytest.raises(DecisionError, match="closed"):
        actions.vote(proposal.pk, by=ana, choice="no")


@pytest.mark.parametrize(
    ("method", "choice"), [("majority", "object"), ("consent", "no"), ("majority", ""), ("majority", "YES")]
)
def test_only_the_answers_of_the_method(house, method, choice):
    community, [ana, *_] = house
    proposal = opened(community, ana, method=method)
    with pytest.raises(DecisionError) as refused:
        actions.vote(proposal.pk, by=ana, choice=choice, reason="x")
    assert refused.value.field == "choice"


def test_not_even_raw_sql_votes_twice_for_another_or_after_the_close(house):
    community, [ana, bo, cy, *_] = house
    proposal, other = opened(community, ana), opened(community, ana)
    votes(proposal, [ana], "yes")
    mine, theirs = (proposal.electors.get(member=person).pk for person in (ana, bo))
    insert = (
        'insert into cooperative_ballot (elector_id, proposal_id, choice, marks, reason, "cast")'
        " values (%s, %s, 'no', '[]', '', %s)"
    )
    now = timezone.now()
    with pytest.raises(IntegrityError, match="elector_id"):
        run(insert, mine, proposal.pk, now)
    with pytest.raises(IntegrityError, match="ballots_are_cast_while_open_by_electors"):
        run(insert, theirs, other.pk, now)
    with pytest.raises(IntegrityError, match="ballots_are_cast_while_open_by_electors"):
        run(insert, theirs, proposal.pk, proposal.closes)
    with pytest.raises(IntegrityError, match="ballots_are_not_taken_away"):
        run("delete from cooperative_ballot")
    with pytest.raises(IntegrityError, match="a_ballot_stays_with_its_elector|ballots_are_cast_while_open"):
        run("update cooperative_ballot set proposal_id = %s", other.pk)
    count(proposal)
    for statement in ("update cooperative_ballot set choice = 'no'", "update cooperative_ballot set reason = 'x'"):
        with pytest.raises(IntegrityError, match="ballots_are_cast_while_open_by_electors"):
            run(statement)
    with pytest.raises(IntegrityError, match="ballots_are_cast_while_open_by_electors"):
        run(insert, theirs, proposal.pk, now)
    with pytest.raises(IntegrityError, match="closed_proposals_do_not_change"):
        run("update cooperative_proposal set state = 'open' where id = %s", proposal.pk)


# --- the count ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "passes"),
    [
        ({"yes": 3, "no": 2}, True),
        ({"yes": 3, "no": 3}, False),  # a tie fails
        ({"yes": 2, "no": 3}, False),
        ({"yes": 3}, True),
        ({"yes": 2}, False),  # 2 of 10, where 3 must take part
        ({"yes": 1, "abstain": 2}, True),
        ({"abstain": 9}, False),
        ({}, False),
        ({"yes": 6, "no": 3, "threshold_bp": 6667}, False),
        ({"yes": 7, "no": 3, "threshold_bp": 6667}, True),
        ({"yes": 6, "no": 4, "threshold_bp": 6000}, True),
        ({"yes": 5, "method": "consent"}, True),
        ({"yes": 5, "object": 1, "method": "consent"}, False),
        ({"abstain": 5, "method": "consent"}, False),
        ({"yes": 2, "method": "consent"}, False),
        ({"yes": 1, "electors": 1, "quorum_bp": 1000}, True),
    ],
)
def test_what_passes(numbers, passes):
    whole = {"method": "majority", "quorum_bp": 3000, "threshold_bp": 5000, "electors": 10}
    assert Tally(**whole | numbers).passes is passes


def test_the_vote_ends_in_the_evening_of_the_communitys_own_zone(house):
    from zoneinfo import ZoneInfo

    community, [ana, *_] = house
    for zone, days in (("Europe/Berlin", 7), ("America/New_York", 14), ("Pacific/Auckland", 3)):
        community.time_zone = zone
        community.save()
        local = opened(community, ana, voting_days=days).closes.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (20, 0)
        assert (local.date() - timezone.now().astimezone(ZoneInfo(zone)).date()).days == days


def test_nothing_is_counted_before_its_time(house):
    community, people = house
    proposal = opened(community, people[0])
    votes(proposal, people, "yes", "yes", "yes")
    assert actions.close(proposal.pk, now=proposal.closes - timedelta(seconds=1)).state == ProposalState.OPEN
    assert pool_of(community) == 100_000


# --- carrying out ---------------------------------------------------------------------------------


def test_a_spend_carries_itself_out_and_links_to_its_entry(house):
    community, people = house
    proposal = opened(community, people[0])
    votes(proposal, people, "yes", "yes", "no")

    done = count(proposal)

    entry = Transfer.objects.get(kind="spend")
    assert done.state == ProposalState.EXECUTED and pool_of(community) == 5_000
    assert list(done.transfers.all()) == [entry] and entry.about == f"proposal:{done.number}"
    assert (entry.target.kind, entry.memo) == ("world", "A second cargo bike → Wheelworks")


def test_a_spend_to_a_member_goes_to_their_wallet(house):
    community, people = house
    proposal = opened(community, people[0], terms={"minor": 5_000, "member": people[1].pk})
    votes(proposal, people, "yes", "yes")
    count(proposal)
    assert ledger.account(AccountKind.WALLET, community, people[1]).balance_minor == 5_000
    assert proposal.terms["payee"] == people[1].name


def test_what_fails_moves_nothing_and_stays_so(house):
    community, people = house
    proposal = opened(community, people[0])
    votes(proposal, people, "yes", "no")
    assert count(proposal).state == ProposalState.REJECTED and pool_of(community) == 100_000
    assert actions.execute(proposal.pk).state == ProposalState.REJECTED
    assert actions.retry_what_waits() == 0


def test_a_spend_beyond_the_pool_waits_and_is_tried_again(house):
    community, people = house
    proposal = opened(community, people[0], terms={"minor": 150_000, "payee": "Wheelworks"})
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.WAITING
    assert actions.retry_what_waits() == 0 and pool_of(community) == 100_000
    fund(community, 60_000, "more")
    assert actions.retry_what_waits() == 1 and pool_of(community) == 10_000
    assert actions.retry_what_waits() == 0
    assert Proposal.objects.get().state == ProposalState.EXECUTED


def test_what_the_pool_owes_goes_before_what_it_may_spend(house):
    community, people = house
    proposal = opened(community, people[0], terms={"minor": 150_000, "payee": "Wheelworks"})
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.WAITING
    owed, world = owing.account(community), ledger.account(AccountKind.WORLD, community)
    ledger.post(community, [ledger.Entry(owed, world, 10_001, "refund", "a fee that went back")])
    fund(community, 60_000, "more")
    assert actions.retry_what_waits() == 0 and pool_of(community) == 149_999
    fund(community, 1, "a cent")
    assert actions.retry_what_waits() == 1 and pool_of(community) == 0


@pytest.mark.django_db(transaction=True)
def test_two_clocks_carry_it_out_once():
    community, people = make_house()
    proposal = opened(community, people[0])
    votes(proposal, people, "yes", "yes")
    answers = at_once(4, lambda i: actions.close(proposal.pk, now=proposal.closes).state)
    assert Transfer.objects.filter(kind="spend").count() == 1 and pool_of(community) == 5_000, answers
    assert at_once(4, lambda i: actions.execute(proposal.pk).state) == [ProposalState.EXECUTED] * 4
    assert Transfer.objects.filter(kind="spend").count() == 1


@pytest.mark.django_db(transaction=True)
def test_every_ballot_is_counted_or_refused():
    """Eight vote while the vote is being closed: what the count saw is what stands."""
    community, people = make_house(9)
    proposal = opened(community, people[0], quorum_bp=1000)
    votes(proposal, people[8:], "yes")
    just_before = proposal.closes - timedelta(seconds=1)

    def deed(index: int):
        if index == 8:
            return actions.close(proposal.pk, now=proposal.closes).state
        return actions.vote(proposal.pk, by=people[index], choice="no", now=just_before).choice

    answers = at_once(9, deed)
    numbers = tally(Proposal.objects.get())
    refused = [answer for answer in answers[:8] if isinstance(answer, DecisionError)]
    assert numbers.no == 8 - len(refused) and answers[:8].count("no") == numbers.no
    assert (Proposal.objects.get().state == ProposalState.EXECUTED) is numbers.passes


def test_a_fee_change_writes_a_new_version_and_the_old_one_stays(house):
    community, people = house
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    first = actions.set_first_policy(community, by=people[0], commoner_bp=500)
    proposal = opened(community, people[0], kind="fee", terms={"commoner_bp": 300, "commercial_bp": 900})
    votes(proposal, people, "yes", "yes")
    count(proposal)
    now = fees.current(community)
    assert (now.version, now.commoner_bp, now.decided_by) == (2, 300, proposal)
    assert FeePolicy.objects.get(version=1).commoner_bp == first.commoner_bp == 500
    with pytest.raises(IntegrityError, match="fee_policies_are_never_rewritten"):
        run("update cooperative_feepolicy set commoner_bp = 0")
    with pytest.raises(IntegrityError, match="a_new_fee_needs_a_decision"), transaction.atomic():
        FeePolicy.objects.create(community=community, version=3, commoner_bp=0)


def test_a_rule_change_writes_the_new_house_rules(house):
    community, people = house
    proposal = opened(community, people[0], kind="rule", terms={"text": "Bring it back clean."})
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.EXECUTED
    assert HouseRules.objects.get().text == "Bring it back clean."


def test_advice_passes_and_nothing_follows(house):
    community, people = house
    proposal = opened(community, people[0], kind="advice", terms={})
    votes(proposal, people, "yes", "yes")
    assert count(proposal).state == ProposalState.PASSED and actions.retry_what_waits() == 0


def test_the_author_takes_it_back_before_the_close(house):
    community, [ana, bo, *_] = house
    proposal = opened(community, ana)
    with pytest.raises(DecisionError):
        actions.withdraw(proposal.pk, by=bo)
    with pytest.raises(DecisionError, match="closed"):
        actions.withdraw(proposal.pk, by=ana, now=proposal.closes)
    assert actions.withdraw(proposal.pk, by=ana).state == ProposalState.WITHDRAWN
    with pytest.raises(DecisionError):
        actions.vote(proposal.pk, by=ana, choice="yes")
    assert count(proposal).state == ProposalState.WITHDRAWN


def test_the_members_are_told_of_the_vote_and_of_its_outcome(house, django_capture_on_commit_callbacks):
    community, people = house
    with django_capture_on_commit_callbacks(execute=True):
        proposal = opened(community, people[0])
        votes(proposal, people, "yes", "yes")
    with django_capture_on_commit_callbacks(execute=True):
        count(proposal)
    for person in people:
        titles = list(Notification.objects.filter(member=person).order_by("pk").values_list("title", flat=True))
        assert titles == ["Your vote, please: A second cargo bike", "Passed and carried out: A second cargo bike"]
    assert Elector.objects.count() == 5
