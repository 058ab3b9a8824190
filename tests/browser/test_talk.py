"""Two neighbours talk: through a cut network, a sleep, with a second tab; and read back ten thousand messages."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from messaging import actions
from messaging.models import Conversation, Message
from tests import factories as make
from tests.messaging.conftest import sign_in

from .wire import Wire

expect.set_options(timeout=20_000)


@pytest.fixture
def wire(site):
    wire = Wire(site.url)
    yield wire
    wire.end()


@pytest.fixture
def at_home(person, site):
    """at_home(member) → a page of a browser in which the member has signed in."""

    def opened(member, url=site.url, **facts):
        page = person(member.name, url=url, **facts)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sign_in(member), "url": url}
        page.context.add_cookies([cookie])
        return page

    return opened


def write(page, text: str) -> None:
    field = page.locator("[data-composer] > textarea")
    field.fill(text)
    field.press("Enter")


def said(page):
    """What stands in the conversation and is firm, in its order."""
    return page.locator("[data-line] .said__text")


def test_two_neighbours_talk_through_all_a_day_brings(at_home, wire):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk = actions.direct(ana, bo)
    hers, his = at_home(ana), at_home(bo, wire.url, phone=False)
    his.clock.install()
    for page in (hers, his):
        page.goto(talk.get_absolute_url())
    expect(hers.locator("[data-here]")).to_be_visible()

    # Somebody is writing; what is said is there at once, and read.
    his.locator("[data-composer] > textarea").press_sequentially("Hi")
    expect(hers.locator("[data-typing]")).to_be_visible()
    write(his, "Hi Ana, is the drill free?")
    expect(said(hers)).to_have_text(["Hi Ana, is the drill free?"])
    expect(hers.locator("[data-typing]")).to_be_hidden()
    expect(hers.locator("[data-announce]")).to_have_text("Bo: Hi Ana, is the drill free?")
    expect(his.locator(".said__seen")).to_be_visible()

    # His network is cut: what he says waits and is sent later, what she said meanwhile comes.
    wire.cut()
    expect(hers.locator("[data-here]")).to_be_hidden()
    write(his, "From the tunnel")
    write(his, "and still in it")
    expect(his.locator(".said--going")).to_have_count(2)
    write(hers, "It is. Where are you?")
    wire.mend()
    all_of_it = ["Hi Ana, is the drill free?", "It is. Where are you?", "From the tunnel", "and still in it"]
    for page in (hers, his):
        expect(said(page)).to_have_text(all_of_it)
    expect(his.locator(".said--going, .said--failed")).to_have_count(0)

    # His machine slept: the old connection is open in name alone. What he says offers to be sent again.
    wire.go_silent()
    write(hers, "Bring the long bit")
    write(his, "Are you there?")
    his.clock.fast_forward(13_000)
    expect(his.locator(".said--failed")).to_have_text(re.compile("Are you there"))
    his.get_by_role("button", name="try again").last.click()
    expect(his.locator(".said--going")).to_have_count(1)
    his.clock.fast_forward(26_000)  # the next beat is not answered …
    his.clock.fast_forward(9_000)  # … so another connection is made
    his.clock.run_for(2_000)
    all_of_it += ["Bring the long bit", "Are you there?"]
    for page in (hers, his):
        expect(said(page)).to_have_text(all_of_it)
    expect(his.locator(".said--going, .said--failed")).to_have_count(0)
    assert [message.body for message in talk.messages.order_by("sequence")] == all_of_it

    # A draft stays over a reload; a second tab knows what is unread, and both know at once that it is read.
    his.locator("[data-composer] > textarea").fill("half a senten")
    wire.cut()  # what is still open in silence ends, too
    wire.mend()
    his.goto("/settings/")
    second = his.context.new_page()
    second.goto("/settings/")
    write(hers, "Also: it is heavy")
    for tab in (his, second):
        expect(tab.locator("[data-badge=messages]").first).to_have_text("1")
    second.goto(talk.get_absolute_url())
    expect(second.locator("[data-composer] > textarea")).to_have_value("half a senten")
    expect(said(second).last).to_have_text("Also: it is heavy")
    expect(his.locator("[data-badge=messages]").first).to_have_text("")

    # He signs out in one tab: the other hears nothing any more, and nothing of his is left in the browser.
    his.evaluate("document.querySelector('form[action*=logout]').requestSubmit()")
    expect(his).not_to_have_url(re.compile("settings"))
    expect(hers.locator("[data-here]")).to_be_hidden()
    write(hers, "Gone?")
    expect(said(hers).last).to_have_text("Gone?")
    expect(said(second).last).to_have_text("Also: it is heavy")
    assert his.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('commonshare-'))") == []


def test_whoever_is_out_of_a_community_is_out_of_its_channels_at_once(at_home):
    street = make.community()
    cleo = make.member("Cleo Marsh", of=street, role="steward", language="en")
    bo = make.member("Bo Larsen", language="en")
    membership = make.join(bo, street)
    channel = actions.make_channel(street, by=cleo, name="Street", for_all=True).conversation
    hers, his = at_home(cleo), at_home(bo)
    his.goto(channel.get_absolute_url())
    write(his, "Is somebody here?")
    expect(said(his).last).to_have_text("Is somebody here?")

    hers.goto(f"/c/{street.slug}/members/{membership.pk}/")
    hers.locator("form[action$='/remove/']").get_by_role("button").click()
    hers.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(hers).to_have_url(re.compile(r"/members/$"))
    expect(his.get_by_text("You no longer take part")).to_be_visible()
    expect(his.locator("[data-composer]")).to_be_hidden()
    hers.goto(channel.get_absolute_url())
    write(hers, "Not for his ears")
    expect(said(hers).last).to_have_text("Not for his ears")
    assert "Not for his ears" not in his.content()
    assert his.request.get(channel.get_absolute_url()).status == 404


def test_ten_thousand_messages_scroll_in_a_window_of_pages(at_home):
    ana, bo = make.member("Ana Ruiz", language="en"), make.member("Bo Larsen", language="en")
    talk, count = actions.direct(ana, bo), 10_000
    long_ago = timezone.now() - timedelta(days=100)
    Message.objects.bulk_create(
        [
            Message(
                conversation=talk, sequence=number, author=(ana, bo)[number // 3 % 2], client_id=f"{number}",
                body=f"Number {number}. " + "A few more words to read. " * (number % 5),
                created=long_ago + timedelta(minutes=10 * number),
            )
            for number in range(1, count + 1)
        ],
        batch_size=500,
    )  # fmt: skip
    Conversation.objects.filter(pk=talk.pk).update(last_seq=count)
    page = at_home(ana)
    page.add_init_script(
        "window.long = []; new PerformanceObserver((list) => window.long.push(...list.getEntries()"
        ".map(({ duration }) => duration))).observe({ type: 'longtask' })"
    )
    page.goto(talk.get_absolute_url())
    expect(said(page).last).to_contain_text(f"Number {count}.")

    # Back through a thousand and more: the document stays small, and what one reads does not move.
    numbers = "[...document.querySelectorAll('[data-line]')].map((line) => +line.dataset.line)"
    page.evaluate("window.long.length = 0")
    page.locator("[data-scroll]").hover()
    for goal in range(count - 100, count - 1500, -100):
        while page.evaluate(f"Math.min(...{numbers})") > goal:
            page.mouse.wheel(0, -1500)
            expect(page.locator("[data-earlier] [aria-busy=true]")).to_have_count(0)
        assert page.locator("[data-line]").count() <= 250
    held = page.evaluate(numbers)
    assert held == list(range(held[0], held[-1] + 1)) and held[-1] < count
    assert page.evaluate("Math.max(0, ...window.long)") < 250  # alone on a machine: no task of 50 ms at all

    # What is said meanwhile moves nothing and waits behind a button; so does the way back to the end.
    first = page.locator("[data-line]").nth(100)
    first.scroll_into_view_if_needed()
    before = first.bounding_box()["y"]
    bo_page = at_home(bo)
    bo_page.goto(talk.get_absolute_url())
    write(bo_page, "One more")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    expect(page.locator("[data-announce]")).to_have_text("Bo: One more")
    assert abs(first.bounding_box()["y"] - before) < 5
    page.get_by_role("button", name="New messages").click()
    expect(said(page).last).to_have_text("One more")
    write(page, "Seen")
    expect(said(bo_page).last).to_have_text("Seen")

    # By keyboard through the lines, and back to where one writes.
    page.locator("[data-scroll]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-line]").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#line-{count + 1}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-composer] > textarea")).to_be_focused()
