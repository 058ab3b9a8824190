"""Our calendars at secret addresses: what they say, what they hide, and that they come back as the same instants."""

import logging
import re
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings import actions
from bookings.calendars import addresses, busy, mine
from bookings.calendars.ical import Event, calendar
from bookings.calendars.parse import busy_times
from bookings.calendars.reading import _moment
from bookings.calendars.spans import of_period, period_of
from bookings.models import Booking, CalendarAddress, Claim
from bookings.states import ClaimKind
from listings import actions as listings
from listings.models import Listing, RoomFacts
from listings.states import Kind, Unit
from sharing.values.period import Period
from tests.bookings.cast import drill, ride, room, today
from tests.factories import days

pytestmark = pytest.mark.django_db
SITE = "https://share.example"


def events(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def only(body: bytes) -> icalendar.Event:
    (event,) = events(body)
    return event


def agreed(cast, **more) -> Booking:
    booking = actions.request(cast.drill.pk, by=cast.ana, **({"starts": today(6), "ends": today(7)} | more))
    return actions.take(booking.pk, "accept", by=cast.bo)


def path(address: CalendarAddress) -> str:
    return f"/calendars/{addresses.token(address)}.ics"


def test_both_sides_find_it_in_their_own_calendar(cast):
    booking = agreed(cast)
    borrowed, lent = only(mine.of_member(cast.ana, SITE)), only(mine.of_member(cast.bo, SITE))
    assert (
        borrowed["SUMMARY"] == "Hammer drill: You borrow from Bo"
        and lent["SUMMARY"] == "Hammer drill: You lend to Ana"
    )
    assert borrowed["UID"] == lent["UID"] and borrowed["URL"] == f"{SITE}{booking.get_absolute_url()}"
    assert (borrowed["DTSTART"].dt, borrowed["DTEND"].dt) == (today(6), today(8))
    assert events(mine.of_member(cast.zoe, SITE)) == [] and events(mine.of_member(cast.cleo, SITE)) == []


def test_the_place_is_told_once_it_is_agreed(cast):
    cast.drill.address = "12 Elm Street, second bell"
    cast.drill.save()
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(7))
    asked = only(mine.of_member(cast.ana, SITE))
    assert asked["STATUS"] == "TENTATIVE" and "second bell" not in str(asked.get("LOCATION"))
    actions.take(booking.pk, "accept", by=cast.bo)
    assert "second bell" in only(mine.of_member(cast.ana, SITE))["LOCATION"]


def test_each_change_raises_the_sequence_and_cancelling_is_told_for_a_month(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(7))
    seen = [only(mine.of_member(cast.ana, SITE))]
    for step in ("accept", "cancel"):
        actions.take(booking.pk, step, by=cast.bo)
        seen.append(only(mine.of_member(cast.ana, SITE)))
    assert [event["SEQUENCE"] for event in seen] == [1, 2, 3] and len({event["UID"] for event in seen}) == 1
    assert [event["STATUS"] for event in seen] == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert seen[-1]["LAST-MODIFIED"].dt >= seen[0]["LAST-MODIFIED"].dt and seen[-1]["TRANSP"] == "TRANSPARENT"
    gone = events(busy.of_listing(cast.drill))
    assert [event["STATUS"] for event in gone] == ["CANCELLED"]
    Booking.objects.update(moved=timezone.now() - timedelta(days=31))
    assert events(mine.of_member(cast.ana, SITE)) == events(busy.of_listing(cast.drill)) == []


def test_a_ride_comes_with_its_stops_and_their_times(cast):
    car = ride(cast.bo, of=cast.home, instant=True)
    stops = list(car.stops.all())
    booking = actions.request(car.pk, by=cast.ana, board=stops[1], alight=stops[2])
    event = only(mine.of_member(cast.ana, SITE))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (booking.starts, booking.ends)
    assert "Offenburg" in event["DESCRIPTION"] and "Freiburg" not in event["DESCRIPTION"]
    assert re.search(r"\d\d:45 Offenburg", event["DESCRIPTION"]) and event["LOCATION"] == "Offenburg"
    shared = only(busy.of_listing(car))
    assert "Freiburg" in shared["DESCRIPTION"] and "2 seats free" in shared["DESCRIPTION"]


def test_a_shared_calendar_names_nobody(cast):
    cast.drill.address = "12 Elm Street, second bell"
    cast.drill.save()
    agreed(cast, note="For my secret shelf")
    actions.block(cast.drill.pk, Period(**days(3, 5)), by=cast.bo, note="Holiday with Mia")
    body = busy.of_listing(cast.drill).decode()
    for hidden in ("Ana", "Bo", "shelf", "Mia", "second bell", "URL"):
        assert hidden not in body
    assert body.count("SUMMARY:Taken") == 2


