"""What belongs to a community that does not show itself, or to its members alone, is not there for anybody else.

Each address of this room is asked twice: with what exists and is hidden, and with what does not exist. To a stranger
the two answers are one: whether something is there cannot be told.
"""

import re

import pytest
from django.test import Client
from django.urls import URLPattern

from bookings import actions, api, parties, urls
from bookings.calendars import mine
from bookings.models import Booking, Policy
from listings.models import Listing
from sharing.values.period import days
from tests import factories
from tests.bookings.cast import BERLIN, drill, ride, steward_of, today
from tests.bookings.test_pages import browser

pytestmark = pytest.mark.django_db
NOBODY = 987654321
FOUND = (200, 201, 204, 403)


@pytest.fixture
def refuge():
    return factories.community("Undine Refuge", slug="undine", listed=False)


@pytest.fixture
def stranger():
    return factories.member("Stan", of=factories.community("Elm Street"))


@pytest.fixture
def there(refuge) -> dict[str, list[int]]:
    """For each address's first word, the keys of what is there."""
    ina, ian = factories.member("Ina Undine", of=refuge), factories.member("Ian", of=refuge)
    saw = drill(ina, of=refuge, title="Undine saw", visibility="community")
    car = ride(ina, of=refuge, title="Undine ride", visibility="community")
    booking = actions.request(saw.pk, by=ian, starts=today(5), ends=today(6))
    kept = actions.block(saw.pk, days(today(9), today(11), BERLIN), by=ina, note="Undine")
    feed = actions.add_feed(saw.pk, by=ina, url="https://a.example/undine.ics")
    policy = Policy.objects.create(community=refuge, name="Undine machines")
    return {
        "listings": [saw.pk, car.pk], "bookings": [booking.pk], "blocks": [kept.pk], "feeds": [feed.pk],
        "policies": [policy.pk], "departures": [car.departures.get().pk],
    }


def patterns(found) -> list[tuple[str, URLPattern]]:
    return [(str(each.pattern), each) for each in found if isinstance(each, URLPattern)]


def pairs(room: str, there: dict[str, list[int]]):
    """(an address with what is there, the same with what is not), for every address that names something hidden."""
    for route, _pattern in patterns(api.urlpatterns if room else urls.urlpatterns):
        kind = route.split("/")[0]
        hidden = there.get(kind, [])
        if "<slug:slug>" in route:
            yield _filled(room + route, "undine", 1), _filled(room + route, "not-there", 1)
        for key in hidden if "<int:pk>" in route else ():
            yield _filled(room + route, "accept", key), _filled(room + route, "accept", NOBODY)


def _filled(route: str, slug: str, key: int) -> str:
    route = route.replace("<int:pk>", str(key)).replace("<slug:slug>", slug).replace("<slug:fmt>", "webp")
    route = re.sub(r"<int:(width|slot|feed|change)>", "1", route)
    return "/" + re.sub(r"<slug:\w+>", slug if slug == "accept" else "accept", route)


@pytest.mark.parametrize("room", ["", "api/v1/"])
@pytest.mark.parametrize("who", ["nobody", "stranger"])
@pytest.mark.parametrize("method", ["get", "post", "patch", "put", "delete"])
def test_what_is_hidden_answers_as_what_is_not_there(there, stranger, room, who, method):
    page = Client() if who == "nobody" else browser(stranger)
    asked = list(pairs(room, there))
    assert len(asked) > 20
    for hidden, missing in asked:
        answers = [getattr(page, method)(each) for each in (hidden, missing)]
        assert answers[0].status_code == answers[1].status_code, hidden
        if who == "stranger":
            assert answers[0].status_code not in FOUND, (hidden, answers[0].status_code)
        assert "undine" not in answers[0].content.decode().lower().replace(hidden, ""), hidden


@pytest.mark.parametrize("address", ["/bookings/", "/calendar/", "/waiting/", "/approvals/", "/search/?q=saw"])
def test_no_list_of_a_strangers_own_says_anything_of_it(there, stranger, address):
    answer = browser(stranger).get(address, follow=True)
    assert answer.status_code == 200 and "undine" not in answer.content.decode().lower()


@pytest.mark.parametrize("address", ["bookings/", "listings/?q=saw", "approvals/", "waiting/", "conversations/"])
def test_no_list_of_a_program_counts_it(there, stranger, address):
    answer = browser(stranger).get(f"/api/v1/{address}")
    assert answer.status_code == 200 and "undine" not in answer.content.decode().lower()
    assert (answer.json() if isinstance(answer.json(), list) else answer.json()["results"]) == []


def test_nor_is_it_found_by_dates_on_which_it_is_free(there, stranger):
    when = f"from={today(20)}&to={today(21)}&lat={factories.HERE.lat}&lon={factories.HERE.lon}"
    for page in (Client(), browser(stranger)):
        assert page.get(f"/api/v1/listings/?{when}").json()["results"] == []
    assert Listing.objects.visible_to(stranger).count() == 0


@pytest.mark.parametrize("commons", [False, True])
def test_who_borrows_from_a_community_that_does_not_show_itself_is_not_told_its_name(refuge, stranger, commons):
    keeper = steward_of(refuge)
    saw = drill(None if commons else keeper, of=refuge, title="Saw", commons=commons)
    booking = actions.request(saw.pk, by=stranger, starts=today(5), ends=today(6))
    actions.take(booking.pk, "accept", by=keeper)
    own = booking.get_absolute_url()
    page = browser(stranger)
    api_own = f"/api/v1/bookings/{booking.pk}/"
    asked = (own, f"{own}print/", f"{own}cancel/", "/bookings/", f"{own}calendar.ics", api_own, "/api/v1/bookings/")
    for address in asked:
        answer = page.get(address)
        assert answer.status_code == 200 and b"ndine" not in answer.content, address
    assert page.get(api_own).json()["community"] == ""
    assert b"ndine" not in mine.of_member(stranger, "https://here.example")
    assert browser(keeper).get(api_own).json()["community"] == "undine"
    factories.join(stranger, refuge)  # whoever belongs to it reads it as ever
    assert "Undine" in browser(stranger).get(f"{own}print/").content.decode()


def test_a_page_of_bookings_asks_once_what_a_member_may_know(refuge, stranger, django_assert_num_queries):
    for n in range(3):
        saw = drill(of=refuge, title=f"Saw {n}")
        actions.request(saw.pk, by=stranger, starts=today(5), ends=today(6))
    rows = list(Booking.objects.select_related("community"))
    with django_assert_num_queries(1):
        assert {parties.home(row, stranger).slug for row in rows} == {""}
