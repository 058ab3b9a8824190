"""The pages and the API of calendars: open, change, close, follow; each to those who look after it alone."""

import pytest
from django.test import Client

from bookings import actions
from bookings.calendars import sync
from bookings.calendars.fetch import Fetched
from bookings.models import CalendarAddress, CalendarFeed
from sharing.web.refusals import Refusal
from tests.bookings.cast import noon, today

from .remote import file
from .test_sync import taken

pytestmark = pytest.mark.django_db


def browser(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_one_opens_changes_and_closes_ones_own_address(cast):
    client = browser(cast.ana)
    assert "Make my address" in client.get("/settings/calendars/").content.decode()
    client.post("/settings/calendars/open/")
    page = client.get("/settings/calendars/")
    url = page.context["address"]["url"]
    assert (
        url in page.content.decode()
        and page["Referrer-Policy"] == "same-origin"  # with "no-referrer" a browser sends its forms with no origin
        and "no-store" in page["Cache-Control"]
    )
    assert url.replace("http://", "webcal://") in page.content.decode()
    client.post("/settings/calendars/renew/")
    assert client.get("/settings/calendars/").context["address"]["url"] != url
    client.post("/settings/calendars/close/")
    assert not CalendarAddress.objects.exists()
    assert (
        client.post("/settings/calendars/sell/").status_code == 404
        and client.get("/settings/calendars/open/").status_code == 302
    )


def test_the_settings_lead_there_and_the_listing_too(cast):
    assert "/settings/calendars/" in browser(cast.ana).get("/settings/language/").content.decode()
    assert (
        f"/listings/{cast.drill.pk}/calendars/"
        in browser(cast.bo).get(f"/listings/{cast.drill.pk}/edit/").content.decode()
    )
    assert f"/listings/{cast.drill.pk}/calendars/" in browser(cast.bo).get("/settings/calendars/").content.decode()


def test_a_listing_follows_far_more_calendars_than_it_is_offered_at_and_not_without_end(cast):
    rows = [CalendarFeed(listing=cast.drill, name=f"Site {n}", url=f"https://a.example/{n}.ics", by=cast.bo)
            for n in range(99)]
    CalendarFeed.objects.bulk_create(rows)
    actions.add_feed(cast.drill.pk, by=cast.bo, url="https://a.example/last.ics", name="The last")
    assert len(browser(cast.bo).get(f"/listings/{cast.drill.pk}/calendars/").context["feeds"]) == 100
    with pytest.raises(Refusal) as refusal:
        actions.add_feed(cast.drill.pk, by=cast.bo, url="https://a.example/more.ics")
    assert (refusal.value.field, refusal.value.code) == ("url", "too_many")


def test_a_listing_shares_and_follows(cast):
    client, page = browser(cast.bo), f"/listings/{cast.drill.pk}/calendars/"
    assert client.post(page, {"url": "https://a.example/secret-key.ics", "name": "Other site"}).status_code == 302
    feed = CalendarFeed.objects.get()
    body = client.get(page).content.decode()
    assert "a.example" in body and "secret-key" not in body and "not read yet" in body
    wrong = client.post(page, {"url": "file:///etc/passwd"})
    assert wrong.status_code == 422 and "https://" in wrong.content.decode()
    client.post(f"{page}open/")
    client.post(f"{page}{feed.pk}/open/")
    assert CalendarAddress.objects.filter(listing=cast.drill).count() == 2
    assert client.post(f"/feeds/{feed.pk}/look/").status_code == 302
    client.post(f"/feeds/{feed.pk}/drop/")
    assert not CalendarFeed.objects.exists() and CalendarAddress.objects.count() == 1


def test_a_clash_and_a_fault_stand_on_the_page(cast, django_assert_max_num_queries):
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(6))
    feed = actions.add_feed(cast.drill.pk, by=cast.bo, url="https://a.example/x.ics", name="Other site")
    sync.look(feed.pk, fetching=lambda *_a, **_k: Fetched(file(taken("a", noon(5), noon(8)))))
    sync.look(feed.pk, fetching=lambda *_a, **_k: Fetched(b"<html>"))
    client = browser(cast.bo)
    with django_assert_max_num_queries(14):
        body = client.get(f"/listings/{cast.drill.pk}/calendars/").content.decode()
    for said in (
        "1 time is taken twice",
        booking.get_absolute_url(),
        "cannot be read",
        "not a calendar",
        "stays taken",
    ):
        assert said in body


