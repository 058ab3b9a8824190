"""The line: first come, first offered, for twelve hours; then the next. An offer holds the time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions, tasks, waiting
from bookings.actions.requests import NotFree, YourOwn
from bookings.actions.steps import NotNow
from bookings.models import Booking, Claim, FairUse, WaitEntry
from bookings.states import ClaimKind, State, WaitState
from listings.models import Listing
from messaging.models import Notification
from sharing.web.refusals import Refusal
from tests import factories
from tests.bookings.cast import drill
from tests.bookings.test_api import client as client_of
from tests.bookings.test_steps import ask, reach
from tests.factories import days, member

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def line(cast):
    """Ana has it; Zoe waits first, Mia second."""
    cast.mia = member("Mia")
    cast.booking = ask(cast)
    cast.first = actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    cast.second = actions.join_line(cast.drill.pk, by=cast.mia, **days(3, 5))
    return cast


def states(*entries) -> list[str]:
    return [WaitEntry.objects.get(pk=entry.pk).state for entry in entries]


def test_one_waits_only_for_what_somebody_else_has(cast):
    ask(cast)
    with pytest.raises(NotNow, match="need not wait"):
        actions.join_line(cast.drill.pk, by=cast.zoe, **days(6, 8))
    with pytest.raises(NotNow, match="yourself"):
        actions.join_line(cast.drill.pk, by=cast.ana, **days(2, 4))
    with pytest.raises(YourOwn):
        actions.join_line(cast.drill.pk, by=cast.bo, **days(2, 4))
    with pytest.raises(NotFree):
        actions.join_line(cast.drill.pk, by=cast.zoe, **days(-40, -38))
    entry = actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    assert actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4)) == entry


def test_the_first_is_offered_it_and_nobody_else_can_take_it(line, django_capture_on_commit_callbacks):
    assert [place.position for who in (line.zoe, line.mia) for place in waiting.of(who)] == [1, 2]
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(line.booking.pk, "decline", by=line.bo)
    assert states(line.first, line.second) == [WaitState.OFFERED, WaitState.WAITING]
    assert Notification.objects.filter(member=line.zoe, kind="booking.offer", needs_answer=True).count() == 1
    with pytest.raises(Refusal, match="taken"):
        actions.request(line.drill.pk, by=line.ana, **days(2, 4))
    claim = Claim.objects.get(kind=ClaimKind.OFFER)
    booking = actions.take_offer(line.first.pk, by=line.zoe)
    assert (booking.state, booking.claim_id, booking.period) == (State.REQUESTED, claim.pk, line.first.period)
    assert Claim.objects.get().kind == ClaimKind.BOOKING
    assert states(line.first) == [WaitState.TAKEN]
    actions.take(booking.pk, "accept", by=line.bo)


@pytest.mark.parametrize("way", ["cancel", "decline", "expire", "return", "change", "unblock"])
def test_whatever_frees_the_time_asks_the_first_in_line(cast, django_capture_on_commit_callbacks, way):
    before = {"cancel": State.ACCEPTED, "change": State.ACCEPTED, "return": State.HANDED_OVER}
    if way == "unblock":
        from sharing.values.period import Period

        block = actions.block(cast.drill.pk, Period(**days(2, 4)), by=cast.bo)
    else:
        booking = reach(cast, before.get(way, State.REQUESTED))
    entry = actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    with django_capture_on_commit_callbacks(execute=True):
        if way == "unblock":
            actions.unblock(block.pk, by=cast.bo)
        elif way == "change":
            row = actions.change(booking.pk, by=cast.ana, **days(6, 8))
            actions.answer_change(row.pk, "agree", by=cast.bo)
        elif way == "return":
            for who in (cast.ana, cast.bo):
                actions.take(booking.pk, "return", by=who)
        else:
            actions.take(booking.pk, way, by=None if way == "expire" else cast.bo,
                         now=booking.expires if way == "expire" else None)
    assert states(entry) == [WaitState.OFFERED]


def test_an_offer_nobody_takes_passes_to_the_next_after_twelve_hours(line):
    actions.take(line.booking.pk, "decline", by=line.bo)
    assert tasks.wait_at(line.booking.created) == 1
    offered = WaitEntry.objects.get(pk=line.first.pk).offered_until
    assert offered == line.booking.created + 12 * HOUR
    assert tasks.wait_at(offered - HOUR) == 0
    with pytest.raises(NotNow, match="run out"):
        actions.take_offer(line.first.pk, by=line.zoe, now=offered)
    assert [tasks.wait_at(offered), tasks.wait_at(offered)] == [1, 0]
    assert states(line.first, line.second) == [WaitState.PASSED, WaitState.OFFERED]


def test_who_leaves_or_lets_pass_makes_room_for_the_next(line):
    actions.leave_line(line.first.pk, by=line.zoe)
    assert [place.position for place in waiting.of(line.mia)] == [1]
    actions.take(line.booking.pk, "decline", by=line.bo)
    tasks.wait_at(line.booking.created)
    actions.leave_line(line.second.pk, by=line.mia)
    assert states(line.first, line.second) == [WaitState.LEFT, WaitState.PASSED]
    assert not Claim.objects.exists()
    with pytest.raises(NotNow):
        actions.leave_line(line.second.pk, by=line.mia)
    with pytest.raises(WaitEntry.DoesNotExist):
        actions.take_offer(line.second.pk, by=line.zoe)


def test_nobody_waits_for_what_has_begun(line):
    tasks.wait_at(line.first.starts)
    assert states(line.first) == [WaitState.OVER]


def test_the_pages_offer_the_line_show_the_place_and_take_it(cast):
    ask(cast)
    zoe = Client()
    zoe.force_login(cast.zoe)
    first, last = days(2, 4)["starts"].date(), days(2, 3)["starts"].date()
    seen = zoe.get(f"/listings/{cast.drill.pk}/book/?starts={first}&ends={last}").content.decode()
    assert "Put me in line" in seen
    page = zoe.post(f"/listings/{cast.drill.pk}/wait/", {"starts": first, "ends": last}, follow=True).content.decode()
    assert "first in line" in page
    assert "In line" in zoe.get("/bookings/").content.decode()
    Listing.objects.update(instant=True)
    for claim in Claim.objects.all():
        actions.take(Booking.objects.get(claim=claim).pk, "withdraw", by=cast.ana)
    tasks.wait_at(waiting.of(cast.zoe)[0].entry.created)
    assert "Held for you until" in zoe.get("/waiting/").content.decode()
    entry = WaitEntry.objects.get()
    ana = Client()
    ana.force_login(cast.ana)
    assert ana.post(f"/waiting/{entry.pk}/take/").status_code == 404
    assert "agreed" in zoe.post(f"/waiting/{entry.pk}/take/", follow=True).content.decode()
    assert "You are in no line" in zoe.get("/waiting/").content.decode()


def test_the_line_over_the_api(line):
    zoe, mia = client_of(line.zoe), client_of(line.mia)
    assert [row["position"] for row in mia.get("/api/v1/waiting/").json()] == [2]
    asked = {"listing": line.drill.pk} | {name: moment.isoformat() for name, moment in days(2, 5).items()}
    assert zoe.post("/api/v1/waiting/", asked, format="json").status_code == 201
    assert zoe.post("/api/v1/waiting/", asked | {"listing": 10**6}, format="json").status_code == 404
    assert zoe.post(f"/api/v1/waiting/{line.second.pk}/leave/").status_code == 404
    assert zoe.post(f"/api/v1/waiting/{line.first.pk}/take/").status_code == 409
    assert zoe.post(f"/api/v1/waiting/{line.first.pk}/leave/").json()["state"] == "left"


def test_places_cost_the_same_however_many(line, django_assert_num_queries):
    for n in range(5):
        actions.join_line(line.drill.pk, by=line.zoe, starts=days(2, 4)["starts"] + n * HOUR, ends=days(2, 4)["ends"])
    with django_assert_num_queries(1):
        assert len(waiting.of(line.zoe)) == 5


def test_what_is_no_longer_shown_to_them_is_not_offered_to_them(line, django_capture_on_commit_callbacks):
    Listing.objects.filter(pk=line.drill.pk).update(visibility="community")  # Zoe and Mia are of no community
    factories.join(line.mia, line.home)
    assert waiting.of(line.zoe) == [] and len(waiting.of(line.mia)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(line.booking.pk, "decline", by=line.bo)
    assert states(line.first, line.second) == [WaitState.OVER, WaitState.OFFERED]
    assert not Notification.objects.filter(member=line.zoe, kind="booking.offer").exists()


def test_an_offer_of_what_was_hidden_since_is_kindly_refused(line, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(line.booking.pk, "decline", by=line.bo)
    Listing.objects.filter(pk=line.drill.pk).update(visibility="community")
    answer = client_of(line.zoe).post(f"/api/v1/waiting/{line.first.pk}/take/")
    assert answer.status_code == 409 and "any more" in answer.json()["detail"]


def run_out(line) -> None:
    Claim.objects.update(expires=timezone.now() - HOUR)


def test_a_hold_that_ran_out_is_offered_to_the_line_before_anybody_else_gets_it(line):
    run_out(line)
    with pytest.raises(Refusal, match="taken"):
        actions.request(line.drill.pk, by=line.cleo, **days(2, 4))
    assert states(line.first, line.second) == [WaitState.OFFERED, WaitState.WAITING]
    actions.take_offer(line.first.pk, by=line.zoe)


def test_nor_gets_it_by_other_dates_or_in_a_series(line):
    other = actions.request(line.drill.pk, by=line.cleo, **days(8, 10))
    run_out(line)
    Claim.objects.filter(pk=other.claim_id).update(expires=other.expires)
    with pytest.raises(Refusal, match="asked first"):
        actions.change(other.pk, by=line.cleo, **days(2, 4))
    span = {name: moment.isoformat() for name, moment in days(2, 4).items()}
    with pytest.raises(Refusal):
        actions.request_series(line.drill.pk, by=line.cleo, rhythm="weekly", until=days(20, 21)["starts"], **span)
    actions.change(other.pk, by=line.cleo, **days(10, 12))  # where nobody waits


def test_what_is_left_beside_the_line_and_who_is_first_in_it_are_not_held_up(line):
    run_out(line)
    Listing.objects.filter(pk=line.drill.pk).update(capacity=3)
    actions.request(line.drill.pk, by=line.cleo, **days(2, 4))
    assert states(line.first, line.second) == [WaitState.OFFERED] * 2


def test_the_first_in_line_may_just_ask(line):
    run_out(line)
    assert actions.request(line.drill.pk, by=line.zoe, **days(2, 4)).claim_id


def test_whom_a_rule_keeps_from_it_is_passed_over_told_why_once_and_keeps_the_place(line):
    factories.join(line.zoe, line.home)
    FairUse.objects.create(community=line.home, most_at_once=1)
    other = actions.request(drill(line.bo, of=line.home).pk, by=line.zoe, **days(2, 4))
    actions.take(line.booking.pk, "decline", by=line.bo)
    for _tick in range(2):
        tasks.wait_at(line.booking.created)
    assert states(line.first, line.second) == [WaitState.WAITING, WaitState.OFFERED]
    told = Notification.objects.get(member=line.zoe, kind="booking.offer")
    assert "only one" in told.body and "in line" in told.body and not told.needs_answer
    actions.leave_line(line.second.pk, by=line.mia)
    actions.take(other.pk, "withdraw", by=line.zoe)
    tasks.wait_at(line.booking.created)
    assert states(line.first) == [WaitState.OFFERED]
    actions.take_offer(line.first.pk, by=line.zoe)


def test_what_no_rule_lets_the_line_have_is_for_who_asks(line):
    FairUse.objects.create(listing=line.drill, most_days=2, window_days=30)
    run_out(line)
    actions.request(line.drill.pk, by=line.cleo, **days(2, 3))
    assert states(line.first, line.second) == [WaitState.WAITING] * 2
