"""What bookings and listings bring to conversations: questions, dates agreed there, cars, closed doors."""

import re

import pytest

from bookings import actions
from bookings.models import Booking, Change
from bookings.states import State
from listings import talk
from messaging import actions as messaging
from messaging.models import Conversation, Message
from sharing.web import formats
from sharing.web.refusals import Refusal
from tests.bookings.cast import ride
from tests.factories import days, join, listing, member

pytestmark = pytest.mark.django_db


def ask(client, shown):
    return client.post(f"/listings/{shown.pk}/ask/")


def proposed(conversation, by, first, last):
    period = {name: moment.isoformat() for name, moment in days(first, last).items()}
    return messaging.post(conversation.pk, by=by, body="", client_id=f"{by.pk}-{first}-{last}", period=period)


# --- questions ----------------------------------------------------------------------------------------


def test_asking_about_a_listing_opens_one_conversation_with_who_answers_for_it(cast, client):
    client.force_login(cast.ana)
    page = client.get(f"/listings/{cast.drill.pk}/").content.decode()
    assert f"/listings/{cast.drill.pk}/ask/" in page
    first, again = ask(client, cast.drill).url, ask(client, cast.drill).url
    conversation = Conversation.objects.get()
    assert first == again == conversation.get_absolute_url()
    assert (conversation.kind, conversation.community) == ("about", cast.home)
    assert dict(conversation.participants.values_list("member", "role")) == {cast.ana.pk: "member", cast.bo.pk: "host"}
    page = client.get(first).content.decode()
    assert "talk-card" in page and "Hammer drill" in page
    assert "listings/talk_map.js" in page, "places that are said become maps"


def test_about_a_thing_of_the_community_one_asks_its_stewards(cast, client):
    ladder = listing(of=cast.home, commons=True, title="Ladder")
    conversation = talk.ask_about(ladder.pk, by=cast.ana)
    assert set(conversation.participants.values_list("member", flat=True)) == {cast.ana.pk, cast.cleo.pk}
    other = member("Dora")
    join(other, cast.home, role="steward")
    talk.ask_about(ladder.pk, by=cast.ana)
    assert conversation.participants.filter(member=other, role="host").exists()


def test_who_may_not_see_it_cannot_ask_and_nobody_asks_themselves(cast, client):
    cast.drill.visibility = "community"
    cast.drill.save()
    client.force_login(cast.zoe)
    assert ask(client, cast.drill).status_code == 404
    client.force_login(cast.bo)
    assert ask(client, cast.drill).url == f"/listings/{cast.drill.pk}/" and not Conversation.objects.exists()


def test_a_link_to_a_listing_is_a_card_for_those_who_may_see_it(cast, client, settings):
    settings.PUBLIC_URL = "https://share.example"
    cast.drill.visibility = "community"
    cast.drill.save()
    told = messaging.direct(cast.ana, cast.zoe)
    line = messaging.post(told.pk, by=cast.ana, client_id="1", body=f"See https://share.example/listings/{cast.drill.pk}/")
    assert line.data == {"cards": [f"listing:{cast.drill.pk}"]}
    elsewhere = f"https://evil.example/listings/{cast.drill.pk}/"
    assert messaging.post(told.pk, by=cast.ana, client_id="2", body=elsewhere).data is None
    for who, sees in ((cast.ana, True), (cast.zoe, False)):
        client.force_login(who)
        assert ("talk-card" in client.get(f"/messages/{told.pk}/").content.decode()) is sees


# --- dates agreed in a conversation -------------------------------------------------------------------


@pytest.mark.parametrize("proposer", ["ana", "bo"])
def test_dates_that_one_side_proposes_and_the_other_accepts_are_an_agreed_booking(cast, proposer, client):
    conversation = talk.ask_about(cast.drill.pk, by=cast.ana)
    one, other = (cast.ana, cast.bo) if proposer == "ana" else (cast.bo, cast.ana)
    line = proposed(conversation, one, 2, 4)
    assert not Booking.objects.exists()
    client.force_login(other)
    price = formats.money(line.data["period"]["total_minor"], "EUR")
    assert f"Hammer drill · {price}" in client.get(f"/messages/{conversation.pk}/").content.decode()

    answered = messaging.answer_offer(conversation.pk, line.sequence, "accept", by=other)

    booking = Booking.objects.get()
    assert (booking.borrower, booking.state) == (cast.ana, State.ACCEPTED)
    assert answered.data["period"]["url"] == booking.get_absolute_url()
    assert (booking.starts, booking.ends) == tuple(days(2, 4).values())
    assert booking.quote["total_minor"] == line.data["period"]["total_minor"]


def test_dates_that_are_gone_meanwhile_are_refused_and_stay_open(cast):
    conversation = talk.ask_about(cast.drill.pk, by=cast.ana)
    line = proposed(conversation, cast.ana, 2, 4)
    actions.request(cast.drill.pk, by=cast.cleo, **days(3, 5))
    with pytest.raises(Refusal):
        messaging.answer_offer(conversation.pk, line.sequence, "accept", by=cast.bo)
    assert Message.objects.get(pk=line.pk).data["period"]["state"] == "open"
    assert Booking.objects.count() == 1
    with pytest.raises(Refusal) as refused:
        proposed(conversation, cast.ana, 3, 4)
    assert refused.value.field == "period"


