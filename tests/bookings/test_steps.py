"""Every step by every party in every state: allowed exactly where the table says, and what follows from each."""

import io
from datetime import timedelta
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from bookings import actions, parties, tasks
from bookings.actions.requests import NotFree, YourOwn
from bookings.actions.steps import NotNow
from bookings.models import Booking, BookingEvent, Claim, HandoverPhoto
from bookings.states import BORROWER, CLOCK, LENDER, MEDIATOR, STEPS, State
from listings.models import Listing
from listings.states import Visibility
from messaging.models import Message, Notification
from payments.models import Payment, Transfer
from payments.states import Phase
from sharing.web.refusals import Refusal
from tests.bookings.cast import community_of, noon, ride, room, steward_of, today
from tests.factories import community, days, join, listing, member

pytestmark = pytest.mark.django_db


def ask(cast, **more) -> Booking:
    return actions.request(cast.drill.pk, by=cast.ana, **(days(2, 4) | more))


def reach(cast, state: str) -> Booking:
    """A booking brought to this state by its own steps."""
    booking = ask(cast)
    way = {
        State.REQUESTED: [], State.ACCEPTED: ["accept"], State.HANDED_OVER: ["accept", "hand_over"],
        State.RETURNED: ["accept", "hand_over", "return"], State.DISPUTED: ["accept", "hand_over", "dispute"],
        State.CLOSED: ["accept", "hand_over", "return", "close"], State.DECLINED: ["decline"],
        State.WITHDRAWN: ["withdraw"], State.CANCELLED: ["accept", "cancel"],
    }[state]
    for step in way:
        who = [cast.ana, cast.bo] if STEPS[step].needs_both else [cast.ana if step == "withdraw" else cast.bo]
        for by in who:
            booking = actions.take(booking.pk, step, by=by)
    return booking


REACHED = [State.REQUESTED, State.ACCEPTED, State.HANDED_OVER, State.RETURNED, State.DISPUTED, State.CLOSED,
           State.DECLINED, State.WITHDRAWN, State.CANCELLED]
PARTY = {"ana": BORROWER, "bo": LENDER, "cleo": MEDIATOR, "clock": CLOCK}


@pytest.mark.parametrize("state", REACHED)
def test_each_step_is_open_exactly_where_the_table_says(cast, state):
    booking = reach(cast, state)
    for step, who in product(STEPS, PARTY):
        with transaction.atomic():  # each from the same start
            assert taken(booking, step, None if who == "clock" else getattr(cast, who)) == expected(state, step, who), (
                step, who,
            )
            transaction.set_rollback(True)


def taken(booking, step, by) -> str:
    """The state after trying, or why it could not be tried at all."""
    over = max(booking.starts, booking.expires or booking.starts) + timedelta(hours=1)
    try:
        actions.take(booking.pk, step, by=by, now=timezone.now() if step == "accept" else over)
    except NotNow:
        return "refused"
    except Booking.DoesNotExist:
        return "not found"
    return Booking.objects.get(pk=booking.pk).state


def expected(state, step, who) -> str:
    if who == "cleo" and state != State.DISPUTED:
        return "not found"
    rule = STEPS[step]
    if state not in rule.before or not PARTY[who] & rule.by:
        return "refused"
    return state if rule.needs_both else rule.after


@pytest.mark.parametrize("state", REACHED)
def test_the_buttons_are_the_steps_that_work(cast, state):
    booking = reach(cast, state)
    booking = Booking.objects.for_cards().get(pk=booking.pk)
    shown = {who: [step for step in booking.steps_for(getattr(cast, who)) if step != "pay"] for who in ("ana", "bo")}
    expected = {
        State.REQUESTED: (["withdraw"], ["accept", "decline"]),
        State.ACCEPTED: (["cancel", "hand_over"], ["cancel", "hand_over"]),
        State.HANDED_OVER: (["return", "dispute"], ["return", "dispute"]),
        State.RETURNED: (["dispute"], ["dispute", "close"]), State.DISPUTED: (["agree"], ["agree"]),
    }.get(state, ([], []))
    assert (shown["ana"], shown["bo"]) == expected
    assert booking.steps_for(cast.zoe) == []