def test_of_several_copies_only_what_is_gone_is_busy(cast):
    tents = drill(cast.bo, of=cast.home, capacity=3)
    actions.request(tents.pk, by=cast.ana, starts=today(5), ends=today(8), quantity=2)
    assert events(busy.of_listing(tents)) == []
    actions.request(tents.pk, by=cast.zoe, starts=today(6), ends=today(7), quantity=1)
    full = only(busy.of_listing(tents))
    assert (full["DTSTART"].dt, full["DTEND"].dt) == (today(6), today(8))


def test_a_kit_is_busy_while_a_part_of_it_is_missing(cast):
    kit, tent = (drill(cast.bo, of=cast.home, tile=5) for _n in range(2))
    listings.add_part(kit.pk, tent.pk, by=cast.bo)
    kit.refresh_from_db()
    assert events(busy.of_listing(kit)) == []
    actions.request(tent.pk, by=cast.ana, starts=today(5), ends=today(6))
    missing = only(busy.of_listing(kit))
    assert (missing["DTSTART"].dt, missing["DTEND"].dt, missing["SUMMARY"]) == (today(5), today(7), "Nothing left")


def test_what_a_calendar_said_of_a_part_does_not_come_back_to_it_by_way_of_the_kit(cast):
    kit, tent = (drill(cast.bo, of=cast.home, tile=5) for _n in range(2))
    listings.add_part(kit.pk, tent.pk, by=cast.bo)
    kit.refresh_from_db()
    Claim.objects.create(listing=tent, kind=ClaimKind.IMPORT, **days(5, 7))
    assert events(busy.of_listing(kit)) == []


# --- the address ---------------------------------------------------------------------------------------


def test_the_address_opens_the_calendar_to_whoever_has_it_and_to_nothing_else(cast):
    agreed(cast)
    address = actions.open_calendar(by=cast.ana)
    answer = Client().get(path(address))
    assert answer.status_code == 200 and b"Hammer drill" in answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex" and "Set-Cookie" not in answer
    token = addresses.token(address)
    wrong = [
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token[:32],
        token[:32] * 2,
        "0" * 64,
        token.upper(),
        "x",
    ]
    for other in wrong:
        assert Client().get(f"/calendars/{other}.ics").status_code == 404


def test_unchanged_it_is_not_sent_again(cast):
    booking = agreed(cast)
    at = path(actions.open_calendar(by=cast.ana))
    first = Client().get(at)
    assert Client().get(at, headers={"If-None-Match": first["ETag"]}).status_code == 304
    actions.take(booking.pk, "cancel", by=cast.ana)
    assert Client().get(at, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_changed_or_closed_the_old_address_opens_nothing(cast):
    old = path(actions.open_calendar(by=cast.ana))
    assert path(actions.open_calendar(by=cast.ana)) == old
    new = path(actions.open_calendar(by=cast.ana, renew=True))
    assert Client().get(old).status_code == 404 and Client().get(new).status_code == 200
    actions.close_calendar(by=cast.ana)
    actions.close_calendar(by=cast.ana)
    assert Client().get(new).status_code == 404


def test_no_log_ever_holds_a_whole_address(cast, caplog):
    caplog.set_level(logging.DEBUG)
    good = path(actions.open_calendar(by=cast.ana))
    actions.close_calendar(by=cast.ana)
    for at in (good, path(actions.open_calendar(by=cast.ana))):
        Client().get(at)
        assert at.removesuffix(".ics").rsplit("/", 1)[1] not in "".join(
            record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
        )


def test_it_closes_with_the_account_and_with_the_listing(cast):
    own, shared = actions.open_calendar(by=cast.ana), actions.open_calendar(by=cast.bo, listing_id=cast.drill.pk)
    Listing.objects.filter(pk=cast.drill.pk).update(state="archived")
    type(cast.ana).objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert [Client().get(path(row)).status_code for row in (own, shared)] == [404, 404]


def test_when_it_was_read_last_is_noted_by_the_hour(cast, django_assert_max_num_queries):
    address = actions.open_calendar(by=cast.ana)
    for n in range(5):
        booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(10 + n), ends=today(10 + n))
        actions.take(booking.pk, "accept", by=cast.bo)
    Client().get(path(address))
    address.refresh_from_db()
    assert address.read is not None
    with django_assert_max_num_queries(5):
        assert len(events(Client().get(path(address)).content)) == 5


