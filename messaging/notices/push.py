"""Web push: a ring on a device that its browser shows although no page of ours is open.

What is said is encrypted for the one browser; the service between us sees when, and to whom, but not what.
The endpoint is an address somebody else named: https only, and of the public net. Without VAPID keys
(`manage.py vapid_keys`) none of this is offered.
"""

import hashlib
import http.client
import json
import logging
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import TimeoutError as TooSlow
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from members.models import Member
from sharing.web.outward import NotPublic, Pinned
from sharing.web.refusals import Refusal

from ..models import Delivery, PushDevice
from . import hours, letters
from .topics import TOPICS

log = logging.getLogger("commonshare.messaging")

SECONDS = 10.0
PAUSES = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
LONGEST_PAUSE = timedelta(hours=2)
LASTS = {"handover": 4 * 3600}  # seconds after which the service forgets it; a day for all else
DAY = 24 * 3600
LONGEST_BODY = 240
MOST_DEVICES = 10
OF_SESSION = "push_device"  # what a session remembers of the browser it is of


def offered() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """What browsers must know to subscribe, in the letters of their API; "" when push is not offered."""
    if not offered():
        return ""
    point = Vapid.from_string(settings.VAPID_PRIVATE_KEY).public_key
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


# --- devices ------------------------------------------------------------------------------------------


def subscribe(member: Member, *, endpoint: str, p256dh: str, auth: str, name: str) -> PushDevice:
    """Ring this browser from now on. The same browser again: the same device, whoever it was before."""
    if not offered():
        raise Refusal(_("This house sends no pushes."), code="not_offered")
    parts = _endpoint(endpoint)
    if parts is None:
        raise Refusal(_("That is no address of a push service."), field="endpoint", code="invalid")
    if _size(p256dh) != 65:
        raise Refusal(_("That is no key of a browser."), field="p256dh", code="invalid")
    if _size(auth) != 16:
        raise Refusal(_("That is no key of a browser."), field="auth", code="invalid")
    others = PushDevice.objects.filter(member=member).exclude(endpoint=endpoint)
    for old in others.order_by("-pk")[MOST_DEVICES - 1 :]:
        old.delete()
    device, _made = PushDevice.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "member": member, "p256dh": p256dh, "auth": auth, "name": " ".join(name.split())[:80] or parts.netloc[:80],
            "parked": None, "trouble": "",
        },
    )  # fmt: skip
    return device


def unsubscribe(member: Member, *, endpoint: str = "", pk: int | None = None) -> bool:
    mine = PushDevice.objects.filter(member=member)
    mine = mine.filter(pk=pk) if pk is not None else mine.filter(endpoint=endpoint)
    return bool(mine.delete()[0])


def _endpoint(url: str):
    """The parts of an address we would post to, or None."""
    if len(url) > 1000 or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    schemes = ("https", "http") if settings.PUSH_MAY_BE_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None:
        return None
    if port not in (None, 443) and not settings.PUSH_MAY_BE_PRIVATE:
        return None
    return parts


