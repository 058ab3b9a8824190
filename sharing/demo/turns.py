"""What happens on the way: somebody first in line, a series, other dates proposed, one that is late, two broken benches."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bookings import actions
from bookings.models import Booking
from sharing.values.period import days

from .settling import Town
from .story import Story

ZONE = "Europe/Berlin"
DAY = timedelta(days=1)


def turns(story: Story, town: Town) -> None:
    """Shortly before now, and before the rules of fair use are set."""
    story.at(story.clock.end - 6 * timedelta(minutes=1), lambda: _tell(story, town))


def _tell(story: Story, town: Town) -> None:
    today = story.clock.day(0, ZONE)
    _line(town, today)
    _series(town, today)
    _other_dates(town, today)
    _late(story, town, today)
    benches = town.listings["benches"]
    span = days(today, today + 15 * DAY, ZoneInfo(ZONE))
    actions.break_down(benches.pk, by=town.members["cleo"], quantity=2, ends=span.ends, note="Two legs are glued.")


def _line(town: Town, today: date) -> None:
    """The ladder is Mia's then, and Ana is the first to have it should it become free; the projector has become so."""
    dates: dict[str, Any] = {"starts": today + 50 * DAY, "ends": today + 51 * DAY}
    cleo = town.members["cleo"]
    booked = _agreed(town, "ladder", "mia", dates)
    declined = actions.request(town.listings["projector"].pk, by=town.members["noor"], **dates)
    for key, names in (("ladder", ("ana", "leyla")), ("projector", ("ana", "kenji"))):
        for name in names:
            actions.join_line(town.listings[key].pk, by=town.members[name], **dates)
    actions.take(declined.pk, "decline", by=cleo, note="The lamp is in the post. Ask again soon!")
    actions.offer_next(town.listings["projector"].pk, booked.created)


def _series(town: Town, today: date) -> None:
    first = today + (45 + (1 - today.weekday()) % 7) * DAY  # a Tuesday
    made = actions.request_series(
        town.listings["sewing"].pk, by=town.members["ana"], starts=first, ends=first, rhythm="fortnightly",
        until=first + 42 * DAY, skip=True, note="For our mending evenings.",
    )
    actions.accept_series(made.pk, by=town.members["leyla"])


def _other_dates(town: Town, today: date) -> None:
    """Bo would like Ana's guitar a little later than agreed."""
    booking = _agreed(town, "guitar", "bo", {"starts": today + 44 * DAY, "ends": today + 45 * DAY})
    actions.change(
        booking.pk, by=town.members["bo"], starts=today + 51 * DAY, ends=today + 52 * DAY,
        note="The party moved by a week.",
    )


def _late(story: Story, town: Town, today: date) -> None:
    """The soldering station should have been back yesterday."""
    jonas, tariq, iron = town.members["jonas"], town.members["tariq"], town.listings["soldering"]
    actions.set_late_fee(iron.pk, 150, 600, by=jonas)
    asked = story.clock.end - 4 * DAY
    booking = actions.request(iron.pk, by=tariq, starts=today - 3 * DAY, ends=today - DAY, now=asked)
    if booking.state == "requested":
        actions.take(booking.pk, "accept", by=jonas, now=asked)
    for who in (jonas, tariq):
        actions.take(booking.pk, "hand_over", by=who, now=booking.starts + 17 * timedelta(hours=1))
    actions.mark_late(booking.pk, story.clock.end - timedelta(minutes=6))


def _agreed(town: Town, key: str, borrower: str, dates: dict) -> Booking:
    listing = town.listings[key]
    booking = actions.request(listing.pk, by=town.members[borrower], **dates)
    if booking.state == "requested":
        actions.take(booking.pk, "accept", by=listing.owner or town.members["cleo"])
    return booking
