"""The pages: every step by plain forms and by htmx, the same few statements, and nothing for strangers."""

import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from bookings import actions
from bookings.models import Booking, BookingEvent, Claim
from bookings.states import STEPS, State
from listings.models import Listing, ToolFacts
from messaging.models import Message
from sharing.web import formats
from tests.bookings.cast import drill, ride, room, today, workshop
from tests.factories import days, listing, member

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def browser(who=None) -> Client:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


def requested(cast, **more) -> Booking:
    return actions.request(cast.drill.pk, by=cast.ana, **(days(2, 4) | more))


def agreed(cast, **more) -> Booking:
    return actions.take(requested(cast, **more).pk, "accept", by=cast.bo)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def picture(name="a.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#385").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


# --- choosing ------------------------------------------------------------------------------------------


def test_a_listing_shows_its_calendar_its_price_and_the_quote_of_a_choice(cast):
    page = browser(cast.ana).get(cast.drill.get_absolute_url(), {"starts": today(10), "ends": today(12)})
    words = text(page)
    for said in ("When is it free?", "3 days × €3", "€9.45", "Free then", "Ask to borrow", "€20.00"):
        assert said in words


def test_a_visitor_chooses_first_and_signs_in_then_with_the_choice_kept(cast):
    page = browser().get(cast.drill.get_absolute_url())
    assert 'method="get"' in page.content.decode() and "your choice is kept" in text(page)
    asked = browser().get(f"/listings/{cast.drill.pk}/book/?starts={today(10)}&ends={today(12)}")
    assert asked.status_code == 302 and f"starts%3D{today(10)}" in asked.url


def test_the_words_follow_the_kind(cast):
    home = {"of": cast.home}
    for made, words in ((room(cast.bo, **home), "Ask to stay"), (ride(cast.bo, **home), "Ask to ride along"),
                        (drill(cast.bo, instant=True, **home), "Borrow now"),
                        (workshop(cast.bo, **home), "Ask to use it")):
        assert words in text(browser(cast.ana).get(f"/listings/{made.pk}/book/"))


def test_ones_own_listing_is_not_for_booking_oneself(cast):
    page = browser(cast.bo).get(cast.drill.get_absolute_url())
    assert "This is yours" in text(page) and "Ask to borrow" not in text(page)
    sent = {"starts": today(10), "ends": today(12)}
    assert browser(cast.bo).post(f"/listings/{cast.drill.pk}/book/", sent).status_code == 422


def test_taps_without_script_choose_first_the_start_then_the_end(cast):
    url = f"/listings/{cast.drill.pk}/book/"
    month = f"{today(10):%Y-%m}"
    first = browser(cast.ana).get(url, {"month": month}).content.decode()
    assert f'href="?starts={today(10)}&amp;month={month}#calendar"' in first
    then = browser(cast.ana).get(url, {"starts": today(10), "month": month}).content.decode()
    if today(11).month == today(10).month:
        assert f"starts={today(10)}&amp;ends={today(11)}&amp;month" in then


def test_the_quote_follows_by_itself(cast):
    url = f"/listings/{cast.drill.pk}/quote/"
    sent = {"starts": today(10), "ends": today(12)}
    assert "€9.45" in text(browser(cast.ana).get(url, sent, headers=HTMX))
    assert "to see the price" in text(browser(cast.ana).get(url, headers=HTMX))
    assert "lies before" in text(browser(cast.ana).get(url, sent | {"ends": today(9)}, headers=HTMX))
    agreed(cast, starts=str(today(10)), ends=str(today(10)))
    assert "already taken" in text(browser(cast.zoe).get(url, sent, headers=HTMX))


def test_the_month_turns(cast):
    page = browser().get(f"/listings/{cast.drill.pk}/month/", {"month": "2027-02"}, headers=HTMX)
    assert page.status_code == 200 and "February 2027" in text(page)
    for odd in ("2027-13", "x", "0001-01", "2027-02-01", "9999-12"):
        assert browser().get(f"/listings/{cast.drill.pk}/month/", {"month": odd}).status_code == 200


def test_asking_leads_to_the_booking(cast):
    sent = {"starts": today(10), "ends": today(12), "note": "For a shelf."}
    answer = browser(cast.ana).post(f"/listings/{cast.drill.pk}/book/", sent)
    booking = Booking.objects.get()
    assert (answer.url, booking.note, booking.state) == (booking.get_absolute_url(), "For a shelf.", State.REQUESTED)


