"""More than words in a talk: answered, signed, changed, called by name, with a photo; and a page without script."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from messaging import actions
from tests import factories as make
from tests.messaging.conftest import sign_in

from .street import picture

expect.set_options(timeout=20_000)


@pytest.fixture
def at_home(person, site):
    def opened(member, **facts):
        page = person(member.name, **facts)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sign_in(member), "url": site.url}])
        return page

    return opened


def write(page, text: str) -> None:
    page.locator("[data-composer] > textarea").fill(text)
    page.locator("[data-composer] > textarea").press("Enter")


def line(page, words: str):
    return page.locator("[data-line]", has=page.get_by_text(words, exact=True))


def test_lines_are_answered_signed_and_changed_before_everyones_eyes(at_home):
    ana, bo, cleo = (make.member(name, language="en") for name in ("Ana Ruiz", "Bo Larsen", "Cleo Marsh"))
    talk = actions.open_conversation("car", [ana, bo, cleo], subject="Ride to Basel")
    hers, his = at_home(ana), at_home(bo)
    for page in (hers, his):
        page.goto(talk.get_absolute_url())
    write(hers, "Who has room for a cello?")
    write(hers, "It is big, realy")

    # By keyboard: the line, what can be done with it, a sign; it stands there for both.
    expect(line(his, "Who has room for a cello?")).to_be_visible()
    his.locator("[data-scroll]").focus()
    his.keyboard.press("ArrowUp")
    his.keyboard.press("ArrowUp")
    expect(line(his, "Who has room for a cello?")).to_be_focused()
    his.keyboard.press("Enter")
    his.locator(".acts-pop").get_by_role("button", name="🎉").click()
    expect(line(hers, "Who has room for a cello?").locator(".sign")).to_contain_text("🎉")
    expect(line(his, "Who has room for a cello?").locator(".sign--mine")).to_be_visible()

    # He answers that line, and calls Cleo by the name that is offered.
    line(his, "Who has room for a cello?").hover()
    line(his, "Who has room for a cello?").locator("[data-acts]").click()
    his.get_by_role("link", name="Answer this").click()
    expect(his.locator("[data-replying]")).to_contain_text("Who has room for a cello?")
    field = his.locator("[data-composer] > textarea")
    field.press_sequentially("I do, or @cl")
    expect(his.get_by_role("option", name="Cleo Marsh")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value(re.compile(r"I do, or @Cleo \w* ?$|I do, or @Cleo $|I do, or @Cleo Marsh $"))
    field.press("Enter")
    for page in (hers, his):
        expect(page.locator(".said__quote")).to_contain_text("Who has room for a cello?")
    expect(his.locator("[data-replying]")).to_be_hidden()
    assert talk.messages.get(sequence=3).data["mentions"] == [cleo.pk]

    # She mends her words; the mark of it is seen by him at once.
    line(hers, "It is big, realy").hover()
    line(hers, "It is big, realy").locator("[data-acts]").click()
    hers.get_by_role("link", name="Change the words").click()
    expect(hers.locator("[data-composer] > textarea")).to_have_value("It is big, realy")
    write(hers, "It is big, really")
    expect(line(his, "It is big, really")).to_contain_text("edited")

    # She takes her question back: it stands in nobody's answer any more.
    line(hers, "Who has room for a cello?").locator("[data-acts]").click()
    hers.get_by_role("link", name="Delete").click()
    hers.get_by_role("button", name="Delete").click()
    for page in (his, hers):
        expect(page.locator(".said__quote")).to_contain_text("Message deleted")
        expect(page.get_by_text("Who has room for a cello?")).to_have_count(0)

    # A photo goes along, and stands there for both.
    hers.locator("[data-more] > summary").click()
    hers.locator("[data-photos]").set_input_files(
        {"name": "cello.jpg", "mimeType": "image/jpeg", "buffer": picture("#c8642a")}
    )
    write(hers, "This is it")
    for page in (hers, his):
        expect(page.locator(".said__photos img")).to_be_visible()
    expect(hers.locator(".said--going, .said--failed, progress")).to_have_count(0)
    assert talk.messages.filter(kind="photo").count() == 1


def test_without_script_a_page_shows_what_is_new_by_itself(browser, site):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk = actions.direct(ana, bo)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sign_in(ana), "url": site.url}])
    page = context.new_page()
    page.goto(talk.get_absolute_url())
    page.get_by_label("Write to Bo").fill("Hello without script")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-line]")).to_contain_text("Hello without script")
    page.get_by_role("link", name="Show what is new").click()
    actions.post(talk.pk, by=bo, body="Hello to you", client_id="1")
    expect(page.locator("[data-line]").last).to_contain_text("Hello to you")  # nobody pressed anything
    page.get_by_role("link", name="Write something").click()
    expect(page.get_by_label("Write to Bo")).to_be_visible()
    context.close()
