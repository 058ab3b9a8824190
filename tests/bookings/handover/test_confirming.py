"""At the door: by code for both, late from a phone without network, readings, lists, and 48 hours to complain."""

import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings import actions, parties, tasks
from bookings.actions.steps import NotNow
from bookings.handover import codes, plan, records, window
from bookings.handover.codes import WrongCode
from bookings.models import Booking, Handover
from bookings.states import HandoverPhase, Meter, State
from listings.models import ToolFacts
from messaging.models import Notification
from payments.models import Transfer
from payments.states import Phase
from sharing.web.refusals import Refusal
from tests.bookings.cast import ride, room, workshop
from tests.factories import days

pytestmark = pytest.mark.django_db


def agreed(cast, **more) -> Booking:
    booking = actions.request(cast.drill.pk, by=cast.ana, **(days(2, 4) | more))
    actions.take(booking.pk, "accept", by=cast.bo)
    return Booking.objects.get(pk=booking.pk)


def out(cast, **more) -> Booking:
    booking = agreed(cast, **more)
    actions.take(booking.pk, "hand_over", by=cast.ana)
    return actions.take(booking.pk, "hand_over", by=cast.bo)


def back(cast, now=None) -> Booking:
    booking = out(cast)
    actions.take(booking.pk, "return", by=cast.ana, now=now)
    return actions.take(booking.pk, "return", by=cast.bo, now=now)


# --- by code -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("long", [False, True])
def test_a_code_that_is_read_confirms_for_both(cast, long):
    booking, now = agreed(cast), timezone.now()
    make = codes.token if long else codes.digits
    code = make(booking, "hand_over", cast.bo, now)
    done = actions.confirm_by_code(booking.pk, code, by=cast.ana, note="One scratch", now=now)
    assert done.state == State.HANDED_OVER
    rows = {row.side: row for row in booking.handovers.all()}
    assert (rows["borrower"].note, rows["borrower"].by_code) == ("One scratch", False)
    assert (rows["lender"].by, rows["lender"].by_code, rows["lender"].note) == (cast.bo, True, "")
    steps = list(booking.events.values_list("step", "by"))
    assert steps[-2:] == [("hand_over", cast.bo.pk), ("hand_over", cast.ana.pk)]
    assert Notification.objects.filter(kind__startswith="booking.hand_over").count() == 1  # told once, nobody is asked


def test_who_has_confirmed_before_is_not_confirmed_again(cast):
    booking, now = agreed(cast), timezone.now()
    actions.take(booking.pk, "hand_over", by=cast.bo, note="All there", now=now)
    done = actions.confirm_by_code(booking.pk, codes.digits(booking, "hand_over", cast.bo, now), by=cast.ana, now=now)
    assert done.state == State.HANDED_OVER and booking.handovers.get(side="lender").note == "All there"


def test_the_lender_may_read_the_borrowers_code_as_well(cast):
    booking, now = agreed(cast), timezone.now()
    code = codes.digits(booking, "hand_over", cast.ana, now)
    assert actions.confirm_by_code(booking.pk, code, by=cast.bo, now=now).state == State.HANDED_OVER


def test_a_code_lives_ten_minutes_at_most(cast):
    booking = agreed(cast)
    shown = datetime(2027, 1, 4, 10, 4, 59, tzinfo=UTC)
    code = codes.digits(booking, "hand_over", cast.bo, shown)
    assert codes.lives_until(shown) == datetime(2027, 1, 4, 10, 10, tzinfo=UTC)
    for later in (timedelta(0), timedelta(seconds=1), timedelta(minutes=5)):
        assert codes.shown_by(booking, "hand_over", code, reader=cast.ana, at=shown + later) == cast.bo
    with pytest.raises(WrongCode):
        codes.shown_by(booking, "hand_over", code, reader=cast.ana, at=shown + timedelta(minutes=5, seconds=2))


