"""The whole job by programs: what is free, what it costs, asking, and every step to the books."""

import io
import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from bookings import actions
from bookings.models import Booking, Change, Claim, Slot
from bookings.states import STEPS, State
from listings.models import Listing
from payments.models import Transfer
from tests.bookings.cast import drill, ride, room, today, workshop
from tests.factories import days, listing, member

pytestmark = pytest.mark.django_db


def client(who=None) -> APIClient:
    api = APIClient()
    if who is not None:
        api.force_authenticate(who)
    return api


def span(first: int, last: int) -> dict:
    return {"starts": str(today(first)), "ends": str(today(last))}


def ask(cast, by=None, expect=201, **body) -> dict:
    sent = {"listing": cast.drill.pk, **span(10, 12)} | body
    answer = client(by or cast.ana).post("/api/v1/bookings/", sent)
    assert answer.status_code == expect, answer.content
    return answer.json()


def step(who, pk: int, name: str, expect=200, fmt="json", **body) -> dict:
    answer = client(who).post(f"/api/v1/bookings/{pk}/{name}/", body, format=fmt)
    assert answer.status_code == expect, answer.content
    return answer.json()


def test_the_whole_job_from_the_calendar_to_the_pool(cast):
    free = client().get(f"/api/v1/listings/{cast.drill.pk}/availability/", {"from": today(9), "to": today(13)}).json()
    assert [day["state"] for day in free["days"]] == ["free"] * 5 and len(free["free"]) == 1
    quote = client(cast.ana).post(f"/api/v1/listings/{cast.drill.pk}/quote/", span(10, 12)).json()
    assert (quote["total_minor"], quote["deposit_minor"], quote["currency"], quote["free"]) == (945, 2000, "EUR", True)
    assert [line["minor"] for line in quote["lines"]] == [900, 45]
    asked = ask(cast, note="For a shelf")
    assert (asked["state"], asked["steps"], asked["quantity"]) == ("requested", ["withdraw"], 1)
    assert asked["place"] is None and asked["quote"]["lines"][0]["label"] == "3 days × €3"
    pk = asked["id"]
    assert client(cast.bo).get(f"/api/v1/bookings/{pk}/").json()["steps"] == ["accept", "decline"]
    agreed = step(cast.bo, pk, "accept")
    assert agreed["state"] == "accepted" and set(agreed["steps"]) == {"cancel", "hand_over", "pay"}
    assert client(cast.ana).get(f"/api/v1/bookings/{pk}/").json()["place"]["lat"] == cast.drill.lat
    after = client().get(f"/api/v1/listings/{cast.drill.pk}/availability/", {"from": today(9), "to": today(13)}).json()
    assert [day["state"] for day in after["days"]] == ["free", "taken", "taken", "taken", "free"]
    assert ask(cast, by=cast.zoe, expect=409, **span(12, 14))["code"] == "taken"
    assert step(cast.ana, pk, "hand_over", note="One scratch", checklist=["case"])["state"] == "accepted"
    assert step(cast.bo, pk, "hand_over")["state"] == "handed_over"
    assert step(cast.ana, pk, "pay")["payment"]["state"] == "due"
    assert step(cast.bo, pk, "pay")["payment"]["state"] == "settled"
    step(cast.bo, pk, "return")
    assert step(cast.ana, pk, "return")["state"] == "returned"
    done = step(cast.bo, pk, "close")
    assert done["state"] == "closed" and done["steps"] == []
    assert [event["step"] for event in done["events"]][-1] == "close"
    assert [(row["phase"], row["side"], row["note"], row["checklist"]) for row in done["handovers"]][0] == (
        "pickup", "borrower", "One scratch", ["case"],
    )
    assert Transfer.objects.get(kind="fee").minor == 45
    messages = client(cast.bo).get(f"/api/v1/conversations/{done['conversation']}/messages/").json()["results"]
    assert messages[0]["code"] == "booking.request" and messages[-1]["code"] == "booking.close"


def test_instants_as_clients_send_them_are_understood(cast):
    when = {name: moment.isoformat() for name, moment in days(2, 4).items()}
    asked = ask(cast, **when)
    assert asked["starts"].replace("Z", "+00:00") == when["starts"] and asked["quote"]["total_minor"] == 630


