"""Web push, against a push service of our own that reads what it was sent."""

import json
import socket
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from py_vapid import Vapid02

from members.authentication import issue_token
from messaging import actions, presence, tasks
from messaging.models import Delivery, Letterbox, PushDevice
from messaging.notices import push
from messaging.notices.topics import Way
from sharing.web.refusals import Refusal
from tests import factories as make

from .machines import Browser, PushServer, running, unpad

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(settings):
    out = StringIO()
    call_command("vapid_keys", stdout=out, stderr=StringIO())
    facts = dict(line.split("=", 1) for line in out.getvalue().split())
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = facts["VAPID_PRIVATE_KEY"], facts["VAPID_SUBJECT"]


@pytest.fixture
def service(settings):
    settings.PUSH_MAY_BE_PRIVATE = True
    with running(PushServer()) as server:
        yield server


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def phone(pair, service, browser):
    return push.subscribe(pair[1], endpoint=f"{service.url}/p/1", name="Firefox · Android", **browser.keys)


def test_a_burst_of_messages_is_one_ring_that_only_the_browser_can_read(pair, phone, service, browser, pass_time):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(3):
        actions.post(talk.pk, by=ana, body=f"secret {number}", client_id=str(number))
    pass_time()
    pass_time(0.2)
    ((path, headers, body),) = service.taken
    assert path == "/p/1" and b"secret" not in body
    said = json.loads(browser.read(body))
    assert said == {
        "title": "3 new messages from Ana", "body": "secret 2", "url": f"/messages/{talk.pk}/",
        "tag": f"talk:{talk.pk}",
    }
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["ttl"] == "86400" and lower["urgency"] == "high" and lower["content-encoding"] == "aes128gcm"
    assert len(lower["topic"]) == 32 and lower["topic"].isalnum()
    assert Vapid02.verify(lower["authorization"])
    key = lower["authorization"].partition("k=")[2]
    assert unpad(key) == unpad(push.public_key()) and len(unpad(key)) == 65
    phone.refresh_from_db()
    assert phone.reached

    pass_time(1)
    assert len(service.taken) == 1, "rung once"
    actions.post(talk.pk, by=ana, body="one more", client_id="9")
    pass_time(1)
    pass_time(1.2)
    assert json.loads(browser.read(service.taken[1][2]))["tag"] == said["tag"], "the newer takes the place of the older"


def test_no_ring_for_what_is_being_read_was_read_or_is_muted(pair, phone, service, pass_time):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="a", client_id="1")
    presence.arrive(bo.pk, talk.pk)
    pass_time()
    pass_time(0.2)
    presence.depart(bo.pk, talk.pk, gone=True)
    actions.post(talk.pk, by=ana, body="b", client_id="2")
    pass_time(0.3)
    actions.mark_seen(talk.pk, bo.pk, 2)
    pass_time(0.5)
    assert service.taken == [] and not Delivery.objects.exists()


def test_news_of_a_kind_ring_once_and_at_night_not_at_all(pair, phone, service, browser, pass_time, settings):
    _ana, bo = pair
    for number in range(3):
        actions.notify(bo, kind="booking.accept", title=f"News {number}", url="/x/", key=str(number))
    actions.notify(bo, kind="want", title="Not chosen for push", url="/x/", key="w")
    pass_time()
    pass_time(0.2)
    (said,) = [json.loads(browser.read(body)) for _path, _headers, body in service.taken]
    assert said["title"] == "Bookings: 3 things" and "News 2" in said["body"] and said["url"] == "/notifications/"

    Letterbox.objects.filter(member=bo).update(quiet=True, quiet_from=0, quiet_until=23)
    bo = type(bo).objects.get(pk=bo.pk)
    night = timezone.now().replace(hour=12, minute=0) + timedelta(days=1)
    actions.notify(bo, kind="booking.accept", title="Later", url="/x/", key="9")
    pass_time(at=night)
    pass_time(at=night + timedelta(hours=5))
    assert len(service.taken) == 1
    assert Delivery.objects.get(sent=None, way=Way.PUSH).due == night.replace(hour=23, second=0, microsecond=0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(phone, service, status):
    service.answers = [status]
    assert tasks.push_to.func(phone.pk, payload()) == "gone"
    assert not PushDevice.objects.exists()


def payload():
    return json.dumps({"title": "T", "body": "", "url": "/", "tag": "x", "urgency": "normal", "ttl": 60})


def test_a_service_that_is_busy_is_asked_again_when_it_says(phone, service, settings):
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["mail", "default"]}}
    service.answers = [(429, {"Retry-After": "600"}), 503, 500, 502, 201]
    assert tasks.push_to.func(phone.pk, payload()) == "later"
    queued = DBTaskResult.objects.get()
    assert queued.run_after > timezone.now() + timedelta(minutes=9) and queued.args_kwargs["args"][2] == 2
    assert [push.send(phone.pk, payload(), attempt)[0] for attempt in (2, 3, 4)] == ["later", "later", "given up"]
    phone.refresh_from_db()
    assert phone.trouble == "HTTP 502" and phone.parked is None
    assert push.send(phone.pk, payload(), 1)[0] == "sent"
    phone.refresh_from_db()
    assert phone.trouble == "" and phone.reached


def test_a_device_that_was_not_reached_for_days_is_parked_and_shown(client, pair, phone, service):
    PushDevice.objects.update(created=timezone.now() - timedelta(days=4))
    service.answers = [503]
    assert push.send(phone.pk, payload(), 4) == ("parked", None)
    assert push.send(phone.pk, payload(), 1) == ("nothing to send", None)
    client.force_login(pair[1])
    page = client.get("/settings/notifications/").content.decode()
    assert "Could not be reached:" in page and "HTTP 503" in page and "Firefox · Android" in page


