"""Two want what only one can have, at the same moment: with the guards one gets it, without them both do.

A look that came too early is made certain rather than hoped for: what looks before it leaps is blinded, so that
only the engine's own word stands between two deeds and an overbooking. Each race is run by threads and by
processes, with the guards and without them; and a mix of all of them by threads.
"""

import random
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import actions, fairness
from bookings.actions import waiting as actions_waiting
from bookings.actions.waiting import OPEN
from bookings.models import Booking, Claim, FairUse, WaitEntry
from bookings.states import ChangeState, State
from listings.models import Departure, Listing
from sharing.db import guards
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, ride
from tests.bookings.deeds import Deed, blinded, do
from tests.bookings.processes import Workers
from tests.bookings.test_capacity import at_once, peak
from tests.factories import days, member

pytestmark = pytest.mark.django_db(transaction=True)


def when(first: int, after_last: int) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in days(first, after_last).items()}


def request(cast, who, first: int, after_last: int) -> Deed:
    return Deed("request", [cast.drill.pk], who.pk, when(first, after_last))


def instant(cast):
    Listing.objects.update(instant=True)
    return [request(cast, who, 2, 4) for who in (cast.ana, cast.zoe)]


def accept(cast):
    """Two requests whose holds were swept away, so that the yes itself has to claim."""
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    Booking.objects.filter(listing=cast.drill).update(claim=None, **days(2, 4))
    Claim.objects.all().delete()
    return [Deed("take", [row.pk, "accept"], cast.bo.pk) for row in rows]


def change(cast):
    Listing.objects.update(instant=True)
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    return [Deed("change", [row.pk], row.borrower_id, when(20, 22)) for row in rows]


def agree(cast):
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    for row in rows:
        actions.take(row.pk, "accept", by=cast.bo)
    asked = [actions.change(row.pk, by=row.borrower, **days(20, 22)) for row in rows]
    assert {row.state for row in asked} == {ChangeState.PROPOSED}
    return [Deed("answer_change", [row.pk, "agree"], cast.bo.pk) for row in asked]


def extension(cast):
    Listing.objects.update(instant=True)
    out = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    for who in (cast.ana, cast.bo):
        actions.take(out.pk, "hand_over", by=who)
    return [Deed("change", [out.pk], cast.ana.pk, {"ends": when(4, 6)["ends"]}), request(cast, cast.zoe, 4, 6)]


def offer(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    Booking.objects.filter(pk=booking.pk).update(claim=None, state=State.DECLINED)
    Claim.objects.all().delete()
    offering = Deed("offer_next", [cast.drill.pk], None, {"now": booking.created.isoformat()})
    return [offering, request(cast, cast.cleo, 2, 4)]


def fewer(cast):
    Listing.objects.update(capacity=2)
    actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    less = Deed("break_down", [cast.drill.pk], cast.bo.pk, {"quantity": 1, "for_good": True})
    return [less, request(cast, cast.zoe, 2, 4)]


def edited(cast):
    """The same by the edit form."""
    Listing.objects.update(capacity=2)
    actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    return [Deed("listings.update", [cast.drill.pk], cast.bo.pk, {"facts": {"capacity": 1}}),
            request(cast, cast.zoe, 2, 4)]


def seat(cast):
    """The last seat of a departure: by who changes over to it, and by who asks."""
    cast.drill = car = ride(cast.bo, of=cast.home, seats=1, instant=True)
    first = car.departures.get()
    later = Departure.objects.create(listing=car, leaves=first.leaves.replace(hour=20))
    mine = actions.request(car.pk, by=cast.ana, departure=first.pk)
    return [Deed("change", [mine.pk], cast.ana.pk, {"departure": later.pk}),
            Deed("request", [car.pk], cast.zoe.pk, {"departure": later.pk})]


RACES = [instant, accept, change, agree, extension, offer, fewer, edited, seat]


@pytest.fixture(scope="module")
def workers(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        two = Workers(2)
    yield two
    two.stop()


def by_threads(deeds: list[Deed]) -> list[bool]:
    outcomes: list[bool] = []
    with blinded():
        at_once([lambda deed=deed: outcomes.append(do(deed)) for deed in deeds])
    return outcomes


@pytest.mark.parametrize("by", ["threads", "processes"])
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
@pytest.mark.parametrize("race", RACES)
def test_of_two_at_once_one_gets_it_and_without_the_guard_both(cast, workers, race, guarded, by):
    deeds = race(cast)
    if not guarded:
        guards.drop()
    try:
        outcomes = by_threads(deeds) if by == "threads" else workers.at_once(deeds, blind=True)
    finally:
        if not guarded:
            guards.install()
    capacity = Listing.objects.get(pk=cast.drill.pk).capacity
    assert sorted(outcomes) == ([False, True] if guarded else [True, True])
    assert (peak(cast.drill) <= capacity) is guarded


@pytest.mark.parametrize("race", [race for race in RACES if race not in (accept, edited, offer)])
def test_processes_with_their_eyes_open_share_as_well(cast, workers, race):
    """As in the product: whoever looks first sees what is there, and of two at once one gets it."""
    assert sorted(workers.at_once(race(cast))) == [False, True]
    assert peak(cast.drill) <= Listing.objects.get(pk=cast.drill.pk).capacity


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "unlocked"])
@pytest.mark.parametrize("deed", ["request", "change"])
def test_of_two_last_ones_a_rule_of_fair_use_grants_one_and_without_the_lock_both(cast, monkeypatch, locked, deed):
    """Two things, so that no claim is in the way. Each who has counted waits a moment for the other to have counted."""
    FairUse.objects.create(community=cast.home, most_at_once=1)
    saw = drill(cast.bo, of=cast.home, title="Saw")
    if deed == "request":
        deeds = [Deed("request", [tool.pk], cast.ana.pk, when(2, 4)) for tool in (cast.drill, saw)]
    else:
        rows = [actions.request(tool.pk, by=cast.ana, **days(6 + 6 * n, 8 + 6 * n))
                for n, tool in enumerate((cast.drill, saw))]
        deeds = [Deed("change", [row.pk], cast.ana.pk, when(2, 4)) for row in rows]
    here, both = threading.local(), threading.Barrier(2)
    hold, answer = fairness.one_at_a_time, fairness.answer

    def holding(by) -> None:
        here.counting = True
        if locked:
            hold(by)

    def answering(*args, **kwargs):
        found = answer(*args, **kwargs)
        if getattr(here, "counting", False) and found.free:
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
        return found

    monkeypatch.setattr(fairness, "one_at_a_time", holding)
    monkeypatch.setattr(fairness, "answer", answering)
    outcomes: list[bool] = []
    at_once([lambda deed=deed: outcomes.append(do(deed)) for deed in deeds])
    # On SQLite writers come one after the other anyway, whatever row they hold.
    assert sum(outcomes) == (1 if locked or connection.vendor == "sqlite" else 2)
    assert Booking.objects.filter(borrower=cast.ana, starts=days(2, 4)["starts"]).count() == sum(outcomes)


