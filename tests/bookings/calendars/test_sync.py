"""Taking over: what is busy elsewhere is taken here, once, and our own promises stand."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import actions, availability
from bookings.calendars import busy, sync, tasks
from bookings.calendars.fetch import Fetched, NotFetched
from bookings.models import Booking, CalendarFeed, Claim, ImportedBusy
from bookings.states import ClaimKind, FeedFault
from listings.models import Listing
from messaging.models import Notification
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, noon, room, steward_of, today

from .remote import event, file

pytestmark = pytest.mark.django_db


def stamp(moment: datetime) -> str:
    return f":{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def taken(uid: str, starts: datetime, ends: datetime, more: str = "") -> str:
    return event(uid, stamp(starts), stamp(ends), more)


def follow(listing, *, name: str = "Other site") -> CalendarFeed:
    return actions.add_feed(
        listing.pk, by=listing.owner, url=f"https://a.example/{name.replace(' ', '-')}.ics", name=name
    )


def look(feed: CalendarFeed, *events: str, now=None, etag: str = "", body: bytes | None = None) -> CalendarFeed:
    """Read the feed, which now says this."""
    sent = file(*events) if body is None else body
    sync.look(feed.pk, now=now, fetching=lambda url, etag, modified: Fetched(sent, etag))
    return CalendarFeed.objects.get(pk=feed.pk)


def imported(listing) -> list[tuple]:
    rows = Claim.objects.filter(listing=listing, kind=ClaimKind.IMPORT).order_by("starts")
    return list(rows.values_list("starts", "ends", "quantity"))


def test_busy_times_are_taken_for_all_of_it_and_nobody_can_book_them(cast):
    tent = drill(cast.bo, of=cast.home, capacity=3)
    feed = look(follow(tent), taken("a", noon(5), noon(7)))
    assert imported(tent) == [(noon(5), noon(7), 3)] and (feed.busy, feed.fault) == (1, "")
    assert not availability.is_free(tent, Period(noon(6), noon(8)), 1).free
    with pytest.raises(Refusal):
        actions.request(tent.pk, by=cast.ana, starts=today(6), ends=today(6))


def test_read_again_nothing_is_written_twice_and_what_is_gone_is_free(cast, django_assert_max_num_queries):
    feed = follow(cast.drill)
    look(feed, taken("a", noon(5), noon(7)), taken("b", noon(9), noon(10)))
    before = set(Claim.objects.values_list("pk", flat=True)), set(ImportedBusy.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(16):
        look(feed, taken("a", noon(5), noon(7)), taken("b", noon(9), noon(10)))
    assert (
        set(Claim.objects.values_list("pk", flat=True)),
        set(ImportedBusy.objects.values_list("pk", flat=True)),
    ) == before
    look(feed, taken("b", noon(9), noon(11)))
    assert imported(cast.drill) == [(noon(9), noon(11), 1)] and ImportedBusy.objects.count() == 1


def test_the_same_event_twice_in_a_file_is_one(cast):
    feed = look(follow(cast.drill), taken("a", noon(5), noon(7)), taken("a", noon(5), noon(7)))
    assert ImportedBusy.objects.count() == 1 and feed.busy == 1


def test_two_calendars_that_say_the_same_are_no_clash(cast):
    look(follow(cast.drill), taken("a", noon(5), noon(7)))
    look(follow(cast.drill, name="Second"), taken("z", noon(6), noon(9)))
    assert imported(cast.drill) == [(noon(5), noon(7), 1), (noon(7), noon(9), 1)]
    assert sync.clashes(cast.drill, timezone.now()) == [] and not Notification.objects.filter(kind="calendar.clash")


def test_a_booking_stands_and_the_owner_is_told_once(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(6))
    feed = follow(cast.drill)
    for _again in range(3):
        look(feed, taken("a", noon(5), noon(8)))
    booking.refresh_from_db()
    held = Claim.objects.get(pk=booking.claim_id)
    assert imported(cast.drill) == [(noon(5), held.starts, 1), (held.ends, noon(8), 1)]
    assert [(row.starts, found) for row, found in sync.clashes(cast.drill, timezone.now())] == [(noon(5), booking)]
    told = Notification.objects.get(kind="calendar.clash")
    assert told.member == cast.bo and "Ana" in told.body and told.url == f"/listings/{cast.drill.pk}/calendars/"

    actions.take(booking.pk, "withdraw", by=cast.ana)
    look(feed, taken("a", noon(5), noon(8)))  # nothing has changed there, but here it has
    assert imported(cast.drill) == [(noon(5), noon(8), 1)] and sync.clashes(cast.drill, timezone.now()) == []


def test_what_is_left_of_several_is_taken(cast):
    tent = drill(cast.bo, of=cast.home, capacity=3)
    actions.request(tent.pk, by=cast.ana, starts=today(6), ends=today(6), quantity=2)
    look(follow(tent), taken("a", noon(5), noon(8)))
    assert [quantity for *_span, quantity in imported(tent)] == [3, 1, 3]


def test_a_capacity_may_be_lowered_under_what_another_calendar_fills(cast):
    tent = drill(cast.bo, of=cast.home, capacity=3)
    feed = look(follow(tent), taken("a", noon(5), noon(7)))
    Listing.objects.filter(pk=tent.pk).update(capacity=2)
    look(feed, taken("a", noon(5), noon(7)))
    assert imported(tent) == [(noon(5), noon(7), 2)]


def test_whole_days_mean_nights_in_a_room_and_floating_times_its_own_clock(cast):
    attic = room(cast.bo, of=cast.home, time_zone="Asia/Kathmandu")
    first, last = today(5), today(7)
    look(follow(attic), event("a", f";VALUE=DATE:{first:%Y%m%d}", f";VALUE=DATE:{last:%Y%m%d}"))
    assert imported(attic) == [
        (
            datetime(first.year, first.month, first.day, 9, 15, tzinfo=UTC),
            datetime(last.year, last.month, last.day, 5, 15, tzinfo=UTC),
            1,
        )
    ]
    look(CalendarFeed.objects.get(), event("b", f":{first:%Y%m%d}T100000", f":{first:%Y%m%d}T120000"))
    assert imported(attic)[0][0] == datetime(first.year, first.month, first.day, 4, 15, tzinfo=UTC)


def test_a_broken_feed_keeps_the_last_good_times_and_tells_once(cast):
    feed = look(follow(cast.drill), taken("a", noon(5), noon(7)))
    good, now = feed.fetched, timezone.now()

    def fail(*_args, **_kwargs):
        raise NotFetched(FeedFault.SLOW)

    pauses = []
    for n in range(1, 8):
        at = now + timedelta(hours=n)
        sync.look(feed.pk, now=at, fetching=fail)
        feed.refresh_from_db()
        pauses.append(feed.due - at)
    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (15, 30, 60, 120)] and max(pauses) == timedelta(
        hours=6
    )
    assert (imported(cast.drill), feed.fault, feed.fetched) == ([(noon(5), noon(7), 1)], FeedFault.SLOW, good)
    assert Notification.objects.filter(kind="calendar.broken", member=cast.bo).count() == 1
    feed = look(feed, taken("a", noon(5), noon(7)))
    assert (feed.fault, feed.failures) == ("", 0)


def test_a_feed_that_never_worked_says_so_at_once(cast):
    feed = look(follow(cast.drill), body=b"<html>")
    assert feed.fault == FeedFault.NOT_A_CALENDAR
    assert "not a calendar" in Notification.objects.get(kind="calendar.broken").body


def test_marks_are_sent_while_they_can_spare_work_and_once_a_day_it_is_worked_out_anew(cast):
    feed, asked = follow(cast.drill), []
    body = file(taken("a", noon(5), noon(7)))

    def fetching(url, etag, modified):
        asked.append(etag)
        return Fetched(None if etag else body, '"one"')

    now = timezone.now().replace(hour=9)
    for at in (now, now + timedelta(hours=1), now + timedelta(days=1)):
        sync.look(feed.pk, now=at, fetching=fetching)
    assert asked == ["", '"one"', ""] and len(imported(cast.drill)) == 1


def test_the_clock_gives_each_feed_to_the_workers_once_a_quarter(cast, monkeypatch):
    feed, read = follow(cast.drill), []
    monkeypatch.setattr(sync, "look", read.append)
    now = timezone.now()
    assert tasks.look_at(now) == 1 and tasks.look_at(now + timedelta(minutes=1)) == 0
    assert tasks.look_at(now + timedelta(minutes=16)) == 1 and read == [feed.pk, feed.pk]
    actions.look_now(feed.pk, by=cast.bo)
    assert tasks.look_at(now + timedelta(minutes=17)) == 1


def test_a_request_makes_it_look_again_within_a_minute_and_says_when_it_did(cast, client, monkeypatch):
    feed = look(follow(cast.drill), taken("a", noon(20), noon(21)))
    read = []
    monkeypatch.setattr(sync, "look", read.append)
    now = timezone.now()
    assert tasks.look_at(now) == 0
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(6), now=now)
    assert tasks.look_at(now + timedelta(seconds=30)) == 1 and read == [feed.pk]
    CalendarFeed.objects.update(checked=now + timedelta(seconds=31))
    assert tasks.look_at(now + timedelta(minutes=1)) == 0
    client.force_login(cast.bo)
    assert "Your other calendars were last read" in client.get(booking.get_absolute_url()).content.decode()
    client.force_login(cast.ana)
    assert "Your other calendars" not in client.get(booking.get_absolute_url()).content.decode()


def test_owners_take_turns_so_that_many_calendars_of_one_keep_nobody_waiting(cast, monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 4)
    read, now = [], timezone.now()
    monkeypatch.setattr(sync, "look", read.append)
    other, commons = drill(of=cast.home, title="Other"), drill(of=cast.home, commons=True, title="Commons")
    saw = drill(cast.bo, of=cast.home, title="Saw")
    many = [follow(listing, name=f"Site {n}") for n in range(3) for listing in (cast.drill, saw)]
    steward = steward_of(cast.home)
    late = [
        follow(other),
        actions.add_feed(commons.pk, by=steward, url="https://a.example/commons.ics"),
        actions.add_feed(commons.pk, by=steward, url="https://a.example/more.ics"),
    ]
    for n, feed in enumerate([*many, *late]):  # the one owner's have all been due for longer
        CalendarFeed.objects.filter(pk=feed.pk).update(due=now - timedelta(minutes=60 - n))
    assert tasks.look_at(now) == 4
    assert read == [many[0].pk, late[0].pk, late[1].pk, many[1].pk]
    tasks.look_at(now + timedelta(minutes=1))
    tasks.look_at(now + timedelta(minutes=2))
    assert sorted(read) == sorted(feed.pk for feed in [*many, *late])


def test_the_archive_is_not_read(cast):
    follow(cast.drill)
    Listing.objects.filter(pk=cast.drill.pk).update(state="archived")
    assert tasks.look_at(timezone.now() + timedelta(hours=1)) == 0


def test_what_a_calendar_told_us_is_never_told_back_to_it(cast):
    one, other = follow(cast.drill), follow(cast.drill, name="Second")
    look(one, taken("a", noon(5), noon(7)))
    look(other, taken("z", noon(9), noon(10)))
    actions.block(cast.drill.pk, Period(noon(20), noon(21)), by=cast.bo)

    def told(**facts) -> list[str]:
        text = busy.of_listing(cast.drill, **facts).decode()
        return [line[8:] for line in text.split("\r\n") if line.startswith("DTSTART")]

    assert told() == [f"{noon(20):%Y%m%dT%H%M%SZ}"]
    assert told(to=one) == [f"{noon(n):%Y%m%dT%H%M%SZ}" for n in (9, 20)]
    assert told(to=other) == [f"{noon(n):%Y%m%dT%H%M%SZ}" for n in (5, 20)]
    assert b"X-COMMONSHARE-SOURCE:Second" in busy.of_listing(cast.drill, to=one)


def test_our_own_events_that_come_back_are_left_out(cast, settings):
    settings.PUBLIC_URL = "https://share.example"
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(6))
    assert f"UID:booking-{booking.pk}@share.example" in busy.of_listing(cast.drill).decode()
    look(follow(cast.drill), body=busy.of_listing(cast.drill))
    assert ImportedBusy.objects.count() == 0


def test_a_feed_that_is_dropped_frees_its_times(cast):
    feed = look(follow(cast.drill), taken("a", noon(5), noon(7)))
    for stranger in (cast.ana, cast.cleo, cast.zoe):
        with pytest.raises(CalendarFeed.DoesNotExist):
            actions.drop_feed(feed.pk, by=stranger)
    actions.drop_feed(feed.pk, by=cast.bo)
    assert not Claim.objects.exists() and not ImportedBusy.objects.exists()
    assert sync.look(feed.pk) is None


def test_an_imported_claim_cannot_be_opened_by_hand(cast):
    look(follow(cast.drill), taken("a", noon(5), noon(7)))
    with pytest.raises(Claim.DoesNotExist):
        actions.unblock(Claim.objects.get().pk, by=cast.bo)


def test_each_calendar_once_and_only_for_ones_own(cast):
    follow(cast.drill)
    with pytest.raises(Refusal, match="already"):
        follow(cast.drill)
    for bad in ("file:///etc/passwd", "http://a.example:22/", "calendar"):
        with pytest.raises(Refusal) as refused:
            actions.add_feed(cast.drill.pk, by=cast.bo, url=bad)
        assert refused.value.field == "url"
    with pytest.raises(Listing.DoesNotExist):
        actions.add_feed(cast.drill.pk, by=cast.ana, url="https://a.example/")


def test_a_hundred_days_of_a_full_calendar_take_the_same_statements(cast, django_assert_max_num_queries):
    feed = follow(cast.drill)
    events = [taken(str(n), noon(2) + timedelta(days=n), noon(2) + timedelta(days=n, hours=3)) for n in range(100)]
    with django_assert_max_num_queries(16):
        look(feed, *events)
    assert len(imported(cast.drill)) == 100


@pytest.mark.django_db(transaction=True)
def test_a_booking_and_a_look_at_the_same_moment_never_take_it_twice():
    from tests.factories import community, member

    home = community()
    bo, ana = member("Bo", of=home), member("Ana", of=home)
    bike = drill(bo, of=home, instant=True)
    feed = follow(bike)
    start, faults = threading.Barrier(2), []

    def run(deed) -> None:
        start.wait(10)
        try:
            deed()
        except Refusal:
            pass
        except Exception as error:  # whatever it is, the test shall see it
            faults.append(error)
        finally:
            connection.close()

    body = file(taken("a", noon(5), noon(8)))
    for n in range(4):
        deeds = (
            lambda: sync.look(feed.pk, fetching=lambda *_a, **_k: Fetched(body)),
            lambda: actions.request(bike.pk, by=ana, starts=today(6), ends=today(6)),
        )
        threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        booked = Booking.objects.exclude(claim=None).count()
        assert faults == [] and booked in (0, 1)
        assert bool(sync.clashes(bike, timezone.now())) == bool(booked)
        for booking in Booking.objects.exclude(claim=None):
            actions.take(booking.pk, "cancel", by=bo)
        sync.look(feed.pk, fetching=lambda *_a, **_k: Fetched(file()))
        assert not Claim.objects.exists(), n
