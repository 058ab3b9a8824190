"""The database never lets the claims on a listing exceed its capacity, whoever writes them and however many at once."""

import random
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings import actions, claims
from bookings.actions.requests import NotFree
from bookings.load import Load, Taken
from bookings.models import Booking, Claim
from bookings.states import State
from sharing.db import guards
from sharing.values.period import Period
from tests.bookings.cast import community_of, drill, room
from tests.factories import days, member

DAY0 = datetime(2031, 1, 6, tzinfo=UTC)


def hour(n: int) -> datetime:
    return DAY0 + timedelta(hours=n)


def peak(listing) -> int:
    """The most that is ever taken, by brute force over the starts of all claims."""
    rows = list(Claim.objects.filter(listing=listing).values_list("starts", "ends", "quantity"))
    return max((sum(q for a, b, q in rows if a <= start < b) for start, _, _ in rows), default=0)


@pytest.mark.django_db
def test_a_raw_insert_that_would_overbook_is_refused():
    listing = drill(capacity=2)
    sql = (
        "insert into bookings_claim (listing_id, kind, starts, ends, quantity, note, created)"
        " values (%s, 'block', %s, %s, %s, '', %s)"
    )
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for start, end, quantity in ((0, 5, 1), (5, 9, 2), (2, 5, 1)):
            row = [listing.pk, adapt(hour(start)), adapt(hour(end)), quantity, adapt(DAY0)]
            cursor.execute(sql, row)
        with pytest.raises(IntegrityError, match="claims_never_exceed_the_capacity"), transaction.atomic():
            cursor.execute(sql, [listing.pk, adapt(hour(4)), adapt(hour(6)), 1, adapt(DAY0)])
    assert peak(listing) == 2


@pytest.mark.django_db
def test_moving_or_growing_a_claim_is_looked_at_too():
    listing = drill(capacity=2)
    first = Claim.objects.create(listing=listing, starts=hour(0), ends=hour(4), quantity=2)
    second = Claim.objects.create(listing=listing, starts=hour(4), ends=hour(8), quantity=1)
    for change in ({"starts": hour(3)}, {"quantity": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=second.pk).update(**change)
    Claim.objects.filter(pk=first.pk).update(quantity=1)
    Claim.objects.filter(pk=second.pk).update(starts=hour(3))
    assert peak(listing) == 2


@pytest.mark.django_db
def test_a_capacity_is_not_lowered_below_what_is_promised():
    listing = drill(capacity=3)
    Claim.objects.create(listing=listing, quantity=2, **days(0, 2))
    for wanted, works in ((1, False), (2, True)):
        listing.capacity = wanted
        with suppress(IntegrityError), transaction.atomic():
            listing.save(update_fields=["capacity"])
        listing.refresh_from_db()
        assert (listing.capacity == wanted) is works


@pytest.mark.django_db
@settings(max_examples=60)
@given(
    capacity=st.integers(1, 4),
    wanted=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(1, 4)), max_size=14),
)
def test_random_claims_are_taken_exactly_when_brute_force_says_so(capacity, wanted):
    listing = drill(capacity=capacity)
    held: list[Taken] = []
    for start, length, quantity in wanted:
        claim = Taken(hour(start), hour(start + length), quantity)
        fits = all(
            sum(c.quantity for c in [*held, claim] if c.starts <= hour(n) < c.ends) <= capacity
            for n in range(start, start + length)
        )
        around = Period(claim.starts, claim.ends)
        assert (Load(held).peak(around) + quantity <= capacity) is fits
        try:
            with transaction.atomic():
                Claim.objects.create(listing=listing, **claim._asdict())
        except IntegrityError:
            assert not fits
        else:
            assert fits
            held.append(claim)


@pytest.mark.django_db
def test_a_hold_that_has_run_out_is_in_nobodys_way_and_cannot_come_back_over_another():
    listing = drill()
    now = timezone.now()
    late = Claim.objects.create(listing=listing, expires=now - timedelta(seconds=1), **days(0, 2))
    claim = claims.take(listing, Period(**days(1, 3)), 1, now=now)
    with pytest.raises(IntegrityError, match=claims.GUARD), transaction.atomic():
        claims.firm(late)
    late.refresh_from_db()
    assert late.expires is not None
    assert claims.sweep(now) == 1 and list(Claim.objects.filter(listing=listing)) == [claim]


