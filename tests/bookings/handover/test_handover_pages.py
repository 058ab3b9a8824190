"""The pages at the door, the photos behind a question, and the same for programs."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from bookings import actions
from bookings.handover import codes
from bookings.models import Booking, HandoverPhoto, Meeting
from bookings.states import State
from members.authentication import issue_token
from tests.bookings.cast import today
from tests.bookings.test_pages import HTMX, browser, picture, text
from tests.factories import days

from .test_meetings import agreed, at

pytestmark = pytest.mark.django_db


def near(cast) -> Booking:
    """Agreed for today: it changes hands now."""
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(), ends=today())
    return actions.take(booking.pk, "accept", by=cast.bo)


def photographed(cast) -> HandoverPhoto:
    booking = agreed(cast)
    actions.take(booking.pk, "hand_over", by=cast.ana, photos=[picture()])
    return HandoverPhoto.objects.get()


# --- photos --------------------------------------------------------------------------------------------


def test_a_photo_is_shown_to_the_two_sides_and_nobody_else(cast):
    photo = photographed(cast)
    for who in (cast.ana, cast.bo):
        answer = browser(who).get(photo.src)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
        assert answer["Cache-Control"].startswith("private") and b"".join(answer.streaming_content)[:4] == b"RIFF"
    assert browser(cast.zoe).get(photo.src).status_code == browser(cast.cleo).get(photo.src).status_code == 404
    assert "/accounts/login/" in Client().get(photo.src).url
    for odd in ("9.webp", "320.php"):
        assert browser(cast.ana).get(f"/handovers/photos/{photo.pk}/{odd}").status_code == 404


def test_a_mediator_sees_it_while_there_is_something_to_mediate(cast):
    photo = photographed(cast)
    booking = photo.handover.booking
    actions.take(booking.pk, "hand_over", by=cast.bo)
    assert browser(cast.cleo).get(photo.src).status_code == 404
    actions.take(booking.pk, "dispute", by=cast.bo, note="A scratch")
    assert browser(cast.cleo).get(photo.src).status_code == 200


@pytest.mark.parametrize("detour", ["{}", "./{}", "x/../{}", "/{}", "listings/../{}", "%2e/{}"])
def test_the_file_itself_is_never_served(cast, detour):
    photo = photographed(cast)
    name = photo.names()[0]
    assert default_storage.exists(name)
    assert browser(cast.ana).get("/media/" + detour.format(name)).status_code == 404


def test_pages_name_no_file(cast):
    photo = photographed(cast)
    page = browser(cast.bo).get(photo.handover.booking.get_absolute_url()).content.decode()
    assert photo.src in page and photo.key not in page


# --- by code -------------------------------------------------------------------------------------------


def test_the_code_is_shown_as_a_picture_and_in_digits(cast):
    booking = near(cast)
    assert f"/bookings/{booking.pk}/code/" in browser(cast.bo).get(booking.get_absolute_url()).content.decode()
    page = browser(cast.bo).get(f"/bookings/{booking.pk}/code/")
    body = page.content.decode()
    digits = re.search(r'door__digits"[^>]*>(\d{6})<', body)[1]
    assert "<svg" in body and "style=" not in body[body.index("<svg") : body.index("</svg>")]
    assert page["Cache-Control"].startswith("max-age=0") and "no-store" in page["Cache-Control"]
    wrong = browser(cast.ana).post(f"/bookings/{booking.pk}/code/", {"code": "12"})
    assert wrong.status_code == 422 and "not the code" in text(wrong)
    right = browser(cast.ana).post(f"/bookings/{booking.pk}/code/", {"code": f"{digits[:3]} {digits[3:]}"})
    booking.refresh_from_db()
    assert right.url == booking.get_absolute_url() and booking.state == State.HANDED_OVER


def test_what_the_camera_opens_confirms_with_one_press_and_whatever_one_adds(cast):
    actions.set_handover_plan(cast.drill.pk, by=cast.bo, pickup=["Case"], meter="km")
    booking = near(cast)
    path = f"/bookings/{booking.pk}/code/hand_over/{codes.token(booking, 'hand_over', cast.bo, timezone.now())}/"
    page = text(browser(cast.ana).get(path))
    assert "You stand beside Bo" in page and "Case" in page and "kilometres" in page
    sent = {"photos": [picture()], "checklist": ["Case"], "meter": "120", "note": "Fine"}
    answer = browser(cast.ana).post(path, sent)
    assert answer.status_code == 302
    booking = Booking.objects.get(pk=booking.pk)
    row = booking.handovers.get(side="borrower")
    assert (row.photos.count(), row.checklist, row.meter, row.note) == (1, ["Case"], 120, "Fine")
    assert booking.state == State.HANDED_OVER
    assert browser(cast.ana).get(path).url == booking.get_absolute_url()  # it has moved on
    side_by_side = text(browser(cast.bo).get(booking.get_absolute_url()))
    assert "120 km" in side_by_side and "By code, on the spot" in side_by_side


def test_an_old_code_says_so_and_offers_another(cast):
    booking = near(cast)
    old = codes.token(booking, "hand_over", cast.bo, timezone.now() - timedelta(minutes=11))
    answer = browser(cast.ana).post(f"/bookings/{booking.pk}/code/hand_over/{old}/", {})
    assert answer.status_code == 409 and "older than ten minutes" in text(answer)


def test_the_page_of_the_code_goes_back_by_itself_once_it_is_done(cast):
    booking = near(cast)
    shown = browser(cast.bo)
    assert "door__qr" in shown.get(f"/bookings/{booking.pk}/code/", headers=HTMX).content.decode()
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=who)
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "return", by=who)
    gone = shown.get(f"/bookings/{booking.pk}/code/", headers=HTMX)
    assert gone["HX-Redirect"] == booking.get_absolute_url()


def test_strangers_find_no_door(cast):
    booking = near(cast)
    code = codes.token(booking, "hand_over", cast.bo, timezone.now())
    for path in ("code/", f"code/hand_over/{code}/", "times/pickup/"):
        for who in (cast.zoe, cast.cleo):
            assert browser(who).get(f"/bookings/{booking.pk}/{path}").status_code == 404


# --- times, list, window -------------------------------------------------------------------------------


def test_times_are_proposed_and_picked_on_the_page(cast):
    booking = agreed(cast)
    client, url = browser(cast.bo), f"/bookings/{booking.pk}/times/pickup/"
    assert "When can you meet Ana?" in text(client.get(url))
    bad = client.post(url, {"time_0": f"{at(2, 9):%Y-%m-%dT%H:%M}"})
    assert bad.status_code == 422 and "lies in the time" in text(bad)
    assert client.post(url, {"time_0": "soon"}).status_code == 422
    assert client.post(url, {"time_0": f"{at(7, 9):%Y-%m-%dT%H:%M}", "place": "Shed"}).status_code == 302
    page = browser(cast.ana).get(booking.get_absolute_url())
    assert "Bo proposes, pick one" in text(page)
    pick = re.search(r'action="(/bookings/\d+/pick/\d+/)"', page.content.decode())[1]
    browser(cast.ana).post(pick)
    assert Meeting.objects.get().starts is not None and "Shed" in text(browser(cast.bo).get(booking.get_absolute_url()))
    assert "not on offer" in text(browser(cast.ana).post(pick, follow=True))
    assert browser(cast.zoe).post(pick).status_code == 404


def test_the_owner_writes_the_list(cast):
    client, url = browser(cast.bo), f"/listings/{cast.drill.pk}/handover/"
    assert "Usually: It works" in text(client.get(url))
    assert client.post(url, {"pickup": "Bits\nCase\n", "back": "", "meter": "km"}).status_code == 302
    assert "Bits" in text(client.get(f"/listings/{cast.drill.pk}/edit/"))
    assert client.post(url, {"pickup": "x" * 121, "meter": ""}).status_code == 422
    assert browser(cast.ana).get(url).status_code == 404


def test_the_window_is_shown_with_its_end_and_then_as_over(cast, monkeypatch):
    booking = Booking.objects.get(pk=agreed(cast, **days(2, 4)).pk)
    for step in ("hand_over", "return"):
        for who in (cast.ana, cast.bo):
            actions.take(booking.pk, step, by=who)
    page = text(browser(cast.bo).get(booking.get_absolute_url()))
    assert "You can say so until" in page and "Something is wrong" in page and "the deposit is free" in page
    for who in (cast.ana, cast.bo):
        actions.confirm_payment(booking.pk, by=who)
    Booking.objects.filter(pk=booking.pk).update(moved=timezone.now() - timedelta(hours=49))
    page = text(browser(cast.bo).get(booking.get_absolute_url()))
    assert "is over" in page and "Something is wrong" not in page


def test_a_booking_page_with_everything_takes_no_more_statements(cast, django_assert_max_num_queries):
    booking = agreed(cast)
    actions.propose_times(booking.pk, "return", by=cast.bo, times=[at(8, 12), at(8, 13)])
    for who in (cast.ana, cast.bo):
        actions.take(booking.pk, "hand_over", by=who, photos=[picture(), picture("b.jpg")])
    client = browser(cast.ana)
    client.get(booking.get_absolute_url())
    with django_assert_max_num_queries(19):
        client.get(booking.get_absolute_url())


# --- for programs --------------------------------------------------------------------------------------


def api(who):
    headers = {"Authorization": f"Bearer {issue_token(who)}"}

    def call(method, path, body=None, **more):
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else more
        return getattr(Client(), method)(f"/api/v1/{path}", headers=headers, **sent)

    return call


def test_the_api_does_all_of_it(cast):
    booking, ana, bo = agreed(cast), api(cast.ana), api(cast.bo)
    assert bo("put", f"listings/{cast.drill.pk}/handover/", {"pickup": ["Case"], "meter": "km"}).json() == {
        "pickup": ["Case"], "back": ["It works", "It is clean"], "meter": "km",
    }
    made = bo("post", f"bookings/{booking.pk}/meetings/", {"phase": "pickup", "times": [at(6, 12).isoformat()]})
    slot = made.json()[0]["slots"][0]["id"]
    picked = ana("post", f"bookings/{booking.pk}/meetings/{slot}/pick/", {})
    assert made.status_code == 201 and picked.json()[0]["starts"]
    bad = bo("post", f"bookings/{booking.pk}/meetings/", {"phase": "pickup", "times": [at(1, 12).isoformat()]})
    assert bad.status_code == 400 and "times" in bad.json()["errors"]

    shown = bo("get", f"bookings/{booking.pk}/code/").json()
    assert shown["step"] == "hand_over" and len(shown["code"]) == 6
    assert ana("post", f"bookings/{booking.pk}/code/", {"code": "1"}).status_code == 400
    done = ana("post", f"bookings/{booking.pk}/code/", {"code": shown["code"], "meter": "12.5", "checklist": ["Case"]})
    body = done.json()
    assert body["state"] == "handed_over" and {row["by_code"] for row in body["handovers"]} == {True, False}

    sent = {"client_id": "x", "made": (timezone.now() - timedelta(hours=1)).isoformat(), "meter": "14"}
    for _again in range(2):
        answer = ana("post", f"bookings/{booking.pk}/return/", data=sent | {"photos": [picture()]})
        assert answer.status_code == 200, answer.content
    (row,) = (each for each in answer.json()["handovers"] if each["phase"] == "return")
    assert (row["meter"], bool(row["made"]), len(row["photos"])) == ("14.0", True, 1)
    photo = row["photos"][0]["url"].removeprefix("/api/v1/")
    assert bo("get", photo).status_code == 200 and api(cast.zoe)("get", photo).status_code == 404
    assert Client().get(row["photos"][0]["url"]).status_code == 401


@pytest.mark.parametrize("who", ["zoe", "cleo"])
def test_the_api_answers_strangers_with_404(cast, who):
    booking, call = agreed(cast), api(getattr(cast, who))
    base = f"bookings/{booking.pk}"
    asked = [call("get", f"{base}/code/"), call("post", f"{base}/code/", {"code": "1"}),
             call("get", f"{base}/meetings/"),
             call("post", f"{base}/meetings/", {"phase": "pickup", "times": [at(6, 12).isoformat()]}),
             call("post", f"{base}/meetings/1/pick/", {}), call("get", f"listings/{cast.drill.pk}/handover/"),
             call("put", f"listings/{cast.drill.pk}/handover/", {})]
    assert [answer.status_code for answer in asked] == [404] * 7
