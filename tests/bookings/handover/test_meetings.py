"""When two people meet: proposed within the opening hours by one, picked by the other, told, reminded, in calendars."""

from datetime import datetime, time, timedelta

import icalendar
import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions.steps import NotNow
from bookings.calendars import mine
from bookings.handover import tasks
from bookings.models import Booking, Meeting, Slot
from bookings.tasks import remind_at
from messaging.models import Message, Notification
from sharing.values.period import instant
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, ride, today

pytestmark = pytest.mark.django_db


def agreed(cast, **more) -> Booking:
    booking = actions.request(cast.drill.pk, by=cast.ana, **({"starts": today(6), "ends": today(8)} | more))
    actions.take(booking.pk, "accept", by=cast.bo)
    return Booking.objects.get(pk=booking.pk)


def at(day: int, hour: int) -> datetime:
    return instant(today(day), time(hour), BERLIN)


def test_one_proposes_and_the_other_picks(cast):
    booking = agreed(cast)
    meeting = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 17), at(6, 9)], place="Shed")
    told = Notification.objects.get(kind="booking.propose")
    assert told.member == cast.ana and told.needs_answer and "Bo proposes" in told.title
    assert "09:00 or " in told.title and told.title.count(" or ") == 1
    early, late = meeting.slots.all()
    with pytest.raises(NotNow):
        actions.pick_time(booking.pk, early.pk, by=cast.bo)
    done = actions.pick_time(booking.pk, late.pk, by=cast.ana)
    assert (done.starts, done.place, done.version) == (at(6, 17), "Shed", 1) and not Slot.objects.exists()
    assert "Pick-up agreed" in Message.objects.order_by("-sequence").first().body
    with pytest.raises(NotNow, match="not on offer"):
        actions.pick_time(booking.pk, early.pk, by=cast.ana)


def test_another_time_replaces_what_was_agreed_only_once_it_is_picked(cast):
    booking = agreed(cast)
    first = actions.propose_times(booking.pk, "pickup", by=cast.ana, times=[at(6, 9)])
    actions.pick_time(booking.pk, first.slots.get().pk, by=cast.bo)
    again = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)])
    assert again.starts == at(6, 9)
    assert actions.pick_time(booking.pk, again.slots.get().pk, by=cast.ana).starts == at(6, 12)
    assert Meeting.objects.get().version == 2


def test_both_may_propose_at_once_and_earlier_proposals_of_ones_own_go(cast):
    booking = agreed(cast)
    actions.propose_times(booking.pk, "pickup", by=cast.ana, times=[at(6, 9), at(6, 10)])
    actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 15)])
    actions.propose_times(booking.pk, "pickup", by=cast.ana, times=[at(6, 11)])
    assert list(Slot.objects.values_list("starts", "side")) == [(at(6, 11), "borrower"), (at(6, 15), "lender")]


@pytest.mark.parametrize("phase, when, why", [
    ("pickup", (5, 23), "lies in"), ("pickup", (9, 1), "lies in"), ("return", (5, 9), "lies in"),
    ("return", (9, 1), "lies in"), ("pickup", (-1, 9), "passed"),
])
def test_only_times_that_belong_to_the_booking(cast, phase, when, why):
    with pytest.raises(Refusal, match=why) as refused:
        actions.propose_times(agreed(cast).pk, phase, by=cast.ana, times=[at(*when)])
    assert refused.value.field == "times"


def test_only_within_the_opening_hours(cast):
    booking = agreed(cast)
    actions.set_weekly(cast.drill.pk, [(day, time(16), time(19)) for day in range(7)], by=cast.bo)
    with pytest.raises(Refusal, match="closed"):
        actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 17), at(6, 12)])
    assert not Slot.objects.exists()
    actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 16), at(6, 18)])
    actions.propose_times(booking.pk, "return", by=cast.bo, times=[at(8, 19)])  # back in the minute it closes
    with pytest.raises(Refusal, match="closed"):
        actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 19)])


