"""At the doors of the demo: what is looked at, a reading, an hour to meet, and calendars that know of each other."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from bookings import actions
from bookings.calendars import sync
from bookings.calendars.fetch import Fetched, NotFetched
from bookings.handover import appointments, plan
from bookings.models import Booking
from bookings.states import FeedFault, HandoverPhase, State
from listings.models import Listing
from sharing.values.period import instant

from .settling import Town
from .story import Story

PLANS: dict[str, dict] = {
    "drill": {"pickup": ["Drill", "Two batteries", "Charger", "Box of bits"],
              "back": ["Drill", "Two batteries, charged", "Charger", "Box of bits", "Dusted off"]},
    "washer": {"pickup": ["Lance", "Patio brush", "Hose runs"], "back": ["Lance", "Patio brush", "Hose is dry"],
               "meter": "h"},
    "cargo": {"pickup": ["Both brakes", "Lock and key", "Rain cover"], "back": ["Lock and key", "Box is swept"],
              "meter": "km"},
    "h_bike": {"pickup": ["Lights", "Lock and key"], "back": ["Lights", "Lock and key"], "meter": "mi"},
}  # fmt: skip
READINGS = {"washer": ("41.5", "43.0"), "cargo": ("1204.0", "1231.5"), "h_bike": ("512.0", "520.5")}
MEET = "ladder"  # Ana fetches it tomorrow
ELSEWHERE = "quiet_room"  # Bo offers it on another site too, which does not answer at the moment
ADDRESS = "https://rooms.example/calendars/quiet-room.ics"


def doors(story: Story, town: Town) -> None:
    """After everything is put up: lists and feeds; at the end the hour to meet."""
    zone = "Europe/Berlin"
    story.at(story.clock.at(-118, "20:00", zone), partial(_plans, town))
    story.at(story.clock.end - timedelta(hours=5), partial(_follow, story, town))
    story.at(story.clock.end - timedelta(hours=4), partial(_silence, story, town))
    story.at(story.clock.end - timedelta(hours=2), partial(_meet, story, town))
    story.at(story.clock.end - timedelta(hours=1), partial(_open, town))


def given(key: str, booking: Booking, step: str) -> dict:
    """What is ticked and read at a handover of a thing that has a list of its own."""
    phase = {"hand_over": HandoverPhase.PICKUP, "return": HandoverPhase.RETURN}.get(step)
    if phase is None or key not in PLANS:
        return {}
    listing = Listing.objects.select_related("handover_plan").get(pk=booking.listing_id)
    if plan.of(listing) is None:
        return {}
    ticked = plan.items(listing, phase)
    if key == "drill" and phase == HandoverPhase.RETURN:
        ticked = ticked[:-1]  # nobody dusts off a drill
    reading = READINGS.get(key, ())[phase == HandoverPhase.RETURN :][:1]
    return {"checklist": ticked} | ({"meter": Decimal(reading[0])} if reading else {})


def _plans(town: Town) -> None:
    for key, facts in PLANS.items():
        if key not in town.listings:
            continue
        listing = town.listings[key]
        by = listing.owner or town.steward_of(listing.community.slug)
        actions.set_handover_plan(listing.pk, by=by, **facts)


def _follow(story: Story, town: Town) -> None:
    room = town.listings[ELSEWHERE]
    first = story.clock.day(24, room.time_zone)
    stay = f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\nDTEND;VALUE=DATE:{first + timedelta(days=3):%Y%m%d}"
    file = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:stay-1@rooms.example\r\n{stay}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    feed = actions.add_feed(room.pk, by=town.members["bo"], url=ADDRESS, name="Rooms by the Rhine")
    sync.look(feed.pk, now=story.clock.now, fetching=lambda *_args, **_marks: Fetched(file.encode()))


def _silence(story: Story, town: Town) -> None:
    def unreachable(*_args: object, **_marks: object) -> Fetched:
        raise NotFetched(FeedFault.UNREACHABLE)

    for feed in town.listings[ELSEWHERE].feeds.all():
        sync.look(feed.pk, now=story.clock.now, fetching=unreachable)


def _meet(story: Story, town: Town) -> None:
    """One side names two hours of tomorrow, the other takes the first."""
    listing, ana = town.listings[MEET], town.members["ana"]
    booking = Booking.objects.for_cards().filter(listing=listing, borrower=ana, state=State.ACCEPTED).first()
    if booking is None:
        return
    times = _open_hours(story, booking)
    if not times:
        return
    meeting = actions.propose_times(
        booking.pk, HandoverPhase.PICKUP, by=town.members["cleo"], times=times, place="The shed behind the house",
        now=story.clock.now,
    )
    actions.pick_time(booking.pk, meeting.slots.all()[0].pk, by=ana, now=story.clock.now)


def _open_hours(story: Story, booking: Booking) -> list[datetime]:
    zone = ZoneInfo(booking.listing.time_zone)
    tomorrow = story.clock.day(1, booking.listing.time_zone)
    hours = [instant(tomorrow, time(hour, 30), zone) for hour in (17, 18, 10, 11)]
    return [at for at in hours if not appointments.may_be(booking, HandoverPhase.PICKUP, at, story.clock.now)][:2]


def _open(town: Town) -> None:
    actions.open_calendar(by=town.members["ana"])
    bo = town.members["bo"]
    actions.open_calendar(by=bo, listing_id=town.listings[ELSEWHERE].pk)
