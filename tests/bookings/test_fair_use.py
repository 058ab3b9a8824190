"""Fair use and approvals: what one neighbour may have, said kindly, and held to when two ask at once."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookings import actions, availability, quotes
from bookings.actions.fairness import set_fair_use
from bookings.fairness import Unfair
from bookings.models import Approval, ApprovalState, Booking, DateException, FairUse, Policy, PolicyListing
from members.models import Community, Membership
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.cast import drill, noon, ride, room, steward_of, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return factories.community()


@pytest.fixture
def ana(home):
    person = factories.member("Ana", of=home)
    Membership.objects.update(joined=timezone.now() - timedelta(days=400))
    return person


def ask(listing, by, first: int, last: int | None = None, **more) -> Booking:
    last = first if last is None else last
    return actions.request(listing.pk, by=by, starts=today(first), ends=today(last), **more)


def refused(listing, by, first: int, last: int | None = None, **more) -> str:
    with pytest.raises(Refusal) as caught:
        ask(listing, by, first, last, **more)
    return str(caught.value)


def test_at_most_so_many_at_once_of_all_that_a_community_shares(home, ana):
    FairUse.objects.create(community=home, most_at_once=2)
    things = [drill(of=home, title=f"Thing {n}") for n in range(3)]
    ask(things[0], ana, 3, 5)
    ask(things[1], ana, 5, 8)
    assert "at most 2 of these at a time" in refused(things[2], ana, 4, 6)
    assert "From" in refused(things[2], ana, 4, 6)
    ask(things[2], ana, 6, 7)  # the first is back by then
    ask(things[2], factories.member("Eve", of=home), 3, 4)


def test_the_sentence_says_from_when_it_is_possible_again(home, ana):
    FairUse.objects.create(community=home, most_at_once=1)
    one, other = drill(of=home), drill(of=home)
    ask(one, ana, 3, 5)
    made = quotes.quote(other, by=ana, starts=today(4), ends=today(4))
    assert (made.answer.free, made.answer.code, made.answer.field) == (False, "fair_use", "starts")
    assert made.answer.reason.endswith("again.") and str(today(6).day) in made.answer.reason
    assert quotes.quote(other, by=ana, starts=today(6), ends=today(6)).answer.free
    assert quotes.quote(other, by=None, starts=today(4), ends=today(4)).answer.free


def test_so_many_days_in_so_many_whichever_way_the_window_lies(home, ana):
    saw = drill(of=home)
    FairUse.objects.create(listing=saw, most_days=4, window_days=10)
    ask(saw, ana, 20, 22)
    for first, last in ((14, 15), (28, 29)):
        assert "4 days in 10" in refused(saw, ana, first, last)
    ask(saw, ana, 12, 12)  # 11 days before the last of them
    ask(saw, ana, 30, 33)
    assert availability.is_free(saw, saw.bookings.first().period).code == "taken"


def test_closed_days_count_unless_told_otherwise(home, ana):
    saw = drill(of=home)
    for n in (4, 5):
        DateException.objects.create(listing=saw, day=today(n), is_open=False)
    rule = FairUse.objects.create(listing=saw, most_days=2, window_days=10)
    assert "2 days in 10" in refused(saw, ana, 3, 6)
    FairUse.objects.filter(pk=rule.pk).update(count_closed=False)
    ask(saw, ana, 3, 6)


def test_a_pause_between_two_bookings_of_one_neighbour(home, ana):
    saw, bed = drill(of=home), room(of=home)
    for listing in (saw, bed):
        FairUse.objects.create(listing=listing, pause_days=2)
        ask(listing, ana, 10, 12)
    assert "2 days for others" in refused(saw, ana, 14, 15) and "2 days" in refused(saw, ana, 6, 8)
    ask(saw, ana, 15, 15)
    ask(saw, ana, 6, 7)
    assert "2 days" in refused(bed, ana, 13, 14)
    ask(bed, ana, 14, 15)
    ask(saw, factories.member("Eve", of=home), 13, 13)


def test_one_booking_behind_the_other_on_the_same_day_is_a_chain_as_well(home, ana):
    saw = drill(of=home, capacity=2)
    FairUse.objects.create(listing=saw, pause_days=1)
    actions.request(saw.pk, by=ana, starts=noon(10), ends=noon(11))
    for first, last in ((11, 12), (9, 10)):
        with pytest.raises(Refusal, match="a day for others"):
            actions.request(saw.pk, by=ana, starts=noon(first), ends=noon(last))
    actions.request(saw.pk, by=ana, starts=noon(10), ends=noon(11))  # two at once are no chain


def test_new_members_begin_quietly(home):
    FairUse.objects.create(community=home, new_days=30, new_at_once=2, new_deposit_minor=5000)
    newcomer = factories.member("Nele", of=home)
    cheap, dear = drill(of=home, deposit_minor=2000), drill(of=home, deposit_minor=6000)
    assert "€50" in refused(dear, newcomer, 3)
    ask(cheap, newcomer, 3)
    ask(drill(of=home, deposit_minor=3000), newcomer, 3)
    assert "at most 2 things" in refused(drill(of=home), newcomer, 3)
    ask(dear, newcomer, 31)  # by then they are not new any more
    Membership.objects.filter(member=newcomer).update(joined=timezone.now() - timedelta(days=31))
    ask(dear, newcomer, 3)


def test_rides_and_what_has_ended_do_not_count(home, ana):
    FairUse.objects.create(community=home, most_at_once=1)
    saw = drill(of=home)
    booking = ask(saw, ana, 3)
    actions.take(booking.pk, "withdraw", by=ana)
    ask(saw, ana, 3)
    actions.request(ride(of=home).pk, by=ana)


def test_a_request_that_has_run_out_does_not_count(home, ana):
    FairUse.objects.create(community=home, most_at_once=1)
    booking = ask(drill(of=home), ana, 5)
    Booking.objects.filter(pk=booking.pk).update(expires=timezone.now() - timedelta(minutes=1))
    ask(drill(of=home), ana, 5)


def test_without_any_rule_asking_takes_no_statement_more(home, ana, django_assert_max_num_queries):
    saw = drill(of=home)
    ask(drill(of=home), ana, 2)
    with django_assert_max_num_queries(13):  # the transaction's own savepoint in a test among them
        ask(saw, ana, 3)


def test_rules_that_make_no_sense_are_refused_at_their_field(home):
    cleo = steward_of(home)
    for facts, field in (
        ({"most_days": 3}, "window_days"), ({"most_days": 9, "window_days": 7}, "window_days"),
        ({"new_days": 30}, "new_at_once"), ({"new_at_once": 2}, "new_days"), ({"most_at_once": 0}, "most_at_once"),
    ):
        with pytest.raises(Refusal) as caught:
            set_fair_use(by=cleo, community_id=home.pk, facts=facts)
        assert caught.value.field == field
    assert set_fair_use(by=cleo, community_id=home.pk, facts={"most_at_once": 2}).most_at_once == 2
    assert set_fair_use(by=cleo, community_id=home.pk, facts={}) is None and not FairUse.objects.exists()
    with pytest.raises(Community.DoesNotExist):
        set_fair_use(by=factories.member("Zoe", of=home), community_id=home.pk, facts={"most_at_once": 1})


def test_a_change_of_dates_does_not_count_against_itself_and_keeps_the_rule(home, ana):
    saw = drill(of=home)
    FairUse.objects.create(listing=saw, most_at_once=1, most_days=4, window_days=10)
    booking = ask(saw, ana, 20, 22)
    actions.change(booking.pk, by=ana, starts=today(21), ends=today(23))
    with pytest.raises(Refusal, match="4 days in 10"):
        actions.change(booking.pk, by=ana, starts=today(21), ends=today(26))


# --- approvals --------------------------------------------------------------------------------------------


@pytest.fixture
def saws(home):
    policy = Policy.objects.create(community=home, name="Power saws", how="Come on a Saturday.", valid_days=365)
    things = [drill(of=home, commons=True, title=f"Saw {n}") for n in range(2)]
    for thing in things:
        PolicyListing.objects.create(listing=thing, policy=policy)
    return things


def test_an_approval_opens_everything_under_its_policy(home, ana, saws):
    cleo = steward_of(home)
    assert "Power saws" in refused(saws[0], ana, 3)
    approval = actions.ask_approval(saws[0].pk, by=ana, note="I was a carpenter.")
    assert actions.ask_approval(saws[1].pk, by=ana).pk == approval.pk
    assert "have asked" in refused(saws[1], ana, 3)
    assert cleo.notifications.filter(needs_answer=True).count() == 1
    actions.answer_approval(approval.pk, by=cleo, state="given")
    ask(saws[0], ana, 3)
    ask(saws[1], ana, 3)
    assert "Power saws" in refused(saws[0], factories.member("Eve", of=home), 9)
    actions.answer_approval(approval.pk, by=cleo, state="withdrawn", note="The guard was off.")
    assert "Power saws" in refused(saws[0], ana, 9)


def test_an_approval_ends_and_can_be_asked_for_again(home, ana, saws):
    cleo = steward_of(home)
    approval = actions.ask_approval(saws[0].pk, by=ana)
    actions.answer_approval(approval.pk, by=cleo, state="given", until=today(5))
    ask(saws[0], ana, 5)
    assert "Power saws" in refused(saws[0], ana, 6)
    Approval.objects.update(until=date(2020, 1, 1))
    again = actions.ask_approval(saws[0].pk, by=ana)
    assert again.pk != approval.pk
    states = dict(Approval.objects.values_list("pk", "state"))
    assert states == {approval.pk: ApprovalState.LAPSED, again.pk: ApprovalState.ASKED}


def test_strangers_answer_nothing_and_nobody_twice(home, ana, saws):
    approval = actions.ask_approval(saws[0].pk, by=ana)
    for stranger in (ana, factories.member("Zoe")):
        with pytest.raises(Approval.DoesNotExist):
            actions.answer_approval(approval.pk, by=stranger, state="given")
    cleo = steward_of(home)
    actions.answer_approval(approval.pk, by=cleo, state="declined")
    with pytest.raises(Refusal):
        actions.answer_approval(approval.pk, by=cleo, state="withdrawn")
    with pytest.raises(Refusal):
        actions.answer_approval(approval.pk, by=cleo, state="lapsed")


def test_a_tool_that_asks_for_training_of_itself_gets_a_policy_when_somebody_asks(home, ana):
    saw = drill(of=home)
    saw.tool.approval_needed, saw.tool.approval_note = True, "Show me how you hold it."
    saw.tool.save()
    assert "approval" in refused(saw, ana, 3)
    approval = actions.ask_approval(saw.pk, by=ana)
    assert (approval.policy.owner, approval.policy.how) == (saw.owner, "Show me how you hold it.")
    actions.answer_approval(approval.pk, by=saw.owner, state="given")
    ask(saw, ana, 3)


# --- two at once ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_only_one_is_the_last_that_is_allowed(home, ana):
    """Without the member's lock both would read that nothing is held yet."""
    FairUse.objects.create(community=home, most_at_once=1)
    owner = factories.member("Bo", of=home)
    for round_ in range(6):
        things = [drill(owner, of=home) for _ in range(4)]
        start, outcomes = threading.Barrier(4), []

        def work(thing, start=start, outcomes=outcomes, day=3 + round_):
            try:
                start.wait(20)
                outcomes.append(ask(thing, ana, day).pk)
            except Unfair:
                outcomes.append(None)
            except Refusal:
                outcomes.append(None)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=(thing,)) for thing in things]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(outcomes) == 4 and len([each for each in outcomes if each]) == 1
        assert not transaction.get_connection().in_atomic_block
