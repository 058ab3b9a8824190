"""Late, early, called off: what is told, what it costs, what is free again, and what one is shown before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, lateness, money, parties, signals, tasks
from bookings.actions import late
from bookings.actions.steps import NotNow
from bookings.models import Booking, BookingEvent, Claim, LateFee
from bookings.states import BORROWER, State
from listings.models import Listing
from listings.states import Unit
from messaging.models import Notification
from payments.models import Payment
from sharing.web.refusals import Refusal
from tests.bookings.test_api import client as client_of
from tests.bookings.test_changes import pay
from tests.bookings.test_steps import ask, reach
from tests.factories import days

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bring_back(booking, cast, now) -> None:
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "return", by=who, now=now)


def test_late_is_said_once_a_day_and_the_next_is_warned_once(cast):
    booking = reach(cast, State.HANDED_OVER)
    following = actions.request(cast.drill.pk, by=cast.zoe, **days(4, 6))
    actions.take(following.pk, "accept", by=cast.bo)
    assert tasks.late_at(booking.ends + timedelta(minutes=59)) == 0
    late = booking.ends + timedelta(hours=2)
    assert [tasks.late_at(now) for now in (late, late, late + timedelta(hours=20), late + DAY)] == [1, 0, 0, 1]
    for who in (cast.ana, cast.bo):
        assert Notification.objects.filter(member=who, kind="booking.late").count() == 2
    assert Notification.objects.filter(member=cast.ana, kind="booking.late", needs_answer=True).count() == 2
    assert Notification.objects.filter(member=cast.zoe, kind="booking.late_next").count() == 1
    assert tasks.late_at(late + 30 * DAY) == 0  # enough has been said


def test_those_told_already_keep_nobody_from_being_told(cast, monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    Listing.objects.filter(pk=cast.drill.pk).update(capacity=3)
    late = [reach(cast, State.HANDED_OVER).ends for _ in range(3)][-1] + timedelta(hours=2)
    assert [tasks.late_at(now) for now in (late, late, late + DAY)] == [3, 0, 3]


def test_what_is_late_and_wanted_by_nobody_stays_taken(cast):
    booking = reach(cast, State.HANDED_OVER)
    tasks.late_at(booking.ends + timedelta(hours=2))
    with pytest.raises(Refusal, match="taken"):
        actions.request(cast.drill.pk, by=cast.zoe, **days(4, 5))
    bring_back(booking, cast, booking.ends + timedelta(hours=5))
    actions.request(cast.drill.pk, by=cast.zoe, **days(5, 6))


def test_what_is_not_back_stays_taken_for_as_long_as_it_is_away(cast):
    booking = reach(cast, State.HANDED_OVER)
    tasks.late_at(booking.ends - timedelta(minutes=5))
    assert Claim.objects.get().ends == booking.ends + timedelta(hours=2)  # they may be on their way
    for away in range(31):
        tasks.late_at(booking.ends + away * DAY + timedelta(hours=2))
    for first in (34, 35, 40):  # the longer it is away, the farther nobody counts on it
        with pytest.raises(Refusal, match="taken"):
            actions.request(cast.drill.pk, by=cast.zoe, **days(first, first + 1))
    actions.request(cast.drill.pk, by=cast.zoe, **days(60, 61))
    bring_back(booking, cast, booking.ends + 31 * DAY)
    actions.request(cast.drill.pk, by=cast.zoe, **days(40, 41))


def test_a_room_that_nobody_said_they_left_is_held_a_day_ahead_and_not_for_ever(cast):
    booking = reach(cast, State.HANDED_OVER)
    Listing.objects.update(kind="room", instant=True)
    for away in range(12):
        tasks.late_at(booking.ends + away * DAY + 2 * HOUR)
        if away == 6:
            with pytest.raises(Refusal, match="taken"):
                actions.request(cast.drill.pk, by=cast.zoe, **days(10, 11))
            actions.request(cast.drill.pk, by=cast.zoe, **days(12, 13))
    actions.request(cast.drill.pk, by=cast.zoe, **days(15, 16))


def test_a_dispute_over_what_is_not_back_holds_it_until_that_is_settled(cast):
    booking = reach(cast, State.HANDED_OVER)
    actions.take(booking.pk, "dispute", by=cast.bo, note="It is lost.", now=booking.ends)
    for away in range(12):
        tasks.late_at(booking.ends + away * DAY)
    with pytest.raises(Refusal, match="taken"):
        actions.request(cast.drill.pk, by=cast.zoe, **days(15, 16))
    actions.take(booking.pk, "resolve", by=cast.cleo, kept_minor=2000, now=booking.ends + 11 * DAY)
    actions.request(cast.drill.pk, by=cast.zoe, **days(16, 17))


def test_the_next_is_warned_in_time_overlapped_by_nothing_and_may_go_at_no_cost(cast, monkeypatch):
    Listing.objects.update(cancellation="strict", cancel_hours=72)
    following = actions.request(cast.drill.pk, by=cast.zoe, **days(9, 11))
    actions.take(following.pk, "accept", by=cast.bo)
    booking = reach(cast, State.HANDED_OVER)
    monkeypatch.setattr(late.alternatives, "of", lambda *_args, **_given: [{"title": "[Other drill]", "url": "/x/"}])
    for away in range(4):
        tasks.late_at(booking.ends + away * DAY + timedelta(hours=2))
    now = booking.ends + 3 * DAY + timedelta(hours=2)  # the start is nearer than it is away
    told = Notification.objects.get(member=cast.zoe, kind="booking.late_next")
    assert "late with it" in told.title and "at no cost" in told.title and "[Other drill]" in told.body
    assert Claim.objects.get(booking=booking).ends == following.starts
    following = Booking.objects.get(pk=following.pk)
    assert parties.may(following, "cancel", BORROWER, now=now + DAY)
    assert money.rule_for(following, by_lender=False, now=now + DAY) == money.ALL_BACK
    for away in range(4, 12):
        tasks.late_at(booking.ends + away * DAY + timedelta(hours=2))
    claims = sorted(Claim.objects.values_list("starts", "ends"))  # behind the next it is held on
    assert claims[0] == (following.starts, following.ends) and claims[1][0] == following.ends
    with pytest.raises(Refusal, match="taken"):
        actions.request(cast.drill.pk, by=cast.cleo, **days(16, 17))
    bring_back(booking, cast, booking.ends + 12 * DAY)
    following = Booking.objects.get(pk=following.pk)
    assert not parties.may(following, "cancel", BORROWER, now=now + DAY)
    assert money.rule_for(following, by_lender=False, now=now + DAY) == money.NOTHING_BACK


def test_of_several_copies_only_those_are_warned_for_whom_none_is_left(cast):
    booking = reach(cast, State.HANDED_OVER)
    Listing.objects.update(capacity=2, instant=True)
    for who, span in [(cast.zoe, (6, 7)), (cast.cleo, (7, 8)), (cast.zoe, (7, 8))]:
        actions.request(cast.drill.pk, by=who, **days(*span))
    tasks.late_at(booking.ends + 2 * DAY - HOUR)
    warned = Notification.objects.filter(kind="booking.late_next", member__in=[cast.zoe, cast.cleo])
    assert set(warned.values_list("url", flat=True)) == {
        row.get_absolute_url() for row in Booking.objects.filter(starts=days(7, 8)["starts"])
    }


def test_what_the_lender_has_back_is_late_no_more_whatever_the_borrower_says(cast):
    booking = reach(cast, State.HANDED_OVER)
    actions.take(booking.pk, "return", by=cast.bo, now=booking.ends)
    assert tasks.late_at(booking.ends + 2 * DAY) == 0
    actions.request(cast.drill.pk, by=cast.zoe, **days(4, 5))


def test_a_time_that_becomes_free_goes_to_nobody_while_the_thing_is_out(cast, django_capture_on_commit_callbacks):
    booking, now = reach(cast, State.HANDED_OVER), timezone.now()
    following = actions.request(cast.drill.pk, by=cast.cleo, starts=now + HOUR, ends=now + DAY)
    entry = actions.join_line(cast.drill.pk, by=cast.zoe, starts=now + 5 * HOUR, ends=now + 10 * HOUR)
    gone = {"starts": now - 5 * DAY, "ends": now - 2 * HOUR}
    Booking.objects.filter(pk=booking.pk).update(**gone)
    Claim.objects.filter(booking=booking).update(**gone)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(following.pk, "withdraw", by=cast.cleo)
    entry.refresh_from_db()
    assert entry.state == "waiting"
    assert Claim.objects.get().ends > now + 20 * HOUR


@pytest.mark.parametrize(("unit", "hours", "minor"), [
    (Unit.DAY, 0.9, 0), (Unit.DAY, 1.5, 200), (Unit.DAY, 30, 400), (Unit.DAY, 24 * 9, 500), (Unit.HOUR, 1.5, 400),
])
def test_the_fee_counts_started_units_after_an_hour_up_to_its_cap(cast, unit, hours, minor):
    Listing.objects.update(time_zone="UTC")
    actions.set_late_fee(cast.drill.pk, 200, 500, by=cast.bo)
    booking = reach(cast, State.HANDED_OVER)
    Listing.objects.update(price_unit=unit)
    booking = Booking.objects.get(pk=booking.pk)
    assert lateness.fee_minor(booking, booking.ends + timedelta(hours=hours)) == minor


def test_coming_back_late_makes_a_payment_that_the_lender_may_forgive(cast):
    actions.set_late_fee(cast.drill.pk, 200, 500, by=cast.bo)
    booking = reach(cast, State.HANDED_OVER)
    pay(booking, cast)
    bring_back(booking, cast, booking.ends + timedelta(hours=3))
    fee = Payment.objects.get(about=f"booking:{booking.pk}+1")
    assert (fee.price_minor, fee.fee_minor, fee.state) == (200, 0, "due")
    assert tasks.close_at(booking.ends + 5 * DAY) == 0  # it is owed
    with pytest.raises(NotNow):
        actions.waive_late_fee(booking.pk, by=cast.ana)
    bo = Client()
    bo.force_login(cast.bo)
    assert "Forgive it" in bo.get(booking.get_absolute_url()).content.decode()
    bo.post(f"/bookings/{booking.pk}/late-fee/waiver/")
    assert Payment.objects.get(pk=fee.pk).state == "cancelled"
    assert tasks.close_at(booking.ends + 5 * DAY) == 1


def test_a_late_confirmation_makes_nobody_late(cast):
    actions.set_late_fee(cast.drill.pk, 200, 500, by=cast.bo)
    booking = reach(cast, State.HANDED_OVER)
    actions.take(booking.pk, "return", by=cast.ana, now=booking.ends)
    actions.take(booking.pk, "return", by=cast.bo, now=booking.ends + 3 * DAY)
    assert not Payment.objects.filter(about__contains="+").exists()


def test_what_was_agreed_about_being_late_and_cancelling_stays_agreed(cast):
    actions.set_late_fee(cast.drill.pk, 200, 500, by=cast.bo)
    Listing.objects.filter(pk=cast.drill.pk).update(cancellation="flexible")
    booking = reach(cast, State.ACCEPTED)
    actions.set_late_fee(cast.drill.pk, 10**9, 10**9, by=cast.bo)
    Listing.objects.filter(pk=cast.drill.pk).update(cancellation="strict")
    booking = Booking.objects.get(pk=booking.pk)
    late = booking.ends + timedelta(hours=3)
    assert lateness.fee_minor(booking, late) == 200
    assert money.rule_for(booking, by_lender=False, now=timezone.now()).price_bp == 10_000
    row = actions.change(booking.pk, by=cast.ana, **days(6, 9))
    actions.answer_change(row.pk, "agree", by=cast.bo)
    booking = Booking.objects.get(pk=booking.pk)
    assert lateness.fee_minor(booking, booking.ends + timedelta(hours=3)) == 200
    assert booking.cancellation == "flexible"
    Booking.objects.update(quote={key: value for key, value in booking.quote.items() if key != "late_fee"})
    old = Booking.objects.get(pk=booking.pk)  # from before it was kept: today's rule
    assert lateness.fee_minor(old, old.ends + timedelta(hours=3)) == 10**9


@pytest.mark.parametrize("given", [(-1, 5), (5, 4), (10**12, 10**12)])
def test_a_late_fee_makes_sense(cast, given):
    with pytest.raises(Refusal):
        actions.set_late_fee(cast.drill.pk, *given, by=cast.bo)
    with pytest.raises(Listing.DoesNotExist):
        actions.set_late_fee(cast.drill.pk, 1, 2, by=cast.ana)


def test_the_owner_sets_the_late_fee_on_the_page(cast):
    bo = Client()
    bo.force_login(cast.bo)
    url = f"/listings/{cast.drill.pk}/late-fee/"
    assert bo.post(url, {"minor": "2", "most_minor": "1"}).status_code == 422
    bo.post(url, {"minor": "2", "most_minor": ""})
    assert LateFee.objects.values_list("minor", "most_minor").get() == (200, 2000)
    bo.post(url, {"minor": "", "most_minor": ""})
    assert not LateFee.objects.exists()


def test_early_frees_the_rest_and_tells(cast, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, listing_id, period, **_):
        heard.append((listing_id, period.ends))

    signals.period_freed.connect(hear)
    booking = reach(cast, State.HANDED_OVER)
    with django_capture_on_commit_callbacks(execute=True):
        bring_back(booking, cast, booking.starts + timedelta(hours=5))
    assert (cast.drill.pk, booking.ends) in heard
    actions.request(cast.drill.pk, by=cast.zoe, **days(3, 4))


@pytest.mark.parametrize("way", ["decline", "cancel", "expire"])
def test_every_way_a_time_becomes_free_is_told(cast, django_capture_on_commit_callbacks, way):
    heard = []

    def hear(sender, listing_id, period, **_):
        heard.append(period)

    signals.period_freed.connect(hear)
    booking = reach(cast, State.ACCEPTED) if way == "cancel" else ask(cast)
    with django_capture_on_commit_callbacks(execute=True):
        by, now = (None, booking.expires) if way == "expire" else (cast.bo, booking.created)
        actions.take(booking.pk, way, by=by, now=now)
    assert heard == [booking.period]


def test_a_borrower_cancels_with_the_listings_notice_and_the_lender_always(cast):
    Listing.objects.update(cancel_hours=48)
    booking = reach(cast, State.ACCEPTED)
    too_late = booking.starts - timedelta(hours=47)
    with pytest.raises(NotNow, match="by yourself until"):
        actions.take(booking.pk, "cancel", by=cast.ana, now=too_late)
    actions.take(booking.pk, "cancel", by=cast.bo, now=too_late)


def test_the_notice_is_the_one_that_stood_when_it_was_asked_for(cast):
    booking = reach(cast, State.ACCEPTED)
    Listing.objects.update(cancel_hours=48)
    actions.take(booking.pk, "cancel", by=cast.ana, now=booking.starts - timedelta(hours=20))


@pytest.mark.parametrize(("who", "gives"), [("ana", 630), ("bo", 0)])
def test_what_goes_back_when_nobody_came_is_shown_to_programs_and_then_given(cast, who, gives):
    booking, member = reach(cast, State.ACCEPTED), getattr(cast, who)
    pay(booking, cast)
    url = f"/api/v1/bookings/{booking.pk}/cancellation/?step=no_show"
    early = client_of(member).get(url).json()
    assert not early["possible"] and "begin" in early["reason"]
    Booking.objects.filter(pk=booking.pk).update(starts=timezone.now() - timedelta(minutes=5))
    shown = client_of(member).get(url).json()
    assert (shown["possible"], shown["paid"], shown["total_minor"]) == (True, True, gives)
    actions.take(booking.pk, "no_show", by=member)
    payment = Payment.objects.get()
    assert payment.refunded_price_minor + payment.refunded_fee_minor == gives
    assert client_of(cast.zoe).get(url).status_code == 404
    assert client_of(member).get(url.replace("no_show", "accept")).status_code == 400


def test_the_refund_is_shown_before_one_cancels(cast):
    Listing.objects.update(cancellation="strict")
    booking = reach(cast, State.ACCEPTED)
    pay(booking, cast)
    shown = client_of(cast.ana).get(f"/api/v1/bookings/{booking.pk}/cancellation/").json()
    assert (shown["possible"], shown["price_minor"], shown["fee_minor"], shown["total_minor"]) == (True, 300, 15, 315)
    assert client_of(cast.bo).get(f"/api/v1/bookings/{booking.pk}/cancellation/").json()["total_minor"] == 630
    ana = Client()
    ana.force_login(cast.ana)
    assert "€3.15 goes back" in ana.get(f"/bookings/{booking.pk}/cancel/").content.decode()
    assert client_of(cast.zoe).get(f"/api/v1/bookings/{booking.pk}/cancellation/").status_code == 404
    actions.take(booking.pk, "cancel", by=cast.ana)
    payment = Payment.objects.get()
    assert (payment.refunded_price_minor, payment.refunded_fee_minor) == (300, 15)


def test_reminders_come_once_each_also_for_new_dates(cast):
    booking = reach(cast, State.ACCEPTED)
    Booking.objects.update(moved=booking.created - DAY, created=booking.created - DAY)
    eve = booking.starts - timedelta(hours=20)
    assert [tasks.remind_at(now) for now in (eve, eve, booking.starts - timedelta(minutes=40))] == [1, 0, 1]
    kinds = set(Notification.objects.filter(member=cast.ana, kind__contains="remind").values_list("kind", flat=True))
    assert kinds == {"booking.remind_pickup", "booking.remind_soon"}
    row = actions.change(booking.pk, by=cast.ana, **days(6, 9))
    actions.answer_change(row.pk, "agree", by=cast.bo)
    assert tasks.remind_at(days(6, 9)["starts"] - timedelta(hours=20)) == 1


def test_at_its_end_both_are_told_once_that_it_is_due_and_after_the_grace_it_is_late_instead(cast):
    booking = reach(cast, State.HANDED_OVER)
    Booking.objects.update(moved=booking.created - DAY)
    ended = booking.ends + timedelta(minutes=30)
    assert [tasks.remind_at(now) for now in (ended, ended + timedelta(minutes=10))] == [1, 0]
    due = Notification.objects.filter(kind="booking.remind_due")
    assert sorted(due.values_list("member", flat=True)) == sorted([cast.ana.pk, cast.bo.pk])
    due.delete()
    booking.refresh_from_db()
    assert tasks.remind_at(booking.ends + timedelta(hours=1)) == 0 and not due.exists()
    assert tasks.late_at(booking.ends + timedelta(hours=1)) == 1


def test_changes_over_the_api(cast):
    booking = reach(cast, State.ACCEPTED)
    url = f"/api/v1/bookings/{booking.pk}/changes/"
    ana, bo = client_of(cast.ana), client_of(cast.bo)
    dates = {name: moment.isoformat() for name, moment in days(6, 9).items()}
    seen = ana.post(f"{url}preview/", dates, format="json").json()
    assert (seen["free"], seen["at_once"], seen["more_minor"]) == (True, False, 315)
    made = ana.post(url, dates, format="json")
    assert made.status_code == 201 and made.json()["state"] == "proposed"
    assert ana.post(url, dates, format="json").status_code == 409
    assert ana.get(url).json()["possible"] and ana.get(url).json()["free_until"] is None
    one = f"{url}{made.json()['id']}/"
    assert client_of(cast.zoe).post(f"{one}agree/").status_code == 404
    assert ana.post(f"{one}agree/").status_code == 409
    assert bo.post(f"{one}agree/").json()["state"] == "agreed"
    assert BookingEvent.objects.filter(booking=booking, step="change").count() == 1
    rule = f"/api/v1/listings/{cast.drill.pk}/late-fee/"
    assert bo.put(rule, {"minor": 100, "most_minor": 300}, format="json").status_code == 200
    assert ana.get(rule).json() == {"minor": 100, "most_minor": 300}
    assert ana.put(rule, {"minor": 100, "most_minor": 300}, format="json").status_code == 404
