"""Finding, as one does it: the map leads, back leads back, the keyboard reaches all, a search is kept."""

import re

import pytest
from playwright.sync_api import expect

import listings.actions
from listings.models import SavedSearch
from members.models import Member

from .street import HOME, PASSWORD, street

SETTLES = 1500
expect.set_options(timeout=20_000)  # CI has two slow cores


def lend(bo, title: str, north: float, east: float = 0.0) -> None:
    thing = listings.actions.create(by=bo, facts={
        "kind": "tool", "title": title, "terms": "rent", "price_minor": 400, "price_unit": "day",
        "place": "Elm Street", "lat": HOME["lat"] + north, "lon": HOME["lon"] + east,
    })
    listings.actions.publish(thing.pk, by=bo)


@pytest.fixture
def bo(site):
    return street().bo


def found(page) -> list[str]:
    return [title.strip() for title in page.locator("#finds .cards > .card h3").all_inner_texts()]


def drawn(page) -> None:
    """The map stands, with its pins."""
    expect(page.locator(".map [data-pin] .map-pin").first).to_be_visible()
    page.wait_for_timeout(SETTLES)


def drag(page, by: int) -> None:
    box = page.locator(".map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - by, steps=8)
    page.mouse.up()


def test_the_map_leads_and_back_leads_back(bo, person):
    lend(bo, "Drill near by", 0.001)
    lend(bo, "Drill in the south", -0.06)
    page = person("Ana")
    page.goto("/search/?q=drill&near=Freiburg&radius_km=3")
    expect(page.locator("#finds .cards > .card")).to_have_count(2)
    drawn(page)
    before = page.url
    page.get_by_text("Search as I move").click()
    for _ in range(8):  # the south comes up
        drag(page, 250)
        page.wait_for_timeout(SETTLES)
        if found(page) == ["Drill in the south"]:
            break
    expect(page).to_have_url(re.compile(r"bbox="))
    assert "near=" not in page.url and found(page) == ["Drill in the south"]
    expect(page.get_by_role("heading", level=1)).to_contain_text("this part of the map")
    page.go_back()  # several moves, one step back
    expect(page).to_have_url(before)
    expect(page.locator("#finds .cards > .card")).to_have_count(2)
    expect(page.get_by_label("Search as I move")).to_be_checked()


def test_without_the_switch_the_map_waits_to_be_asked(bo, person):
    page = person("Ana")
    page.goto("/search/?q=drill&near=Freiburg")
    drawn(page)
    drag(page, 300)
    page.wait_for_timeout(SETTLES)
    assert "bbox" not in page.url
    page.get_by_role("button", name="Search this part").click()
    expect(page).to_have_url(re.compile(r"bbox="))


def test_the_list_is_as_one_left_it(bo, person):
    for number in range(30):
        lend(bo, f"Saw number {number}", number / 3000)
    page = person("Ana")
    page.goto("/search/?q=saw&near=Freiburg")
    expect(page.locator("#finds .cards > .card")).to_have_count(24)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("#finds .cards > .card")).to_have_count(30)
    last = page.locator("#finds .cards > .card").nth(28)
    last.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    top = page.evaluate("Math.round(scrollY)")
    assert top > 500
    last.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/listings/\d+/"))
    page.go_back()
    expect(page.locator("#finds .cards > .card")).to_have_count(30)
    page.wait_for_function(f"Math.abs(scrollY - {top}) < 60")


def test_a_pin_and_its_card_are_one_thing(bo, person):
    lend(bo, "Ladder in the north", 0.02)
    page = person("Ana")
    page.goto("/search/?near=Freiburg")
    drawn(page)
    card = page.locator(".card", has_text="Ladder in the north")
    pin = page.get_by_role("button", name=re.compile("^Ladder in the north"))
    card.hover()
    expect(pin.locator(".map-pin")).to_have_class(re.compile("is-on"))
    pin.locator(".map-pin").hover()
    expect(card).to_have_class(re.compile("is-on"))
    pin.locator(".map-pin").click()
    expect(page.locator(".leaflet-popup .card")).to_contain_text("Ladder in the north")


