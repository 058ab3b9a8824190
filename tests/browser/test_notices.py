"""Choosing what one hears of and where, on a desk and on a phone; and one press at the foot of a letter."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from messaging.models import NotificationChoice
from messaging.notices import addresses, choices
from messaging.notices.topics import Way
from tests import factories

expect.set_options(timeout=20_000)
URL = "/settings/notifications/"


@pytest.fixture
def ana(site):
    return factories.member("Ana", time_zone="Europe/Berlin")


def enter(page, member, site) -> None:
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])


def faults_of(page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found.response["violations"] for node in fault["nodes"]]


def test_a_switch_is_saved_at_the_touch_and_a_letter_is_left_with_one_press(ana, site, person):
    page = person("Ana")
    enter(page, ana, site)
    page.goto(URL)
    wants = page.get_by_label("Wants near me: On the device")
    expect(wants).not_to_be_checked()
    wants.focus()
    page.keyboard.press("Space")
    expect(page.locator("#choices-said")).to_have_text("Saved.")
    expect(wants).to_be_focused()
    assert choices.wants(ana, "wants", Way.PUSH)
    expect(page.get_by_label("Money: E-mail at once")).to_be_disabled()

    page.get_by_label("Quiet until").select_option("22")
    expect(page.locator("#hours-said")).to_contain_text("begin and end at different hours")
    page.get_by_label("Quiet until").select_option("6")
    expect(page.locator("#hours-said")).to_have_text("Saved.")
    assert choices.letterbox(ana).quiet_until == 6
    page.reload()
    expect(wants).to_be_checked()
    assert faults_of(page) == []

    phone = person("Ana on the phone", phone=True, dark=True)
    enter(phone, ana, site)
    phone.goto(URL)
    expect(phone.get_by_label("Wants near me: On the device")).to_be_checked()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults_of(phone) == []

    letter = person("Ana's mail program")
    letter.goto(urlsplit(addresses.switch_off(ana, "bookings", Way.MAIL)).path)
    letter.get_by_role("button", name="No more of these").click()
    expect(letter.get_by_role("heading", name="You get no more of these")).to_be_visible()
    assert not choices.wants(ana, "bookings", Way.MAIL)
    assert faults_of(letter) == []
    letter.get_by_role("button", name="That was a mistake: send them again").click()
    expect(letter.get_by_role("heading", name="They come again")).to_be_visible()
    assert NotificationChoice.objects.get().topic == "wants"