def test_no_other_code_will_do(cast):
    booking, now = agreed(cast), timezone.now()
    other = agreed(cast, **days(10, 11))
    for wrong in (
        codes.digits(booking, "hand_over", cast.ana, now),  # one's own
        codes.digits(booking, "return", cast.bo, now), codes.digits(other, "hand_over", cast.bo, now),
        codes.digits(booking, "hand_over", cast.cleo, now), "", "000000 0",
        codes.token(booking, "hand_over", cast.bo, now)[:-1],
    ):
        with pytest.raises(WrongCode):
            actions.confirm_by_code(booking.pk, wrong, by=cast.ana, now=now)
    assert not Handover.objects.exists()
    for stranger in (cast.zoe, cast.cleo):
        with pytest.raises(Booking.DoesNotExist):
            actions.confirm_by_code(booking.pk, codes.digits(booking, "hand_over", cast.bo, now), by=stranger, now=now)


def test_guessing_ends_after_ten_tries(cast):
    booking, now = agreed(cast), timezone.now()
    for _n in range(codes.TRIES):
        with pytest.raises(WrongCode, match="not the code"):
            actions.confirm_by_code(booking.pk, "x", by=cast.ana, now=now)
    with pytest.raises(WrongCode, match="Too many"):
        actions.confirm_by_code(booking.pk, codes.digits(booking, "hand_over", cast.bo, now), by=cast.ana, now=now)
    assert actions.take(booking.pk, "hand_over", by=cast.ana).state == State.ACCEPTED  # without one it still works


def test_many_guesses_at_once_are_as_many_guesses(cast, monkeypatch):
    booking, now, said = agreed(cast), timezone.now(), []
    monkeypatch.setattr(codes, "others", lambda *_who: time.sleep(0.2) or [cast.bo])

    def guess() -> None:
        try:
            codes.shown_by(booking, "hand_over", "x", reader=cast.ana, at=now)
        except WrongCode as wrong:
            said.append(str(wrong))

    threads = [threading.Thread(target=guess) for _n in range(codes.TRIES + 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("not the code" in each for each in said) == codes.TRIES


def test_nothing_is_confirmed_by_code_when_nothing_changes_hands(cast):
    booking, now = back(cast), timezone.now()
    with pytest.raises(NotNow):
        actions.confirm_by_code(booking.pk, codes.digits(booking, "return", cast.bo, now), by=cast.ana, now=now)


# --- without network -----------------------------------------------------------------------------------


def test_a_late_confirmation_keeps_the_time_it_was_made_and_comes_once(cast):
    booking, now = agreed(cast), timezone.now() + timedelta(days=40)
    made = now - timedelta(hours=3)
    actions.take(booking.pk, "hand_over", by=cast.bo, now=made + timedelta(minutes=1))  # alone, meanwhile
    for _again in range(3):
        actions.take(booking.pk, "hand_over", by=cast.ana, client_id="phone-1", made=made, note="Fine", now=now)
    row = booking.handovers.get(side="borrower")
    booking.refresh_from_db()
    assert (row.made, row.created, row.at, booking.state, booking.moved) == (made, now, made, State.HANDED_OVER, now)
    assert booking.handovers.count() == 2 and booking.events.filter(step="hand_over").count() == 2


def test_the_same_deed_under_another_id_is_refused(cast):
    booking = agreed(cast)
    actions.take(booking.pk, "hand_over", by=cast.ana, client_id="phone-1")
    with pytest.raises(NotNow, match="already"):
        actions.take(booking.pk, "hand_over", by=cast.ana, client_id="phone-2")
    with pytest.raises(NotNow, match="already"):  # an id is its sender's own
        actions.take(booking.pk, "hand_over", by=cast.ana)


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=-15)])
def test_a_clock_that_cannot_be_right_says_nothing(cast, off):
    booking, now = agreed(cast), timezone.now()
    actions.take(booking.pk, "hand_over", by=cast.ana, client_id="a", made=now + off, now=now)
    assert booking.handovers.get().made is None


def test_a_code_read_without_network_counts_as_of_when_it_was_read(cast):
    booking, now = agreed(cast), timezone.now()
    code = codes.digits(booking, "hand_over", cast.bo, now - timedelta(hours=5))
    with pytest.raises(WrongCode):
        actions.confirm_by_code(booking.pk, code, by=cast.ana, now=now)
    for _again in range(2):
        done = actions.confirm_by_code(
            booking.pk, code, by=cast.ana, made=now - timedelta(hours=5), client_id="x", now=now, step="hand_over"
        )
    assert done.state == State.HANDED_OVER and booking.handovers.count() == 2