def test_a_stranger_finds_nothing(cast):
    booking = ask(cast)
    for step in STEPS:
        with pytest.raises(Booking.DoesNotExist):
            actions.take(booking.pk, step, by=cast.zoe)
    with pytest.raises(Booking.DoesNotExist):
        actions.confirm_payment(booking.pk, by=cast.zoe)


def test_a_request_holds_its_time_until_it_is_answered(cast):
    now = timezone.now()
    booking = ask(cast, now=now)
    assert (booking.state, booking.claim.expires) == (State.REQUESTED, now + timedelta(days=2))
    assert booking.conversation.participants.count() == 2
    with pytest.raises(NotFree, match="already taken"):
        actions.request(cast.drill.pk, by=cast.zoe, **days(3, 5))
    accepted = actions.take(booking.pk, "accept", by=cast.bo)
    assert (accepted.claim.expires, accepted.expires) == (None, None)


def test_a_request_ends_at_its_start_at_the_latest(cast):
    now = days(2, 4)["starts"] - timedelta(hours=3)
    assert ask(cast, now=now).expires == days(2, 4)["starts"]


@pytest.mark.parametrize("step", ["decline", "withdraw", "cancel"])
def test_what_ends_early_is_free_for_others_at_once(cast, step):
    booking = reach(cast, State.ACCEPTED) if step == "cancel" else ask(cast)
    actions.take(booking.pk, step, by=cast.ana if step == "withdraw" else cast.bo)
    assert not Claim.objects.exists()
    assert actions.request(cast.drill.pk, by=cast.zoe, **days(3, 5)).state == State.REQUESTED


def test_nobody_borrows_their_own_or_what_they_may_not_see(cast):
    with pytest.raises(YourOwn):
        actions.request(cast.drill.pk, by=cast.bo, **days(2, 4))
    Listing.objects.filter(pk=cast.drill.pk).update(visibility=Visibility.COMMUNITY)
    with pytest.raises(Listing.DoesNotExist):
        actions.request(cast.drill.pk, by=cast.zoe, **days(2, 4))
    assert ask(cast).pk


def test_an_instant_listing_agrees_by_itself(cast):
    Listing.objects.filter(pk=cast.drill.pk).update(instant=True)
    booking = ask(cast)
    assert (booking.state, booking.claim.expires) == (State.ACCEPTED, None)
    assert list(booking.events.values_list("step", "by")) == [("request", cast.ana.pk), ("accept", None)]
    assert Payment.objects.get(about=booking.about).total_minor == 630


def test_the_whole_way_from_asking_to_the_pool(cast):
    booking = ask(cast, note="For the shelf.")
    assert booking.quote["total_minor"] == 630 == sum(line["minor"] for line in booking.quote["lines"])
    actions.take(booking.pk, "accept", by=cast.bo)
    assert actions.take(booking.pk, "hand_over", by=cast.ana, checklist=["case"]).state == State.ACCEPTED
    assert actions.take(booking.pk, "hand_over", by=cast.bo).state == State.HANDED_OVER
    held = Transfer.objects.get(phase=Phase.PENDING)
    assert (held.minor, held.source.member, held.target.member) == (2000, cast.ana, cast.bo)
    actions.confirm_payment(booking.pk, by=cast.ana)
    actions.confirm_payment(booking.pk, by=cast.bo)
    assert Transfer.objects.get(kind="fee").minor == 30
    for by in (cast.bo, cast.ana):
        booking = actions.take(booking.pk, "return", by=by)
    assert (booking.state, booking.claim) == (State.RETURNED, None)  # it came back before it began
    assert actions.take(booking.pk, "close", by=cast.bo).state == State.CLOSED
    assert Transfer.objects.get(of=held).phase == Phase.VOID
    steps = list(booking.events.values_list("step", "by__name"))
    assert steps == [
        ("request", "Ana"), ("accept", "Bo"), ("hand_over", "Ana"), ("hand_over", "Bo"), ("pay", "Ana"), ("pay", "Bo"),
        ("return", "Bo"), ("return", "Ana"), ("close", "Bo"),
    ]
    lines = Message.objects.filter(conversation=booking.conversation_id).order_by("sequence")
    assert [line.data["code"] for line in lines] == [
        f"booking.{code}" for code in ("request", "accept", "hand_over_one", "hand_over", "pay_one", "pay",
                                       "return_one", "return", "close")
    ]
    assert "For the shelf." in lines[0].body and "Ana asks to borrow" in lines[0].body


