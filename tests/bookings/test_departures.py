"""One departure on its own: moved, called off, kept seats; and weekly plans that leave booked departures alone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from bookings import actions, news
from bookings.models import Aboard, Booking, Claim
from bookings.states import State
from listings import actions as listing_actions
from listings.models import Departure, Listing, Schedule
from listings.search import index
from messaging.models import Message
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, community_of, noon, ride, today
from tests.factories import member

pytestmark = pytest.mark.django_db
WEEK = {"weekdays": [0, 1, 2, 3, 4], "at": time(7, 15)}


@pytest.fixture
def way():
    """A ride with three seats, its driver, and two riders of the same street."""
    one = ride(instant=True)
    street = community_of(one.owner)
    return one, one.owner, member("Ana", of=street), member("Cy", of=street)


def refused(deed, *args, **facts) -> Refusal:
    with pytest.raises(Refusal) as caught:
        deed(*args, **facts)
    return caught.value


def book(one, by, first=0, last=2, **facts) -> Booking:
    stops = list(one.stops.all())
    return actions.request(one.pk, by=by, board=stops[first].pk, alight=stops[last].pk, **facts)


# --- one departure -------------------------------------------------------------------------------------


def test_calling_off_tells_every_rider_and_frees_what_was_taken(way):
    one, driver, ana, cy = way
    first, second = book(one, ana), book(one, cy, 1, 2)
    row = one.departures.get()
    assert actions.cancel_departure(row.pk, by=driver, note="The car is broken") == 2
    assert set(Booking.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert not Claim.objects.exists()
    for booking in (first, second):
        last = Message.objects.filter(conversation=booking.conversation).order_by("sequence").last()
        assert "The car is broken" in last.data["params"]["note"]
    assert refused(book, one, ana, departure=row.pk).code == "cancelled"
    actions.restore_departure(row.pk, by=driver)
    assert set(Booking.objects.values_list("state", flat=True)) == {State.CANCELLED}  # nobody is put back in silence
    assert book(one, ana, departure=row.pk).state == State.ACCEPTED


def test_who_loses_a_seat_hears_which_rides_go_there_too(way):
    one, driver, ana, _cy = way
    other = ride(of=community_of(driver), title="Karlsruhe with Kim")
    index.rewrite(other)
    booking = book(one, ana)
    actions.cancel_departure(one.departures.get().pk, by=driver)
    line = Message.objects.filter(conversation=booking.conversation).order_by("sequence").last()
    (named,) = line.data["params"]["others"]
    way = other.departures.get()
    stops = list(other.stops.all())
    assert named["title"] == other.title
    assert named["url"].endswith(f"?departure={way.pk}&board={stops[0].pk}&alight={stops[2].pk}")
    assert "This ride goes there too:" in news.alternatives(line.data["params"])[0]


def test_another_departure_of_the_same_ride_is_named_and_a_far_one_is_not(way):
    one, driver, ana, _cy = way
    first = one.departures.get()
    later = Departure.objects.create(listing=one, leaves=first.leaves + timedelta(hours=5))
    Departure.objects.create(listing=one, leaves=first.leaves + timedelta(hours=30))
    index.rewrite(one)
    booking = book(one, ana, departure=first.pk)
    actions.cancel_departure(first.pk, by=driver)
    line = Message.objects.filter(conversation=booking.conversation).order_by("sequence").last()
    (named,) = line.data["params"]["others"]
    assert f"departure={later.pk}&" in named["url"]


def test_a_full_departure_moves_with_everybody_in_it(way):
    one, driver, ana, cy = way
    row = one.departures.get()
    bookings = [book(one, ana, 0, 1, quantity=3), book(one, cy, 1, 2, quantity=2)]
    actions.take_aboard(row.pk, by=driver, board=one.stops.all()[1].pk, quantity=1, who="Uncle")
    for by in (timedelta(minutes=20), -timedelta(minutes=50), timedelta(hours=30)):
        before = {pk: (starts, ends) for pk, starts, ends in Claim.objects.values_list("pk", "starts", "ends")}
        row.refresh_from_db()
        assert actions.move_departure(row.pk, row.leaves + by, by=driver) == 2
        after = {pk: (starts, ends) for pk, starts, ends in Claim.objects.values_list("pk", "starts", "ends")}
        assert after == {pk: (starts + by, ends + by) for pk, (starts, ends) in before.items()}
    for booking in bookings:
        booking.refresh_from_db()
        assert (booking.starts, booking.ends) == (booking.claim.starts, booking.claim.ends)
    assert bookings[0].events.filter(step="departure_moved").count() == 3


def test_a_departure_with_riders_does_not_move_to_where_the_car_is_kept(way):
    one, driver, ana, _cy = way
    booking, row = book(one, ana), one.departures.get()
    there = row.leaves + timedelta(days=1)
    actions.block(one.pk, Period(there, there + timedelta(hours=5)), by=driver)
    assert refused(actions.move_departure, row.pk, there, by=driver).code == "taken"
    row.refresh_from_db()
    assert (row.leaves, row.moved) == (there - timedelta(days=1), None)
    assert Booking.objects.get().period == booking.period


def test_who_was_moved_leaves_at_no_cost(way):
    from bookings import money

    one, driver, ana, _cy = way
    Listing.objects.filter(pk=one.pk).update(cancellation="strict")
    booking = book(one, ana)
    row = one.departures.get()
    assert booking.is_moved is False
    actions.move_departure(row.pk, row.leaves + timedelta(hours=3), by=driver)
    moved = Booking.objects.get(pk=booking.pk)
    assert money.rule_for(moved, by_lender=False, now=moved.starts) == money.ALL_BACK


def test_riders_from_elsewhere_take_seats_on_their_part_alone(way):
    one, driver, ana, _cy = way
    row = one.departures.get()
    first, second, last = one.stops.all()
    kept = actions.take_aboard(row.pk, by=driver, board=first.pk, alight=second.pk, quantity=3, who="Three from work")
    assert refused(book, one, ana, 0, 2).code == "taken"
    assert book(one, ana, 1, 2, quantity=3).state == State.ACCEPTED
    assert refused(actions.take_aboard, row.pk, by=driver, board=second.pk, alight=last.pk).code == "taken"
    with pytest.raises(Aboard.DoesNotExist):
        actions.let_off(kept.pk, by=ana)
    actions.let_off(kept.pk, by=driver)
    assert book(one, ana, 0, 1, quantity=3)


def test_a_stranger_finds_no_departure(way):
    one, _driver, ana, _cy = way
    row = one.departures.get()
    for deed in (actions.cancel_departure, actions.restore_departure):
        with pytest.raises(Departure.DoesNotExist):
            deed(row.pk, by=ana)
    with pytest.raises(Departure.DoesNotExist):
        actions.move_departure(row.pk, row.leaves + timedelta(hours=1), by=ana)


def test_nobody_drives_two_cars_at_once(way):
    one, driver, _ana, _cy = way
    other = ride(driver, title="To Offenburg")
    other.departures.all().delete()
    leaves = one.departures.get().leaves
    said = refused(listing_actions.set_departures, other.pk, [leaves + timedelta(minutes=30)], by=driver)
    assert said.field == "departures" and "To Karlsruhe" in str(said)
    listing_actions.set_departures(other.pk, [leaves + timedelta(minutes=90)], by=driver)  # just arrived
    row = other.departures.get()
    assert refused(actions.move_departure, row.pk, leaves + timedelta(minutes=89), by=driver).code == "two_cars"
    assert refused(
        listing_actions.set_departures, other.pk, [row.leaves, row.leaves + timedelta(minutes=20)], by=driver
    ).field == "departures"
    stranger = ride(member("Di", of=community_of(driver)))  # somebody else's car
    listing_actions.set_departures(stranger.pk, [leaves], by=stranger.owner)


def test_a_departure_is_not_taken_out_under_a_rider(way):
    one, driver, ana, _cy = way
    booking = book(one, ana)
    assert refused(listing_actions.set_departures, one.pk, [noon(20)], by=driver).field == "departures"
    actions.take(booking.pk, "cancel", by=ana)
    listing_actions.set_departures(one.pk, [noon(20)], by=driver)
    assert Departure.objects.get(pk=booking.departure_id).cancelled  # on record, and out


# --- weekly plans --------------------------------------------------------------------------------------


def plan(one, by, **facts):
    Listing.objects.filter(pk=one.pk).update(horizon_days=30)
    return listing_actions.set_schedule(one.pk, by=by, **WEEK | facts)


def planned(one) -> dict[date, datetime]:
    return dict(one.departures.filter(cancelled=False, day__isnull=False).values_list("day", "leaves"))


def test_a_plan_makes_one_departure_a_weekday_at_local_time_and_may_be_repeated(way):
    one, driver, _ana, _cy = way
    made = plan(one, driver)
    days = planned(one)
    assert made.made == len(days) > 18 and not made.kept
    assert all(day.weekday() < 5 and leaves.astimezone(BERLIN).time() == time(7, 15) for day, leaves in days.items())
    for _again in range(2):
        assert listing_actions.make_ahead() == 0
    assert listing_actions.make_ahead(timezone.now() + timedelta(days=7)) == 5
    assert planned(one) | days == planned(one)


@pytest.mark.parametrize("now", [datetime(2027, 3, 20, 12, tzinfo=UTC), datetime(2027, 10, 20, 12, tzinfo=UTC)])
def test_the_clock_on_the_wall_stays_over_both_changes(way, now):
    one, driver, _ana, _cy = way
    one.departures.all().delete()
    plan(one, driver, weekdays=[0, 6], at=time(2, 30), now=now)
    for day, leaves in planned(one).items():
        local = leaves.astimezone(ZoneInfo("Europe/Berlin"))
        assert local.date() == day and (local.time() == time(2, 30) or day == date(2027, 3, 28))
    if now.month == 3:  # half past two does not come that night
        assert planned(one)[date(2027, 3, 28)].astimezone(BERLIN).time() == time(3, 30)


def test_days_that_differ_are_left_out_or_at_another_time(way):
    one, driver, _ana, _cy = way
    monday = today(8) - timedelta(days=today(8).weekday()) + timedelta(days=7)
    plan(one, driver, exceptions=[(monday, None), (monday + timedelta(days=1), time(9)),
                                  (monday + timedelta(days=5), time(10))])  # fmt: skip
    days = planned(one)
    assert monday not in days
    assert [days[monday + timedelta(days=n)].astimezone(BERLIN).time() for n in (1, 2, 5)] == [
        time(9), time(7, 15), time(10)
    ]  # fmt: skip
    assert days[monday + timedelta(days=1)].astimezone(BERLIN).date() == monday + timedelta(days=1)


def test_booked_departures_and_those_changed_alone_stay_when_the_plan_changes(way):
    one, driver, ana, _cy = way
    one.departures.all().delete()
    plan(one, driver)
    rows = list(one.departures.order_by("leaves"))
    booking = book(one, ana, departure=rows[3].pk)
    actions.move_departure(rows[5].pk, rows[5].leaves + timedelta(hours=2), by=driver)
    actions.cancel_departure(rows[6].pk, by=driver)
    changed = plan(one, driver, at=time(8))
    assert [row.pk for row in changed.kept] == [rows[3].pk, rows[5].pk]
    assert "2 departures stay as they are" in changed.sentence
    days = planned(one)
    assert days[rows[3].day] == rows[3].leaves == booking.starts
    assert days[rows[5].day] == rows[5].leaves + timedelta(hours=2)
    assert rows[6].day not in days
    others = {day: leaves for day, leaves in days.items() if day not in (rows[3].day, rows[5].day)}
    assert {leaves.astimezone(BERLIN).time() for leaves in others.values()} == {time(8)}
    assert listing_actions.make_ahead() == 0
    ended = listing_actions.end_schedule(one.pk, by=driver)
    assert {row.pk for row in ended.kept} == {rows[3].pk, rows[5].pk}
    assert not Schedule.objects.exists()


def test_a_plan_that_needs_a_second_car_is_refused_and_made_ahead_without_that_day(way):
    one, driver, _ana, _cy = way
    leaves = one.departures.get().leaves.astimezone(BERLIN)
    other = ride(driver, title="To work")
    other.departures.all().delete()
    clash = {"weekdays": [leaves.weekday()], "at": leaves.time()}
    assert refused(plan, other, driver, **clash).field == "at"
    later = {"weekdays": list(range(7)), "at": (leaves - timedelta(hours=3)).time()}
    Listing.objects.filter(pk=other.pk).update(horizon_days=5)
    listing_actions.set_schedule(other.pk, by=driver, **later)
    listing_actions.set_departures(one.pk, [*one.departures.values_list("leaves", flat=True),
                                            *[leaves + timedelta(days=1, hours=-2)]], by=driver)  # fmt: skip
    Listing.objects.filter(pk=other.pk).update(horizon_days=20)
    listing_actions.make_ahead()
    missing = leaves.date() + timedelta(days=1)
    assert missing not in planned(other) and missing + timedelta(days=1) in planned(other)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"weekdays": []}, "weekdays"), ({"weekdays": [7]}, "weekdays"),
     ({"until": date(2020, 1, 1)}, "until"),
     ({"exceptions": [(date(2027, 1, 1) + timedelta(days=n), None) for n in range(121)]}, "exceptions")],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused(way, facts, field):
    one, driver, _ana, _cy = way
    assert refused(plan, one, driver, **facts).field == field