def test_a_return_that_waited_counts_its_48_hours_from_its_arrival(cast):
    booking, now = out(cast), timezone.now() + timedelta(days=40)
    actions.take(booking.pk, "return", by=cast.bo, now=now - timedelta(hours=30))
    late = actions.take(booking.pk, "return", by=cast.ana, made=now - timedelta(hours=30), client_id="x", now=now)
    assert window.ends(late) == now + timedelta(hours=48)


def test_a_late_fee_follows_the_time_that_was_kept_without_network_unless_it_is_ones_own_word(cast):
    actions.set_late_fee(cast.drill.pk, by=cast.bo, minor=500, most_minor=2000)
    for who, charged in ((cast.bo, 0), (cast.ana, 500)):
        booking = out(cast, **(days(2, 4) if who == cast.bo else days(12, 14)))
        made, now = booking.ends - timedelta(minutes=5), booking.ends + timedelta(hours=20)
        actions.take(booking.pk, "return", by=who, made=made, client_id="x", now=now)
        actions.take(booking.pk, "return", by=cast.ana if who == cast.bo else cast.bo, now=now)
        booking = Booking.objects.get(pk=booking.pk)
        assert sum(payment.total_minor for payment in parties.payments_of(booking)[1:]) == charged


# --- what is looked at ---------------------------------------------------------------------------------


def test_each_kind_has_its_usual_list_and_the_owner_may_write_another(cast):
    ToolFacts.objects.filter(listing=cast.drill).update(included="Case, two batteries\ncharger")
    cast.drill.refresh_from_db()
    assert plan.items(cast.drill, HandoverPhase.PICKUP) == ["Case", "two batteries", "charger", "It works"]
    assert plan.items(cast.drill, HandoverPhase.RETURN)[-1] == "It is clean"
    assert plan.items(room(cast.bo, of=cast.home), HandoverPhase.RETURN)[0] == "Keys are back"
    assert plan.items(workshop(cast.bo, of=cast.home), HandoverPhase.RETURN)[0] == "Lights are off"
    assert plan.items(ride(cast.bo, of=cast.home), HandoverPhase.PICKUP) == []
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, pickup=["Bits", " ", "Bits", "Case "])
    cast.drill.refresh_from_db()
    assert plan.items(cast.drill, HandoverPhase.PICKUP) == ["Bits", "Case"]
    assert "charger" in plan.items(cast.drill, HandoverPhase.RETURN)


def test_what_was_not_ticked_stays_to_be_seen(cast):
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, pickup=["Bits", "Case"])
    booking = agreed(cast)
    actions.take(booking.pk, "hand_over", by=cast.ana, checklist=["Case"])
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, pickup=["Something else"])
    (side,) = records.of(Booking.objects.get(pk=booking.pk)).sides
    assert side.pickup.ticks == [("Bits", False), ("Case", True)]


def test_only_the_owner_says_what_is_looked_at(cast):
    from listings.models import Listing

    for stranger in (cast.ana, cast.zoe, cast.cleo):
        with pytest.raises(Listing.DoesNotExist):
            actions.set_handover_plan(cast.drill.pk, by=stranger)
    for bad in ({"pickup": ["x" * 121]}, {"back": [str(n) for n in range(31)]}, {"meter": "miles per hour"}):
        with pytest.raises(Refusal) as refused:
            actions.set_handover_plan(cast.drill.pk, by=cast.bo, **bad)
        assert refused.value.field == next(iter(bad))


def test_a_reading_at_both_ends_shows_what_was_driven(cast):
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, meter=Meter.KM)
    booking = agreed(cast)
    actions.take(booking.pk, "hand_over", by=cast.ana, meter=Decimal("12345"))
    actions.take(booking.pk, "hand_over", by=cast.bo, meter=Decimal("12345.0"))
    with pytest.raises(Refusal, match="12,345 km already"):
        actions.take(booking.pk, "return", by=cast.ana, meter=Decimal("12344.9"))
    actions.take(booking.pk, "return", by=cast.ana, meter=Decimal("12388.5"))
    lender, borrower = records.of(Booking.objects.get(pk=booking.pk)).sides
    assert (borrower.name, borrower.used, borrower.back.reading) == ("Ana", "43.5 km", "12,388.5 km")
    assert (lender.name, lender.used, lender.back) == ("Bo", "", None)


