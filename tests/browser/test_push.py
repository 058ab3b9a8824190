"""A device rings: Chromium's own service worker gets what the server encrypted, shows it, and a click leads there.

No push service can be reached from here, so the way between is ours: the browser's subscription names a service of
the test, which takes what the server sends, reads it with the browser's keys, and hands it over by DevTools.
"""

import json
import time
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from messaging import actions
from messaging.models import Letterbox, PushDevice
from tests import factories
from tests.messaging.notices.machines import Browser, PushServer, running

from .test_notices import enter

expect.set_options(timeout=20_000)
SUBSCRIBED = """([endpoint, keys]) => {
  const known = { toJSON: () => ({ endpoint, keys }), unsubscribe: async () => true }
  PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not as a browser wants it")
    return known
  }
  PushManager.prototype.getSubscription = async () => null
}"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready
  return (await worker.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }))
}"""
CLICKED = """async () => {
  const led = []
  self.clients.openWindow = async (url) => led.push(url)
  const [notification] = await self.registration.getNotifications()
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }))
  for (let tries = 0; tries < 100 && !led.length; tries++) await new Promise((done) => setTimeout(done, 50))
  return { led, left: (await self.registration.getNotifications()).length }
}"""


@pytest.fixture
def service(monkeypatch):
    """A push service of our own, and keys for the house: before the site starts."""
    out = StringIO()
    call_command("vapid_keys", stdout=out, stderr=StringIO())
    for line in out.getvalue().split():
        monkeypatch.setenv(*line.split("=", 1))
    monkeypatch.setenv("PUSH_MAY_BE_PRIVATE", "1")
    with running(PushServer()) as server:
        yield server


def test_what_a_neighbour_writes_rings_the_device_and_a_click_leads_there(service, site, person):
    ana, bo = factories.member("Ana"), factories.member("Bo")
    Letterbox.objects.create(member=ana, quiet=False)  # at whatever hour this runs
    talk, chromium = actions.direct(ana, bo), Browser()
    page = person("Ana")
    page.context.grant_permissions(["notifications"], origin=site.url)
    enter(page, ana, site)
    page.goto("/settings/notifications/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(SUBSCRIBED, [f"{service.url}/push/ana", chromium.keys])
    page.get_by_role("button", name="Let this device ring").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    assert PushDevice.objects.get().member == ana

    actions.post(talk.pk, by=bo, body="The ladder is free now", client_id="1")
    body = _next(service)
    assert b"ladder" not in body, "nobody on the way can read it"
    said = json.loads(chromium.read(body))

    devtools, known = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda news: known.extend(news["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for _ in range(100):
        if known:
            break
        page.wait_for_timeout(100)
    push = {"origin": site.url, "registrationId": known[-1]["registrationId"], "data": json.dumps(said)}
    devtools.send("ServiceWorker.deliverPushMessage", push)
    shown = {"title": said["title"], "body": "The ladder is free now", "tag": said["tag"], "url": said["url"]}
    for _ in range(100):
        if page.evaluate(SHOWN):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(SHOWN) == [shown] and said["url"] == f"/messages/{talk.pk}/"

    (worker,) = page.context.service_workers
    clicked = worker.evaluate(CLICKED)
    assert clicked == {"led": [f"{site.url}/messages/{talk.pk}/"], "left": 0}
    page.goto(clicked["led"][0])
    expect(page.get_by_text("The ladder is free now").first).to_be_visible()


def _next(service) -> bytes:
    for _ in range(600):  # the clock plans within seconds, and waits five for more
        if service.taken:
            return service.taken[0][2]
        time.sleep(0.1)
    raise AssertionError("The server rang nobody within a minute.")