def test_one_booking_can_be_put_into_a_calendar_by_hand(cast):
    booking = agreed(cast)
    client = Client()
    client.force_login(cast.ana)
    answer = client.get(f"/bookings/{booking.pk}/calendar.ics")
    assert answer["Content-Disposition"] == 'attachment; filename="hammer-drill.ics"' and only(answer.content)
    client.force_login(cast.zoe)
    assert client.get(f"/bookings/{booking.pk}/calendar.ics").status_code == 404


# --- there and back ------------------------------------------------------------------------------------

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
]
CHANGES = [
    date(2027, 3, 28),
    date(2027, 10, 31),
    date(2027, 3, 14),
    date(2027, 11, 7),
    date(2027, 4, 4),
    date(2027, 10, 3),
]
near_a_change = st.builds(
    lambda day, offset: day + timedelta(days=offset), st.sampled_from(CHANGES), st.integers(-2, 2)
)


def back(starts, ends, listing) -> Period:
    """Through a file and another program's parser, and back into a period of the listing."""
    body = calendar(
        "x", [Event("a", starts, ends, "Taken, kept; \\ and\nlong " * 9, datetime(2027, 1, 1, tzinfo=UTC))]
    )
    ((_key, first, last),) = busy_times(body, starts="2026-06-01T00:00:00+00:00", ends="2028-12-01T00:00:00+00:00")[
        "times"
    ]
    return period_of(listing, _moment(first), _moment(last))


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    day=near_a_change,
    minutes=st.integers(0, 1439),
    length=st.integers(1, 4000),
    unit=st.sampled_from([Unit.HOUR, Unit.DAY, Unit.SEAT]),
    whole=st.integers(0, 4),
)
def test_what_we_tell_comes_back_as_the_same_instants(zone, day, minutes, length, unit, whole):
    from zoneinfo import ZoneInfo

    from sharing.values.period import days as local_days

    listing = Listing(kind=Kind.RIDE if unit == Unit.SEAT else Kind.TOOL, price_unit=unit, time_zone=zone)
    starts = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
    period = Period(starts, starts + timedelta(minutes=length))
    if whole:
        period = local_days(day, day + timedelta(days=whole), ZoneInfo(zone))
    assert back(*of_period(listing, period), listing) == period


@settings(max_examples=40)
@given(
    zone=st.sampled_from(ZONES),
    day=near_a_change,
    nights=st.integers(1, 9),
    arrive=st.times(),
    leave=st.times(),
)
def test_nights_come_back_as_the_same_instants(zone, day, nights, arrive, leave):
    listing = Listing(kind=Kind.ROOM, price_unit=Unit.NIGHT, time_zone=zone)
    listing.room = RoomFacts(
        check_in=arrive.replace(second=0, microsecond=0), check_out=leave.replace(second=0, microsecond=0)
    )
    try:
        period = period_of(listing, day, day + timedelta(days=nights))
    except ValueError:  # a night of no length, over the hour that is not there
        return
    starts, ends = of_period(listing, period)
    assert not isinstance(starts, datetime) or period_of(listing, day, day + timedelta(days=nights)) == period
    assert back(starts, ends, listing) == period


@settings(max_examples=60)
@given(text=st.text(max_size=200))
def test_any_text_survives_the_way(text):
    body = calendar("x", [Event("a", date(2027, 1, 1), date(2027, 1, 2), text, datetime(2027, 1, 1, tzinfo=UTC))])
    assert all(len(line) <= 75 for line in body.split(b"\r\n")) and len(events(body)) == 1
    plain = "".join(char for char in text.replace("\r\n", "\n").replace("\r", "\n") if char >= " " or char == "\n")
    assert str(only(body)["SUMMARY"]) == plain


def test_a_night_is_whole_days_in_the_feed(cast):
    attic = room(cast.bo, of=cast.home, instant=True, check_in=time(16), check_out=time(10))
    actions.request(attic.pk, by=cast.ana, starts=today(6), ends=today(8))
    assert (only(busy.of_listing(attic))["DTSTART"].dt, only(busy.of_listing(attic))["DTEND"].dt) == (
        today(6),
        today(8),
    )


def test_a_hundred_bookings_take_the_same_statements(cast, django_assert_max_num_queries):
    for n in range(3):
        agreed(cast, starts=today(10 + n), ends=today(10 + n))
    with django_assert_max_num_queries(4):
        mine.of_member(cast.bo, SITE)
    with django_assert_max_num_queries(2):
        busy.of_listing(cast.drill)