def test_the_keyboard_alone_goes_from_the_search_to_a_listing(bo, person):
    lend(bo, "Ladder in the north", 0.02)
    page = person("Ana")
    page.goto("/search/?near=Freiburg")
    drawn(page)
    page.locator("#seek-q").focus()
    page.keyboard.type("ladder")
    page.keyboard.press("Enter")
    expect(page.locator("#finds .cards > .card")).to_have_count(1)
    drawn(page)
    page.locator(".map__canvas").focus()
    looks = "document.querySelector('.leaflet-map-pane').style.transform"
    before = page.evaluate(looks)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(SETTLES)
    assert page.evaluate(looks) != before
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.pin"):
            break
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("Ladder in the north")
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup a:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup a:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ladder in the north")


def test_on_the_phone_map_and_filters_are_sheets(bo, person):
    page = person("Ana", phone=True)
    page.goto("/search/?near=Freiburg")
    expect(page.locator(".map")).to_be_hidden()
    page.get_by_role("button", name="Map").click()
    drawn(page)
    page.get_by_role("button", name="List").click()
    expect(page.locator(".map")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box["x"] == 0 and box["width"] == 390 and box["y"] + box["height"] <= 845
    sheet.get_by_label("Price up to").fill("1")
    sheet.get_by_role("button", name="Show what fits").click()
    expect(page).to_have_url(re.compile("max_price=1"))
    expect(page.get_by_text("Nothing like that here yet")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("at any price"))).to_be_visible()


def test_near_me_is_granted_or_refused_kindly(bo, person):
    page = person("Ana")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": HOME["lat"], "longitude": HOME["lon"]})
    page.goto("/")
    page.get_by_role("button", name="Near me").click()
    expect(page).to_have_url(re.compile(r"lat=47\.996&lon=7\.852"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything near Freiburg")
    expect(page.locator("#finds .cards > .card")).to_have_count(1)

    other = person("Cem")
    other.add_init_script(
        "navigator.geolocation.getCurrentPosition = (good, bad) => bad({ code: 1, PERMISSION_DENIED: 1 })"
    )
    other.goto("/search/?q=drill")
    other.get_by_role("button", name="Near me").click()
    expect(other.get_by_text("that is fine: type your street or town")).to_be_visible()
    expect(other.locator("#seek-near")).to_be_focused()


def test_a_search_is_kept_and_deleted_with_second_thoughts(bo, person):
    page = person("Bo")
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(Member.objects.get(pk=bo.pk).email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name=re.compile("Sign in")).click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/search/?q=zeppelin&near=Freiburg")
    page.get_by_role("button", name="Keep this search").click()
    dialog = page.get_by_role("dialog", name="Keep this search")
    expect(dialog.get_by_label("Name")).to_have_value("“zeppelin” near Freiburg")
    dialog.get_by_text("At once").click()
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.locator(".flash")).to_contain_text("is kept")
    assert SavedSearch.objects.get().alerts == "at_once"
    page.goto("/settings/searches/")
    page.get_by_text("Rename or delete").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name=re.compile("Put .* back")).click()
    expect(page.get_by_role("link", name="“zeppelin” near Freiburg")).to_be_visible()


def test_flexible_dates_carry_to_the_listing(bo, person):
    page = person("Ana")
    page.goto("/search/?q=drill&near=Freiburg&flex=weekend")
    time = page.locator(".card__times a").first
    first = re.search(r"from=(\S+?)&to=(\S+)", time.get_attribute("href"))
    time.click()
    expect(page).to_have_url(re.compile(r"/listings/\d+/"))
    expect(page.locator(f'[value^="{first[1]}"]')).not_to_have_count(0)
