"""Fetching a calendar that a member named, without being led anywhere but to the public net.

An address is a wish, not a promise: its host is resolved here, every address it has must be global,
and the connection goes to one of those very addresses, so that a name which changes its mind between
two looks leads nowhere. The same is asked of each redirect. In all a fetch takes at most ten seconds,
however slowly the bytes drip, and a megabyte, however small it was when packed.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from django.conf import settings

from ..states import FeedFault

SECONDS = 10.0
LARGEST = 1024 * 1024
MOST_HOPS = 4
PORTS = {80, 443, 8080, 8443}
LONGEST_URL = 1000
AGENT = "Commonshare-Calendar/1"
MOVED = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_resolving = ThreadPoolExecutor(4, thread_name_prefix="names")


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
    except (TimeoutError, TooSlow):
        raise NotFetched(FeedFault.SLOW) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotFetched(FeedFault.UNREACHABLE) from None
    raise NotFetched(FeedFault.ADDRESS)


def _ask(url: str, deadline: float, etag: str, modified: str) -> Fetched | str:
    """One request: what came, or where to ask instead."""
    parts = urlsplit(url)
    connection = _Pinned(parts, deadline)
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


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, by its name only for TLS and the Host header."""

    def __init__(self, parts: SplitResult, deadline: float) -> None:
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        port = parts.port or (443 if secure else 80)
        self.default_port = 443 if secure else 80  # so that the usual one is not named in the Host header
        super().__init__(host, port)
        self._secure, self._deadline = secure, deadline
        self._raw: socket.socket | None = None

    def hang_up(self) -> None:
        """Close what is open; `close` alone lets go of it while the answer may still be read."""
        self.close()
        if self._raw is not None:
            self._raw.close()

    def connect(self) -> None:
        raw = _reach(_addresses(self.host, self.port, self._deadline), self.port, self._deadline)
        try:
            if self._secure:
                raw.settimeout(_left(self._deadline))
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        self._raw, self.sock = raw, _Timed(raw, self._deadline)


def _addresses(host: str, port: int, deadline: float) -> list[str]:
    """Every address of the name; one that is not of the public net spoils them all."""
    looking = _resolving.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(row[4][0]) for row in looking.result(timeout=_left(deadline))))
    if not found or not all(settings.FEEDS_MAY_BE_PRIVATE or is_public(address) for address in found):
        raise NotFetched(FeedFault.ADDRESS)
    return found


def is_public(address: str) -> bool:
    """Whether the address is of the public net, also where it carries another one inside."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner: list = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inner += [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(each.is_global and not each.is_multicast for each in inner if each is not None)


def _reach(addresses: list[str], port: int, deadline: float) -> socket.socket:
    trouble: OSError = OSError("no address")
    for number, address in enumerate(addresses):
        share = _left(deadline) / (len(addresses) - number)  # a dead address must not eat the time of the next
        try:
            return socket.create_connection((address, port), timeout=share)
        except OSError as error:
            trouble = error
    raise trouble


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed:
    """A socket that has so long in all, whatever the pace of the other side. What http.client needs of one."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Dripping(self._sock, self._deadline))

    def close(self) -> None:
        """The answer is read after http.client has let go of the socket: `hang_up` closes it."""


class _Dripping(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)