def test_a_refusal_for_another_reason_parks_it(phone, service):
    service.answers = [403]
    assert push.send(phone.pk, payload(), 1) == ("parked", None)


# --- whereto it may go --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example/x", "https://user:word@push.example/x", "https://push.example:8443/x", "ftp://push.example/",
     "https:///x", "https://push.example/ä", "https://push.example/ x", "nonsense", "https://[/x"],
)  # fmt: skip
def test_addresses_that_no_push_service_has_are_refused(pair, browser, endpoint):
    with pytest.raises(Refusal) as refused:
        push.subscribe(pair[0], endpoint=endpoint, name="", **browser.keys)
    assert refused.value.field == "endpoint"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"])
def test_a_name_that_leads_into_a_private_net_is_not_followed(pair, browser, monkeypatch, address):
    device = push.subscribe(pair[0], endpoint="https://push.example/x", name="", **browser.keys)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(family, 1, 6, "", (address, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("it connected"))
    assert push.send(device.pk, payload(), 1) == ("parked", None)


def test_a_service_that_sends_us_elsewhere_is_not_followed(phone, service):
    service.answers = [(307, {"Location": f"{service.url}/inside"})]
    assert push.send(phone.pk, payload(), 1)[0] == "parked"
    assert service.taken == []


# --- devices ------------------------------------------------------------------------------------------


def test_a_browser_is_one_device_and_goes_to_whoever_used_it_last(client, pair, service, browser):
    ana, bo = pair
    facts = {"endpoint": f"{service.url}/p/1", "name": "Firefox", **browser.keys}
    for who in (ana, ana, bo):
        client.force_login(who)
        answer = client.post("/api/v1/notifications/devices/", facts, content_type="application/json")
        assert answer.status_code == 201
    device = PushDevice.objects.get()
    assert device.member == bo and answer.json()["name"] == "Firefox"
    client.force_login(ana)
    assert client.delete(f"/api/v1/notifications/devices/{device.pk}/").status_code == 404
    assert client.post(f"/settings/notifications/devices/{device.pk}/remove/").status_code == 404
    client.force_login(bo)
    assert client.get("/api/v1/notifications/devices/").json()["results"][0]["id"] == device.pk
    assert client.post(f"/settings/notifications/devices/{device.pk}/remove/").status_code == 302
    assert not PushDevice.objects.exists()


def test_whoever_signs_out_is_rung_there_no_more_and_elsewhere_still(client, pair, service, browser):
    ana, _bo = pair
    here = {"endpoint": f"{service.url}/p/1", "name": "Library", **browser.keys}
    push.subscribe(ana, endpoint=f"{service.url}/p/2", name="Phone", **Browser().keys)
    client.force_login(ana)
    assert client.post("/api/v1/notifications/devices/", here, content_type="application/json").status_code == 201
    page = client.get("/settings/notifications/").content.decode()
    assert f'data-endpoint="{service.url}/p/1"' in page, "so that this browser knows itself on the list"
    client.logout()
    assert list(PushDevice.objects.values_list("name", flat=True)) == ["Phone"]
    token = {"authorization": f"Bearer {issue_token(ana)}"}
    again = client.post("/api/v1/notifications/devices/", here, content_type="application/json", headers=token)
    assert again.status_code == 201 and PushDevice.objects.count() == 2, "a program's device hangs on no session"


def test_keys_that_are_none_are_refused_at_their_field(client, pair, service, browser):
    client.force_login(pair[0])
    facts = {"endpoint": f"{service.url}/p/1", "name": "", **browser.keys, "auth": "AAAA"}
    answer = client.post("/api/v1/notifications/devices/", facts, content_type="application/json")
    assert answer.status_code == 400 and "auth" in answer.json()["errors"]


def test_only_so_many_devices(pair, service):
    for number in range(push.MOST_DEVICES + 2):
        push.subscribe(pair[0], endpoint=f"{service.url}/p/{number}", name="", **Browser().keys)
    assert PushDevice.objects.count() == push.MOST_DEVICES


def test_without_keys_nothing_is_offered(client, pair, phone, service, browser, settings, pass_time):
    settings.VAPID_PRIVATE_KEY = ""
    ana, bo = pair
    client.force_login(bo)
    assert "Devices that ring" not in client.get("/settings/notifications/").content.decode()
    facts = {"endpoint": f"{service.url}/p/2", "name": "", **browser.keys}
    assert client.post("/api/v1/notifications/devices/", facts, content_type="application/json").status_code == 409
    actions.notify(bo, kind="booking.accept", title="T", url="/", key="1")
    actions.post(actions.direct(ana, bo).pk, by=ana, body="a", client_id="1")
    pass_time()
    assert not Delivery.objects.filter(way=Way.PUSH).exists()


def test_it_is_said_in_the_readers_language(pair, phone, service, browser, pass_time, monkeypatch):
    from django.utils import translation

    _ana, bo = pair
    type(bo).objects.filter(pk=bo.pk).update(language="de")
    spoken = []
    monkeypatch.setattr(push, "ngettext", lambda one, many, n: spoken.append(translation.get_language()) or many)
    for key in "12":
        actions.notify(type(bo).objects.get(pk=bo.pk), kind="booking.accept", title="T", url="/", key=key)
    pass_time()
    pass_time(0.2)
    assert spoken == ["de"] and len(service.taken) == 1


def test_a_member_who_is_new_has_the_quiet_night_of_everyone():
    assert Letterbox(member=make.member("Cleo")).quiet
