"""The main job through the API alone: tokens, listing, search, quote, booking and each step, talk, books."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

import cooperative.actions
import members.actions
from sharing.db import guards
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a ladder in the hall"


class Caller:
    """One member's client: JSON in, JSON out, the token in the header."""

    def __init__(self, client, email: str, name: str) -> None:
        self.client, self.email = client, email
        self.member = members.actions.register(email, name, PASSWORD)
        answer = client.post(
            "/api/v1/tokens/", {"email": email, "password": PASSWORD}, content_type="application/json"
        )
        assert answer.status_code in (200, 201), answer.content
        self.headers = {"authorization": f"Bearer {answer.json()['token']}"}

    def get(self, path: str, status: int = 200, **params):
        answer = self.client.get(f"/api/v1/{path}", params, headers=self.headers)
        assert answer.status_code == status, (path, answer.status_code, answer.content[:600])
        return answer.json()

    def post(self, path: str, body: dict | None = None, status: int | tuple = (200, 201), key: str = ""):
        headers = self.headers | ({"idempotency-key": key} if key else {})
        answer = self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)
        wanted = status if isinstance(status, tuple) else (status,)
        assert answer.status_code in wanted, (path, answer.status_code, answer.content[:600])
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code and answer.json()["title"]
        return answer.json()


@pytest.fixture
def elm(client):
    """Cleo's community with a fee of 5 %; Bo and Ana belong, Zoe does not."""
    from django.test import Client

    callers = {
        name.lower(): Caller(Client(), f"{name.lower()}@elm.example", name) for name in ("Cleo", "Bo", "Ana", "Zoe")
    }
    community = members.actions.found(
        by=callers["cleo"].member, name="Elm Street", lat=factories.HERE.lat, lon=factories.HERE.lon,
        country="DE", currency="EUR", time_zone="Europe/Berlin", place="Freiburg",
    )
    cooperative.actions.set_first_policy(
        community, by=callers["cleo"].member, enabled=True, commoner_bp=500, commercial_bp=500
    )
    for name in ("bo", "ana"):
        callers[name].post(f"communities/{community.slug}/join/")
    callers["community"] = community
    return callers


def a_drill(bo, **facts) -> dict:
    return bo.post("listings/", {
        "kind": "tool", "title": "Hammer drill, 18 V", "description": "Concrete and brick.", "terms": "rent",
        "price_minor": 300, "price_unit": "day", "currency": "EUR", "deposit_minor": 2000, "capacity": 1,
        "instant": False, "lat": factories.HERE.lat, "lon": factories.HERE.lon, "place": "Elm Street",
        "visibility": "public", "publish": True, **facts,
    }, status=201)


def in_days(n: int) -> str:
    return str(timezone.now().date() + timedelta(days=n))


def test_from_the_offer_to_the_pool(elm):
    ana, bo, cleo, zoe, slug = elm["ana"], elm["bo"], elm["cleo"], elm["zoe"], elm["community"].slug
    assert ana.get("members/me/")["email"] == "ana@elm.example"
    assert [row["slug"] for row in ana.get("communities/", mine=1)["results"]] == [slug]

    drill = a_drill(bo)
    assert drill["state"] == "published" and drill["url"]
    found = ana.get("listings/", q="drills", lat=factories.HERE.lat, lon=factories.HERE.lon, radius_km=5,
                    **{"from": in_days(10), "to": in_days(12)})
    assert [row["id"] for row in found["results"]] == [drill["id"]] and found["next"] is None
    assert 0 < found["results"][0]["distance_m"] < 500

    days = ana.get(f"listings/{drill['id']}/availability/", **{"from": in_days(10), "to": in_days(12)})["days"]
    assert {day["state"] for day in days} == {"free"}
    asked = {"starts": in_days(10), "ends": in_days(12)}
    quote = ana.post(f"listings/{drill['id']}/quote/", asked | {"quantity": 1})
    assert (quote["total_minor"], quote["deposit_minor"], quote["currency"]) == (945, 2000, "EUR")
    assert sum(line["minor"] for line in quote["lines"]) == quote["total_minor"]

    booking = ana.post("bookings/", asked | {"listing": drill["id"], "quantity": 1}, status=201, key="one")
    again = ana.post("bookings/", asked | {"listing": drill["id"], "quantity": 1}, status=201, key="one")
    assert again["id"] == booking["id"] and booking["state"] == "requested" and "withdraw" in booking["steps"]
    assert zoe.post("bookings/", asked | {"listing": drill["id"]}, status=(400, 409))["detail"]
    assert ana.post(f"bookings/{booking['id']}/accept/", status=409)["detail"]

    talk = f"conversations/{booking['conversation']}/messages/"
    said = bo.post(talk, {"client_id": str(uuid.uuid4()), "body": "Do you need the long bit?"}, status=201)
    assert said["author"] == bo.member.pk and said["sequence"] > 1
    heard = ana.get(talk, after=said["sequence"] - 1)["results"]
    assert [row["body"] for row in heard] == ["Do you need the long bit?"]

    place = f"bookings/{booking['id']}/"
    assert bo.post(f"{place}accept/")["state"] == "accepted"
    taken = ana.get(f"listings/{drill['id']}/availability/", **{"from": in_days(10), "to": in_days(12)})["days"]
    assert "free" not in {day["state"] for day in taken}
    assert ana.get("listings/", q="drill", **{"from": in_days(11), "to": in_days(11)})["results"] == []
    for step, state in (("hand_over", "handed_over"), ("return", "returned")):
        assert step not in ana.post(f"{place}{step}/", {"note": "All there."})["steps"]
        assert bo.post(f"{place}{step}/")["state"] == state
    ana.post(f"{place}pay/")
    assert cleo.get(f"communities/{slug}/books/")["balance_minor"] == 0
    bo.post(f"{place}pay/")
    assert bo.post(f"{place}close/")["state"] == "closed"
    assert bo.post(f"{place}close/", status=409)["detail"]

    books = cleo.get(f"communities/{slug}/books/")
    assert (books["balance_minor"], books["currency"], books["verified"]) == (45, "EUR", True)
    assert len(books["results"]) == 1 and str(booking["id"]) in str(books["results"][0])
    assert guards.missing() == []