def test_a_ride_is_asked_for_by_departure_and_stops(cast):
    car = ride(cast.bo, of=cast.home)
    a, b, _ = car.stops.all()
    sent = {"departure": car.departures.get().pk, "board": a.pk, "alight": b.pk, "quantity": 2}
    assert browser(cast.ana).post(f"/listings/{car.pk}/book/", sent).status_code == 302
    assert Booking.objects.get().quote["price_minor"] == 800


@pytest.mark.parametrize(("field", "changed"), [
    ("starts", {"starts": "2020-01-01"}), ("ends", {"ends": "2026-01-01"}), ("starts", {"starts": "no day"}),
    ("starts", {"starts": ""}), ("note", {"note": "x" * 2001}), ("ends", {"ends": "9" * 60}),
    ("solidarity", {"solidarity": "lots"}), ("solidarity", {"solidarity": "-1"}),
])
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(cast, field, changed):
    sent = {"starts": today(10), "ends": today(12), "note": "For a shelf.", "solidarity": ""} | changed
    page = browser(cast.ana).post(f"/listings/{cast.drill.pk}/book/", sent)
    assert page.status_code == 422 and field in page.context["form"].errors
    kept = page.content.decode()
    assert "For a shelf." in kept or field == "note"
    assert str(today(12)) in kept or field == "ends"
    assert not Booking.objects.exists() and not Claim.objects.exists()


def test_a_null_byte_in_a_form_is_refused(cast):
    sent = {"starts": today(10), "ends": today(12), "note": "a\x00b"}
    assert browser(cast.ana).post(f"/listings/{cast.drill.pk}/book/", sent).status_code in (400, 422)
    assert not Booking.objects.exists()


def test_a_rival_is_refused_kindly_and_keeps_what_was_typed(cast):
    agreed(cast, starts=str(today(10)), ends=str(today(12)))
    page = browser(cast.zoe).post(f"/listings/{cast.drill.pk}/book/", {"starts": today(11), "ends": today(14)})
    assert page.status_code == 422 and "already taken" in text(page)
    again = browser(cast.ana).post(f"/listings/{cast.drill.pk}/book/", {"starts": today(11), "ends": today(14)})
    assert again.status_code == 422 and "You have booked that time yourself already" in text(again)


# --- one booking ---------------------------------------------------------------------------------------


def test_each_side_sees_the_one_thing_to_do(cast):
    booking = requested(cast)
    lender = browser(cast.bo).get(booking.get_absolute_url()).content.decode()
    assert lender.count("button--call") == 1 and "Say yes" in lender and "Say no" in lender
    borrower = browser(cast.ana).get(booking.get_absolute_url())
    assert "Bo has your request" in text(borrower) and "button--call" not in borrower.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_whole_way_by_forms(cast, headers):
    booking = requested(cast)
    ana, bo = browser(cast.ana), browser(cast.bo)
    way = [(bo, "accept"), (ana, "hand_over"), (bo, "hand_over"), (ana, "pay"), (bo, "pay"), (bo, "return"),
           (ana, "return"), (bo, "close")]
    for client, step in way:
        answer = client.post(f"/bookings/{booking.pk}/{step}/", headers=headers)
        assert answer.status_code == (200 if headers else 302)
        if headers:
            assert 'id="booking"' in answer.content.decode() and "<html" not in answer.content.decode()
    booking.refresh_from_db()
    assert booking.state == State.CLOSED
    again = f'href="{booking.listing.get_absolute_url()}">Book it again'
    pages = [who.get(booking.get_absolute_url()).content.decode() for who in (ana, bo)]
    assert [again in page for page in pages] == [True, False] and "Into my calendar" not in pages[0]
    assert "See it in the books" in text(ana.get(booking.get_absolute_url()))


def test_what_is_free_of_charge_promises_no_price(cast):
    page = browser(cast.ana)
    assert "to see the price" in text(page.get(cast.drill.get_absolute_url()))
    Listing.objects.filter(pk=cast.drill.pk).update(terms="gift", price_minor=0)
    said = text(page.get(cast.drill.get_absolute_url()))
    assert "Choose when, on the calendar or here." in said and "to see the price" not in said


