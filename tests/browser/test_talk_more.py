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


KEPT = """new Promise((resolve) => {
  const opening = indexedDB.open("commonshare-parcels", 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept", { autoIncrement: true })
  opening.onsuccess = () => {
    const count = opening.result.transaction("kept").objectStore("kept").count()
    count.onsuccess = () => { opening.result.close(); resolve(count.result) }
  }
})"""


def test_photos_wait_for_a_network_over_pages_and_reloads_and_are_said_once(at_home):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk = actions.direct(ana, bo)
    hers, his = at_home(ana), at_home(bo)
    his.goto(talk.get_absolute_url())
    hers.goto(talk.get_absolute_url())
    hers.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    hers.reload()  # now kept for a trip without network

    hers.context.set_offline(True)
    attach(hers, "cellar.jpg")
    write(hers, "From the cellar")
    waiting = hers.locator(".said--going")
    expect(waiting.locator(".said__photos img")).to_be_visible()  # as it is on her phone
    hers.reload()
    expect(waiting).to_contain_text("From the cellar")
    expect(waiting.locator(".said__photos img")).to_be_visible()
    assert hers.evaluate(KEPT) == 1

    # Back in the street she looks at something else; it goes by itself.
    hers.context.set_offline(False)
    hers.goto("/settings/")
    expect(line(his, "From the cellar").locator(".said__photos img")).to_be_visible()
    hers.goto(talk.get_absolute_url())
    expect(line(hers, "From the cellar").locator(".said__photos img")).to_be_visible()
    expect(hers.locator(".said--going, .said--failed")).to_have_count(0)
    assert talk.messages.count() == 1
    assert nothing_waits(hers)
    hers.faults[:] = [fault for fault in hers.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_photos_whose_answer_was_lost_go_again_and_stand_there_once(at_home):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk = actions.direct(ana, bo)
    hers = at_home(ana)
    hers.goto(talk.get_absolute_url())
    lost = []

    def lose(route) -> None:
        route.fetch()  # it comes there; the answer does not come back
        lost.append(route)
        route.abort()

    hers.route(re.compile(r"/messages/\d+/$"), lambda route: lose(route) if not lost else route.continue_())
    attach(hers, "street.jpg")
    write(hers, "In the street")
    expect(hers.locator(".said__photos img")).to_be_visible()
    if hers.get_by_role("button", name="try again").is_visible():
        hers.get_by_role("button", name="try again").click()
    expect(hers.locator(".said--going, .said--failed, progress")).to_have_count(0)
    expect(line(hers, "In the street")).to_have_count(1)
    assert nothing_waits(hers)
    assert talk.messages.get().photos.count() == 1
    hers.faults.clear()


def test_nothing_that_waits_is_left_behind_by_who_signs_out(at_home):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk = actions.direct(ana, bo)
    hers = at_home(ana)
    hers.goto(talk.get_absolute_url())
    hers.route(re.compile(r"/messages/\d+/$"), lambda route: route.fulfill(status=503))
    attach(hers, "mine.jpg")
    write(hers, "Mine alone")
    expect(hers.get_by_role("button", name="try again")).to_be_visible()
    assert hers.evaluate(KEPT) == 1
    hers.evaluate("document.querySelector('form[action*=logout]').requestSubmit()")
    expect(hers).not_to_have_url(re.compile("messages"))
    assert nothing_waits(hers)
    hers.faults.clear()


def nothing_waits(page) -> bool:
    for _ in range(100):
        if page.evaluate(KEPT) == 0:
            return True
        page.wait_for_timeout(100)
    return False


def attach(page, name: str) -> None:
    page.locator("[data-more] > summary").click()
    photo = {"name": name, "mimeType": "image/jpeg", "buffer": picture("#c8642a")}
    page.locator("[data-photos]").set_input_files(photo)