def test_strangers_and_rides_make_no_appointments(cast):
    booking = agreed(cast)
    slot = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)]).slots.get()
    for stranger in (cast.zoe, cast.cleo):
        with pytest.raises(Booking.DoesNotExist):
            actions.propose_times(booking.pk, "pickup", by=stranger, times=[at(6, 12)])
        with pytest.raises(Booking.DoesNotExist):
            actions.pick_time(booking.pk, slot.pk, by=stranger)
    along = actions.request(ride(cast.bo, of=cast.home, instant=True).pk, by=cast.ana)
    with pytest.raises(NotNow):
        actions.propose_times(along.pk, "pickup", by=cast.ana, times=[along.starts])
    with pytest.raises(NotNow):  # another booking's slot
        actions.pick_time(along.pk, slot.pk, by=cast.ana)


def test_once_it_has_changed_hands_only_the_return_is_left(cast):
    booking = agreed(cast)
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=who)
    with pytest.raises(NotNow):
        actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)])
    actions.propose_times(booking.pk, "return", by=cast.bo, times=[at(8, 12)])


def test_both_are_reminded_once_an_hour_before(cast):
    booking = agreed(cast)
    slot = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)]).slots.get()
    actions.pick_time(booking.pk, slot.pk, by=cast.ana)

    def reminded() -> int:
        return Notification.objects.filter(kind="booking.soon").count()

    tasks.remind_at(at(6, 10))
    assert reminded() == 0
    for minutes in (5, 10, 50):
        tasks.remind_at(at(6, 11) + timedelta(minutes=minutes))
    assert reminded() == 2 and "Pick-up soon" in Notification.objects.filter(kind="booking.soon").first().title
    tasks.remind_at(at(7, 9))
    assert reminded() == 2


def test_a_day_of_downtime_reminds_of_nothing_that_is_over(cast):
    booking = agreed(cast)
    slot = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)]).slots.get()
    actions.pick_time(booking.pk, slot.pk, by=cast.ana)
    assert tasks.remind_at(at(6, 13)) == 0


def test_it_stands_in_both_calendars_and_goes_with_the_booking(cast):
    booking = agreed(cast)
    slot = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 12)], place="Shed").slots.get()
    actions.pick_time(booking.pk, slot.pk, by=cast.ana)

    def meeting_of(member):
        found = icalendar.Calendar.from_ical(mine.of_member(member, "https://s.example")).walk("VEVENT")
        return next(event for event in found if event["UID"].startswith("meeting-"))

    for member in (cast.ana, cast.bo):
        event = meeting_of(member)
        assert event["DTSTART"].dt == at(6, 12) and event["LOCATION"] == "Shed"
        assert "Pick-up" in event["SUMMARY"] and event["SEQUENCE"] == 1
    actions.take(booking.pk, "cancel", by=cast.ana)
    assert meeting_of(cast.ana)["STATUS"] == "CANCELLED"
    assert timezone.now() < at(6, 12)


@pytest.mark.parametrize("place", ["Shed", ""])
def test_the_day_before_one_hears_when_and_where_they_meet(cast, place):
    booking = agreed(cast)
    meeting = actions.propose_times(booking.pk, "pickup", by=cast.bo, times=[at(6, 17)], place=place)
    assert remind_at(at(5, 18)) == 1
    told = Notification.objects.get(kind="booking.remind_pickup", member=cast.ana)
    assert "You meet" not in told.body  # nobody has picked a time yet
    Notification.objects.all().delete()
    actions.pick_time(booking.pk, meeting.slots.get().pk, by=cast.ana)
    assert remind_at(at(5, 20)) == 1
    told = Notification.objects.get(kind="booking.remind_pickup", member=cast.ana)
    assert "You meet" in told.body and told.body.strip().endswith(f": {place}" if place else ".")
