"""The frame of every page in Chromium: within reach of all, no wider than the phone, good without network."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from members.models import Member

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def sign_in(page, member: Member) -> None:
    """As after the sign-in form, without its letters."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(member)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": page.site}]
    )


@pytest.fixture
def neighbour(person, site):
    """neighbour(phone=True) → a page of a member who is signed in."""

    def opened(**how):
        page = person("Ana", **how)
        page.site = site.url
        member = Member.objects.filter(email="ana@example.org").first() or Member.objects.create_user(
            "ana@example.org", "a long password", name="Ana"
        )
        sign_in(page, member)
        return page

    return opened


def hurdles(page) -> list[str]:
    """What axe finds, in one line each."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found.response["violations"]]


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_home_is_within_reach_of_everyone(person, phone, dark):
    page = person("Ana", phone=phone, dark=dark)
    page.goto("/")

    assert hurdles(page) == []
    assert not page.evaluate(WIDER)


def test_the_menu_closes_on_escape_and_gives_the_focus_back(neighbour):
    page = neighbour()
    page.goto("/")
    page.locator(".bar details.menu > summary").click()
    assert page.locator(".bar .menu__sheet").is_visible()

    page.keyboard.press("Escape")

    assert page.locator(".bar .menu__sheet").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_on_the_phone_the_bar_at_the_bottom_leads_and_every_target_is_big_enough(neighbour):
    page = neighbour(phone=True)
    page.goto("/")

    boxes = [link.bounding_box() for link in page.locator(".tabbar a").all()]
    assert len(boxes) == 5
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert page.locator(".bar nav").is_hidden()


def test_without_network_one_sees_what_one_saw_last_and_nobody_else_does(neighbour):
    page = neighbour(phone=True)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.goto("/bookings/")
    title = page.title()

    page.context.set_offline(True)
    page.goto("/bookings/")
    assert page.title() == title
    assert page.locator("[data-offline-line]").is_visible()
    page.goto("/communities/")
    assert page.locator("[data-seen] a").get_attribute("href").endswith("/bookings/")
    assert page.locator("[data-seen] a").inner_text() in title
    assert not [fault for fault in page.faults if "Content Security Policy" in str(fault)]
    page.faults.clear()  # the browser reports each fetch that failed on purpose

    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_function("caches.has('commonshare-seen').then((there) => !there)")
