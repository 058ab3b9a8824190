"""Score, budget rounds and secret votes: what wins by the stated rules, and what nobody can find out."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cooperative import actions, counting, outcome
from cooperative.actions import DecisionError
from cooperative.holdings import everything_of
from cooperative.models import Ballot, Elector, Proposal, Urn, Voted
from cooperative.states import ProposalState
from cooperative.voting import tally
from members.models import Membership
from members.states import Role
from payments.models import Transfer
from sharing.web.refusals import Refusal

from .test_decisions import count, fund, house, make_house, opened, pool_of, run

__all__ = ["house"]
pytestmark = pytest.mark.django_db

PRICES = {"Red": 400, "Blue": 300, "Old": 90}
BIKES = [{"title": title, "minor": minor, "payee": "Shop"} for title, minor in PRICES.items()]


def round_(community, author, prices=(400, 300, 90), minor=10_000, **facts) -> Proposal:
    options = [{"title": f"Project {n}", "minor": price, "payee": "Shop"} for n, price in enumerate(prices)]
    terms = {"options": options, "tokens": 10, "minor": minor}
    return opened(community, author, kind="spend", method="budget", terms=terms, **facts)


def mark(proposal, people, *marks) -> None:
    for person, given_ in zip(people, marks, strict=False):
        actions.vote(proposal.pk, by=person, choice="marked", marks=list(given_))


# --- the arithmetic -------------------------------------------------------------------------------

ballots = st.lists(st.tuples(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.integers(1, 4)), max_size=30)


@given(ballots)
def test_the_winner_has_the_most_points_and_ties_follow_the_rule(given_):
    """G36: of equals, the one with more of the highest points, then the one listed first."""
    counted = counting.count(given_, 3)
    flat = [marks for marks, weight in given_ for _ in range(weight)]
    first = counting.by_score(counted)[0]
    key = [
        (sum(m[i] for m in flat), *(sum(m[i] == best for m in flat) for best in range(5, 0, -1)), -i) for i in range(3)
    ]
    assert key[first] == max(key)


@given(ballots, st.lists(st.integers(1, 50), min_size=3, max_size=3), st.integers(0, 120))
def test_projects_are_paid_in_order_while_the_money_lasts(given_, prices, pool):
    order = counting.by_tokens(counting.count(given_, 3), prices)
    chosen = counting.affordable(order, prices, pool)
    assert sum(prices[i] for i in chosen) <= pool and [i for i in order if i in chosen] == chosen
    for index in set(order) - set(chosen):  # what was passed over did not fit when its turn came
        before = order[: order.index(index)]
        assert prices[index] > pool - sum(prices[i] for i in chosen if i in before)
    totals = [sum(m[i] * w for m, w in given_) for i in range(3)]
    ranked = [totals[i] for i in order]
    assert all(ranked) and ranked == sorted(ranked, reverse=True)


# --- score ----------------------------------------------------------------------------------------


def test_the_option_with_the_most_points_is_paid_once(house):
    community, people = house
    proposal = opened(community, people[0], method="score", terms={"options": BIKES})
    mark(proposal, people, (5, 3, 0), (0, 5, 4))
    actions.vote(proposal.pk, by=people[2], choice="abstain")
    closed = count(proposal)
    assert closed.state == ProposalState.EXECUTED and closed.deed == {"options": [1]}
    assert [row.minor for row in closed.transfers.all()] == [300]
    assert tally(closed).order[0] == 1 and (tally(closed).marked, tally(closed).abstain) == (2, 1)
    actions.execute(closed.pk)
    assert Transfer.objects.filter(kind="spend").count() == 1


def test_a_lukewarm_winner_does_not_pass(house):
    community, people = house
    proposal = opened(community, people[0], method="score", terms={"options": BIKES})
    mark(proposal, people, (2, 1, 0), (2, 2, 2), (3, 0, 0))  # 7 of 15 for the best
    assert count(proposal).state == ProposalState.REJECTED


def test_points_can_be_changed_until_the_close(house):
    community, people = house
    options = [{"title": title} for title in "ab"]
    proposal = opened(community, people[0], kind="advice", method="score", terms={"options": options})
    mark(proposal, people, (5, 0))
    mark(proposal, people, (0, 5))
    assert [option.total for option in outcome.count(proposal).tally.options] == [0, 5]


@pytest.mark.parametrize(
    "marks", [None, [], [1, 2], [6, 0, 0], [-1, 0, 0], [1.5, 0, 0], ["1", 0, 0], [True, 0, 0], "123"]
)
def test_marks_that_are_none_are_refused_at_their_field(house, marks):
    community, people = house
    proposal = opened(community, people[0], method="score", terms={"options": BIKES})
    with pytest.raises(DecisionError) as refused:
        actions.vote(proposal.pk, by=people[0], choice="marked", marks=marks)
    assert refused.value.field == "marks" and not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"terms": {}}, "options"), ({"terms": {"options": BIKES[:1]}}, "options"),
        ({"terms": {"options": [BIKES[0], BIKES[0]]}}, "options"), ({"terms": {"options": [1, 2]}}, "options"),
        ({"terms": {"options": [{"title": "x"}, {"title": "y"}]}}, "options"),
        ({"method": "budget", "terms": {"options": BIKES, "minor": 0}}, "minor"),
        ({"method": "budget", "terms": {"options": BIKES, "minor": 5, "tokens": 0}}, "tokens"),
        ({"method": "budget", "kind": "advice"}, "method"), ({"kind": "fee", "terms": {}}, "method"),
        ({"method": "consent", "terms": BIKES[0], "secret": True}, "secret"),
    ],
)
def test_options_that_make_no_sense_are_refused_at_their_field(house, facts, field):
    community, [ana, *_] = house
    whole = {"kind": "spend", "title": "Bikes", "method": "score", "terms": {"options": BIKES}} | facts
    with pytest.raises(Refusal) as refused:
        actions.propose(community, by=ana, **whole)
    assert refused.value.field == field


# --- budget rounds --------------------------------------------------------------------------------


def test_projects_are_paid_by_their_tokens_and_one_that_does_not_fit_is_passed_over(house):
    community, people = house
    proposal = round_(community, people[0], minor=500)
    mark(proposal, people, (6, 4, 0), (4, 4, 2), (0, 1, 1))
    closed = count(proposal)  # tokens 10, 9, 3: 400 first, 300 does not fit into 100, 90 does
    assert closed.state == ProposalState.EXECUTED and closed.deed == {"options": [0, 2]}
    assert sorted(row.minor for row in closed.transfers.all()) == [90, 400] and pool_of(community) == 100_000 - 490


def test_of_equals_the_cheaper_project_comes_first():
    community, people = make_house(pool=300)
    proposal = round_(community, people[0])
    mark(proposal, people, (5, 5, 0), (0, 0, 0 + 1))
    assert count(proposal).deed == {"options": [1]}  # 300 before 400


def test_a_round_waits_while_the_pool_pays_for_nothing_in_it():
    community, people = make_house(pool=50)
    proposal = round_(community, people[0])
    mark(proposal, people, (5, 5, 0), (0, 9, 1))
    assert count(proposal).state == ProposalState.WAITING
    fund(community, 60, "more")
    assert actions.execute(proposal.pk).deed == {"options": [2]} and pool_of(community) == 20


def test_nobody_gives_more_tokens_than_there_are(house):
    community, people = house
    proposal = round_(community, people[0])
    for marks in ([9, 2, 0], [0, 0, 0]):
        with pytest.raises(DecisionError, match="token"):
            actions.vote(proposal.pk, by=people[0], choice="marked", marks=marks)


# --- secret ---------------------------------------------------------------------------------------


def test_a_secret_vote_is_counted_at_the_close_and_not_seen_before(house):
    """G37: no count before the close."""
    community, people = house
    proposal = opened(community, people[0], secret=True)
    for person, choice in zip(people, ("yes", "no", "yes", "abstain"), strict=False):
        actions.vote(proposal.pk, by=person, choice=choice)
    before = tally(Proposal.objects.get())
    assert (before.sealed, before.yes, before.no, before.cast) == (4, 0, 0, 4)
    closed = count(proposal)
    numbers = tally(closed)
    assert (numbers.yes, numbers.no, numbers.abstain, numbers.sealed, numbers.electors) == (2, 1, 1, 0, 5)
    assert closed.state == ProposalState.EXECUTED and not Ballot.objects.exists()


def test_a_secret_ballot_is_put_in_once_and_takes_no_reason(house):
    community, people = house
    proposal = opened(community, people[0], secret=True)
    with pytest.raises(DecisionError) as refused:
        actions.vote(proposal.pk, by=people[1], choice="no", reason="It squeaks.")
    assert refused.value.field == "reason"
    actions.vote(proposal.pk, by=people[1], choice="no")
    with pytest.raises(DecisionError, match="cannot be changed"):
        actions.vote(proposal.pk, by=people[1], choice="yes")
    assert sum(Urn.objects.values_list("count", flat=True)) == Voted.objects.count() == 1


def test_points_and_tokens_can_be_secret_too(house):
    community, people = house
    scored = opened(community, people[0], method="score", terms={"options": BIKES}, secret=True)
    spread = round_(community, people[0], secret=True)
    mark(scored, people, (5, 3, 0), (0, 5, 4))
    mark(spread, people, (6, 4, 0), (4, 4, 2))
    actions.vote(scored.pk, by=people[2], choice="abstain")
    assert [option.total for option in tally(count(scored)).options] == [5, 8, 4]
    assert [option.total for option in tally(count(spread)).options] == [10, 8, 2]
    numbers = tally(Proposal.objects.get(pk=scored.pk))
    assert (numbers.abstain, numbers.marked) == (1, 2)


def test_no_table_holds_a_secret_ballot_with_its_voter(house):
    """Whatever the order, the tables end up the same byte for byte: so nothing in them says who voted how."""
    community, people = house
    stood = []
    for choices in (("yes", "no", "no"), ("no", "yes", "no"), ("no", "no", "yes")):
        proposal = opened(community, people[0], secret=True)
        for person, choice in zip(people, choices, strict=False):
            actions.vote(proposal.pk, by=person, choice=choice)
        urn = list(Urn.objects.filter(proposal=proposal).order_by("pk").values_list("option", "mark", "count"))
        who = list(Voted.objects.filter(proposal=proposal).order_by("pk").values_list("elector__member", flat=True))
        stood.append((urn, who))
    assert stood[0] == stood[1] == stood[2]
    linked = {
        field.name for model in (Urn, Voted) for field in model._meta.get_fields()
        if isinstance(field, (models.DateField, models.ForeignKey, models.OneToOneField))
    }
    assert linked == {"proposal", "elector"}  # no time, no member beside a count
    assert not any(field.remote_field and field.remote_field.model is Elector for field in Urn._meta.fields)


def test_no_page_api_admin_or_csv_says_who_voted_how(house, client):
    """Two votes that differ only in who said what read the same everywhere, to everyone, before and after."""
    community, people = house
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD, treasurer=True)
    told = []
    for choices in (("yes", "no", "yes"), ("yes", "yes", "no")):  # the two other members change sides
        with transaction.atomic():
            proposal = opened(community, people[0], kind="advice", title="Shall we?", terms={}, secret=True)
            for person, choice in zip(people, choices, strict=False):
                actions.vote(proposal.pk, by=person, choice=choice)
            told.append(_all_that_is_told(client, community, people, proposal))
            count(proposal)
            told[-1] += _all_that_is_told(client, community, people, proposal)
            transaction.set_rollback(True)  # and the same world once more
    assert len(told[0]) == len(told[1]) > 2 * len(people)
    assert [(a, b) for a, b in zip(*told, strict=True) if a != b] == []
    assert not [model for model in (Urn, Voted) if site.is_registered(model)] and not Ballot.objects.exists()


def test_before_the_close_not_even_the_sums_are_told(house, client):
    """Votes that come to something else read the same everywhere, to everyone, while it is open."""
    community, people = house
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD, treasurer=True)
    told = []
    for choices in (("yes", "yes", "yes"), ("no", "abstain", "no")):
        with transaction.atomic():
            proposal = opened(community, people[0], kind="advice", title="Shall we?", terms={}, secret=True)
            for person, choice in zip(people, choices, strict=False):
                actions.vote(proposal.pk, by=person, choice=choice)
            told.append(_all_that_is_told(client, community, people, proposal))
            transaction.set_rollback(True)
    assert [(a, b) for a, b in zip(*told, strict=True) if a != b] == [] and "3 ballots in the urn" in told[0][0]


def _all_that_is_told(client, community, people, proposal) -> list[str]:
    addresses = [proposal.get_absolute_url(), reverse("proposals", args=[community.slug]),
                 f"/api/v1/communities/{community.slug}/proposals/{proposal.number}/"]
    moment = r"\d{4}-\d\d-\d\dT\S+"
    varying = re.compile(rf"\b\w{{64}}\b|nonce=\S+|{moment}")  # tokens against forgery have 64 signs
    found = []
    for person in people:
        client.force_login(person)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            found.append(varying.sub("", answer.content.decode()))
        found.append(str(everything_of(person)["voted_in_secret"]))
    client.force_login(people[0])
    found.append(b"".join(client.get(reverse("books_csv", args=[community.slug])).streaming_content).decode())
    return found


def test_a_vote_writes_every_count_in_one_statement(house):
    """None stands out as the last that grew."""
    community, people = house
    proposal = opened(community, people[0], secret=True)
    for person, choice in zip(people, ("yes", "no", "abstain"), strict=False):
        with CaptureQueriesContext(connection) as asked:
            actions.vote(proposal.pk, by=person, choice=choice)
        written = [row["sql"] for row in asked if row["sql"].startswith('UPDATE "cooperative_urn"')]
        assert len(written) == 1
        _set, _where, narrowed = written[0].rpartition(" WHERE ")
        assert '"proposal_id"' in narrowed and '"option"' not in narrowed and '"mark"' not in narrowed


def test_on_postgresql_every_count_is_written_by_the_last_vote(house):
    """The engine's own row versions must not say which count grew last."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no versions of rows")
    community, people = house
    proposal = opened(community, people[0], secret=True)
    for person, choice in zip(people, ("yes", "no", "abstain"), strict=False):
        actions.vote(proposal.pk, by=person, choice=choice)
        with connection.cursor() as cursor:
            cursor.execute("select count(distinct xmin::text) from cooperative_urn")
            assert cursor.fetchone() == (1,)