def test_each_side_confirms_once_and_hears_that_the_other_is_missing(cast):
    booking = reach(cast, State.ACCEPTED)
    actions.take(booking.pk, "hand_over", by=cast.ana)
    with pytest.raises(NotNow, match="confirmed this already"):
        actions.take(booking.pk, "hand_over", by=cast.ana)
    asked = Notification.objects.get(member=cast.bo, kind="booking.hand_over_one")
    assert asked.needs_answer


def picture(name="a.jpg", size=(900, 600)) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", size, "#8a5").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def test_photos_of_a_handover_are_kept_with_their_side(cast):
    booking = reach(cast, State.ACCEPTED)
    actions.take(booking.pk, "hand_over", by=cast.ana, photos=[picture(), picture("b.jpg")], note="A scratch.")
    row = booking.handovers.get()
    assert (row.side, row.note, row.photos.count()) == ("borrower", "A scratch.", 2)


def test_a_photo_that_is_none_is_refused_and_nothing_is_kept(cast):
    booking = reach(cast, State.ACCEPTED)
    for bad in (SimpleUploadedFile("a.jpg", b"<svg/>"), SimpleUploadedFile("a.png", b"")):
        with pytest.raises(Refusal) as refusal:
            actions.take(booking.pk, "hand_over", by=cast.ana, photos=[picture(), bad])
        assert refusal.value.field
    assert not booking.handovers.exists() and not HandoverPhoto.objects.exists()
    with pytest.raises(Refusal):
        actions.take(booking.pk, "hand_over", by=cast.ana, photos=[picture()] * 9)
    with pytest.raises(Refusal):
        actions.take(booking.pk, "cancel", by=cast.ana, photos=[picture()])


def test_nobody_came_can_be_said_only_after_the_start_and_not_of_one_who_was_there(cast):
    booking = reach(cast, State.ACCEPTED)
    with pytest.raises(NotNow, match="Wait until"):
        actions.take(booking.pk, "no_show", by=cast.bo)
    actions.take(booking.pk, "hand_over", by=cast.ana)
    with pytest.raises(NotNow, match="somebody did come"):
        actions.take(booking.pk, "no_show", by=cast.bo, now=booking.starts)
    actions.take(booking.pk, "cancel", by=cast.bo)
    booking = reach(cast, State.ACCEPTED)
    assert actions.take(booking.pk, "no_show", by=cast.ana, now=booking.starts).state == State.NO_SHOW
    assert not Claim.objects.exists()


@pytest.mark.parametrize(("who", "way_out"), [("ana", "ask the other side to cancel"), ("bo", "mistake, cancel")])
def test_nobody_came_is_not_for_whoever_has_said_that_it_changed_hands(cast, who, way_out):
    booking, member = reach(cast, State.ACCEPTED), getattr(cast, who)
    started = booking.starts
    assert parties.may(booking, "no_show", parties.parties(booking, member), now=started)
    actions.take(booking.pk, "hand_over", by=member)
    booking = Booking.objects.get(pk=booking.pk)
    assert not parties.may(booking, "no_show", parties.parties(booking, member), now=started)
    with pytest.raises(NotNow, match="yourself") as refusal:
        actions.take(booking.pk, "no_show", by=member, now=started)
    assert refusal.value.code == "you_confirmed" and way_out in str(refusal.value)
    assert Booking.objects.get(pk=booking.pk).state == State.ACCEPTED
    actions.take(booking.pk, "cancel", by=cast.bo, now=started)  # the way out that is named stands open
    assert Booking.objects.get(pk=booking.pk).state == State.CANCELLED


def test_a_steward_settles_a_dispute_and_may_leave_part_of_the_deposit_to_the_lender(cast):
    booking = reach(cast, State.HANDED_OVER)
    actions.take(booking.pk, "dispute", by=cast.bo, note="The chuck is broken.")
    assert booking.conversation.participants.filter(member=cast.cleo, left=None).exists()
    assert Notification.objects.get(member=cast.cleo, kind="booking.dispute").needs_answer
    with pytest.raises(Refusal) as refusal:
        actions.take(booking.pk, "resolve", by=cast.cleo, kept_minor=2001)
    assert refusal.value.field == "kept_minor"
    settled = actions.take(booking.pk, "resolve", by=cast.cleo, kept_minor=500, note="A new chuck.")
    assert settled.state == State.CLOSED
    assert Transfer.objects.get(phase=Phase.POST).minor == 500