def test_a_stranger_finds_nothing_of_it(elm):
    ana, bo, zoe, slug = elm["ana"], elm["bo"], elm["zoe"], elm["community"].slug
    drill = a_drill(bo, visibility="community")
    draft = a_drill(bo, publish=False)
    booking = ana.post("bookings/", {"listing": drill["id"], "starts": in_days(3), "ends": in_days(3)}, status=201)

    assert zoe.get("listings/", q="drill")["results"] == []
    for path in (
        f"listings/{drill['id']}/", f"listings/{draft['id']}/", f"listings/{drill['id']}/availability/",
        f"bookings/{booking['id']}/", f"conversations/{booking['conversation']}/",
        f"conversations/{booking['conversation']}/messages/", f"communities/{slug}/books/",
        f"communities/{slug}/proposals/",
    ):
        assert zoe.get(path, status=404)["status"] == 404
    for step in ("accept", "withdraw", "pay"):
        zoe.post(f"bookings/{booking['id']}/{step}/", status=404)
    zoe.post(f"conversations/{booking['conversation']}/messages/", {"client_id": "x", "body": "psst"}, status=404)
    zoe.post("bookings/", {"listing": drill["id"], "starts": in_days(5), "ends": in_days(5)}, status=(400, 404))
    assert ana.get(f"listings/{draft['id']}/", status=404)


def test_riders_share_a_seat_on_two_legs_and_no_leg_is_overfull(elm):
    ana, bo, zoe = elm["ana"], elm["bo"], elm["zoe"]
    leaves = (timezone.now() + timedelta(days=5)).isoformat()
    ride = bo.post("listings/", {
        "kind": "ride", "title": "To Frankfurt", "terms": "cost_share", "price_minor": 1500, "price_unit": "seat",
        "capacity": 3, "instant": True, "publish": True, "departures": [leaves],
        "stops": [
            {"place": "Freiburg", "lat": 47.9959, "lon": 7.8522, "minutes": 0},
            {"place": "Karlsruhe", "lat": 49.0094, "lon": 8.4044, "minutes": 90, "price_minor": 800},
            {"place": "Frankfurt", "lat": 50.1109, "lon": 8.6821, "minutes": 180, "price_minor": 1500},
        ],
    }, status=201)
    a, b, c = (stop["id"] for stop in bo.get(f"listings/{ride['id']}/")["stops"])

    def seats(caller, board, alight, n, status=201):
        way = {"listing": ride["id"], "board": board, "alight": alight}
        return caller.post("bookings/", way | {"quantity": n}, status)

    def found() -> list[int]:
        rows = ana.get("listings/", kind="ride", lat=48.0, lon=7.85, to_lat=50.11, to_lon=8.68)["results"]
        return [row["id"] for row in rows]

    assert found() == [ride["id"]]
    assert ana.get("listings/", kind="ride", lat=50.11, lon=8.68, to_lat=48.0, to_lon=7.85)["results"] == []
    assert seats(ana, a, b, 3)["state"] == "accepted"
    assert found() == []  # no seat is left as far as Karlsruhe
    assert seats(zoe, b, c, 3)["state"] == "accepted"
    assert seats(zoe, a, c, 1, status=(400, 409))["detail"]
    assert seats(zoe, b, a, 1, status=400)["errors"]
    assert found() == []