def test_other_dates_proposed_in_a_bookings_conversation_move_it(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.take(booking.pk, "accept", by=cast.bo)
    line = proposed(booking.conversation, cast.ana, 5, 7)
    assert not Change.objects.exists()
    messaging.answer_offer(booking.conversation_id, line.sequence, "accept", by=cast.bo)
    booking.refresh_from_db()
    assert (booking.starts, booking.ends) == tuple(days(5, 7).values())


def test_the_next_step_of_a_booking_stands_in_its_conversation_and_follows_it(cast, client):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    page = f"/messages/{booking.conversation_id}/"
    client.force_login(cast.bo)
    shown = client.get(page).content.decode()
    assert f'data-about-of="{booking.conversation_id}"' in shown
    deeds = shown.split("booking-aside__do", 1)[1]
    assert f'action="/bookings/{booking.pk}/accept/"' in deeds and f'href="/bookings/{booking.pk}/decline/"' in deeds
    messaging.post(booking.conversation_id, by=cast.ana, body="Please", client_id="1")
    actions.take(booking.pk, "accept", by=cast.bo)
    part = client.get(page, headers={"X-Part": "about"}).content.decode()
    assert "booking-aside" in part and "accept/" not in part and "<html" not in part
    seat = booking.conversation.participants.get(member=cast.bo)
    assert seat.seen_seq < booking.conversation.messages.count(), "who asks for the part has not read the thread"
    client.force_login(cast.zoe)
    assert client.get(page, headers={"X-Part": "about"}).status_code == 404


# --- the car ------------------------------------------------------------------------------------------


def test_riders_join_the_car_with_their_seat_and_leave_with_it(cast):
    way = ride(cast.bo, of=cast.home, instant=True)
    on, _mid, off = (stop.pk for stop in way.stops.all())
    actions.request(way.pk, by=cast.ana, board=on, alight=off)
    car = Conversation.objects.get(kind="car")
    assert not re.search(r"\d{4}-\d\d-\d\d", car.subject), "the day as one reads it"
    messaging.post(car.pk, by=cast.ana, body="The side door sticks", client_id="1")
    cleos = actions.request(way.pk, by=cast.cleo, board=on, alight=off)
    inside = car.participants.filter(left__isnull=True)
    assert dict(inside.values_list("member", "role")) == {
        cast.bo.pk: "host", cast.ana.pk: "member", cast.cleo.pk: "member"
    }
    assert inside.get(member=cast.cleo).from_seq == 2  # what was said before is not theirs to read
    actions.take(cleos.pk, "cancel", by=cast.cleo)
    assert set(inside.values_list("member", flat=True)) == {cast.bo.pk, cast.ana.pk}
    codes = [line.data["code"] for line in Message.objects.filter(conversation=car, kind="event").order_by("sequence")]
    assert codes == ["car.joined", "car.joined", "car.left"]


def test_a_request_that_is_not_answered_yet_is_no_seat_in_the_car(cast):
    way = ride(cast.bo, of=cast.home)
    on, _mid, off = (stop.pk for stop in way.stops.all())
    booking = actions.request(way.pk, by=cast.ana, board=on, alight=off)
    assert not Conversation.objects.filter(kind="car").exists()
    actions.take(booking.pk, "accept", by=cast.bo)
    assert Conversation.objects.get(kind="car").participants.filter(member=cast.ana, left__isnull=True).exists()


# --- closed doors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("closer", ["ana", "bo"])
def test_between_two_who_blocked_there_are_no_requests_and_no_questions(cast, closer):
    one, other = (cast.ana, cast.bo) if closer == "ana" else (cast.bo, cast.ana)
    messaging.block(one, other)
    for deed in (
        lambda: actions.request(cast.drill.pk, by=cast.ana, **days(2, 4)),
        lambda: talk.ask_about(cast.drill.pk, by=cast.ana),
        lambda: messaging.direct(cast.ana, cast.bo),
    ):
        with pytest.raises(messaging.Apart):
            deed()
    messaging.unblock(one, other)
    assert actions.request(cast.drill.pk, by=cast.ana, **days(2, 4)).state == State.REQUESTED


def test_the_list_of_conversations_tells_ones_own_deed_as_ones_own(cast, client):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))

    def rows(who):
        client.force_login(who)
        return client.get("/messages/").content.decode()

    assert "You asked ·" in rows(cast.ana) and "Ana asks to borrow" not in rows(cast.ana)
    assert "Ana asks to borrow" in rows(cast.bo) and "You asked" not in rows(cast.bo)
    actions.take(booking.pk, "accept", by=cast.bo)
    assert "You said yes" in rows(cast.bo) and "Bo said yes." in rows(cast.ana)


def test_a_line_of_an_older_version_reads_as_it_was_stored(cast, client):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    Message.objects.filter(conversation=booking.conversation).update(data={"code": "booking.request", "params": {}})
    client.force_login(cast.ana)
    assert "Ana asks to borrow" in client.get("/messages/").content.decode()
