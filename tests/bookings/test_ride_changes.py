"""Seats one waits for, and another departure or other stops for a seat one has: never more seats than there are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, tasks, waiting
from bookings.actions import departures
from bookings.actions.requests import NotFree
from bookings.actions.steps import NotNow
from bookings.models import Booking, Change, Claim, WaitEntry
from bookings.states import ChangeState, State, WaitState
from listings.models import Departure, Listing
from messaging.models import Notification
from payments.models import Payment
from sharing.web.refusals import Refusal
from tests.bookings.cast import ride
from tests.bookings.test_api import client as client_of
from tests.factories import days, member

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def car(cast):
    """Bo drives to Karlsruhe with one seat, today in ten days and a day later; Ana has it as far as Offenburg."""
    cast.car = ride(cast.bo, of=cast.home, seats=1)
    cast.first = cast.car.departures.get()
    cast.second = Departure.objects.create(listing=cast.car, leaves=cast.first.leaves + DAY)
    cast.stops = list(cast.car.stops.all())
    cast.mia = member("Mia")
    cast.seat = seat(cast, cast.ana, 0, 1)
    return cast


def seat(cast, who, on: int, off: int, departure=None) -> Booking:
    where = way(cast, on, off, departure)
    return actions.request(cast.car.pk, by=who, **where)


def way(cast, on: int, off: int, departure=None) -> dict:
    return {
        "departure": (departure or cast.first).pk, "board": cast.stops[on].pk, "alight": cast.stops[off].pk,
    }


def wait(cast, who, on: int, off: int, departure=None) -> WaitEntry:
    return actions.join_line(cast.car.pk, by=who, **way(cast, on, off, departure))


def state(entry) -> str:
    return WaitEntry.objects.get(pk=entry.pk).state


# --- in line for a seat ---------------------------------------------------------------------------


def test_one_waits_for_a_part_of_the_way_that_is_full_and_for_no_other(car):
    with pytest.raises(NotNow, match="need not wait"):
        wait(car, car.zoe, 1, 2)
    with pytest.raises(NotNow, match="yourself"):
        wait(car, car.ana, 0, 1)
    with pytest.raises(NotNow, match="need not wait"):
        wait(car, car.zoe, 0, 2, car.second)
    entry = wait(car, car.zoe, 0, 2)
    assert (entry.departure, entry.board, entry.alight) == (car.first, car.stops[0], car.stops[2])
    assert wait(car, car.zoe, 0, 2) == entry
    assert [place.position for place in waiting.of(car.zoe)] == [1]


def test_the_seat_is_offered_to_the_first_for_twelve_hours_then_to_the_next(car, django_capture_on_commit_callbacks):
    zoe, mia = wait(car, car.zoe, 0, 2), wait(car, car.mia, 0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(car.seat.pk, "withdraw", by=car.ana)
    assert (state(zoe), state(mia)) == (WaitState.OFFERED, WaitState.WAITING)
    told = Notification.objects.get(member=car.zoe, kind="booking.offer")
    assert "Freiburg – Karlsruhe" in told.body
    with pytest.raises(NotFree, match="seats"):
        seat(car, car.ana, 0, 1)
    until = WaitEntry.objects.get(pk=zoe.pk).offered_until
    assert timezone.now() + 11 * HOUR < until < timezone.now() + 13 * HOUR
    assert tasks.wait_at(until) == 1
    assert (state(zoe), state(mia)) == (WaitState.PASSED, WaitState.OFFERED)
    booking = actions.take_offer(mia.pk, by=car.mia, now=until)
    assert (booking.departure, booking.board, booking.alight) == (car.first, car.stops[0], car.stops[1])
    assert Claim.objects.count() == 1 and booking.quote["total_minor"] == 420


def test_seats_that_are_kept_for_others_no_more_are_offered_at_once(car, django_capture_on_commit_callbacks):
    kept = actions.take_aboard(car.first.pk, by=car.bo, board=car.stops[1].pk, alight=car.stops[2].pk)
    entry = wait(car, car.zoe, 1, 2)
    with django_capture_on_commit_callbacks(execute=True):
        actions.let_off(kept.pk, by=car.bo)
    assert state(entry) == WaitState.OFFERED


def test_a_place_moves_with_its_departure_and_ends_with_it(car, django_capture_on_commit_callbacks):
    zoe = wait(car, car.zoe, 0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(car.seat.pk, "withdraw", by=car.ana)
    actions.move_departure(car.first.pk, car.first.leaves + 2 * HOUR, by=car.bo)
    zoe.refresh_from_db()
    assert zoe.starts == car.first.leaves + 2 * HOUR == zoe.claim.starts
    assert departures.booked_among([car.first.pk, car.second.pk]) == {car.first.pk}
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel_departure(car.first.pk, by=car.bo)
    assert state(zoe) == WaitState.OVER and not Claim.objects.exists()
    assert "does not run" in Notification.objects.filter(member=car.zoe).latest("pk").title
    with pytest.raises(NotNow):
        actions.take_offer(zoe.pk, by=car.zoe)


def test_who_waits_keeps_the_way_as_it_is(car):
    from listings import promises

    wait(car, car.zoe, 0, 1)
    Booking.objects.all().update(claim=None, state=State.DECLINED)
    assert promises.of(car.car) == ["Somebody waits in line for a seat."]


# --- another departure, other stops ---------------------------------------------------------------


def test_another_departure_is_proposed_agreed_and_takes_the_seat_with_it(car):
    actions.take(car.seat.pk, "accept", by=car.bo)
    row = actions.change(car.seat.pk, by=car.ana, departure=car.second.pk, alight=car.stops[2].pk, note="Missed it")
    assert (row.state, row.departure, row.quote["price_minor"]) == (ChangeState.PROPOSED, car.second, 900)
    line = Notification.objects.get(member=car.bo, kind="booking.change_ask")
    assert "Freiburg – Karlsruhe" in line.title + line.body
    actions.answer_change(row.pk, "agree", by=car.bo)
    booking = Booking.objects.get(pk=car.seat.pk)
    assert (booking.departure, booking.board, booking.alight) == (car.second, car.stops[0], car.stops[2])
    assert booking.starts == car.second.leaves == booking.claim.starts and booking.ends == booking.claim.ends
    assert Payment.objects.get(about=booking.about).price_minor == 900
    assert Claim.objects.count() == 1
    seat(car, car.zoe, 0, 2)  # the seat of the first departure is free again


def test_on_an_instant_ride_the_rider_has_it_at_once_and_loses_nothing_when_it_is_full(car):
    Listing.objects.filter(pk=car.car.pk).update(instant=True)
    mine = seat(car, car.zoe, 1, 2)
    seat(car, car.mia, 0, 2, car.second)
    with pytest.raises(NotFree, match="seats"):
        actions.change(mine.pk, by=car.zoe, departure=car.second.pk)
    mine.refresh_from_db()
    assert (mine.departure, mine.claim.starts) == (car.first, mine.starts)
    with pytest.raises(NotFree, match="seats"):
        actions.change(mine.pk, by=car.zoe, board=car.stops[0].pk)
    Booking.objects.filter(borrower=car.ana).update(state=State.DECLINED)
    Claim.objects.filter(booking__borrower=car.ana).delete()
    assert actions.change(mine.pk, by=car.zoe, board=car.stops[0].pk).state == ChangeState.AGREED
    mine.refresh_from_db()
    assert (mine.board, mine.starts, mine.quote["price_minor"]) == (car.stops[0], car.first.leaves, 900)


def test_a_proposal_for_what_was_moved_or_called_off_meanwhile_is_refused(car):
    actions.take(car.seat.pk, "accept", by=car.bo)
    row = actions.change(car.seat.pk, by=car.ana, departure=car.second.pk)
    actions.move_departure(car.second.pk, car.second.leaves + HOUR, by=car.bo)
    with pytest.raises(NotFree, match="cancelled or moved"):
        actions.answer_change(row.pk, "agree", by=car.bo)
    booking = Booking.objects.get(pk=car.seat.pk)
    assert (booking.departure, booking.claim.starts) == (car.first, car.first.leaves)
    actions.answer_change(row.pk, "withdraw", by=car.ana)
    actions.cancel_departure(car.second.pk, by=car.bo)
    with pytest.raises(NotFree, match="cancelled"):
        actions.change(car.seat.pk, by=car.ana, departure=car.second.pk)


def test_who_takes_a_departure_that_was_moved_before_leaves_by_the_usual_terms(car):
    actions.take(car.seat.pk, "accept", by=car.bo)
    Listing.objects.filter(pk=car.car.pk).update(cancellation="strict")
    actions.move_departure(car.second.pk, car.second.leaves + HOUR, by=car.bo)
    row = actions.change(car.seat.pk, by=car.ana, departure=car.second.pk)
    actions.answer_change(row.pk, "agree", by=car.bo)
    assert not Booking.objects.get(pk=car.seat.pk).is_moved
    actions.move_departure(car.second.pk, car.second.leaves + 2 * HOUR, by=car.bo)
    assert Booking.objects.get(pk=car.seat.pk).is_moved


def test_on_board_one_changes_only_where_one_gets_off(car):
    actions.take(car.seat.pk, "accept", by=car.bo)
    for who in (car.ana, car.bo):
        actions.take(car.seat.pk, "hand_over", by=who)
    row = actions.change(car.seat.pk, by=car.ana, departure=car.second.pk, alight=car.stops[2].pk)
    assert (row.departure, row.alight) == (car.first, car.stops[2])
    with pytest.raises(NotNow, match="proposal already"):
        actions.change(car.seat.pk, by=car.bo, alight=car.stops[2].pk)
    drill = actions.request(car.drill.pk, by=car.ana, **days(2, 4))
    with pytest.raises(Refusal, match="Only rides"):
        actions.preview_change(drill.pk, by=car.ana, board=car.stops[0].pk)


# --- pages and programs ---------------------------------------------------------------------------


def test_the_pages_offer_the_line_and_another_departure(car):
    zoe, ana = Client(), Client()
    zoe.force_login(car.zoe)
    ana.force_login(car.ana)
    chosen = "&".join(f"{name}={value}" for name, value in way(car, 0, 1).items())
    assert "Put me in line" in zoe.get(f"/listings/{car.car.pk}/quote/?{chosen}").content.decode()
    assert "Put me in line" not in ana.get(f"/listings/{car.car.pk}/quote/?{chosen}").content.decode()
    page = zoe.post(f"/listings/{car.car.pk}/wait/", way(car, 0, 1), follow=True).content.decode()
    assert "first in line" in page and "Freiburg – Offenburg" in page
    assert "Another departure" in ana.get(f"/bookings/{car.seat.pk}/").content.decode()
    form = ana.get(f"/bookings/{car.seat.pk}/change/").content.decode()
    assert "Which departure instead?" in form and f'value="{car.second.pk}"' in form
    other = way(car, 0, 2, car.second)
    seen = ana.get(f"/bookings/{car.seat.pk}/change/", other).content.decode()
    assert "Seats are free" in seen and "€9.00" in seen and "Freiburg – Karlsruhe" in seen
    actions.take(car.seat.pk, "accept", by=car.bo)
    ana.post(f"/bookings/{car.seat.pk}/change/", other)
    row = Change.objects.get()
    assert (row.departure, row.alight) == (car.second, car.stops[2])
    bo = Client()
    bo.force_login(car.bo)
    assert "Freiburg – Karlsruhe" in bo.get(f"/bookings/{car.seat.pk}/").content.decode()
    bo.post(f"/bookings/{car.seat.pk}/change/agree/")
    assert Booking.objects.get(pk=car.seat.pk).departure == car.second


def test_programs_wait_for_seats_and_change_departures(car):
    zoe, ana = client_of(car.zoe), client_of(car.ana)
    made = zoe.post("/api/v1/waiting/", {"listing": car.car.pk} | way(car, 0, 2), format="json")
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("departure", "board", "alight")} == way(car, 0, 2)
    asked = {"departure": car.second.pk}
    seen = ana.post(f"/api/v1/bookings/{car.seat.pk}/changes/preview/", asked, format="json").json()
    assert (seen["free"], seen["more_minor"]) == (True, 0)
    row = ana.post(f"/api/v1/bookings/{car.seat.pk}/changes/", asked, format="json")
    assert row.status_code == 201 and row.json()["departure"] == car.second.pk
    assert row.json()["state"] == "agreed"  # only asked for so far, so it is theirs to change
    assert ana.get(f"/api/v1/bookings/{car.seat.pk}/").json()["departure"] == car.second.pk
    assert ana.post(f"/api/v1/bookings/{car.seat.pk}/changes/", {"board": 10**9}, format="json").status_code == 400
