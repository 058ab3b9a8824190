"""A commute that runs every week: days that differ, the way back, riders on several parts of one morning."""

from datetime import date, time, timedelta
from typing import Any

from bookings import actions
from listings import actions as listing_actions
from listings.models import Departure, Listing

from .settling import Town
from .story import Story

ZONE = "Europe/Berlin"
MONDAY_TO_THURSDAY = (0, 1, 2, 3)
HOME = {
    "title": "Home from Basel at ten past five",
    "description": "Monday to Thursday after work, from behind the Badischer Bahnhof. Talk is welcome on the way home; "
    "the radio as well.",
}


def commute(story: Story, town: Town) -> None:
    """Shortly before now: the single Mondays of the past become a plan."""
    story.at(story.clock.end - timedelta(minutes=2), lambda: _plan(story, town))


def _plan(story: Story, town: Town) -> None:
    ride, fatou = town.listings["basel"], town.members["fatou"]
    monday = _next_monday(story.clock.day(0, ZONE))
    differs = [(monday + timedelta(days=9), None), (monday + timedelta(days=10), time(8, 0))]
    planned = listing_actions.set_schedule(
        ride.pk, by=fatou, weekdays=MONDAY_TO_THURSDAY, at=time(6, 15), starts=monday, exceptions=differs
    )
    back = listing_actions.make_return(ride.pk, by=fatou, at=time(17, 10))
    listing_actions.update(back.pk, by=fatou, facts=HOME)
    town.listings["basel_back"] = Listing.objects.select_related("owner", "community").get(pk=back.pk)
    _riders(planned.listing, monday, town)


def _riders(ride: Listing, monday: date, town: Town) -> None:
    first, middle, last = ride.stops.all()
    assert ride.owner is not None  # who drives
    tuesday = Departure.objects.get(listing=ride, day=monday + timedelta(days=1))
    for key, board, alight, note in (
        ("ana", first, last, "To a repair course, with a small case."), ("greta", middle, last, ""),
    ):  # fmt: skip
        asked: dict[str, Any] = {"departure": tuesday.pk, "board": board.pk, "alight": alight.pk, "note": note}
        booking = actions.request(ride.pk, by=town.members[key], **asked)
        if booking.state == "requested" and key == "ana":
            actions.take(booking.pk, "accept", by=ride.owner)
    actions.take_aboard(
        tuesday.pk, by=ride.owner, board=first.pk, alight=middle.pk, quantity=1, who="Nina from the office"
    )


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())