def _size(key: str) -> int:
    try:
        return len(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (ValueError, TypeError):
        return 0


# --- what is said -------------------------------------------------------------------------------------


def ring(member: Member, rows: list[Delivery]) -> int:
    """Queue one push of these rows to each of the member's devices; returns how many."""
    from ..tasks import push_to

    said = words(member, rows)
    if said is None:
        return 0
    devices = PushDevice.objects.filter(member=member, parked__isnull=True)
    ids = list(devices.values_list("pk", flat=True))
    for pk in ids:
        push_to.enqueue(pk, json.dumps(said, ensure_ascii=False))
    return len(ids)


def words(member: Member, rows: list[Delivery]) -> dict[str, Any] | None:
    """Title, body, where it leads, and the tag by which a newer one replaces it; None when nothing is left."""
    topic, seat = TOPICS[rows[-1].topic], rows[-1].seat
    facts: dict[str, Any] = {"tag": rows[-1].bundle, "urgency": "normal", "ttl": LASTS.get(topic.key, DAY)}
    with letters.reader(member):
        if seat is not None:
            unread, count = letters.left_unread(seat)
            if not unread:
                return None
            title, about = letters.talk_title(unread, count, seat)
            last = letters.said(unread[-1])
            body = f"{about}: {last}" if about else last
            return facts | {
                "title": title, "body": _short(body), "url": seat.conversation.get_absolute_url(), "urgency": "high",
            }
        notes = [row.notification for row in rows if row.notification is not None]
        if any(note.needs_answer for note in notes):
            facts["urgency"] = "high"
        if len(notes) == 1:
            return facts | {"title": _short(notes[0].title, 120), "body": _short(notes[0].body), "url": notes[0].url}
        title = ngettext("%(topic)s: %(n)s thing", "%(topic)s: %(n)s things", len(notes))
        body = "\n".join(note.title for note in notes[-4:])
        title %= {"topic": topic.name, "n": len(notes)}
        return facts | {"title": title, "body": _short(body), "url": "/notifications/"}


def _short(text: str, most: int = LONGEST_BODY) -> str:
    text = text.strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


# --- sending ------------------------------------------------------------------------------------------


def send(device_id: int, payload: str, attempt: int) -> tuple[str, timedelta | None]:
    """Send one push. Returns what became of it, and after which pause it should be tried again, if it should."""
    device = PushDevice.objects.filter(pk=device_id, parked__isnull=True).first()
    if device is None or not offered():
        return "nothing to send", None
    said = json.loads(payload)
    urgency, ttl = said.pop("urgency"), said.pop("ttl")
    topic = hashlib.sha256(said["tag"].encode()).hexdigest()[:32]
    try:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            json.dumps(said, ensure_ascii=False), vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": settings.VAPID_SUBJECT}, ttl=ttl, timeout=SECONDS,
            headers={"Urgency": urgency, "Topic": topic}, requests_session=_Session(),  # type: ignore[arg-type]
        )  # fmt: skip
    except WebPushException as refusal:
        return _refused(device, refusal.status_code or 0, refusal.retry_after, attempt)
    except NotPublic:
        return _park(device, "The address leads into a private net.")
    except (TimeoutError, TooSlow, OSError, http.client.HTTPException, ValueError) as trouble:
        return _later(device, f"{type(trouble).__name__}: {trouble}"[:200], attempt, None)
    PushDevice.objects.filter(pk=device.pk).update(reached=hours.now(), trouble="")
    return "sent", None


def _refused(device: PushDevice, status: int, retry_after: str | None, attempt: int) -> tuple[str, timedelta | None]:
    if status in (404, 410):  # the browser has ended it
        device.delete()
        return "gone", None
    if status == 429 or status >= 500:
        return _later(device, f"HTTP {status}", attempt, retry_after)
    if status == 413:
        return "too long", None
    return _park(device, f"HTTP {status}")


def _later(device: PushDevice, trouble: str, attempt: int, retry_after: str | None) -> tuple[str, timedelta | None]:
    PushDevice.objects.filter(pk=device.pk).update(trouble=trouble)
    if attempt > len(PAUSES):
        return _give_up(device, trouble)
    return "later", min(max(PAUSES[attempt - 1], _asked(retry_after)), LONGEST_PAUSE)


def _asked(retry_after: str | None) -> timedelta:
    """The pause a service asked for in seconds; a date is as good as nothing, it is tried again anyway."""
    text = retry_after or ""
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else timedelta()


def _give_up(device: PushDevice, trouble: str) -> tuple[str, timedelta | None]:
    """This one is lost. A device that could not be reached for days is parked and shown as such."""
    since: datetime = device.reached or device.created
    if hours.now() - since > timedelta(days=3):
        return _park(device, trouble)
    return "given up", None


def _park(device: PushDevice, trouble: str) -> tuple[str, timedelta | None]:
    log.warning("The device %s is parked: %s", device.pk, trouble)
    PushDevice.objects.filter(pk=device.pk).update(parked=hours.now(), trouble=trouble[:200])
    return "parked", None


class _Answer:
    """What pywebpush asks of an answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code, self.reason, self.headers = response.status, response.reason, response.headers
        self.text = response.read(2000).decode(errors="replace")


class _Session:
    """What pywebpush asks of `requests`: a POST that is not led into a private net, and follows nowhere."""

    def post(self, url: str, *, data: bytes, headers: dict[str, str], timeout: float) -> _Answer:
        parts = _endpoint(url)
        if parts is None:
            raise NotPublic(url)
        connection = Pinned(parts, time.monotonic() + timeout, private=settings.PUSH_MAY_BE_PRIVATE)
        try:
            path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("POST", path, body=data, headers={**headers, "Connection": "close"})
            return _Answer(connection.getresponse())
        finally:
            connection.hang_up()
