"""The terms of time, blocks, fair use and approvals for clients."""

import pytest
from django.test import Client

from bookings.models import Claim, FairUse
from tests import factories
from tests.bookings.cast import drill, room, steward_of, today

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def home():
    return factories.community()


def browser(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_the_terms_of_time_are_read_and_changed_piece_by_piece(home):
    bed = room(of=home)
    bo, url = browser(bed.owner), f"/api/v1/listings/{bed.pk}/times/"
    assert bo.get(url).json() == {
        "min_units": 1, "max_units": 60, "notice_hours": 0, "change_hours": 0, "cancel_hours": 0, "horizon_days": 180,
        "buffer_before": 0, "buffer_after": 0, "arrive_days": 127, "leave_days": 127, "holiday_region": "",
        "windows": [], "exceptions": [], "day_prices": [], "policy": None, "fair_use": None,
    }
    sent = {
        "notice_hours": 48, "arrive_days": 32, "holiday_region": "DE-BW",
        "windows": [{"weekday": 5, "opens": "20:00", "closes": "02:00"}],
        "exceptions": [{"day": str(today(5)), "is_open": False, "note": "Away"}],
        "day_prices": [{"first": str(today(9)), "last": str(today(10)), "price_minor": 4000}],
        "fair_use": {"most_days": 5, "window_days": 30},
    }
    body = bo.patch(url, sent, content_type=JSON).json()
    assert (body["notice_hours"], body["arrive_days"], body["leave_days"]) == (48, 32, 127)
    assert body["windows"] == [{"weekday": 5, "opens": "20:00:00", "closes": "02:00:00"}]
    assert (body["exceptions"][0]["note"], body["day_prices"][0]["price_minor"]) == ("Away", 4000)
    hours = {"day": str(today(6)), "is_open": True, "opens": "09:00:00", "closes": "12:00:00", "note": ""}
    assert bo.patch(url, {"exceptions": [hours]}, content_type=JSON).json()["exceptions"] == [hours]
    for wrong in ({"is_open": False}, {"closes": None}, {"closes": "09:00"}):
        assert bo.patch(url, {"exceptions": [hours | wrong]}, content_type=JSON).status_code == 400
    too_many = [hours | {"day": str(today(n))} for n in range(201)]
    assert bo.patch(url, {"exceptions": too_many}, content_type=JSON).status_code == 400
    assert bo.get(url).json()["exceptions"] == [hours]
    assert body["fair_use"]["most_days"] == 5 and FairUse.objects.get().window_days == 30
    assert bo.patch(url, {"fair_use": None, "windows": []}, content_type=JSON).json()["windows"] == []
    assert not FairUse.objects.exists()


def test_bad_terms_change_nothing_and_strangers_see_nothing(home):
    bed = room(of=home)
    bo, url = browser(bed.owner), f"/api/v1/listings/{bed.pk}/times/"
    for sent, field in (
        ({"holiday_region": "XX"}, "holiday_region"), ({"notice_hours": -1}, "notice_hours"),
        ({"arrive_days": 0}, "arrive_days"), ({"notice_hours": 5, "fair_use": {"most_days": 5}}, "window_days"),
        ({"windows": [{"weekday": 9, "opens": "9", "closes": "10"}]}, "windows"), ({"policy": 999}, "policy"),
    ):
        response = bo.patch(url, sent, content_type=JSON)
        assert response.status_code == 400 and field in str(response.json()["errors"]), sent
    bed.refresh_from_db()
    assert bed.notice_hours == 0
    for client in (browser(factories.member("Zoe")), Client()):
        assert client.get(url).status_code in (401, 403, 404)


def test_blocks_are_made_listed_and_taken_away(home):
    saw = drill(of=home, capacity=3)
    bo, url = browser(saw.owner), f"/api/v1/listings/{saw.pk}/blocks/"
    sent = {"starts": str(today(5)), "ends": str(today(6)), "quantity": 2, "note": "Sharpening", "kind": "repair"}
    made = bo.post(url, sent, content_type=JSON)
    assert made.status_code == 201
    claim = Claim.objects.get()
    assert (claim.quantity, (claim.ends - claim.starts).days, claim.kind) == (2, 2, "repair")
    assert [row["id"] for row in bo.get(url).json()["results"]] == [claim.pk]
    assert bo.post(url, sent, content_type=JSON).status_code == 409
    assert bo.post(url, sent | {"starts": "never"}, content_type=JSON).status_code == 400
    assert bo.post(url, sent | {"ends": str(today(4))}, content_type=JSON).status_code == 400
    stranger = browser(factories.member("Zoe"))
    assert stranger.get(url).status_code == stranger.delete(f"/api/v1/blocks/{claim.pk}/").status_code == 404
    assert bo.delete(f"/api/v1/blocks/{claim.pk}/").status_code == 204 and not Claim.objects.exists()


def test_a_communitys_rule_and_an_approval(home):
    cleo, ana, saw = steward_of(home), factories.member("Ana", of=home), drill(of=home, commons=True)
    desk, page = browser(cleo), browser(ana)
    url = f"/api/v1/communities/{home.slug}/fair-use/"
    assert desk.put(url, {"most_at_once": 2}, content_type=JSON).json()["most_at_once"] == 2
    assert desk.get(url).json()["most_at_once"] == 2 and page.get(url).status_code == 404
    assert desk.put(url, {"most_days": 2}, content_type=JSON).status_code == 400
    saw.tool.approval_needed = True
    saw.tool.save()
    asked = page.post("/api/v1/approvals/", {"listing": saw.pk, "note": "Trained"}, content_type=JSON)
    assert asked.status_code == 201 and asked.json()["state"] == "asked"
    answer = f"/api/v1/approvals/{asked.json()['id']}/"
    assert page.post(answer, {"state": "given"}, content_type=JSON).status_code == 404
    assert desk.post(answer, {"state": "given"}, content_type=JSON).json()["state"] == "given"
    assert [row["state"] for row in page.get("/api/v1/approvals/").json()["results"]] == ["given"]
    assert browser(factories.member("Zoe")).get("/api/v1/approvals/").json()["results"] == []
    refused = {"listing": drill(of=home).pk}
    assert page.post("/api/v1/approvals/", refused, content_type=JSON).status_code == 409


def test_programs_write_what_needs_an_approval_and_put_a_listing_under_it(home):
    cleo, bo, zoe = steward_of(home), factories.member("Bo", of=home), factories.member("Zoe")
    desk, owner, url = browser(cleo), browser(bo), f"/api/v1/communities/{home.slug}/policies/"
    saw = drill(bo, of=home)
    made = desk.post(url, {"name": "Saws", "how": "Come on Friday."}, content_type=JSON)
    assert made.status_code == 201 and made.json()["own"] is False and made.json()["valid_days"] is None
    assert desk.post(url, {"name": ""}, content_type=JSON).status_code == 400
    assert desk.post(url, {"name": "x", "valid_days": 0}, content_type=JSON).status_code == 400
    assert owner.post(url, {"name": "Mine for all"}, content_type=JSON).status_code == 404  # the stewards' alone
    own = owner.post(url, {"name": "My lathe", "own": True}, content_type=JSON).json()
    assert [row["name"] for row in owner.get(url).json()] == ["My lathe", "Saws"]
    assert [row["name"] for row in desk.get(url).json()] == ["Saws"]
    assert browser(zoe).get(url).status_code == 404
    times = f"/api/v1/listings/{saw.pk}/times/"
    assert owner.patch(times, {"policy": made.json()["id"]}, content_type=JSON).json()["policy"] == made.json()["id"]
    one = f"/api/v1/policies/{made.json()['id']}/"
    assert owner.patch(one, {"valid_days": 5}, content_type=JSON).status_code == 404
    assert desk.patch(one, {"valid_days": 5}, content_type=JSON).json() == made.json() | {"valid_days": 5}
    assert desk.delete(f"/api/v1/policies/{own['id']}/").status_code == 404
    assert desk.delete(one).status_code == 204 and owner.get(times).json()["policy"] is None