def test_a_handover_with_photos_note_and_checklist(cast):
    ToolFacts.objects.filter(listing=cast.drill).update(included="Case, two batteries\ncharger")
    booking = agreed(cast)
    page = browser(cast.ana).get(f"{booking.get_absolute_url()}hand_over/").content.decode()
    assert "two batteries" in page and 'type="file"' in page and "multiple" in page
    sent = {"photos": [picture(), picture("b.jpg")], "note": "One scratch", "checklist": ["Case", "charger"]}
    browser(cast.ana).post(f"/bookings/{booking.pk}/hand_over/", sent)
    row = booking.handovers.get()
    assert (row.photos.count(), row.note, row.checklist) == (2, "One scratch", ["Case", "charger"])
    seen = text(browser(cast.bo).get(booking.get_absolute_url()))
    assert "One scratch" in seen and "Ana Pick-up" in seen


def test_an_early_pick_up_asks_whether_it_really_happens_now(cast):
    booking = agreed(cast, **days(5, 6))
    ask = f"{booking.get_absolute_url()}hand_over/"
    assert "You are early. Does it change hands now?" in text(browser(cast.ana).get(ask))
    near = timezone.now() + timedelta(hours=1)
    Booking.objects.filter(pk=booking.pk).update(starts=near, ends=near + timedelta(days=1))
    assert "You are early" not in text(browser(cast.ana).get(ask))


def test_what_happened_is_told_by_the_clock_of_the_conversation(cast):
    booking = requested(cast)
    event, zone = booking.events.get(), ZoneInfo("Pacific/Kiritimati")
    assert cast.drill.time_zone != "Pacific/Kiritimati"
    cast.ana.time_zone = "Pacific/Kiritimati"
    cast.ana.save()
    said = text(browser(cast.ana).get(booking.get_absolute_url()))
    assert formats.moment(event.created, str(zone)) in said and "by your own clock" in said
    cast.ana.time_zone = cast.drill.time_zone
    cast.ana.save()
    assert "by your own clock" not in text(browser(cast.ana).get(booking.get_absolute_url()))


def test_a_day_of_what_is_had_by_the_hour_names_no_price(cast):
    desk = workshop(cast.bo, price_minor=400)
    page = browser(cast.ana).get(reverse("listing_month", args=[desk.pk])).content.decode()
    assert "data-day=" in page and "€4" not in page


@pytest.mark.parametrize(("sent", "field"), [
    ({"photos": [SimpleUploadedFile("a.svg", b"<svg/>")]}, "photos"), ({"note": "x" * 2001}, "note"),
    ({"photos": [SimpleUploadedFile("a.html", b"<html>")]}, "photos"),
])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_bad_handover_comes_back_with_its_reason(cast, sent, field, headers):
    booking = agreed(cast)
    for file in sent.get("photos", []):
        file.seek(0)
    page = browser(cast.ana).post(f"/bookings/{booking.pk}/hand_over/", sent, headers=headers)
    assert page.status_code == 422 and field in page.context["form"].errors
    assert not booking.handovers.exists()


def test_closing_because_nobody_came_says_first_what_goes_back(cast):
    booking = agreed(cast)
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)
    Booking.objects.filter(pk=booking.pk).update(starts=timezone.now() - timedelta(hours=1))
    url = f"/bookings/{booking.pk}/no_show/"
    assert "Nothing of what was paid goes back." in text(browser(cast.bo).get(url))
    assert "€6.30 goes back to you" in text(browser(cast.ana).get(url))


def test_cancelling_asks_first_and_says_what_goes_back(cast):
    booking = agreed(cast)
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)
    asked = browser(cast.ana).get(f"/bookings/{booking.pk}/cancel/")
    assert "Cancel this booking?" in text(asked) and "€6.30 goes back to you" in text(asked)
    assert "€6.30 goes back to the borrower" in text(browser(cast.bo).get(f"/bookings/{booking.pk}/cancel/"))
    assert browser(cast.ana).post(f"/bookings/{booking.pk}/cancel/", {"note": "Sorry"}).status_code == 302
    assert "€6.30 went back." in text(browser(cast.ana).get(booking.get_absolute_url()))