BAD_BOOKINGS = [
    {"starts": "yesterday"}, {"starts": in_days(-3), "ends": in_days(-1)}, {"starts": in_days(5), "ends": in_days(3)},
    {"quantity": 0}, {"quantity": -1}, {"quantity": 99}, {"quantity": "two"}, {"listing": 10**9}, {"listing": "x"},
    {"listing": None}, {"starts": None}, {"note": "a\x00b"}, {"note": "x" * 3000}, {"solidarity_minor": -5},
    {"ends": in_days(9000)}, {"board": 1}, {"departure": 10**9}, {"starts": "2026-02-30"}, {"quantity": 10**30},
]
BAD_LISTINGS = [
    {"kind": "boat"}, {"title": ""}, {"title": "x" * 400}, {"title": "a\x00b"}, {"title": 5 * [1]}, {"lat": 91},
    {"lat": "north"}, {"lat": None, "lon": 4}, {"price_minor": -1}, {"price_minor": 1.5}, {"price_minor": 10**25},
    {"price_unit": "moon"}, {"terms": "theft"}, {"terms": "gift", "price_minor": 5}, {"currency": "XXX"},
    {"capacity": 0}, {"capacity": 10**9}, {"visibility": "all"}, {"community": "no-such"}, {"category": "no-such"},
    {"description": "x" * 9000}, {"deposit_minor": "lots"}, {"publish": "perhaps"},
]


@pytest.mark.parametrize("change", BAD_BOOKINGS, ids=str)
def test_a_booking_that_cannot_be_is_refused_at_its_field(elm, change):
    drill = a_drill(elm["bo"])
    body = {"listing": drill["id"], "starts": in_days(3), "ends": in_days(4), "quantity": 1} | change
    answer = elm["ana"].post("bookings/", body, status=(400, 404, 409))
    assert answer["detail"]
    assert elm["ana"].get("bookings/")["results"] == []


@pytest.mark.parametrize("change", BAD_LISTINGS, ids=lambda change: str(change)[:40])
def test_a_listing_that_cannot_be_is_refused_at_its_field(elm, change):
    body = {
        "kind": "tool", "title": "Ladder", "terms": "rent", "price_minor": 300, "price_unit": "day",
        "lat": factories.HERE.lat, "lon": factories.HERE.lon, "publish": True,
    } | change
    answer = elm["bo"].post("listings/", body, status=400)
    assert answer["errors"], answer
    assert elm["ana"].get("listings/")["results"] == []


def test_figures_that_are_none_are_no_json(elm):
    assert elm["bo"].post("listings/", {"kind": "tool", "lat": float("inf")}, status=400)["detail"]


@pytest.mark.parametrize("params", [
    {"lat": "x", "lon": "1"}, {"lat": "1"}, {"lat": "nan", "lon": "1"}, {"lat": "1", "lon": "inf"},
    {"lat": "95", "lon": "0"},
    {"radius_km": "-1", "lat": "1", "lon": "1"}, {"radius_km": "many"}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"},
    {"from": "soon"}, {"from": "2026-12-05", "to": "2026-12-01"}, {"quantity": "0"}, {"quantity": "x"},
    {"kind": "boat"}, {"max_price": "-1"}, {"terms": "theft"}, {"sort": "best"}, {"cursor": "zzz"}, {"q": "x" * 2000},
    {"category": "no-such"},
], ids=str)
def test_a_search_that_cannot_be_read_says_so_at_its_parameter(elm, params):
    answer = elm["ana"].get("listings/", status=400, **params)
    assert answer["errors"] and set(answer["errors"]) & (set(params) | {"lat", "lon"})


def test_the_description_of_the_api_is_whole(client):
    schema = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    assert schema["openapi"].startswith("3.1")
    paths = set(schema["paths"])
    for path in (
        "tokens/", "members/me/", "communities/", "listings/", "listings/{id}/availability/", "listings/{id}/quote/",
        "bookings/", "bookings/{id}/{step}/", "conversations/", "conversations/{id}/messages/",
        "communities/{slug}/books/", "communities/{slug}/proposals/", "listings/clusters/",
    ):
        assert f"/api/v1/{path}" in paths, path
    said = schema["paths"]["/api/v1/approvals/"]
    assert said["get"]["summary"] == "One's own approvals, and those one may answer"
    assert said["get"]["description"].endswith("the newest first.")
    assert said["post"]["summary"] == "Ask for what a listing needs" and "description" not in said["post"]
    assert "Authorization: Bearer" in schema["info"]["description"]
    assert [name for name in schema["components"]["schemas"] if re.search(r"[0-9a-f]{3}Enum$", name)] == []
    assert client.get("/api/v1/docs/").status_code == 200
    assert client.get("/api/v1/nothing/")["Content-Type"] == "application/problem+json"
