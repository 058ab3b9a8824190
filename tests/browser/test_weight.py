"""What search weighs on a phone, measured in Chromium against the files as they are served for real.

The other browser tests let Django find static files where they lie; here `collected` starts the
server without TESTING, so that the files are collected, hashed and compressed as in production and
the bytes counted are those that went over the wire (headers included, photos set apart).
"""

import pytest
from playwright.sync_api import expect

import listings.actions

from .street import HOME, photo, street

LIMIT = 200_000  # bytes besides photos, issue 2
SHIFT = 0.01
# Runs before the page: adds up what moved though nobody touched anything.
WATCH = """
window.moved = 0
window.shifts = []
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue
    window.moved += entry.value
    window.shifts.push(...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "gone"))
  }
}).observe({ type: "layout-shift", buffered: true })
"""


class Wire:
    """Every answer a page got: its address, its headers, how many bytes came over the wire."""

    def __init__(self, page) -> None:
        self.answers: dict[str, dict] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event) -> None:
        answer = event["response"]
        if answer["url"].startswith("http"):
            headers = {name.lower(): value for name, value in answer["headers"].items()}
            self.answers[event["requestId"]] = {"url": answer["url"], "headers": headers, "bytes": 0}

    def _finished(self, event) -> None:
        if answer := self.answers.get(event["requestId"]):
            answer["bytes"] = int(event["encodedDataLength"])

    def of(self, folder: str) -> list[dict]:
        return [answer for answer in self.answers.values() if folder in answer["url"]]

    @property
    def besides_photos(self) -> int:
        return sum(answer["bytes"] for answer in self.answers.values() if "/media/" not in answer["url"])


def lend(bo, number: int) -> None:
    drill = listings.actions.create(by=bo, facts={
        "kind": "tool", "title": f"Thing number {number} for the house and the garden", "description": "It works.",
        "terms": "rent", "price_minor": 100 + number, "price_unit": "day", "place": "Elm Street",
        "address": "12 Elm Street", "lat": HOME["lat"] + number / 2000, "lon": HOME["lon"],
    })
    listings.actions.add_photo(drill.pk, photo(f"#{number * 9:02x}642a"), by=bo, alt="A thing")
    listings.actions.publish(drill.pk, by=bo)


@pytest.mark.collected
def test_search_is_light_and_stands_still(site, person):
    bo = street().bo
    for number in range(1, 24):
        lend(bo, number)

    for phone in (True, False):
        page = person("Ana", phone=phone)
        page.add_init_script(WATCH)
        wire = Wire(page)
        page.goto("/search/?near=Freiburg", wait_until="networkidle")

        expect(page.locator(".cards > .card")).to_have_count(24)
        assert page.locator(".cards > .card img").count() == 24
        assert page.evaluate("moved") < SHIFT, page.evaluate("shifts")
        if phone:
            weighed = sorted(((answer["bytes"], answer["url"]) for answer in wire.answers.values()), reverse=True)
            assert 20_000 < wire.besides_photos < LIMIT, weighed
            assert not wire.of("/static/leaflet/") and not wire.of("land."), "the map waits until it is asked for"
        assert wire.of("/static/") and wire.of("/media/")
        for answer in wire.of("/static/") + wire.of("/media/"):
            assert "immutable" in answer["headers"]["cache-control"], answer
        for answer in wire.of(".css") + wire.of(".js") + wire.of("/search/"):
            assert answer["headers"].get("content-encoding") == "gzip" or answer["bytes"] < 1_500, answer
        first, last = page.locator(".card img").first, page.locator(".card img").last
        assert (first.get_attribute("fetchpriority"), first.get_attribute("loading")) == ("high", None)
        assert last.get_attribute("loading") == "lazy"