def at_once(deeds: list) -> None:
    """Run the deeds in 8 threads, each with a connection of its own, all starting together."""
    queue, start = list(deeds), threading.Barrier(8)
    lock = threading.Lock()

    def work() -> None:
        start.wait()
        try:
            while True:
                with lock:
                    deed = queue.pop() if queue else None
                if deed is None:
                    return
                deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def claiming(listing, start: int, length: int, quantity: int):
    def deed() -> None:
        period = Period(hour(start), hour(start + length))
        with suppress(claims.Taken), claims.kindly(listing), transaction.atomic():
            claims.take(listing, period, quantity, now=timezone.now())

    return deed


@pytest.mark.django_db(transaction=True)
def test_two_hundred_random_claims_at_once_never_exceed_the_capacity():
    chance = random.Random(7)
    copies = [drill(capacity=n) for n in (1, 2, 3, 5)]
    at_once([
        claiming(chance.choice(copies), chance.randrange(60), chance.randrange(1, 12), chance.randrange(1, 3))
        for _ in range(200)
    ])
    for listing in copies:
        assert 0 < peak(listing) <= listing.capacity


def asking(listing, borrower, outcomes: list):
    def deed() -> None:
        try:
            outcomes.append(actions.request(listing.pk, by=borrower, **days(2, 4)))
        except (NotFree, claims.Taken):
            outcomes.append(None)

    return deed


def thirty_by_eight() -> tuple[list, list]:
    owner = member("Bo", of=community_of(drill().owner))
    listings = [room(owner, instant=n % 2 == 0) if n % 3 == 0 else drill(owner, instant=n % 2 == 0) for n in range(30)]
    borrowers = [member(f"Rival {n}") for n in range(8)]
    outcomes: list = []
    at_once([asking(listing, borrower, outcomes) for listing in reversed(listings) for borrower in borrowers])
    return listings, outcomes


@pytest.mark.django_db(transaction=True)
def test_of_eight_identical_requests_at_once_exactly_one_succeeds_thirty_times():
    listings, outcomes = thirty_by_eight()
    assert len(outcomes) == 240
    won = [booking.listing_id for booking in outcomes if booking]
    assert sorted(won) == sorted(listing.pk for listing in listings)
    assert Booking.objects.filter(state=State.ACCEPTED).count() == Booking.objects.filter(state=State.REQUESTED).count()


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_same_race_overbooks(monkeypatch):
    """What the guard is for: the look before the leap is not enough by itself, on either engine."""
    guards.drop()
    slowly, looked = claims.take, threading.Barrier(2)

    def late(*args, **kwargs):
        return slowly(*args, **kwargs)

    def look_together(*args, **kwargs):
        answer = free(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            looked.wait(2)
        return answer

    from bookings import quotes

    free = quotes.is_free
    monkeypatch.setattr(quotes, "is_free", look_together)
    monkeypatch.setattr(claims, "take", late)
    listing, outcomes = drill(), []
    at_once([asking(listing, member(f"Rival {n}"), outcomes) for n in range(2)])
    guards.install()
    assert peak(listing) == 2 > listing.capacity


@pytest.mark.django_db(transaction=True)
def test_with_the_guard_both_may_look_and_one_is_refused(monkeypatch):
    from bookings import quotes

    free, looked = quotes.is_free, threading.Barrier(2)

    def look_together(*args, **kwargs):
        answer = free(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            looked.wait(2)
        return answer

    monkeypatch.setattr(quotes, "is_free", look_together)
    listing, outcomes = drill(), []
    at_once([asking(listing, member(f"Rival {n}"), outcomes) for n in range(2)])
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True]
    assert peak(listing) == 1


@pytest.mark.django_db(transaction=True)
def test_rides_share_a_seat_on_segments_and_never_more_under_a_race():
    listing = drill(capacity=3)
    chance = random.Random(3)
    pairs = [sorted(chance.sample(range(4), 2)) for _ in range(60)]
    at_once([claiming(listing, a, b - a, 1) for a, b in pairs])
    rows = list(Claim.objects.filter(listing=listing).values_list("starts", "ends"))
    for begin, end in pairwise(range(4)):
        assert sum(1 for a, b in rows if a <= hour(begin) and b >= hour(end)) <= 3