@pytest.mark.parametrize("who", ["ana", "cleo", "zoe"])
def test_nobody_else_finds_them(cast, who):
    feed = actions.add_feed(cast.drill.pk, by=cast.bo, url="https://a.example/x.ics")
    client, page = browser(getattr(cast, who)), f"/listings/{cast.drill.pk}/calendars/"
    asked = [
        client.get(page),
        *(
            client.post(at)
            for at in (
                page,
                f"{page}open/",
                f"{page}{feed.pk}/open/",
                f"/feeds/{feed.pk}/drop/",
                f"/feeds/{feed.pk}/look/",
            )
        ),
    ]
    api = f"/api/v1/listings/{cast.drill.pk}"
    asked += [client.get(f"{api}/feeds/"), client.get(f"{api}/calendar/"), client.delete(f"/api/v1/feeds/{feed.pk}/")]
    assert {answer.status_code for answer in asked} == {404} and CalendarFeed.objects.exists()


def test_stewards_look_after_those_of_the_commons(cast):
    cast.drill.owner = None
    cast.drill.save()
    assert browser(cast.cleo).post(f"/listings/{cast.drill.pk}/calendars/open/").status_code == 302
    assert browser(cast.bo).get(f"/listings/{cast.drill.pk}/calendars/").status_code == 404


def test_the_api_does_the_same(cast):
    client, listing = browser(cast.bo), f"/api/v1/listings/{cast.drill.pk}"
    assert client.get("/api/v1/calendar/").status_code == 404
    first = client.post("/api/v1/calendar/", {}, content_type="application/json")
    assert first.status_code == 201 and Client().get(first.json()["url"]).status_code == 200
    second = client.post("/api/v1/calendar/", {"renew": True}, content_type="application/json").json()
    assert second["url"] != first.json()["url"] and client.get("/api/v1/calendar/").json() == second
    assert client.delete("/api/v1/calendar/").status_code == 204

    feed = client.post(
        f"{listing}/feeds/", {"url": "webcal://a.example/x.ics"}, content_type="application/json"
    ).json()
    assert (feed["name"], feed["fetched"], feed["clashes"]) == ("a.example", None, [])
    booking = actions.request(cast.drill.pk, by=cast.ana, starts=today(6), ends=today(6))
    sync.look(feed["id"], fetching=lambda *_a, **_k: Fetched(file(taken("a", noon(5), noon(8)))))
    (shown,) = client.get(f"{listing}/feeds/").json()
    assert shown["busy"] == 1 and shown["clashes"][0]["booking"] == booking.pk
    bad = client.post(f"{listing}/feeds/", {"url": "ftp://a.example/"}, content_type="application/json")
    assert bad.status_code == 400 and "url" in bad.json()["errors"]
    made = client.post(f"{listing}/calendar/", {"feed": feed["id"]}, content_type="application/json").json()
    assert made["feed"] == feed["id"] and client.get(f"{listing}/calendar/").json() == [made]
    assert client.post(f"{listing}/calendar/", {"feed": 10**9}, content_type="application/json").status_code == 400
    assert client.post(f"/api/v1/feeds/{feed['id']}/").status_code == 202
    assert client.delete(f"{listing}/calendar/?feed={feed['id']}").status_code == 204
    assert client.delete(f"/api/v1/feeds/{feed['id']}/").status_code == 204 and not CalendarFeed.objects.exists()