def test_a_step_that_came_too_late_says_so_on_the_page(cast):
    booking = requested(cast)
    actions.take(booking.pk, "withdraw", by=cast.ana)
    answer = browser(cast.bo).post(f"/bookings/{booking.pk}/accept/", headers=HTMX)
    assert answer.status_code == 409 and "has ended" in text(answer)
    plain = browser(cast.bo).post(f"/bookings/{booking.pk}/accept/", follow=True)
    assert "has ended" in text(plain)
    assert "not possible now" in text(browser(cast.bo).get(f"/bookings/{booking.pk}/accept/"))


def test_a_dispute_needs_words_and_a_steward_settles_it(cast):
    booking = agreed(cast)
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=who)
    assert browser(cast.ana).post(f"/bookings/{booking.pk}/dispute/", {"note": ""}).status_code == 422
    assert browser(cast.ana).post(f"/bookings/{booking.pk}/dispute/", {"note": "It is dead."}).status_code == 302
    page = browser(cast.cleo).get(booking.get_absolute_url())
    assert "Settle this" in text(page) and "It is dead." in text(page)
    wrong = browser(cast.cleo).post(f"/bookings/{booking.pk}/resolve/", {"kept": "99"})
    assert wrong.status_code == 422 and "kept" in wrong.context["form"].errors
    browser(cast.cleo).post(f"/bookings/{booking.pk}/resolve/", {"kept": "5,00"})
    assert browser(cast.cleo).get(booking.get_absolute_url()).status_code == 200


def test_a_stranger_gets_404_everywhere_and_a_visitor_the_door(cast):
    booking = requested(cast)
    paths = ["", "print/", *(f"{step}/" for step in [*STEPS, "pay", "fly"])]
    for path in paths:
        assert browser(cast.zoe).get(f"/bookings/{booking.pk}/{path}").status_code == 404
        assert browser(cast.zoe).post(f"/bookings/{booking.pk}/{path}").status_code in (404, 405)
        assert browser().get(f"/bookings/{booking.pk}/{path}").status_code == 302
    assert browser(cast.ana).get("/bookings/99999/").status_code == 404
    assert browser(cast.ana).post(f"/bookings/{booking.pk}/fly/").status_code == 404


def test_the_exact_place_is_for_the_two_sides_of_what_is_agreed(cast):
    cast.drill.address = "12 Elm Street, second bell"
    cast.drill.save()
    booking = requested(cast)
    assert "second bell" not in text(browser(cast.ana).get(booking.get_absolute_url()))
    actions.take(booking.pk, "accept", by=cast.bo)
    for who in (cast.ana, cast.bo):
        assert "second bell" in text(browser(who).get(booking.get_absolute_url()))
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=who)
    actions.take(booking.pk, "dispute", by=cast.ana, note="x")
    assert "second bell" not in text(browser(cast.cleo).get(booking.get_absolute_url()))


@pytest.mark.parametrize("events", [1, 24])
def test_a_booking_page_takes_at_most_fifteen_statements(cast, events, django_assert_max_num_queries):
    booking = agreed(cast)
    for side in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=side, photos=[picture()] if events > 1 else ())
    for _ in range(events):
        BookingEvent.objects.create(booking=booking, step="pay", state=booking.state, by=cast.ana)
        Message.objects.bulk_create([])
    client = browser(cast.ana)
    client.get(booking.get_absolute_url())
    with django_assert_max_num_queries(15):
        assert client.get(booking.get_absolute_url()).status_code == 200


def test_the_line_of_a_step_is_told_live(cast, django_capture_on_commit_callbacks, monkeypatch):
    from messaging import writer

    told = []
    monkeypatch.setattr(writer.hub, "tell", lambda members, frame, **more: told.append((set(members), frame)))
    booking = requested(cast)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(booking.pk, "accept", by=cast.bo)
    lines = [(members, frame) for members, frame in told if "booking.accept" in frame and '"message"' in frame]
    assert [members for members, _ in lines] == [{cast.ana.pk, cast.bo.pk}]
    assert f'"conversation":{booking.conversation_id}' in lines[0][1]
    page = browser(cast.ana).get(booking.get_absolute_url()).content.decode()
    assert f'data-conversation-id="{booking.conversation_id}"' in page


def test_a_booking_can_be_printed(cast):
    page = text(browser(cast.ana).get(f"/bookings/{agreed(cast).pk}/print/"))
    assert "Borrower Ana" in page and "€6.30" in page