def test_not_even_raw_sql_stuffs_an_urn_or_makes_a_secret_ballot_public(house):
    """G37: irrevocably secret."""
    community, people = house
    proposal = opened(community, people[0], secret=True)
    plain = opened(community, people[0])
    elector = proposal.electors.get(member=people[0]).pk
    with pytest.raises(IntegrityError, match="an_urn_holds_no_more_than_went_in"):
        run("update cooperative_urn set count = count + 1 where mark = 'yes'")
    actions.vote(proposal.pk, by=people[1], choice="no")
    for change in ("count = 2 where mark = 'no'", "count = count + 1 where mark = 'yes'", "count = 0 where mark = 'no'",
                   "mark = 'yes' where mark = 'no'", "option = 3"):
        with pytest.raises(IntegrityError, match="an_urn_holds_no_more_than_went_in|one_count_per"):
            run(f"update cooperative_urn set {change}")
    with pytest.raises(IntegrityError, match="an_urn_is_not_taken_away"):
        run("delete from cooperative_urn")
    with pytest.raises(IntegrityError, match="an_urn_is_empty_when_it_opens"):
        run("insert into cooperative_urn (proposal_id, option, mark, count) values (%s, 0, 'more', 0)", proposal.pk)
    with pytest.raises(IntegrityError, match="a_secret_vote_has_no_ballot_with_a_name"):
        run('insert into cooperative_ballot (elector_id, proposal_id, choice, marks, reason, "cast")'
            " values (%s, %s, 'no', '[]', '', %s)", elector, proposal.pk, timezone.now())
    for values in ((elector, plain.pk), (plain.electors.get(member=people[0]).pk, plain.pk)):
        with pytest.raises(IntegrityError, match="one_votes_in_secret_while_it_is_open"):
            run("insert into cooperative_voted (elector_id, proposal_id) values (%s, %s)", *values)
    with pytest.raises(IntegrityError, match="who_voted_in_secret_stays"):
        run("delete from cooperative_voted")
    for change in ("secret = false",):
        with pytest.raises(IntegrityError, match="what_is_voted_on_does_not_change"):
            run(f"update cooperative_proposal set {change} where id = %s", proposal.pk)
    count(proposal)
    with pytest.raises(IntegrityError, match="one_votes_in_secret_while_it_is_open"):
        run("insert into cooperative_voted (elector_id, proposal_id) values (%s, %s)", elector, proposal.pk)
    with pytest.raises(IntegrityError, match="closed_proposals_do_not_change|an_urn"):
        run("update cooperative_proposal set result = '{}' where id = %s", proposal.pk)


# --- the reminder ---------------------------------------------------------------------------------


def test_a_day_before_the_close_those_are_reminded_whose_vote_is_missing(house, django_capture_on_commit_callbacks):
    from messaging.models import Notification

    community, people = house
    proposal = opened(community, people[0])
    actions.vote(proposal.pk, by=people[0], choice="yes")
    actions.delegate(community, by=people[1], to=people[0])
    assert proposal.closes
    assert actions.remind_of_votes(proposal.closes - timedelta(hours=25)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.remind_of_votes(proposal.closes - timedelta(hours=23)) == 1
        assert actions.remind_of_votes(proposal.closes - timedelta(hours=22)) == 0
    told = Notification.objects.filter(kind="decision_reminder").values_list("member", flat=True)
    assert sorted(told) == sorted(person.pk for person in people[2:])