def test_a_room_by_nights_and_a_ride_by_seats(cast):
    bed = room(cast.bo, of=cast.home, beds=2)
    night = ask(cast, listing=bed.pk, quantity=2, **span(10, 12))
    assert night["quote"]["price_minor"] == 2 * 2 * 2000
    car = ride(cast.bo, of=cast.home)
    a, b, c = car.stops.all()
    seen = client().get(f"/api/v1/listings/{car.pk}/availability/").json()["departures"]
    assert [way["left"] for way in seen[0]["stops"]] == [3, 3, None]
    seat = ask(cast, listing=car.pk, board=a.pk, alight=b.pk, starts=None, ends=None, quantity=3)
    assert (seat["board"], seat["alight"], seat["quote"]["price_minor"]) == (a.pk, b.pk, 1200)
    nothing = {"starts": None, "ends": None}
    assert ask(cast, by=cast.zoe, listing=car.pk, board=b.pk, alight=c.pk, **nothing)["state"] == "requested"
    assert ask(cast, by=cast.zoe, expect=409, listing=car.pk, board=a.pk, alight=c.pk, **nothing)
    after = client().get(f"/api/v1/listings/{car.pk}/availability/").json()["departures"]
    assert [way["left"] for way in after[0]["stops"]] == [0, 2, None]


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#385").save(file, "JPEG")
    return SimpleUploadedFile("case.jpg", file.getvalue(), "image/jpeg")


def test_a_handover_takes_photos(cast):
    pk = ask(cast)["id"]
    step(cast.bo, pk, "accept")
    sent = {"photos": [picture(), picture()], "note": "fine", "checklist": ["a", "b"]}
    done = step(cast.ana, pk, "hand_over", fmt="multipart", **sent)
    assert (len(done["handovers"][0]["photos"]), done["handovers"][0]["checklist"]) == (2, ["a", "b"])
    bad = step(cast.bo, pk, "hand_over", 400, "multipart", photos=[SimpleUploadedFile("a.svg", b"<svg onload=x>")])
    assert list(bad["errors"]) == ["photos"]
    assert Booking.objects.get(pk=pk).handovers.count() == 1


BAD = [
    ("starts", {"starts": "2026-02-31"}), ("starts", {"starts": "soon"}), ("starts", {"starts": ["x"]}),
    ("starts", {"starts": "2020-01-01", "ends": "2020-01-02"}), ("starts", {"starts": None}), ("starts", {"starts": 5}),
    ("ends", {"ends": str(today(9))}), ("ends", {"ends": {"a": 1}}), ("ends", {"ends": "9999-12-31"}),
    ("quantity", {"quantity": 0}), ("quantity", {"quantity": -1}), ("quantity", {"quantity": 2}),
    ("quantity", {"quantity": "many"}), ("quantity", {"quantity": 1.5}), ("quantity", {"quantity": 10**30}),
    ("listing", {"listing": 10**30}), ("listing", {"listing": "x"}), ("listing", {"listing": None}),
    ("listing", {"listing": 999_999}), ("note", {"note": "x" * 2001}), ("note", {"note": "a\x00b"}),
    ("solidarity_minor", {"solidarity_minor": -1}), ("starts", {"starts": "2026-01-01\x00"}), ("board", {"board": "x"}),
]


@pytest.mark.parametrize(("field", "body"), BAD)
def test_what_cannot_be_used_is_said_at_its_field(cast, field, body):
    problem = ask(cast, expect=400, **body)
    assert list(problem["errors"]) == [field] and problem["status"] == 400
    assert not Booking.objects.exists() and not Claim.objects.exists()


def test_a_ride_says_what_is_wrong_with_its_stops(cast):
    car, other = ride(cast.bo, of=cast.home), ride(cast.bo, of=cast.home)
    a, b, _ = car.stops.all()
    for field, body in (("alight", {"board": b.pk, "alight": a.pk}), ("board", {"board": other.stops.first().pk}),
                        ("departure", {"departure": other.departures.get().pk}), ("quantity", {"quantity": 4})):
        assert list(ask(cast, expect=400, listing=car.pk, **body)["errors"]) == [field]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(cast, body):
    for path in ("bookings/", f"listings/{cast.drill.pk}/quote/"):
        answer = client(cast.ana).post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == 400 and answer.json()["status"] == 400


@pytest.mark.parametrize("params", [
    {"from": "x"}, {"to": "2020-01-01"}, {"from": "2026-01-01", "to": "2029-01-01"}, {"quantity": "0"},
    {"quantity": "2"}, {"quantity": "x"}, {"from": "9999-12-31T23:59:59Z"},
])
def test_the_calendar_refuses_what_makes_no_sense(cast, params):
    assert client().get(f"/api/v1/listings/{cast.drill.pk}/availability/", params).status_code == 400


