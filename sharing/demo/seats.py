"""A full car: what driving costs by Elm Street's own figure, and two who wait for a seat on one of its departures."""

from datetime import timedelta
from typing import Any

from bookings import actions
from listings import actions as listings

from .settling import Town
from .story import Story

HOME, RIDE = "elm-street", "strasbourg"
RATE, SOURCE = 3_000, "Two of our drivers kept a log for a year: fuel, tyres, insurance, wear"
ABOARD = (("kenji", "A wheel for a friend's bicycle."), ("rosa", "To the exhibition, and back by train."))
IN_LINE = ("ana", "greta")


def seats(story: Story, town: Town) -> None:
    """The figure a month ago, the rest shortly before now."""
    story.at(story.clock.at(-31, "20:20", "Europe/Berlin"), lambda: _rate(town))
    story.at(story.clock.end - timedelta(minutes=5), lambda: _full(story, town))


def _rate(town: Town) -> None:
    listings.set_rate(town.homes[HOME].pk, by=town.members["cleo"], hundredths=RATE, source=SOURCE)


def _full(story: Story, town: Town) -> None:
    ride = town.listings[RIDE]
    first, *_between, last = ride.stops.all()
    departure = ride.departures.filter(leaves__gt=story.clock.end + timedelta(days=3)).first()
    if departure is None:
        return
    way: dict[str, Any] = {"departure": departure.pk, "board": first.pk, "alight": last.pk}
    for key, note in ABOARD:
        booking = actions.request(ride.pk, by=town.members[key], note=note, **way)
        if booking.state == "requested":
            actions.take(booking.pk, "accept", by=town.members["pavel"])
    for key in IN_LINE:
        actions.join_line(ride.pk, by=town.members[key], **way)
