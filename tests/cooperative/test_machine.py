"""Decisions against a model: open, vote, change, trust, take back, leave, join, close, execute, in any order.

By majority, with its threshold and where a tie fails, and by consent, where a reasoned objection stops it. The model
keeps who could vote when a proposal opened, what each said last, whom they trusted at the deadline, and what the pool
holds. Whatever happens, both say the same, and nothing is carried out twice.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cooperative import actions
from cooperative.models import Ballot, Elector, Proposal, Urn, Voted
from cooperative.states import ProposalState
from members import actions as members
from members.models import Membership
from members.states import Role
from payments.models import Transfer
from sharing.web.refusals import Refusal
from tests import factories
from tests.payments.test_ledger import at_once

from .test_decisions import LONG_AGO, count, fund, make_house, pool_of, votes

pytestmark = pytest.mark.django_db
PEOPLE = 4
people = st.integers(0, PEOPLE)  # the last one has joined after everything opened
which = st.integers(0, 1)
ANSWERS = {"majority": ("yes", "no", "abstain"), "consent": ("yes", "object", "abstain")}
choices = st.sampled_from(["yes", "no", "abstain", "yes", "no", "object"])
few = st.lists(st.just("yes"), min_size=1, max_size=2)  # too few, where the quorum is high
terms = st.tuples(
    st.integers(1, 400), st.booleans(), st.sampled_from([7500, 5000, 1000]), st.sampled_from([5000, 6700]),
    st.sampled_from(["majority", "majority", "consent"]),
)


class Decisions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.community, self.people = make_house(PEOPLE, pool=0)
        Membership.objects.filter(member=self.people[0]).update(role=Role.STEWARD)
        self.people.append(factories.member("Late", of=self.community))
        self.now = timezone.now() + timedelta(minutes=1)
        self.proposals: list[Proposal] = []
        self.electors: list[set[int]] = []
        self.said: list[dict[int, str]] = []
        self.states: list[str] = []
        self.trust: list[tuple[int, int, object, object]] = []  # member, delegate, since, until
        self.rows: dict[int, int] = {}  # a member's standing delegation, by its number in the database
        self.left: set[int] = set()
        self.pool, self.funded, self.spent = 0, 0, 0

    def tick(self):
        self.now += timedelta(seconds=1)
        return self.now

    def done(self, deed) -> bool:
        try:
            deed()
        except Refusal:
            return False
        return True

    # --- what may happen

    @initialize(terms=terms)
    def open_one(self, terms) -> None:
        """Each story has a vote in it, and `teardown` counts whatever is open then: rules are left out at random."""
        self.opened(*terms)

    @precondition(lambda self: len(self.proposals) < 2)
    @rule(terms=terms)
    def open(self, terms) -> None:
        self.opened(*terms)

    def opened(self, minor, secret, quorum, threshold, method) -> None:
        author = self.people[0]
        draft = actions.propose(
            self.community, by=author, kind="spend", title="x", terms={"minor": minor, "payee": "Shop"},
            secret=secret and method == "majority", quorum_bp=quorum, threshold_bp=threshold, method=method,
            voting_days=len(self.proposals) + 1, now=self.now,
        )
        self.proposals.append(actions.open(draft.pk, by=author, now=self.tick()))
        self.electors.append({person for person in range(PEOPLE) if person not in self.left})
        self.said.append({})
        self.states.append("open")

    @rule(at=which, person=people, choice=choices)
    def vote(self, at, person, choice) -> None:
        if at < len(self.proposals):
            self.cast(at, person, choice)

    @rule(at=which, said=st.one_of(few, st.lists(choices, min_size=2, max_size=PEOPLE)))
    def several_vote(self, at, said) -> None:
        """So that many a close comes with something to count."""
        if at < len(self.proposals):
            against = {"majority": "no", "consent": "object"}[self.proposals[at].method]
            for person, choice in enumerate(said):
                self.cast(at, person, against if choice in ("no", "object") else choice)

    def cast(self, at, person, choice) -> None:
        proposal, now = self.proposals[at], self.tick()
        allowed = (
            self.states[at] == "open" and now < proposal.closes and person in self.electors[at]
            and person not in self.left and not (proposal.secret and person in self.said[at])
            and choice in ANSWERS[proposal.method]
        )
        reason = "It would break." if choice == "object" else ""
        voted = self.done(
            lambda: actions.vote(proposal.pk, by=self.people[person], choice=choice, reason=reason, now=now)
        )
        assert voted == allowed
        if allowed:
            self.said[at][person] = choice

    @rule(member=people, to=people)
    def delegate(self, member, to) -> None:
        now = self.tick()
        chain, at = {member}, to
        standing = {m: d for m, d, _since, until in self.trust if until is None and m != member}
        while at in standing and at not in chain:
            chain.add(at)
            at = standing[at]
        allowed = member != to and at != member and not {member, to} & self.left
        row: list = []

        def deed() -> None:
            row.append(
                actions.delegate(self.community, by=self.people[member], to=self.people[to], now=now).pk
            )

        assert self.done(deed) == allowed
        if not allowed or self.rows.get(member) == row[0]:
            return
        self.end_trust(member, now)
        self.trust.append((member, to, now, None))
        self.rows[member] = row[0]

    @rule(member=people)
    def take_back(self, member) -> None:
        if member in self.rows:
            now = self.tick()
            actions.revoke(self.rows.pop(member), by=self.people[member], now=now)
            self.end_trust(member, now)

    def end_trust(self, member, now) -> None:
        self.trust = [(m, d, s, now if m == member and u is None else u) for m, d, s, u in self.trust]

    @rule(person=st.integers(1, PEOPLE - 1))
    def leave(self, person) -> None:
        if not self.left:
            members.leave(self.community, by=self.people[person])
            self.left.add(person)

    @rule(minor=st.integers(1, 300))
    def fund(self, minor) -> None:
        self.funded += 1
        fund(self.community, minor, f"fund{self.funded}")
        self.pool += minor

    @rule(at=which, early=st.sampled_from([False, False, True]))
    def close(self, at, early) -> None:
        if at < len(self.proposals):
            self.closed(at, early)

    def closed(self, at, early) -> None:
        proposal = self.proposals[at]
        if not early:
            self.now = max(self.now, proposal.closes)
        closed = actions.close(proposal.pk, now=self.tick())
        if self.states[at] == "open" and self.now >= proposal.closes:
            self.states[at] = "passed" if self.passes(at) else "rejected"
            self.carry_out(at)
        assert closed.state == self.states[at] and self.kept(at, closed)

    @rule(at=which)
    def execute(self, at) -> None:
        if at < len(self.proposals):
            actions.execute(self.proposals[at].pk, now=self.tick())
            self.carry_out(at)

    # --- what the model says

    def counted(self, at) -> dict[int, str]:
        """Each elector's vote at the deadline, by themselves or by whom they trusted then."""
        said, closes = dict(self.said[at]), self.proposals[at].closes
        if self.proposals[at].secret:
            return said
        chosen = {
            m: d for m, d, since, until in self.trust
            if since <= closes and (until is None or until > closes) and not {m, d} & self.left
        }
        for person in self.electors[at] - set(said):
            walk, passed = chosen.get(person), {person}
            while walk is not None and walk not in passed:
                if walk in self.said[at]:
                    said[person] = self.said[at][walk]
                    break
                passed.add(walk)
                walk = chosen.get(walk)
        return said

    def passes(self, at) -> bool:
        said, proposal = list(self.counted(at).values()), self.proposals[at]
        needed = max(-(-len(self.electors[at]) * proposal.quorum_bp // 10_000), 1)
        yes, against = said.count("yes"), said.count("no") + said.count("object")
        if proposal.method == "consent":
            return len(said) >= needed and yes > 0 and not against
        return len(said) >= needed and yes > against and 10_000 * yes >= proposal.threshold_bp * (yes + against)

    def kept(self, at, proposal) -> bool:
        if self.states[at] == "open":
            return proposal.result == {}
        said = list(self.counted(at).values()) if not hasattr(self, f"kept_{at}") else getattr(self, f"kept_{at}")
        setattr(self, f"kept_{at}", said)  # what is decided later changes nothing about it
        kept = {choice: proposal.result.get(choice, 0) for choice in ("yes", "no", "object", "abstain")}
        return kept == {choice: said.count(choice) for choice in kept}

    def carry_out(self, at) -> None:
        minor = self.proposals[at].terms["minor"]
        if self.states[at] in ("passed", "waiting"):
            self.states[at] = "executed" if self.pool >= minor else "waiting"
            if self.states[at] == "executed":
                self.pool -= minor
                self.spent += 1

    def teardown(self) -> None:
        for at in range(len(self.proposals)):
            self.closed(at, False)
        self.they_agree()

    # --- what both say

    @invariant()
    def they_agree(self) -> None:
        assert pool_of(self.community) == self.pool
        assert Transfer.objects.filter(community=self.community, kind="spend").count() == self.spent
        stand = dict(Proposal.objects.filter(community=self.community).values_list("pk", "state"))
        assert stand == {proposal.pk: state for proposal, state in zip(self.proposals, self.states, strict=True)}

    @invariant()
    def nobody_is_added_and_nobody_votes_twice(self) -> None:
        numbers = {person.pk: index for index, person in enumerate(self.people)}
        for at, proposal in enumerate(self.proposals):
            electors = Elector.objects.filter(proposal=proposal).values_list("member", flat=True)
            assert {numbers[pk] for pk in electors} == self.electors[at]
            if proposal.secret:
                who = Voted.objects.filter(proposal=proposal).values_list("elector__member", flat=True)
                counts = dict(Urn.objects.filter(proposal=proposal).values_list("mark", "count"))
                said = list(self.said[at].values())
                assert {numbers[pk] for pk in who} == set(self.said[at])
                assert counts == {choice: said.count(choice) for choice in counts}
            else:
                cast = Ballot.objects.filter(proposal=proposal).values_list("elector__member", "choice")
                assert {numbers[pk]: choice for pk, choice in cast} == self.said[at]


def test_decisions_do_what_the_model_does():
    with transaction.atomic():
        run_state_machine_as_test(Decisions, settings=settings(max_examples=40, stateful_step_count=20, deadline=None))


# --- at once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_threads_that_close_and_carry_out_at_once_do_it_once():
    community, people_ = make_house(4, pool=500)
    options = [{"title": title, "minor": minor, "payee": "Shop"} for title, minor in (("a", 200), ("b", 250))]
    draft = actions.propose(
        community, by=people_[0], kind="spend", title="Projects", method="budget",
        terms={"options": options, "tokens": 5, "minor": 500},
    )
    proposal = actions.open(draft.pk, by=people_[0])
    for person in people_[:3]:
        actions.vote(proposal.pk, by=person, choice="marked", marks=[2, 3])
    deeds = [lambda: count(proposal).state, lambda: actions.execute(proposal.pk, now=proposal.closes).state]
    answers = at_once(6, lambda index: deeds[index % 2]())
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Proposal.objects.get().state == ProposalState.EXECUTED and pool_of(community) == 50
    assert Transfer.objects.filter(kind="spend").count() == 2


@pytest.mark.django_db(transaction=True)
def test_threads_that_put_a_secret_ballot_in_at_once_put_in_one():
    community, people_ = make_house(3)
    draft = actions.propose(community, by=people_[0], kind="advice", title="Shall we?", secret=True)
    proposal = actions.open(draft.pk, by=people_[0])
    answers = at_once(4, lambda _index: bool(actions.vote(proposal.pk, by=people_[1], choice="yes")))
    assert answers.count(True) == 1 and sum(isinstance(answer, Refusal) for answer in answers) == 3
    assert sum(Urn.objects.values_list("count", flat=True)) == 1


@pytest.mark.django_db(transaction=True)
def test_threads_that_trust_each_other_at_once_make_no_circle():
    community, people_ = make_house(2)
    Membership.objects.update(joined=timezone.now() - LONG_AGO)
    answers = at_once(2, lambda i: bool(actions.delegate(community, by=people_[i], to=people_[1 - i])))
    assert answers.count(True) == 1
    draft = actions.propose(community, by=people_[0], kind="advice", title="Shall we?")
    votes(actions.open(draft.pk, by=people_[0]), people_, "yes")
