"""Many programs ask over HTTP at once, each on a connection of its own: one gets it, and nobody an error page."""

import pytest
from rest_framework.test import APIClient

from bookings import actions
from bookings.models import Booking, Claim
from listings.models import Listing
from tests.bookings.cast import drill, ride
from tests.bookings.test_capacity import at_once, peak
from tests.factories import days, member

pytestmark = pytest.mark.django_db(transaction=True)
WORDED = (200, 201, 400, 409, 422)


def said(what: dict) -> dict:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in what.items()}


def together(*asked) -> list[tuple[int, dict]]:
    """(who, path, body, key) each in a thread of its own; status and body of each answer."""
    answers: list[tuple[int, dict]] = []

    def ask(who, path: str, body: dict, key: str = "") -> None:
        api = APIClient(raise_request_exception=False)
        api.force_authenticate(who)
        more = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        answer = api.post(f"/api/v1/{path}", said(body), format="json", **more)
        answers.append((answer.status_code, answer.json()))

    at_once([lambda each=each: ask(*each) for each in asked])
    assert len(answers) == len(asked) and all(status in WORDED for status, _body in answers), answers
    return answers


def won(answers: list[tuple[int, dict]]) -> int:
    return sum(status in (200, 201) for status, _body in answers)


@pytest.mark.parametrize(("copies", "instant"), [(1, True), (1, False), (3, True)])
def test_of_eight_who_ask_for_the_same_days_as_many_get_them_as_there_are_copies(cast, copies, instant):
    listing = drill(cast.bo, of=cast.home, capacity=copies, instant=instant)
    crowd = [member(f"M{n}", of=cast.home) for n in range(8)]
    body = {"listing": listing.pk, "quantity": 1, **days(2, 4)}
    assert won(together(*[(who, "bookings/", body) for who in crowd])) == copies
    assert peak(listing) == copies == Booking.objects.filter(listing=listing).count()


def test_the_last_seat_goes_once_on_each_part_of_the_way(cast):
    car = ride(cast.bo, of=cast.home, seats=1, instant=True)
    first, middle, last = car.stops.order_by("position")
    departure = car.departures.get().pk
    parts = [(first, middle), (middle, last), (first, last)] * 3
    crowd = [member(f"M{n}", of=cast.home) for n in range(9)]
    asked = [
        (who, "bookings/", {"listing": car.pk, "departure": departure, "board": a.pk, "alight": b.pk, "quantity": 1})
        for who, (a, b) in zip(crowd, parts, strict=True)
    ]
    answers = together(*asked)
    got = sorted((row.board_id, row.alight_id) for row in Booking.objects.filter(listing=car))
    assert got in ([(first.pk, last.pk)], [(first.pk, middle.pk), (middle.pk, last.pk)])
    assert won(answers) == len(got) and peak(car) == 1


def test_one_key_sent_at_once_books_once_and_tells_everybody_the_same(cast):
    listing = drill(cast.bo, of=cast.home, capacity=8, instant=True)
    body = {"listing": listing.pk, "quantity": 1, **days(2, 4)}
    answers = together(*[(cast.ana, "bookings/", body, "the-same-key")] * 6)
    assert Booking.objects.filter(listing=listing).count() == 1
    assert {body["id"] for status, body in answers if status == 201} == {Booking.objects.get(listing=listing).pk}


@pytest.mark.parametrize("second", ["cancel", "withdraw"])
def test_accepted_and_called_off_at_once_it_stands_in_one_state_and_holds_as_that_says(cast, second):
    row = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    together(*[(cast.bo, f"bookings/{row.pk}/accept/", {}), (cast.ana, f"bookings/{row.pk}/{second}/", {})] * 3)
    row = Booking.objects.get(pk=row.pk)
    assert (row.claim_id is not None) == (row.state == "accepted")
    assert Claim.objects.filter(listing=cast.drill).count() == (row.state == "accepted")


def test_called_off_and_handed_over_at_once_it_is_one_of_them(cast):
    row = actions.request(cast.drill.pk, by=cast.ana, **days(0, 3))
    actions.take(row.pk, "accept", by=cast.bo)
    steps = [(cast.bo, "hand_over"), (cast.ana, "hand_over"), (cast.bo, "cancel")] * 2
    together(*[(who, f"bookings/{row.pk}/{step}/", {}) for who, step in steps])
    row = Booking.objects.get(pk=row.pk)
    assert row.state in ("handed_over", "cancelled")
    assert Claim.objects.filter(listing=cast.drill).count() == (row.state == "handed_over")


def test_fewer_copies_and_a_yes_at_once_promise_nothing_twice(cast):
    listing = drill(cast.bo, of=cast.home, capacity=2, instant=True)
    crowd = [member(f"M{n}", of=cast.home) for n in range(4)]

    def fewer() -> None:
        api = APIClient(raise_request_exception=False)
        api.force_authenticate(cast.bo)
        assert api.patch(f"/api/v1/listings/{listing.pk}/", {"capacity": 1}, format="json").status_code < 500

    def ask(who) -> None:
        api = APIClient(raise_request_exception=False)
        api.force_authenticate(who)
        body = {"listing": listing.pk, "quantity": 1, **said(days(2, 4))}
        assert api.post("/api/v1/bookings/", body, format="json").status_code in WORDED

    at_once([fewer, *[lambda who=who: ask(who) for who in crowd]])
    assert peak(listing) <= Listing.objects.get(pk=listing.pk).capacity