def test_the_two_sides_may_settle_a_dispute_themselves(cast):
    booking = reach(cast, State.DISPUTED)
    assert actions.take(booking.pk, "agree", by=cast.ana).state == State.DISPUTED
    assert actions.take(booking.pk, "agree", by=cast.bo).state == State.CLOSED
    assert Transfer.objects.get(phase=Phase.VOID).minor == 2000 and not Claim.objects.exists()


def test_the_stewards_lend_the_commons(cast):
    common = listing(of=cast.home, commons=True, deposit_minor=500)
    booking = actions.request(common.pk, by=cast.ana, **days(2, 4))
    assert Notification.objects.get(member=cast.cleo, kind="booking.request").needs_answer
    assert booking.steps_for(cast.cleo) == ["accept", "decline"] and booking.steps_for(cast.bo) == []
    actions.take(booking.pk, "accept", by=cast.cleo)
    for by in (cast.ana, cast.cleo):
        actions.confirm_payment(booking.pk, by=by)
    assert Payment.objects.get(about=booking.about).state == "settled"
    other = steward_of(cast.home, "Dora")
    mine = actions.request(common.pk, by=cast.cleo, **days(5, 6))
    assert mine.steps_for(cast.cleo) == ["withdraw"] and mine.steps_for(other) == ["accept", "decline"]


def test_a_lone_steward_may_use_the_commons_alone():
    home = community()
    cleo = steward_of(home)
    common = listing(of=home, commons=True)
    booking = actions.request(common.pk, by=cleo, **days(2, 4))
    for step in ("accept", "hand_over", "return", "close"):
        booking = actions.take(booking.pk, step, by=cleo)
    assert booking.state == State.CLOSED


def test_the_clock_ends_what_nobody_answered_and_closes_what_is_done(cast):
    unanswered, done = ask(cast), actions.request(cast.drill.pk, by=cast.ana, **days(5, 6))
    for step in ("accept", "hand_over", "return"):
        for by in [cast.bo] if step == "accept" else [cast.ana, cast.bo]:
            actions.take(done.pk, step, by=by)
    later = timezone.now() + timedelta(days=2, minutes=1)
    assert tasks.expire_at(timezone.now()) == 0
    assert (tasks.expire_at(later), tasks.expire_at(later)) == (1, 0)
    assert tasks.close_at(later) == 0  # it is not paid yet
    for by in (cast.ana, cast.bo):
        actions.confirm_payment(done.pk, by=by)
    assert (tasks.close_at(later), tasks.close_at(later)) == (1, 0)
    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {unanswered.pk: State.EXPIRED, done.pk: State.CLOSED}
    assert not Claim.objects.filter(booking=unanswered).exists()


def test_a_request_that_ran_out_cannot_be_accepted_even_before_the_clock_comes(cast):
    booking = ask(cast)
    with pytest.raises(NotNow, match="run out"):
        actions.take(booking.pk, "accept", by=cast.bo, now=booking.expires)
    rival = actions.request(cast.drill.pk, by=cast.zoe, **days(2, 4), now=booking.expires)
    booking.refresh_from_db()
    assert (booking.claim, rival.state) == (None, State.REQUESTED)


def test_both_are_reminded_once_before_pick_up_and_return(cast):
    booking = reach(cast, State.ACCEPTED)
    Booking.objects.update(created=timezone.now() - timedelta(days=1))
    eve = booking.starts - timedelta(hours=20)
    assert [tasks.remind_at(now) for now in (eve - timedelta(days=2), eve, eve)] == [0, 1, 0]
    assert Notification.objects.filter(kind="booking.remind_pickup").count() == 2
    for by in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=by)
    assert tasks.remind_at(booking.ends - timedelta(hours=20)) == 1
    assert Notification.objects.filter(kind="booking.remind_return").count() == 2


