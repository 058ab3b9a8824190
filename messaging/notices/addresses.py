"""Addresses that letters carry: of our pages, to switch a topic off, to answer a conversation.

The address to answer is `reply+TOKEN@…`. The token names a seat (one member in one conversation), the day it
ends and the version of the member's letterbox, signed; base32, because mail servers may fold the case of
what stands before the @, and short, because no more than 64 characters may. Who leaves the conversation or
counts the version up makes it worthless.
"""

import base64
import hmac
import os
import re
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from members.models import Member

from ..models import Letterbox, Participant
from . import hours
from .topics import TOPICS, Way

ALL = "all"  # every topic at once, as a digest is left
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LASTS = timedelta(days=60)
_SALT = "messaging.reply"
_OFF = "messaging.off"
_TAG = 16  # bytes of the signature
_TOKEN = re.compile(r"\+([a-z2-7]{40})@", re.IGNORECASE)


def absolute(url: str) -> str:
    """The address as it is reached from outside."""
    base = settings.PUBLIC_URL or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    return url if "://" in url else base + url


def domain() -> str:
    """The domain that letters come from: it names lists and letters."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return host or urlsplit(absolute("/")).hostname or "localhost"


# --- switching off ------------------------------------------------------------------------------------


def switch_off(member: Member, topic: str, way: Way) -> str:
    """The address where one press, by the reader or their mail program, ends letters about the topic."""
    token = signing.dumps([member.pk, topic, str(way)], salt=_OFF)
    return absolute(reverse("notifications_off", args=[token]))


def read_switch(token: str) -> tuple[int, str, Way] | None:
    """Who switches what off, if the token is ours. It never ends: a letter may lie in a box for years."""
    try:
        member, topic, way = signing.loads(token, salt=_OFF)
        return (int(member), topic, Way(way)) if topic in TOPICS or topic == ALL else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


# --- answering by e-mail ------------------------------------------------------------------------------


class Reply(NamedTuple):
    """What an address to answer says of itself; `valid` while it may be used."""

    seat: int
    version: int
    ends: datetime

    @property
    def valid(self) -> bool:
        return self.ends > hours.now()


def answer_to(seat: Participant, box: Letterbox | None) -> str:
    """The address that answers the conversation as this member; "" when no mail comes in here."""
    if not settings.REPLY_ADDRESS:
        return ""
    name, _at, host = settings.REPLY_ADDRESS.partition("@")
    version = box.reply_version if box else 0
    return f"{name}+{reply_token(seat.pk, version)}@{host}"


def reply_token(seat: int, version: int, now: datetime | None = None) -> str:
    ends = ((now or hours.now()) + LASTS - EPOCH).days
    facts = seat.to_bytes(5, "big") + ends.to_bytes(2, "big") + version.to_bytes(2, "big")
    return base64.b32encode(facts + _sign(facts, settings.SECRET_KEY)).decode().lower()


def read_reply(address: str) -> Reply | None:
    """What the first token in the address says, if we signed it."""
    found = _TOKEN.search(address)
    if found is None:
        return None
    raw = base64.b32decode(found[1].upper())
    facts, tag = raw[:-_TAG], raw[-_TAG:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(tag, _sign(facts, key)) for key in keys):
        return None
    ends = EPOCH + timedelta(days=int.from_bytes(facts[5:7], "big") + 1)
    return Reply(int.from_bytes(facts[:5], "big"), int.from_bytes(facts[7:9], "big"), ends)


def _sign(facts: bytes, key: str | bytes) -> bytes:
    return salted_hmac(_SALT, facts, secret=key, algorithm="sha256").digest()[:_TAG]
