"""The lender's calendar: who has what, days kept, the week, and the same few statements for one thing and for many."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.models import Claim, DateException, OpeningWindow
from sharing.values.period import Period
from tests.bookings.cast import drill, today
from tests.bookings.test_pages import HTMX, agreed, browser, text
from tests.factories import listing

pytestmark = pytest.mark.django_db


def test_the_calendar_shows_who_has_what_and_keeps_days(cast):
    booking = agreed(cast, starts=str(today(2)), ends=str(today(3)))
    listing(cast.bo, of=cast.home, title="Long ladder")
    page = browser(cast.bo).get("/calendar/")
    assert "Ana" in text(page) and booking.get_absolute_url() in page.content.decode() and "Long ladder" in text(page)
    sent = {"listing": cast.drill.pk, "starts": today(5), "ends": today(6), "kind": "block", "note": "My wall"}
    assert browser(cast.bo).post("/calendar/", sent).status_code == 302
    assert "My wall" in text(browser(cast.bo).get("/calendar/"))
    clash = browser(cast.bo).post("/calendar/", sent | {"starts": today(3)})
    assert clash.status_code == 422 and "booking in that time" in text(clash)
    for bad in ({"listing": 99999}, {"starts": "x"}, {"ends": today(4)}, {"kind": "booking"}, {"listing": "x"}):
        assert browser(cast.bo).post("/calendar/", sent | bad).status_code == 422
    for odd in ("x", "9999-12-31", "0001-01-01"):
        assert browser(cast.bo).get("/calendar/", {"from": odd}).status_code == 200


@pytest.mark.parametrize("count", [1, 8])
def test_the_calendar_takes_the_same_statements(cast, count, django_assert_max_num_queries):
    for n in range(count):
        made = listing(cast.bo, of=cast.home, title=f"Thing {n}")
        for day in range(3):
            actions.request(made.pk, by=cast.ana, starts=str(today(day * 2 + 1)), ends=str(today(day * 2 + 1)))
    client = browser(cast.bo)
    client.get("/calendar/")
    with django_assert_max_num_queries(8):
        client.get("/calendar/")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_owner_sets_week_days_and_blocks(cast, headers):
    bo, base = browser(cast.bo), f"/listings/{cast.drill.pk}"
    ok = 200 if headers else 302
    week = {"opens_0": "17:00", "closes_0": "20:00", "opens_4": "17:00", "closes_4": "20:00"}
    assert bo.post(f"{base}/week/", week, headers=headers).status_code == ok
    assert list(OpeningWindow.objects.values_list("weekday", flat=True)) == [0, 4]
    assert bo.post(f"{base}/week/", week | {"closes_0": "17:00"}, headers=headers).status_code == 422
    assert bo.post(f"{base}/week/", {"opens_1": "10:00"}, headers=headers).status_code == 422
    closed = {"day": today(9), "is_open": "", "note": "Away"}
    assert bo.post(f"{base}/exceptions/", closed, headers=headers).status_code == ok
    assert bo.post(f"{base}/exceptions/", {"day": "x"}, headers=headers).status_code == 422
    assert bo.post(f"{base}/exceptions/", closed | {"opens": "9:00"}, headers=headers).status_code == 422
    block = {"starts": today(5), "ends": today(6), "kind": "repair", "note": ""}
    assert bo.post(f"{base}/blocks/", block, headers=headers).status_code == ok
    assert bo.post(f"{base}/blocks/", block | {"ends": today(4)}, headers=headers).status_code == 422
    edit = text(bo.get(f"{base}/times/"))
    assert f"{base}/times/" in bo.get(f"{base}/edit/").content.decode()
    assert "Away" in edit and "In repair" in edit
    kept, differs = Claim.objects.get(), DateException.objects.get()
    for path in (f"/blocks/{kept.pk}/remove/", f"/exceptions/{differs.pk}/remove/"):
        assert browser(cast.ana).post(path).status_code == 404
        assert bo.post(path, headers=headers).status_code == ok
        assert bo.post(path, headers=headers).status_code == 404
    for path in ("week", "exceptions", "blocks"):
        assert browser(cast.ana).post(f"{base}/{path}/", block).status_code == 404
        assert bo.get(f"{base}/{path}/").status_code == 302


def test_some_copies_can_be_kept_and_the_others_lent(cast):
    ladders = drill(cast.bo, of=cast.home, capacity=3)
    sent = {"starts": today(5), "ends": today(6), "kind": "repair", "quantity": 2}
    browser(cast.bo).post(f"/listings/{ladders.pk}/blocks/", sent)
    assert Claim.objects.get().quantity == 2
    assert actions.request(ladders.pk, by=cast.ana, starts=str(today(5)), ends=str(today(5))).pk
    with pytest.raises(Exception, match="already taken"):
        actions.request(ladders.pk, by=cast.zoe, starts=str(today(5)), ends=str(today(5)))


def test_the_calendar_grid_draws_each_booking_as_one_run(cast):
    from bookings import agenda

    first = agenda.grid(cast.bo, [cast.drill]).first
    zone = timezone.get_current_timezone()
    start = timezone.datetime.combine(first + timedelta(days=30), timezone.datetime.min.time(), zone)
    actions.block(cast.drill.pk, Period(start, start + timedelta(days=3)), by=cast.bo, note="x")
    row = agenda.grid(cast.bo, [cast.drill], first + timedelta(days=28)).rows[0]
    assert sum(cell.span for cell in row.cells) == 28
    taken = [cell.span for cell in row.cells if cell.kind]
    assert taken in ([3], [4])  # whole days of UTC touch four local ones
