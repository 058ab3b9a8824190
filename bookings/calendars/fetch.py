"""Fetching a calendar that a member named, without being led anywhere but to the public net.

An address is a wish, not a promise: `sharing.web.outward` looks where it leads, and the same is asked of
each redirect. In all a fetch takes at most ten seconds, however slowly the bytes drip, and a megabyte,
however small it was when packed.
"""

import http.client
import time
import zlib
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from django.conf import settings

from sharing.web.outward import NotPublic, Pinned

from ..states import FeedFault

SECONDS = 10.0
LARGEST = 1024 * 1024
MOST_HOPS = 4
PORTS = {80, 443, 8080, 8443}
LONGEST_URL = 1000
AGENT = "Commonshare-Calendar/1"
MOVED = {301, 302, 303, 307, 308}


class NotFetched(Exception):
    """It could not be fetched; `fault` says why."""

    def __init__(self, fault: FeedFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. `body` is None when nothing has changed since the marks we sent."""

    body: bytes | None
    etag: str = ""
    modified: str = ""


def cleaned(url: str) -> str:
    """The address as we would fetch it, or "" when we never would: another scheme, a sign-in inside, an odd port."""
    url = url.strip()
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    scheme = "https" if parts.scheme == "webcal" else parts.scheme
    if scheme not in ("https", "http") or not host or parts.username is not None:
        return ""
    if port is not None and port not in PORTS and not settings.FEEDS_MAY_BE_PRIVATE:
        return ""
    where = f"[{host}]" if ":" in host else host
    place = where if port is None else f"{where}:{port}"
    path = parts.path or "/"
    return urlunsplit((scheme, place, path, parts.query, "")) if f"{path}{parts.query}".isascii() else ""


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def fetch(url: str, *, etag: str = "", modified: str = "", seconds: float = SECONDS) -> Fetched:
    """The calendar behind the address. Raises NotFetched."""
    deadline = time.monotonic() + seconds
    try:
        for _hop in range(MOST_HOPS + 1):
            answer = _ask(url, deadline, etag, modified)
            if isinstance(answer, Fetched):
                return answer
            onward = cleaned(urljoin(url, answer))
            if not onward or (url.startswith("https:") and not onward.startswith("https:")):
                raise NotFetched(FeedFault.ADDRESS)
            url = onward
    except NotPublic:
        raise NotFetched(FeedFault.ADDRESS) from None
    except (TimeoutError, TooSlow):
        raise NotFetched(FeedFault.SLOW) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotFetched(FeedFault.UNREACHABLE) from None
    raise NotFetched(FeedFault.ADDRESS)


def _ask(url: str, deadline: float, etag: str, modified: str) -> Fetched | str:
    """One request: what came, or where to ask instead."""
    parts = urlsplit(url)
    connection = Pinned(parts, deadline, private=settings.FEEDS_MAY_BE_PRIVATE)
    try:
        connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers={
            "User-Agent": AGENT, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip", "Connection": "close",
            **({"If-None-Match": etag} if etag else {}), **({"If-Modified-Since": modified} if modified else {}),
        })
        response = connection.getresponse()
        if response.status in MOVED and (onward := response.headers.get("Location")):
            return onward
        if response.status == 304:
            return Fetched(None, etag, modified)
        if response.status in (401, 403, 404, 410):
            raise NotFetched(FeedFault.REFUSED)
        if response.status != 200:
            raise NotFetched(FeedFault.UNREACHABLE)
        headers = response.headers
        return Fetched(_read(response), _mark(headers.get("ETag"), 200), _mark(headers.get("Last-Modified"), 60))
    finally:
        connection.hang_up()


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, unpacked, and never more of it than we allow; a packed one is unpacked as it comes."""
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise NotFetched(FeedFault.NOT_A_CALENDAR)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding != "identity" else None
    body = bytearray()
    try:
        while chunk := response.read(64 * 1024):
            body += unpack.decompress(chunk, LARGEST + 1 - len(body)) if unpack else chunk
            if len(body) > LARGEST or (unpack and unpack.unconsumed_tail):
                raise NotFetched(FeedFault.LARGE)
    except zlib.error:
        raise NotFetched(FeedFault.NOT_A_CALENDAR) from None
    return bytes(body)


def _mark(value: str | None, most: int) -> str:
    """A mark to send back next time; one that is too long or no plain text is as good as none."""
    value = (value or "").strip()
    return value if len(value) <= most and value.isascii() and value.isprintable() else ""