def test_the_clock_sweeps_holds_that_ran_out(cast):
    ask(cast)
    Claim.objects.update(expires=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    assert not Claim.objects.exists()


def test_three_seats_serve_more_riders_than_three_where_they_change():
    home = community()
    car = ride(member("Bo", of=home), of=home)
    a, b, c = car.stops.all()
    riders = [member(f"Rider {n}") for n in range(7)]

    def seats(rider, board, alight, quantity=1):
        return actions.request(car.pk, by=rider, board=board.pk, alight=alight.pk, quantity=quantity)

    first = seats(riders[0], a, b, 2)
    assert seats(riders[1], b, c, 2).starts == first.ends
    assert seats(riders[2], a, c).quote["total_minor"] == 900
    for board, alight in ((a, b), (b, c), (a, c)):
        with pytest.raises(NotFree, match="seats"):
            seats(riders[3], board, alight)
    actions.take(first.pk, "withdraw", by=riders[0])
    assert seats(riders[4], a, b).quote["price_minor"] == 400
    with pytest.raises(NotFree):
        seats(riders[5], a, c)
    assert seats(riders[6], a, b).quantity == 1


def test_a_departure_that_was_called_off_is_not_sold():
    car = ride(member("Bo", of=community()))
    departure = car.departures.get()
    car.departures.update(cancelled=True)
    with pytest.raises(Refusal):
        actions.request(car.pk, by=member("Ana"), departure=departure.pk)


def test_accounts_close_only_when_nothing_is_running(cast):
    from bookings.closing import running_bookings, running_on
    from bookings.holdings import everything_of

    assert running_bookings(cast.ana) is running_bookings(cast.bo) is None
    booking = ask(cast)
    assert "Hammer drill" in running_bookings(cast.ana) and "Hammer drill" in running_bookings(cast.bo)
    assert running_bookings(cast.zoe) is None and running_on(cast.drill) == "1 booking is still running."
    actions.take(booking.pk, "withdraw", by=cast.ana)
    assert running_bookings(cast.ana) is running_bookings(cast.bo) is None and running_on(cast.drill) == ""
    assert [row["state"] for row in everything_of(cast.ana)] == ["withdrawn"]


def test_what_is_recorded_is_never_changed(cast):
    from django.db import DatabaseError

    booking = reach(cast, State.HANDED_OVER)
    for rows in (BookingEvent.objects.filter(booking=booking), booking.handovers.all()):
        for deed in (lambda rows=rows: rows.update(note="x"), lambda rows=rows: rows._raw_delete(rows.db)):
            with pytest.raises(DatabaseError), transaction.atomic():
                deed()


def test_the_owner_blocks_days_and_bookings_stand_in_the_way(cast):
    from bookings.claims import Taken
    from sharing.values.period import Period

    booking = ask(cast)
    with pytest.raises(Taken, match="booking in that time"):
        actions.block(cast.drill.pk, Period(**days(3, 6)), by=cast.bo)
    kept = actions.block(cast.drill.pk, Period(**days(4, 6)), by=cast.bo, note="My own wall")
    with pytest.raises(NotFree):
        actions.request(cast.drill.pk, by=cast.ana, **days(5, 6))
    for stranger in (cast.ana, cast.zoe):
        with pytest.raises(Claim.DoesNotExist):
            actions.unblock(kept.pk, by=stranger)
        with pytest.raises(Listing.DoesNotExist):
            actions.block(cast.drill.pk, Period(**days(8, 9)), by=stranger)
    with pytest.raises(Claim.DoesNotExist):
        actions.unblock(booking.claim_id, by=cast.bo)
    actions.unblock(kept.pk, by=cast.bo)
    assert actions.request(cast.drill.pk, by=cast.ana, **days(5, 6)).pk


def test_the_parties_are_who_they_are(cast):
    join(cast.bo, community(), role="steward")
    booking = reach(cast, State.DISPUTED)
    booking = Booking.objects.for_cards().get(pk=booking.pk)
    found = {who: parties.parties(booking, getattr(cast, who)) for who in ("ana", "bo", "cleo", "zoe")}
    assert found == {"ana": BORROWER, "bo": LENDER, "cleo": MEDIATOR, "zoe": parties.Party(0)}
    assert room(of=community_of(cast.bo)).pk and today() <= noon(1).date()