def test_who_presses_often_at_once_has_one_place_and_no_more_places_than_there_may_be(cast, monkeypatch):
    monkeypatch.setattr(actions_waiting, "MOST", 3)
    actions.request(cast.drill.pk, by=cast.ana, **days(2, 20))
    times = [(n, n + 1) for n in range(2, 10)]
    outcomes: list[bool] = []
    joining = [Deed("join_line", [cast.drill.pk], cast.zoe.pk, when(*span)) for span in [*times, (2, 3), (2, 3)]]
    at_once([lambda deed=deed: outcomes.append(do(deed)) for deed in joining])
    assert WaitEntry.objects.filter(member=cast.zoe).count() == 3


def test_two_clocks_offer_a_time_to_one_alone(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    for who in (cast.zoe, cast.cleo, member("Mia")):
        actions.join_line(cast.drill.pk, by=who, **days(2, 4))
    actions.take(booking.pk, "decline", by=cast.bo)
    WaitEntry.objects.update(state="waiting", claim=None)
    Claim.objects.all().delete()
    offered: list[int] = []
    at_once([lambda: offered.append(actions.offer_next(cast.drill.pk, booking.created))] * 8)
    assert sum(offered) == 1 == Claim.objects.count()
    first = WaitEntry.objects.filter(state__in=OPEN).order_by("pk").first()
    assert (first.member, first.state) == (cast.zoe, "offered")


@pytest.mark.parametrize("by", ["threads", "processes"])
def test_a_hold_that_runs_out_is_for_who_waits_however_many_ask_before_the_clock_looks(cast, workers, by):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    entry = actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    Claim.objects.filter(pk=booking.claim_id).update(expires=timezone.now() - timedelta(seconds=1))
    asking = [request(cast, cast.cleo, 2, 4), request(cast, member("Mia", of=cast.home), 3, 5)]
    if by == "threads":
        at_once([lambda deed=deed: do(deed) for deed in asking * 3])
    else:
        workers.at_once(asking)
    entry.refresh_from_db()
    assert entry.state == "offered"
    assert Booking.objects.filter(claim__isnull=False).exclude(pk=booking.pk).count() == 0
    assert actions.take_offer(entry.pk, by=cast.zoe).claim_id == entry.claim_id


def test_everything_at_once_on_few_things_never_overbooks(cast):
    chance = random.Random(5)
    copies = [drill(cast.bo, of=cast.home, capacity=n, instant=n != 2) for n in (1, 2, 3)]
    people = [cast.ana, cast.zoe, cast.cleo, member("Mia")]

    def anything() -> None:
        listing, who, first = chance.choice(copies), chance.choice(people), chance.randrange(12)
        span = days(first, first + chance.randrange(1, 4))
        with suppress(Refusal, Booking.DoesNotExist, WaitEntry.DoesNotExist):
            match chance.randrange(6):
                case 0 | 1:
                    actions.request(listing.pk, by=who, quantity=chance.randint(1, listing.capacity), **span)
                case 2:
                    actions.join_line(listing.pk, by=who, **span)
                case 3:
                    row = Booking.objects.filter(listing=listing, borrower=who, claim__isnull=False).order_by("?")
                    actions.change(row.values_list("pk", flat=True)[:1].get(), by=who, **span)
                case 4:
                    row = Booking.objects.filter(listing=listing, state=State.ACCEPTED).order_by("?")
                    actions.take(row.values_list("pk", flat=True)[:1].get(), "cancel", by=cast.bo)
                case 5:
                    row = WaitEntry.objects.filter(listing=listing, state="offered").select_related("member")
                    entry = row[:1].get()
                    actions.take_offer(entry.pk, by=entry.member)

    at_once([anything] * 160)
    for listing in copies:
        assert peak(listing) <= listing.capacity
    held = Booking.objects.filter(state__in=[State.ACCEPTED, State.HANDED_OVER])
    assert held.exists() and not held.filter(claim__isnull=True).exists()
