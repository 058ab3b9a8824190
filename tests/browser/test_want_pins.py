"""What neighbours look for stands on the map of search: for mouse, finger and keyboard, and one may put it away."""

import pytest
from playwright.sync_api import expect

from listings.actions import wants
from sharing.values.place import Point

from .street import HOME, street

expect.set_options(timeout=20_000)


@pytest.fixture
def asked(site):
    """Two that stand apart, one of another kind."""
    house = street()
    for title, kind, north in (("Fruit press", "tool", 0.0), ("Room for a choir", "room", 0.02)):
        point = Point(HOME["lat"] + north, HOME["lon"])
        wants.ask(by=house.bo, community=house.community, title=title, kind=kind, point=point)


def slips(page):
    return page.locator(".map .map-pin--want")


def test_wants_are_on_the_map_and_lead_to_their_page(asked, person):
    page = person("Ana")
    asks = []
    page.on("request", lambda request: "/api/v1/wants/" in request.url and asks.append(request.url))
    page.goto("/search/?near=Freiburg&radius_km=4")
    expect(slips(page)).to_have_count(2)
    assert len(asks) == 1
    slip = page.get_by_role("link", name="Looked for: Fruit press")
    slip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Fruit press", level=1)).to_be_visible()


def test_a_search_for_one_kind_shows_what_is_looked_for_of_it(asked, person):
    page = person("Ana")
    page.goto("/search/?near=Freiburg&radius_km=4&kind=room")
    expect(slips(page)).to_have_text(["Room for a choir"])


def test_slips_that_would_cover_each_other_are_one_that_looks_closer(asked, person):
    page = person("Ana")
    page.goto("/search/?near=Freiburg&radius_km=100")
    expect(slips(page)).to_have_text(["2"])
    slips(page).click()
    expect(slips(page)).to_have_count(2)


def test_they_are_put_away_and_stay_so(asked, person):
    page = person("Ana")
    page.goto("/search/?near=Freiburg&radius_km=4")
    expect(slips(page)).to_have_count(2)
    page.get_by_text("What neighbours look for").click()
    expect(slips(page)).to_have_count(0)
    page.reload()
    expect(page.locator("[data-map-tools]")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(slips(page)).to_have_count(0)