def test_beside_its_conversation_stands_the_booking(cast):
    booking = requested(cast)
    page = text(browser(cast.bo).get(f"/messages/{booking.conversation_id}/"))
    assert "Say yes" in page and "Hammer drill" in page


# --- lists ---------------------------------------------------------------------------------------------


def test_a_list_says_what_waits_and_leaves_the_answer_open(cast):
    """No is an answer too; the buttons themselves say yes and no."""
    booking = requested(cast)
    for address in ("/bookings/", "/"):
        page = text(browser(cast.bo).get(address))
        assert "Say yes or no" in page
    assert "Say yes or no" not in text(browser(cast.bo).get(booking.get_absolute_url()))


def test_bookings_stand_by_what_they_need(cast):
    waiting, coming = requested(cast), agreed(cast, **days(6, 7))
    done = actions.take(requested(cast, **days(9, 10)).pk, "withdraw", by=cast.ana)
    mine = browser(cast.bo).get("/bookings/").context["mine"]
    assert [card.booking for card in mine.needs] == [waiting] and [card.booking for card in mine.coming] == [coming]
    mine = browser(cast.ana).get("/bookings/")
    assert [card.booking for card in mine.context["mine"].coming] == [waiting, coming]
    assert [card.booking for card in mine.context["past"]] == [done]
    assert "1 thing needs you" in text(browser(cast.bo).get("/"))
    assert "needs you" not in text(browser(cast.ana).get("/"))


def test_what_is_over_comes_by_the_page(cast):
    for n in range(30):
        now = timezone.now() - timedelta(hours=n)
        stay = {"starts": now, "ends": now + timedelta(hours=1)}
        Booking.objects.create(listing=cast.drill, community=cast.home, borrower=cast.ana, state=State.CLOSED,
                               moved=now, **stay)
    first = browser(cast.ana).get("/bookings/")
    assert len(first.context["past"]) == 24
    more = browser(cast.ana).get(first.context["more"], headers=HTMX)
    assert len(more.context["past"]) == 6 and "<html" not in more.content.decode()
    assert browser(cast.ana).get("/bookings/?cursor=x").status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_takes_the_same_statements_for_one_and_for_many(cast, count, django_assert_max_num_queries):
    for n in range(count):
        agreed(cast, **days(n, n + 1))
        actions.take(requested(cast, **days(20 + n, 21 + n)).pk, "decline", by=cast.bo)
    for client in (browser(cast.ana), browser(cast.bo)):
        client.get("/bookings/")
        with django_assert_max_num_queries(14):
            assert client.get("/bookings/").status_code == 200


def test_nothing_yet_shows_the_way(cast):
    assert "Look on the board" in text(browser(cast.zoe).get("/bookings/"))
    assert "You lend nothing yet" in text(browser(cast.zoe).get("/calendar/"))


# --- who may look, and at what price ---------------------------------------------------------------------


def test_members_of_the_house_alone_book_what_is_theirs(cast):
    cast.drill.visibility = "community"
    cast.drill.save()
    assert browser(member("Max")).get(f"/listings/{cast.drill.pk}/book/").status_code == 404
    assert browser(cast.ana).get(f"/listings/{cast.drill.pk}/book/").status_code == 200
    for path in ("month", "quote"):
        assert browser(cast.zoe).get(f"/listings/{cast.drill.pk}/{path}/").status_code == 404


@pytest.mark.parametrize("make", [drill, room, workshop, ride])
def test_a_listing_page_with_calendar_and_quote_takes_at_most_twelve_statements(
    cast, make, django_assert_max_num_queries
):
    made = make(cast.bo, of=cast.home)
    chosen = {"starts": today(10), "ends": today(12)}
    for client in (browser(), browser(cast.ana)):
        client.get(made.get_absolute_url(), chosen)
        with django_assert_max_num_queries(12):
            assert client.get(made.get_absolute_url(), chosen).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_a_steward_reads_bookings_of_the_commons_in_the_same_statements(cast, count, django_assert_max_num_queries):
    common = listing(of=cast.home, commons=True)
    for n in range(count):
        booking = actions.request(common.pk, by=cast.ana, **days(n, n + 1))
        actions.take(booking.pk, "accept", by=cast.cleo)
    client = browser(cast.cleo)
    client.get("/bookings/")
    with django_assert_max_num_queries(16):
        client.get("/bookings/")
