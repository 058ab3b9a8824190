"""Other dates: proposed and agreed, at once where the rules let it, the claim never lost, the money made right."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, changes
from bookings.actions.requests import NotFree
from bookings.actions.steps import NotNow
from bookings.models import Booking, Change
from bookings.states import ChangeState, State
from listings.models import Listing
from messaging.models import Notification
from payments import ledger
from payments.models import Payment
from tests.bookings.test_steps import ask, reach
from tests.factories import days, member

pytestmark = pytest.mark.django_db


def at_once(cast) -> None:
    Listing.objects.filter(pk=cast.drill.pk).update(instant=True)


def pay(booking, cast) -> None:
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)


def test_a_proposal_holds_nothing_until_the_other_side_agrees(cast):
    booking = reach(cast, State.ACCEPTED)
    row = actions.change(booking.pk, by=cast.ana, note="The train is late", **days(6, 9))
    booking.refresh_from_db()
    assert (row.state, booking.starts) == (ChangeState.PROPOSED, days(2, 4)["starts"])
    assert Notification.objects.filter(member=cast.bo, kind="booking.change_ask", needs_answer=True).count() == 1
    with pytest.raises(NotNow, match="proposal already"):
        actions.change(booking.pk, by=cast.bo, **days(7, 9))
    with pytest.raises(NotNow, match="other side"):
        actions.answer_change(row.pk, "agree", by=cast.ana)
    with pytest.raises(Change.DoesNotExist):
        actions.answer_change(row.pk, "agree", by=cast.zoe)
    actions.answer_change(row.pk, "agree", by=cast.bo)
    booking = Booking.objects.get(pk=booking.pk)
    assert (booking.starts, booking.claim.starts) == (days(6, 9)["starts"],) * 2
    payment = Payment.objects.get()
    assert (payment.price_minor, payment.total_minor) == (900, booking.quote["total_minor"])
    actions.request(cast.drill.pk, by=cast.zoe, **days(2, 4))  # the old days are free


@pytest.mark.parametrize("answer", ["decline", "withdraw"])
def test_a_proposal_that_is_not_agreed_changes_nothing(cast, answer):
    booking = reach(cast, State.ACCEPTED)
    row = actions.change(booking.pk, by=cast.ana, **days(6, 9))
    actions.answer_change(row.pk, answer, by=cast.bo if answer == "decline" else cast.ana)
    assert Booking.objects.get(pk=booking.pk).period == booking.period
    with pytest.raises(NotNow, match="not open"):
        actions.answer_change(row.pk, "agree", by=cast.bo)
    actions.change(booking.pk, by=cast.bo, **days(6, 9))  # and another one may follow


def test_where_the_new_time_is_gone_the_old_claim_stays(cast):
    booking = reach(cast, State.ACCEPTED)
    row = actions.change(booking.pk, by=cast.ana, **days(6, 9))
    actions.request(cast.drill.pk, by=cast.zoe, **days(8, 10))
    with pytest.raises(Exception, match="taken"):
        actions.answer_change(row.pk, "agree", by=cast.bo)
    kept = Booking.objects.get(pk=booking.pk)
    assert (kept.period, kept.claim.starts, kept.quote) == (booking.period, booking.starts, booking.quote)
    assert Change.objects.get(pk=row.pk).state == ChangeState.PROPOSED
    with pytest.raises(NotFree, match="taken"):
        actions.change(booking.pk, by=cast.ana, **days(7, 9))


def test_an_instant_listing_lets_the_borrower_change_until_its_notice(cast):
    at_once(cast)
    booking = ask(cast)
    assert actions.change(booking.pk, by=cast.ana, **days(3, 5)).state == ChangeState.AGREED
    Listing.objects.update(change_hours=24 * 60)
    assert actions.change(booking.pk, by=cast.ana, **days(4, 6)).state == ChangeState.PROPOSED


@pytest.mark.parametrize("wanted", [(2, 3), (30, 32), (3, 6)])
def test_a_change_does_not_get_around_what_cancelling_costs(cast, wanted):
    at_once(cast)
    Listing.objects.update(cancellation="strict")
    booking = ask(cast)
    assert actions.change(booking.pk, by=cast.ana, **days(2, 5)).state == ChangeState.AGREED  # longer is no loss
    pay(booking, cast)
    assert not actions.preview_change(booking.pk, by=cast.ana, **days(*wanted)).at_once
    row = actions.change(booking.pk, by=cast.ana, **days(*wanted))
    assert row.state == ChangeState.PROPOSED
    assert sum(payment.refunded_minor for payment in Payment.objects.all()) == 0
    actions.answer_change(row.pk, "withdraw", by=cast.ana)
    assert actions.change(booking.pk, by=cast.ana, **days(2, 6)).state == ChangeState.AGREED


def test_who_has_it_already_gets_nothing_back_alone(cast):
    booking = reach(cast, State.HANDED_OVER)
    at_once(cast)
    assert actions.change(booking.pk, by=cast.ana, **days(2, 3)).state == ChangeState.PROPOSED


def test_the_lender_always_asks(cast):
    at_once(cast)
    booking = ask(cast)
    assert actions.change(booking.pk, by=cast.bo, **days(3, 5)).state == ChangeState.PROPOSED


def test_a_request_moves_at_once_and_waits_anew(cast):
    booking = ask(cast)
    assert actions.change(booking.pk, by=cast.ana, **days(3, 6)).state == ChangeState.AGREED
    moved = Booking.objects.get(pk=booking.pk)
    assert (moved.state, moved.ends, moved.claim.expires) == (State.REQUESTED, days(3, 6)["ends"], moved.expires)
    assert not Payment.objects.exists()


def test_what_was_paid_is_made_right_both_ways(cast):
    at_once(cast)
    Listing.objects.update(cancellation="flexible")
    booking = ask(cast)  # 2 days at €3, 5 %
    pay(booking, cast)
    actions.change(booking.pk, by=cast.ana, **days(2, 6))
    first, more = Payment.objects.order_by("pk")
    assert (first.total_minor, more.state, more.price_minor, more.fee_minor) == (630, "due", 600, 30)
    pay(booking, cast)
    actions.change(booking.pk, by=cast.ana, **days(2, 3))
    rows = list(Payment.objects.order_by("pk"))
    assert sum(row.price_minor - row.refunded_price_minor for row in rows) == 300
    assert sum(row.fee_minor - row.refunded_fee_minor for row in rows) == 15
    actions.take(booking.pk, "cancel", by=cast.bo)
    rows = list(Payment.objects.order_by("pk"))
    assert sum(row.total_minor - row.refunded_minor for row in rows) == 0
    assert ledger.verify(cast.home).faults == []


def test_keeping_it_longer_respects_the_next_booking_and_its_buffers(cast):
    Listing.objects.update(buffer_before=60, buffer_after=120)
    booking = reach(cast, State.HANDED_OVER)
    Listing.objects.update(instant=True)
    actions.request(cast.drill.pk, by=cast.zoe, **days(8, 9))
    booking = Booking.objects.select_related("listing", "claim").get(pk=booking.pk)
    until = changes.longest_until(booking, timezone.now())
    assert until == days(8, 9)["starts"] - timedelta(minutes=60 + 120)
    with pytest.raises(NotFree, match="taken"):
        actions.change(booking.pk, by=cast.ana, ends=until + timedelta(minutes=1))
    Listing.objects.update(price_minor=500)  # the rules of today hold for it
    row = actions.change(booking.pk, by=cast.ana, ends=until)
    assert row.state == ChangeState.AGREED and row.starts == booking.starts
    assert row.quote["price_minor"] == 500 * row.quote["units"]
    assert row.quote["deposit_minor"] == booking.quote["deposit_minor"]


def test_what_is_late_already_may_still_be_kept_by_agreement(cast):
    booking = reach(cast, State.HANDED_OVER)
    late = booking.ends + timedelta(hours=3)
    row = actions.change(booking.pk, by=cast.ana, ends=booking.ends + timedelta(days=2), now=late)
    assert row.state == ChangeState.PROPOSED and row.expires > late
    actions.answer_change(row.pk, "agree", by=cast.bo, now=late + timedelta(hours=4))
    assert Booking.objects.get(pk=booking.pk).ends == booking.ends + timedelta(days=2)


def test_nobody_changes_what_has_ended_or_is_not_theirs(cast):
    done = reach(cast, State.CLOSED)
    with pytest.raises(NotNow, match="any more"):
        actions.change(done.pk, by=cast.ana, **days(3, 5))
    with pytest.raises(Booking.DoesNotExist):
        actions.change(done.pk, by=member("Nosy"), **days(3, 5))


def test_the_page_shows_the_price_before_one_asks_and_the_answer_has_its_buttons(cast):
    booking = reach(cast, State.ACCEPTED)
    ana, bo = Client(), Client()
    ana.force_login(cast.ana)
    bo.force_login(cast.bo)
    first, last = days(5, 8)["starts"].date(), days(5, 8)["starts"].date() + timedelta(days=3)
    assert "Other dates" in ana.get(booking.get_absolute_url()).content.decode()
    page = ana.get(f"/bookings/{booking.pk}/change/?starts={first}&ends={last}").content.decode()
    part = ana.get(f"/bookings/{booking.pk}/change/?starts={first}&ends={last}", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and 'id="change-preview"' in part.content.decode()
    assert "€6.30 more than agreed" in page and "Bo has to agree" in page
    sent = ana.post(f"/bookings/{booking.pk}/change/", {"starts": first, "ends": last, "note": ""}, follow=True)
    assert "everything stays as it is" in sent.content.decode() and "Take it back" in sent.content.decode()
    asked = bo.get(booking.get_absolute_url()).content.decode()
    assert "proposes other dates" in asked and "change/agree/" in asked
    assert "The dates are changed" in bo.post(f"/bookings/{booking.pk}/change/agree/", follow=True).content.decode()
    wrong = ana.post(f"/bookings/{booking.pk}/change/", {"starts": last, "ends": first})
    assert wrong.status_code == 422 and "before the beginning" in wrong.content.decode()
    stranger = Client()
    stranger.force_login(cast.zoe)
    assert stranger.get(f"/bookings/{booking.pk}/change/").status_code == 404


def test_what_one_side_has_given_back_is_not_kept_longer(cast):
    booking = reach(cast, State.HANDED_OVER)
    page = Client()
    page.force_login(cast.ana)
    assert "Keep it longer" in page.get(booking.get_absolute_url()).content.decode()
    actions.take(booking.pk, "return", by=cast.ana)
    assert "Keep it longer" not in page.get(booking.get_absolute_url()).content.decode()
