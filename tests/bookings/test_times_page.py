"""The page where an owner sets when a thing can be had, and the pages of fair use and approvals."""

from html import unescape

import pytest
from django.test import Client

from bookings import actions
from bookings.models import Approval, DayPrice, FairUse, OpeningWindow, Policy
from listings.models import Listing
from tests import factories
from tests.bookings.cast import drill, ride, room, steward_of, today

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def home():
    return factories.community()


def browser(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def bed(home):
    return room(of=home)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_terms_holidays_prices_and_the_rule_are_set_each_by_its_form(bed, headers):
    bo, base, ok = browser(bed.owner), f"/listings/{bed.pk}/times/", 200 if headers else 302
    terms = {
        "min_units": 2, "max_units": 14, "notice_hours": 24, "change_hours": 48, "cancel_hours": 12, "horizon_days": 90,
        "buffer_before": 0, "buffer_after": 60, "arrive_days": ["16", "32"], "leave_days": ["64"],
    }
    assert bo.post(f"{base}terms/", terms, headers=headers).status_code == ok
    assert bo.post(f"{base}holidays/", {"holiday_region": "DE-BW"}, headers=headers).status_code == ok
    days = {"first": today(20), "last": today(22), "price_minor": "35", "note": "Fair"}
    assert bo.post(f"{base}prices/", days, headers=headers).status_code == ok
    rule = {"most_at_once": 1, "most_days": 5, "window_days": 30}
    assert bo.post(f"{base}fair-use/", rule, headers=headers).status_code == ok
    bed = Listing.objects.get(pk=bed.pk)
    assert (bed.arrive_days, bed.leave_days, bed.change_hours, bed.holiday_region) == (48, 64, 48, "DE-BW")
    assert (DayPrice.objects.get().price_minor, FairUse.objects.get().count_closed) == (3500, False)
    page = text(bo.get(base))
    assert "holidays in the coming year" in page and "Fair" in page and "€35" in page


def test_what_is_wrong_is_said_at_its_field(bed):
    bo, base = browser(bed.owner), f"/listings/{bed.pk}/times/"
    sent = {
        "terms/": {
            "min_units": 5, "max_units": 2, "notice_hours": 0, "change_hours": 0, "cancel_hours": 0, "horizon_days": 90,
            "buffer_before": 0, "buffer_after": 0, "arrive_days": ["1"], "leave_days": ["1"],
        },
        "holidays/": {"holiday_region": "XX"},
        "prices/": {"first": today(5), "last": today(4), "price_minor": "3"},
        "fair-use/": {"most_days": "5"},
        "policy/": {"policy": "999"},
    }
    for path, data in sent.items():
        response = bo.post(base + path, data)
        assert response.status_code == 422 and "field__error" in text(response), path
        assert browser(factories.member("Zoe")).post(base + path, data).status_code == 404
        assert bo.get(base + path).status_code == 302
    DayPrice.objects.create(listing=bed, first=today(3), last=today(6), price_minor=1)
    again = bo.post(f"{base}prices/", {"first": today(6), "last": today(8), "price_minor": "3"})
    assert again.status_code == 422 and "already" in text(again)
    row = DayPrice.objects.get()
    assert browser(factories.member("Eve")).post(f"/day-prices/{row.pk}/remove/").status_code == 404
    assert bo.post(f"/day-prices/{row.pk}/remove/").status_code == 302 and not DayPrice.objects.exists()


def test_one_day_can_be_copied_to_all_and_a_night_lasts_past_midnight(bed):
    bo = browser(bed.owner)
    bo.post(f"/listings/{bed.pk}/week/", {"opens_2": "20:00", "closes_2": "02:00", "copy": "1"})
    assert OpeningWindow.objects.count() == 7
    assert bo.post(f"/listings/{bed.pk}/week/", {"opens_2": "20:00", "closes_2": "20:00"}).status_code == 422


def test_a_ride_has_notices_and_no_holidays(home):
    car = ride(of=home)
    page = text(browser(car.owner).get(f"/listings/{car.pk}/times/"))
    assert "notice_hours" in page and "holiday_region" not in page and "most_at_once" not in page


@pytest.mark.parametrize("rows", [1, 9])
def test_the_page_takes_as_many_statements_however_much_is_set(bed, rows, django_assert_max_num_queries):
    for n in range(rows):
        DayPrice.objects.create(listing=bed, first=today(n), last=today(n), price_minor=100)
        actions.close_day(bed.pk, today(n), by=bed.owner)
    bo = browser(bed.owner)
    bo.get(f"/listings/{bed.pk}/times/")
    with django_assert_max_num_queries(16):
        bo.get(f"/listings/{bed.pk}/times/")


def test_a_community_sets_its_rule_and_what_needs_an_approval(home):
    cleo, url = browser(steward_of(home)), f"/c/{home.slug}/fair-use/"
    assert "Fair use" in text(cleo.get(f"/c/{home.slug}/"))
    assert cleo.post(url, {"rule": "1", "most_at_once": "3", "count_closed": "on"}).status_code == 302
    assert FairUse.objects.get().most_at_once == 3
    assert cleo.post(url, {"rule": "1", "new_days": "30"}).status_code == 422
    saws = {"policy": "1", "name": "Saws", "how": "Come on Saturday.", "valid_days": "365"}
    assert cleo.post(url, saws).status_code == 302
    assert cleo.post(url, {"policy": "1", "name": ""}).status_code == 422
    policy = Policy.objects.get()
    assert "Saws" in text(cleo.get(url))
    member = browser(factories.member("Ana", of=home))
    assert member.get(url).status_code == member.post(f"/policies/{policy.pk}/remove/").status_code == 404
    assert cleo.post(f"/policies/{policy.pk}/remove/").status_code == 302 and not Policy.objects.exists()


def test_from_asking_to_the_approval_and_back(home):
    saw, cleo, ana = drill(of=home, commons=True), steward_of(home), factories.member("Ana", of=home)
    policy = actions.write_policy(by=cleo, community=home, name="Power saws", how="Come on Saturday.")
    assert browser(cleo).post(f"/listings/{saw.pk}/times/policy/", {"policy": policy.pk}).status_code == 302
    page = browser(ana)
    shown = text(page.get(f"/listings/{saw.pk}/"))
    assert "It needs an approval: Power saws" in shown and "Come on Saturday." in shown
    assert page.post(f"/listings/{saw.pk}/approval/", {"note": "I was a carpenter."}).status_code == 302
    assert "You have asked for it" in text(page.get(f"/listings/{saw.pk}/"))
    row = Approval.objects.get()
    desk = browser(cleo)
    assert "I was a carpenter." in text(desk.get("/approvals/"))
    assert page.post(f"/approvals/{row.pk}/give/", {}).status_code == 404
    assert desk.post(f"/approvals/{row.pk}/give/", {"until": "2020-01-01"}).status_code == 422
    assert desk.post(f"/approvals/{row.pk}/give/", {"note": "Well done"}).status_code == 302
    assert "You have the approval" in text(page.get(f"/listings/{saw.pk}/"))
    assert "Well done" in text(page.get("/approvals/"))
    assert desk.post(f"/approvals/{row.pk}/withdraw/", {}).status_code == 302
    assert "It needs an approval" in text(page.get(f"/listings/{saw.pk}/"))
    assert desk.post(f"/approvals/{row.pk}/destroy/", {}).status_code == 404
    assert page.post("/listings/999999/approval/").status_code == 404