def test_a_stranger_gets_404_and_a_visitor_401(cast):
    pk = ask(cast)["id"]
    assert client(cast.zoe).get(f"/api/v1/bookings/{pk}/").status_code == 404
    for name in [*STEPS, "pay"]:
        step(cast.zoe, pk, name, 404)
        assert client().post(f"/api/v1/bookings/{pk}/{name}/").status_code == 401
    assert client().get("/api/v1/bookings/").status_code == 401
    for path in ("bookings/999999/", f"bookings/{10**25}/"):
        assert client(cast.ana).get(f"/api/v1/{path}").status_code == 404
    step(cast.ana, pk, "fly", 404)
    Listing.objects.filter(pk=cast.drill.pk).update(visibility="community")
    for path in ("availability", "quote"):
        assert client(cast.zoe).generic("POST" if path == "quote" else "GET",
                                        f"/api/v1/listings/{cast.drill.pk}/{path}/").status_code == 404
    assert list(ask(cast, by=cast.zoe, expect=400)["errors"]) == ["listing"]


def test_steps_that_are_not_possible_now_answer_409(cast):
    pk = ask(cast)["id"]
    for who, name in ((cast.ana, "accept"), (cast.bo, "withdraw"), (cast.bo, "return"), (cast.ana, "pay"),
                      (cast.bo, "expire"), (cast.bo, "resolve"), (cast.bo, "close")):
        problem = step(who, pk, name, 409)
        assert problem["detail"] and problem["status"] == 409
    step(cast.bo, pk, "decline")
    assert step(cast.bo, pk, "accept", 409)["code"] == "not_now"


