"""Choosing on the month by keyboard, the line at a phone's foot, and drawing days free on the owner's grid."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from bookings.models import Claim
from tests import factories
from tests.bookings.cast import drill

expect.set_options(timeout=20_000)
DAY = timedelta(days=1)


@pytest.fixture
def offer(site):
    home = factories.community()
    return drill(factories.member("Bo", of=home), of=home, title="Hammer drill", horizon_days=180)


def enter(page, member, site) -> None:
    """Signed in already."""
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])


def a_quiet_month() -> date:
    """The first of the month after the next: all of it lies ahead."""
    today = date.today()
    return (today.replace(day=1) + 62 * DAY).replace(day=1)


def test_a_range_is_chosen_with_the_keys_alone_and_said(offer, site, person):
    first = a_quiet_month()
    page = person("Ana")
    enter(page, factories.member("Ana", of=offer.community), site)
    page.goto(f"/listings/{offer.pk}/?month={first:%Y-%m}")
    grid = page.get_by_role("grid")
    expect(grid.locator("[tabindex='0']")).to_have_count(1)
    grid.locator("[tabindex='0']").focus()
    assert _focused(page) == f"{first}"

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert _focused(page) == f"{first + 8 * DAY}"
    page.keyboard.press("Enter")
    said = page.locator("[data-choose-said]")
    expect(said).to_contain_text("First day")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.locator("#quote")).to_contain_text("3 days × €3")
    expect(said).to_contain_text("From")
    assert page.locator("[data-choose='starts']").input_value() == f"{first + 8 * DAY}"
    assert page.locator("[data-choose='ends']").input_value() == f"{first + 10 * DAY}"

    page.keyboard.press("Home")
    assert date.fromisoformat(_focused(page)).isocalendar().week == (first + 10 * DAY).isocalendar().week
    page.keyboard.press("PageDown")
    expect(page.locator("#month-name")).not_to_have_text(re.compile(f"{first:%B}"))
    page.wait_for_function("document.activeElement.closest('td[data-day]')")
    assert _focused(page)[:7] == f"{(first + 31 * DAY).replace(day=1):%Y-%m}"


def test_on_the_phone_the_fields_follow_the_calendar_and_the_foot_says_the_sum(offer, site, person):
    first = a_quiet_month()
    page = person("Ana", phone=True)
    enter(page, factories.member("Ana", of=offer.community), site)
    page.goto(f"/listings/{offer.pk}/?month={first:%Y-%m}")
    foot = page.locator("[data-foot]")
    expect(foot).to_contain_text("€3")
    for n in (8, 10):
        page.locator(f"td[data-day='{first + n * DAY}'] a").click()
    expect(foot).to_have_text("3 days · €9")
    expect(page.locator("[data-foot-button]")).to_have_text("Ask to borrow")
    calendar, panel, facts = (page.locator(each).bounding_box() for each in ("#calendar", "#panel", "#facts"))
    assert calendar["y"] + calendar["height"] <= panel["y"] < calendar["y"] + calendar["height"] + 60
    assert panel["y"] + panel["height"] <= facts["y"]
    page.locator(".book .button--call").scroll_into_view_if_needed()
    expect(page.locator(".bottom-action")).to_be_hidden()


def test_days_are_kept_by_drag_and_by_keyboard_and_opened_again(offer, site, person):
    start = a_quiet_month()
    start += (7 - start.weekday()) % 7 * DAY
    page = person("Bo")
    enter(page, offer.owner, site)
    page.goto(f"/calendar/?from={start}")
    page.locator(f"td[data-day='{start + 2 * DAY}']").drag_to(page.locator(f"td[data-day='{start + 5 * DAY}']"))
    expect(page.locator(".weeks__block")).to_have_attribute("colspan", "4")
    assert (Claim.objects.get().ends - Claim.objects.get().starts).days == 4

    page.get_by_role("main").get_by_role("button", name="Undo").click()
    expect(page.locator(".weeks__block")).to_have_count(0)
    page.get_by_role("main").get_by_role("button", name="Undo").click()
    expect(page.locator(".weeks__block")).to_have_attribute("colspan", "4")
    assert Claim.objects.count() == 1

    page.locator("td[data-day][tabindex='0']").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("[data-keep-said]")).to_contain_text("From")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator(".weeks__block")).to_have_count(2)
    assert Claim.objects.count() == 2

    page.locator(".weeks__block button").first.click()
    expect(page.locator(".weeks__block")).to_have_count(1)


def _focused(page) -> str:
    return page.evaluate("document.activeElement.closest('td')?.dataset.day ?? ''")


def test_a_secret_address_is_made_changed_and_closed(offer, site, person):
    page = person("Bo")
    enter(page, offer.owner, site)
    page.goto("/settings/calendars/")
    page.get_by_role("button", name="Make my address").click()
    address = page.locator("[data-text]").inner_text()
    page.wait_for_load_state()  # the question is asked by a script: a page half loaded would send the form unasked
    page.get_by_role("button", name="Change the address").click()
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("[data-text]")).not_to_have_text(address)
    page.wait_for_load_state()
    page.get_by_role("button", name="Close it").click()
    page.get_by_role("dialog").get_by_role("button", name="Close it").click()
    expect(page.get_by_role("button", name="Make my address")).to_be_visible()