def test_a_level_goes_down_and_stays_within_a_hundred(cast):
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, meter=Meter.FUEL)
    booking = agreed(cast)
    with pytest.raises(Refusal):
        actions.take(booking.pk, "hand_over", by=cast.ana, meter=Decimal("101"))
    for step, level in (("hand_over", 75), ("return", 50)):
        for who in (cast.ana, cast.bo):
            actions.take(booking.pk, step, by=who, meter=Decimal(level))
    assert {side.used for side in records.of(Booking.objects.get(pk=booking.pk)).sides} == {"25% less"}


def test_no_reading_where_none_is_taken(cast):
    booking = agreed(cast)
    with pytest.raises(Refusal) as refused:
        actions.take(booking.pk, "hand_over", by=cast.ana, meter=Decimal("1"))
    assert refused.value.field == "meter"


def test_records_are_only_added_to(cast):
    booking = agreed(cast)
    actions.take(booking.pk, "hand_over", by=cast.ana)
    with pytest.raises(IntegrityError, match="handovers_are_only_added"), transaction.atomic():
        booking.handovers.update(note="Something else")


# --- 48 hours ------------------------------------------------------------------------------------------


def settled(booking, cast) -> None:
    actions.confirm_payment(booking.pk, by=cast.ana)
    actions.confirm_payment(booking.pk, by=cast.bo)


def test_a_problem_can_be_reported_for_48_hours_and_not_a_moment_longer(cast):
    now = timezone.now() + timedelta(days=40)
    booking = back(cast, now=now)
    settled(booking, cast)
    assert window.ends(booking) == now + timedelta(hours=48)
    last = now + timedelta(hours=47, minutes=59)
    assert parties.may(booking, "dispute", parties.LENDER, now=last)
    assert not parties.may(booking, "dispute", parties.LENDER, now=now + timedelta(hours=48))
    with pytest.raises(NotNow, match="48 hours"):
        actions.take(booking.pk, "dispute", by=cast.bo, note="A scratch", now=now + timedelta(hours=48))
    assert actions.take(booking.pk, "dispute", by=cast.bo, note="A scratch", now=last).state == State.DISPUTED


def test_then_it_closes_and_the_deposit_is_free(cast):
    now = timezone.now() + timedelta(days=40)
    booking = back(cast, now=now)
    settled(booking, cast)
    held = Transfer.objects.filter(about=booking.about, minor=2000)
    assert [row.phase for row in held] == [Phase.PENDING]
    assert tasks.close_at(now + timedelta(hours=47, minutes=59)) == 0
    assert tasks.close_at(now + timedelta(hours=48)) == 1 and tasks.close_at(now + timedelta(hours=49)) == 0
    booking.refresh_from_db()
    assert booking.state == State.CLOSED and window.ends(booking) is None
    assert [row.phase for row in held.order_by("pk")] == [Phase.PENDING, Phase.VOID]
    assert not parties.may(booking, "dispute", parties.BORROWER, now=now)


def test_while_money_is_owed_it_stays_open_and_a_steward_can_still_be_asked(cast):
    now = timezone.now() + timedelta(days=40)
    booking = back(cast, now=now)
    later = now + timedelta(hours=60)
    assert tasks.close_at(later) == 0 and parties.may(booking, "dispute", parties.LENDER, now=later)
    settled(booking, cast)
    assert tasks.close_at(later) == 1


def test_after_a_dispute_the_clock_does_not_close_it(cast):
    now = timezone.now() + timedelta(days=40)
    booking = back(cast, now=now)
    settled(booking, cast)
    actions.take(booking.pk, "dispute", by=cast.bo, note="A scratch", now=now)
    assert tasks.close_at(now + timedelta(days=30)) == 0
