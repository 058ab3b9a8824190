"""What looks like a known scam: said kindly above the line, to its reader. It hides nothing and stops nobody.

The patterns are data (`patterns.json`), a list per kind and language, over folded text. Nearly all messages have none
of the words a pattern begins with, and are asked nothing more.
"""

import ipaddress
import json
import re
import string
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

WORDS = {
    "pay_outside": _("Asks you to pay or talk elsewhere. What happens outside this house, nobody here can help with."),
    "gift_card": _("Speaks of gift cards. Nobody honest wants to be paid with their codes."),
    "wire_transfer": _("Asks for money in advance. Pay only when you have seen the thing, or by the booking."),
    "code": _("Speaks of codes or passwords. Never pass on yours, not even to us."),
    "odd_link": _("Has a link that may lead elsewhere than it looks. Open it only if you know the sender well."),
}
_APART = {ord(mark): " " for mark in string.punctuation}
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@/.:-])(?:[\w-]+\.)+[a-z]{2,24}(?![\w@-]|\.\w)(?:[/?#:][^\s<>\"]*)?", re.IGNORECASE)
_MADE_LINKS = (".com", ".edu", ".gov", ".int", ".mil", ".net", ".org")  # of these a page makes links by themselves
_MARKS = {ord("ß"): "ss"}


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, re.Pattern[str]], frozenset[str], frozenset[str]]:
    data: dict[str, Any] = json.loads((Path(__file__).parent / "patterns.json").read_text())
    kinds = {
        kind: re.compile("|".join(rf"\b(?:{pattern})" for group in languages.values() for pattern in group))
        for kind, languages in data.items()
        if isinstance(languages, dict)
    }
    return kinds, frozenset(data["triggers"]), frozenset(data["shorteners"])


def looks_like(text: str) -> list[str]:
    """The kinds of scam that the text looks like; [] for nearly all."""
    kinds, triggers, _shorteners = _known()
    bare = _bare_links(text) if "." in text else []
    if "://" not in text and "code" not in text and not bare and not _rings(text, triggers):
        return []
    folded = " ".join(_fold(text).split())
    found = [kind for kind, pattern in kinds.items() if pattern.search(folded)]
    if any(_is_odd(link) for link in [*_LINK.findall(text), *bare]):
        found.append("odd_link")
    return found


def _bare_links(text: str) -> list[str]:
    """What begins like no link and is one all the same: a page makes one of it, or it is a short way to anywhere."""
    found = []
    for each in _BARE.findall(text):
        host = re.split(r"[/?#:]", each, maxsplit=1)[0].lower()
        if host.startswith("www.") or host.endswith(_MADE_LINKS) or host in _known()[2]:
            found.append(f"http://{each}")
    return found


def _rings(text: str, triggers: frozenset[str]) -> bool:
    """Whether any word is one that a pattern needs; quick, because every message is asked."""
    plain = text.lower() if text.isascii() else _fold(text)
    return not triggers.isdisjoint(plain.translate(_APART).split())


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(_MARKS))
    seen = (letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")  # what has no width hides words


def _is_odd(link: str) -> bool:
    """Whether a link may lead elsewhere than it looks: it hides its host, or borrows another's name."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if "@" in parts.netloc or host.startswith("xn--") or ".xn--" in host or not host.isascii():
        return True
    if _is_number(host):
        return not _is_ours(host)
    return host in _known()[2] or (not _is_ours(host) and any(name in host for name in _our_names()))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_ours(host: str) -> bool:
    mine = {urlsplit(settings.PUBLIC_URL).hostname} | {name.lstrip(".") for name in settings.ALLOWED_HOSTS}
    return any(host == name or host.endswith(f".{name}") for name in mine if name and name != "*")


def _our_names() -> set[str]:
    """What a look-alike would have in its name."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    name = host.removeprefix("www.").split(".")[0] if "." in host and not _is_number(host) else ""
    return {"commonshare"} | ({name} if len(name) > 4 else set())
