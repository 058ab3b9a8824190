"""A copy breaks: what no longer fits is listed, cancelled only on confirmation, and never restored by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import listings.actions
from bookings import actions, alternatives
from bookings.claims import Taken
from bookings.models import Booking, Claim, WaitEntry
from bookings.states import ClaimKind, State, WaitState
from listings.models import Listing
from messaging.models import Message, Notification
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, room, today
from tests.bookings.test_api import client as client_of
from tests.factories import HERE, days, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cast):
    """Three copies: Ana has two of them agreed, Zoe asked for one, Mia has one later."""
    cast.tools = drill(cast.bo, of=cast.home, capacity=3, title="Chairs")
    cast.first = actions.request(cast.tools.pk, by=cast.ana, quantity=2, **days(2, 4))
    actions.take(cast.first.pk, "accept", by=cast.bo)
    cast.second = actions.request(cast.tools.pk, by=cast.zoe, **days(3, 5))
    cast.third = actions.request(cast.tools.pk, by=member("Mia"), **days(8, 9))
    return cast


def states(*bookings) -> list[str]:
    return [Booking.objects.get(pk=booking.pk).state for booking in bookings]


def test_what_fits_stays_and_the_youngest_request_gives_way_first(three):
    with pytest.raises(actions.StillBooked) as found:
        actions.break_down(three.tools.pk, by=three.bo, quantity=1)
    assert found.value.bookings == [three.second]
    assert not Claim.objects.filter(kind=ClaimKind.REPAIR).exists()
    with pytest.raises(actions.StillBooked):  # another one than was agreed to
        actions.break_down(three.tools.pk, by=three.bo, quantity=2, cancel=[three.second.pk])
    actions.break_down(three.tools.pk, by=three.bo, quantity=1, note="The leg broke.", cancel=[three.second.pk])
    assert states(three.first, three.second, three.third) == [State.ACCEPTED, State.DECLINED, State.REQUESTED]
    assert "The leg broke." in Notification.objects.get(member=three.zoe, kind="booking.decline").body
    with pytest.raises(Refusal, match="not that many|taken"):
        actions.request(three.tools.pk, by=three.cleo, quantity=3, **days(12, 13))


def test_what_is_agreed_is_cancelled_with_all_its_money_and_alternatives_nearby(three):
    for title in ("Chairs of Cleo", "Chairs of the hall"):
        listings.actions.create(by=three.cleo, facts={
            "kind": "tool", "title": title, "terms": "gift", "price_unit": "day", "lat": HERE.lat, "lon": HERE.lon,
            "place": "Here", "max_units": 30, "capacity": 2,
        })
        row = Listing.objects.get(title=title)
        listings.actions.publish(row.pk, by=three.cleo)
    both = [three.first.pk, three.second.pk]
    actions.break_down(three.tools.pk, by=three.bo, quantity=2, cancel=both)
    assert states(three.first, three.second, three.third) == [State.CANCELLED, State.REQUESTED, State.REQUESTED]
    said = Message.objects.filter(conversation=three.first.conversation).latest("sequence")
    titles = [other["title"] for other in said.data["params"]["others"]]
    assert sorted(titles) == ["Chairs of Cleo", "Chairs of the hall"]
    assert "free in that time nearby" in said.body and "Chairs of Cleo" in said.body


def test_mended_it_can_be_booked_again_and_nothing_comes_back(three):
    block = actions.break_down(three.tools.pk, by=three.bo, quantity=3, cancel=[
        three.first.pk, three.second.pk, three.third.pk,
    ])
    actions.unblock(block.pk, by=three.bo)
    assert states(three.first, three.second, three.third) == [State.CANCELLED, State.DECLINED, State.DECLINED]
    actions.request(three.tools.pk, by=three.cleo, quantity=3, **days(2, 4))


def test_fewer_for_good_goes_the_same_way(three):
    with pytest.raises(actions.StillBooked):
        actions.break_down(three.tools.pk, by=three.bo, quantity=1, for_good=True)
    actions.break_down(three.tools.pk, by=three.bo, quantity=1, for_good=True, cancel=[three.second.pk])
    assert Listing.objects.get(pk=three.tools.pk).capacity == 2
    with pytest.raises(Refusal, match="only"):
        actions.break_down(three.tools.pk, by=three.bo, quantity=2, for_good=True, cancel=[three.first.pk])


def test_what_is_out_cannot_give_way(three):
    for who in (three.ana, three.bo):
        actions.take(three.first.pk, "hand_over", by=who)
    with pytest.raises(Taken, match="Have them back"):
        actions.break_down(three.tools.pk, by=three.bo, quantity=2, cancel=[three.second.pk])


@pytest.mark.parametrize("for_good", [False, True])
def test_what_is_offered_in_line_gives_way_and_keeps_its_place(three, django_capture_on_commit_callbacks, for_good):
    entry = actions.join_line(three.tools.pk, by=three.cleo, quantity=3, **days(8, 9))
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(three.third.pk, "decline", by=three.bo)
    offered = WaitEntry.objects.get(pk=entry.pk)
    assert offered.state == WaitState.OFFERED
    with django_capture_on_commit_callbacks(execute=True):
        actions.break_down(three.tools.pk, by=three.bo, quantity=1, for_good=for_good, cancel=[three.second.pk])
    entry.refresh_from_db()
    assert (entry.state, entry.claim) == (WaitState.WAITING, None)
    assert not Claim.objects.filter(pk=offered.claim_id).exists()
    told = Notification.objects.filter(member=three.cleo, kind="booking.offer")
    assert [note.title for note in told.order_by("pk")] == ["Chairs is free for you", "Chairs"]
    if not for_good:  # mended, it is offered again, and they hear of that too
        with django_capture_on_commit_callbacks(execute=True):
            actions.unblock(Claim.objects.get(kind=ClaimKind.REPAIR).pk, by=three.bo)
        assert told.filter(title="Chairs is free for you").count() == 2


def test_only_whoever_looks_after_it_says_so_and_sense_is_asked_for(three):
    with pytest.raises(Listing.DoesNotExist):
        actions.break_down(three.tools.pk, by=three.ana, quantity=1)
    for wrong in ({"quantity": 0}, {"quantity": 4}, {"quantity": 1, "ends": timezone.now() - timedelta(days=1)}):
        with pytest.raises(Refusal):
            actions.break_down(three.tools.pk, by=three.bo, **wrong)


def test_the_page_lists_first_and_cancels_on_the_second_press(three):
    bo = Client()
    bo.force_login(three.bo)
    url = f"/listings/{three.tools.pk}/broken/"
    assert "out of use" in bo.get(url).content.decode()
    sent = {"quantity": 1, "starts": timezone.now().date(), "ends": "", "note": "Sorry"}
    asked = bo.post(url, sent)
    page = asked.content.decode()
    assert asked.status_code == 409 and "1 booking no longer fits" in page and f'value="{three.second.pk}"' in page
    done = bo.post(url, sent | {"cancel": [three.second.pk]}, follow=True).content.decode()
    assert "1 booking is cancelled" in done
    ana = Client()
    ana.force_login(three.ana)
    assert ana.get(url).status_code == 404


def test_breakage_over_the_api(three, monkeypatch):
    other = {"title": "Chairs of the hall", "url": "/listings/9/"}
    monkeypatch.setattr(alternatives, "of", lambda booking, **_given: [other])
    bo, url = client_of(three.bo), f"/api/v1/listings/{three.tools.pk}/breakage/"
    asked = bo.post(url, {"quantity": 1}, format="json")
    assert (asked.status_code, asked.json()["bookings"]) == (409, [three.second.pk])
    assert asked.json()["clashing"] == [{"booking": three.second.pk, "others": [other]}]
    assert bo.post(url, {"quantity": 1, "cancel": [three.second.pk]}, format="json").json()["done"]
    assert client_of(three.ana).post(url, {"quantity": 1}, format="json").status_code == 404


def test_fewer_on_the_edit_page_leads_to_the_review_and_keeps_what_else_was_changed(three):
    bo = Client()
    bo.force_login(three.bo)
    terms = {
        "terms": "rent", "price": "4.00", "price_unit": "day", "deposit": "0", "capacity": "2", "min_units": "1",
        "cancellation": "strict", "visibility": "public", "max_units": "30", "notice_hours": "0",
        "horizon_days": "180", "buffer_after": "0",
    }
    answer = bo.post(f"/listings/{three.tools.pk}/edit/terms/", terms)
    assert answer.status_code == 302, answer.content.decode()
    assert answer.url == f"/listings/{three.tools.pk}/broken/?to=2"
    kept = Listing.objects.get(pk=three.tools.pk)
    assert (kept.capacity, kept.price_minor, kept.cancellation) == (3, 400, "strict")
    page = bo.get(answer.url).content.decode()
    assert "Only 2 from now on?" in page and "1 booking no longer fits" in page
    assert f'value="{three.second.pk}"' in page and states(three.second) == [State.REQUESTED]
    sent = {"quantity": 1, "starts": timezone.now().date(), "ends": "", "for_good": "on", "note": "Sold one"}
    done = bo.post(answer.url, sent | {"cancel": [three.second.pk]}, follow=True).content.decode()
    assert "1 booking is cancelled" in done and states(three.first, three.second) == [State.ACCEPTED, State.DECLINED]
    assert Listing.objects.get(pk=three.tools.pk).capacity == 2


def test_fewer_beds_are_fewer_in_all_that_is_said_of_the_room(cast):
    beds = room(cast.bo, of=cast.home, beds=3)
    asked = actions.request(beds.pk, by=cast.ana, quantity=3, starts=str(today(20)), ends=str(today(22)))
    with pytest.raises(actions.StillBooked):
        actions.break_down(beds.pk, by=cast.bo, quantity=1, for_good=True)
    actions.break_down(beds.pk, by=cast.bo, quantity=1, for_good=True, cancel=[asked.pk])
    left = Listing.objects.select_related("room").get(pk=beds.pk)
    assert (left.capacity, left.room.beds) == (2, 2)
