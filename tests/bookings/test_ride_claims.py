"""Seats by segment: ten thousand random bookings against a plain count, and races for the last seat."""

import random
import threading
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookings import actions, claims
from bookings.actions.requests import NotFree
from bookings.models import Booking, Claim
from listings.models import Departure, Stop
from sharing.db import guards
from sharing.values.period import Period
from tests.bookings.cast import community_of, noon, ride
from tests.factories import member

WAY = [0, 15, 40, 55, 90, 120]


def long_ride(seats: int, departures: int):
    one = ride(seats=seats, price_minor=0, terms="gift", instant=True)
    one.departures.all().delete()
    one.stops.all().delete()
    stops = [
        Stop.objects.create(listing=one, position=n, place=f"Stop {n}", lat=48 + n / 20, lon=7.8, minutes=minutes)
        for n, minutes in enumerate(WAY)
    ]
    rows = Departure.objects.bulk_create(
        Departure(listing=one, leaves=noon(5) + timedelta(hours=3 * n)) for n in range(departures)
    )
    return one, stops, rows


class Car:
    """The model: how many sit in it on each segment of each departure."""

    def __init__(self, seats: int) -> None:
        self.seats, self.taken = seats, {}

    def take(self, departure: int, first: int, last: int, quantity: int) -> bool:
        rows = self.taken.setdefault(departure, [0] * (len(WAY) - 1))
        if any(rows[n] + quantity > self.seats for n in range(first, last)):
            return False
        for n in range(first, last):
            rows[n] += quantity
        return True

    def give(self, departure: int, first: int, last: int, quantity: int) -> None:
        for n in range(first, last):
            self.taken[departure][n] -= quantity


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_random_bookings_go_as_a_plain_count_says(seed):
    """A thousand each, some let go again, through the claims' own door; every answer is the model's."""
    dice = random.Random(seed)
    one, _stops, rows = long_ride(seats := dice.randrange(1, 6), 40)
    car, held, refused, now = Car(seats), [], 0, timezone.now()
    with transaction.atomic():
        for _n in range(1000):
            number, first = dice.randrange(len(rows)), dice.randrange(len(WAY) - 1)
            last, quantity = dice.randrange(first + 1, len(WAY)), dice.randrange(1, 3)
            leaves = rows[number].leaves
            period = Period(leaves + timedelta(minutes=WAY[first]), leaves + timedelta(minutes=WAY[last]))
            fits = car.take(number, first, last, quantity)
            try:
                with claims.kindly(one), transaction.atomic():
                    claim = claims.take(one, period, quantity, now=now)
            except claims.Taken:
                assert not fits, (number, first, last, quantity)
                refused += 1
            else:
                assert fits, (number, first, last, quantity)
                held.append((claim, number, first, last, quantity))
            if held and dice.random() < 0.3:
                claim, *part = held.pop(dice.randrange(len(held)))
                Claim.objects.filter(pk=claim.pk)._raw_delete("default")
                car.give(*part)
    assert refused > 100 and len(held) > 20


@pytest.mark.django_db
def test_requests_are_answered_as_the_plain_count_says():
    """The same through the whole action, with its quote and its words."""
    dice = random.Random(1)
    one, stops, rows = long_ride(2, 3)
    car, refused = Car(2), 0
    riders = [member(f"Rider {n}", of=community_of(one.owner)) for n in range(8)]
    for n in range(60):
        number, first = dice.randrange(3), dice.randrange(len(WAY) - 1)
        last, quantity = dice.randrange(first + 1, len(WAY)), dice.randrange(1, 3)
        asked = {"departure": rows[number].pk, "board": stops[first].pk, "alight": stops[last].pk}
        fits = car.take(number, first, last, quantity)
        try:
            booking = actions.request(one.pk, by=riders[n % 8], quantity=quantity, **asked)
        except (NotFree, claims.Taken) as refusal:
            assert not fits and refusal.code in ("taken", "yours"), refusal
            refused += 1
        else:
            assert fits and (booking.board_id, booking.alight_id) == (stops[first].pk, stops[last].pk)
    assert refused > 10


def race(deeds: list) -> None:
    start = threading.Barrier(len(deeds))

    def run(deed) -> None:
        try:
            start.wait()
            deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def asking(one, rider, departure, board, alight):
    def deed() -> None:
        with suppress(NotFree, claims.Taken):
            actions.request(one.pk, by=rider, departure=departure.pk, board=board.pk, alight=alight.pk)

    return deed


def six_for_one_seat():
    """Six riders want overlapping parts; all pass the middle, so one of them gets the only seat there."""
    one, stops, (row,) = long_ride(1, 1)
    riders = [member(f"Rival {n}", of=community_of(one.owner)) for n in range(6)]
    parts = [(0, 3), (1, 3), (2, 3), (0, 5), (2, 4), (2, 5)]
    race([asking(one, rider, row, stops[a], stops[b]) for rider, (a, b) in zip(riders, parts, strict=True)])
    return one


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_of_a_segment_goes_to_one():
    one = six_for_one_seat()
    assert Booking.objects.filter(listing=one).count() == Claim.objects.filter(listing=one).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_same_race_seats_several(monkeypatch):
    """What the guard is for: with it gone, and a moment between look and claim, several get the one seat."""
    from bookings.actions import requests

    guards.drop()
    looked, write = threading.Barrier(6), requests._write_down

    def together(*args, **kwargs):
        with suppress(threading.BrokenBarrierError):
            looked.wait(5)
        return write(*args, **kwargs)

    monkeypatch.setattr(requests, "_write_down", together)
    try:
        one = six_for_one_seat()
        assert Claim.objects.filter(listing=one).count() > 1
    finally:
        guards.install()


@pytest.mark.django_db(transaction=True)
def test_nobody_boards_a_departure_that_is_called_off_at_that_moment():
    for _round in range(4):
        one, stops, (row,) = long_ride(2, 1)
        rider = member("Ana", of=community_of(one.owner))
        race([asking(one, rider, row, stops[0], stops[5]),
              partial(actions.cancel_departure, row.pk, by=one.owner)])  # fmt: skip
        assert Departure.objects.get(pk=row.pk).cancelled
        assert not Claim.objects.filter(listing=one).exists()
        assert not Booking.objects.filter(listing=one).exclude(state="cancelled").exists()