def test_a_repeated_request_under_one_key_is_one_booking(cast):
    sent = {"listing": cast.drill.pk, **span(10, 12)}
    answers = [client(cast.ana).post("/api/v1/bookings/", sent, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert json.loads(answers[0].content)["id"] == json.loads(answers[1].content)["id"]
    assert Booking.objects.count() == 1


def test_my_bookings_by_role_and_state_a_page_at_a_time(cast):
    for n in range(5):
        ask(cast, **span(10 + n, 10 + n))
    mine = actions.request(listing(of=cast.home).pk, by=cast.bo, **days(1, 2))
    api = client(cast.bo)
    assert {row["id"] for row in api.get("/api/v1/bookings/?role=borrower").json()["results"]} == {mine.pk}
    page = api.get("/api/v1/bookings/?role=lender&page_size=3").json()
    rest = api.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (3, 2, None)
    assert api.get("/api/v1/bookings/?state=accepted").json()["results"] == []
    for bad in ("role=x", "state=x", "cursor=x", "page_size=0"):
        assert api.get(f"/api/v1/bookings/?{bad}").status_code == 400
    assert client(cast.zoe).get("/api/v1/bookings/").json() == {"results": [], "next": None}


def test_each_side_reads_where_a_booking_stands_and_what_it_needs(cast):
    pk = ask(cast, **span(10, 11))["id"]

    def stands(who, state=None, **moved) -> tuple[str, str]:
        Booking.objects.filter(pk=pk).update(**({"state": state} if state else {}), **moved)
        row = next(row for row in client(who).get("/api/v1/bookings/").json()["results"] if row["id"] == pk)
        assert client(who).get(f"/api/v1/bookings/{pk}/").json()["part"] == row["part"]
        return row["part"], row["needed"]

    assert (stands(cast.bo), stands(cast.ana)) == (("needs_you", "accept"), ("coming", ""))
    actions.take(pk, "accept", by=cast.bo)
    assert (stands(cast.bo), stands(cast.ana)) == (("coming", ""), ("coming", ""))
    change = actions.change(pk, by=cast.ana, **days(20, 21))
    assert (stands(cast.bo), stands(cast.ana)) == (("needs_you", "dates"), ("coming", ""))
    pages = Client()
    pages.force_login(cast.bo)
    assert "Answer the other dates" in pages.get("/").content.decode()
    Change.objects.filter(pk=change.pk).update(expires=timezone.now() - timedelta(minutes=1))
    assert stands(cast.bo) == ("coming", "")  # too late for a word
    booking = Booking.objects.get(pk=pk)
    actions.propose_times(pk, "pickup", by=cast.bo, times=[booking.starts + timedelta(hours=2)])
    assert (stands(cast.bo), stands(cast.ana)) == (("coming", ""), ("needs_you", "times"))
    Slot.objects.update(starts=timezone.now() - timedelta(minutes=1))
    assert stands(cast.ana) == ("coming", "")
    begun = timezone.now() - timedelta(hours=1)
    assert stands(cast.ana, starts=begun) == ("needs_you", "hand_over")
    for who in (cast.bo, cast.ana):
        actions.take(pk, "hand_over", by=who)
    assert stands(cast.ana) == ("now", "")
    assert stands(cast.ana, State.CANCELLED) == ("past", "")


@pytest.mark.parametrize("count", [1, 6])
def test_a_page_of_bookings_takes_the_same_statements(cast, count, django_assert_max_num_queries):
    for n in range(count):
        pk = ask(cast, **span(10 + n, 10 + n))["id"]
        actions.take(pk, "accept", by=cast.bo)
    api = client(cast.bo)
    with django_assert_max_num_queries(7):
        assert len(api.get("/api/v1/bookings/").json()["results"]) == count


def test_a_workshop_by_the_hour_reads_local_times(cast):
    bench = workshop(cast.bo, of=cast.home)
    quote = client(cast.ana).post(f"/api/v1/listings/{bench.pk}/quote/",
                                  {"starts": f"{today(5)}T10:00", "ends": f"{today(5)}T12:30"}).json()
    assert (quote["units"], quote["price_minor"]) == (3, 1500)


def test_a_quote_says_that_it_cannot_be_had_and_what_it_would_cost(cast):
    ask(cast)
    quote = client().post(f"/api/v1/listings/{cast.drill.pk}/quote/", span(11, 13)).json()
    assert (quote["free"], quote["code"], quote["total_minor"]) == (False, "taken", 945)


def test_whoever_gives_the_pool_more_sees_it_line_by_line(cast):
    quote = client(cast.ana).post(f"/api/v1/listings/{cast.drill.pk}/quote/", span(10, 12) | {"solidarity_minor": 55})
    assert [line["minor"] for line in quote.json()["lines"]] == [900, 45, 55] and quote.json()["total_minor"] == 1000


def test_a_gift_is_free_of_price_and_fee(cast):
    gift = drill(cast.bo, of=cast.home, terms="gift", price_minor=0)
    quote = client(cast.ana).post(f"/api/v1/listings/{gift.pk}/quote/", span(10, 12)).json()
    assert (quote["total_minor"], [line["code"] for line in quote["lines"]]) == (0, ["free"])
    pk = ask(cast, listing=gift.pk)["id"]
    assert step(cast.bo, pk, "accept")["payment"] is None


def test_what_was_agreed_stays_though_the_price_changes(cast):
    pk = ask(cast)["id"]
    Listing.objects.filter(pk=cast.drill.pk).update(price_minor=9900, deposit_minor=1)
    assert step(cast.bo, pk, "accept")["payment"]["total_minor"] == 945
    assert Booking.objects.get(pk=pk).policy.version == 1


def test_zoe_cannot_read_the_exact_place_anywhere(cast):
    cast.drill.address = "12 Elm Street"
    cast.drill.save()
    pk = ask(cast)["id"]
    assert "12 Elm Street" not in client(cast.ana).get(f"/api/v1/bookings/{pk}/").content.decode()
    step(cast.bo, pk, "accept")
    assert "12 Elm Street" in client(cast.ana).get(f"/api/v1/bookings/{pk}/").content.decode()
    step(cast.ana, pk, "cancel")
    assert "12 Elm Street" not in client(cast.ana).get(f"/api/v1/bookings/{pk}/").content.decode()


def test_a_mediator_reads_the_case_but_not_the_place(cast):
    pk = ask(cast)["id"]
    step(cast.bo, pk, "accept")
    for who in (cast.ana, cast.bo):
        step(who, pk, "hand_over")
    step(cast.ana, pk, "dispute", note="It does not run.")
    seen = client(cast.cleo).get(f"/api/v1/bookings/{pk}/").json()
    assert (seen["steps"], seen["place"]) == (["resolve"], None)
    assert list(step(cast.cleo, pk, "resolve", 400, kept_minor=5000)["errors"]) == ["kept_minor"]
    assert step(cast.cleo, pk, "resolve", kept_minor=0)["state"] == "closed"


def test_days_and_nights_in_the_past_are_refused_in_the_listings_own_zone():
    far = drill(time_zone="Pacific/Auckland")
    yesterday = today(zone=ZoneInfo("Pacific/Auckland")) - timedelta(days=1)
    answer = client(member("Ana")).post("/api/v1/bookings/", {"listing": far.pk, "starts": str(yesterday)})
    assert list(answer.json()["errors"]) == ["starts"]
