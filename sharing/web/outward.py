"""Connections to addresses that somebody else named, without being led anywhere but to the public net.

An address is a wish, not a promise: its host is resolved here, every address it has must be global, and the
connection goes to one of those very addresses, so that a name which changes its mind between two looks
leads nowhere. In all it takes no longer than its deadline, however slowly the bytes drip.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult

from django.conf import settings

_NAT64, _GIVEN_OUT = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2000::/3")
_resolving = ThreadPoolExecutor(4, thread_name_prefix="names")


class NotPublic(Exception):
    """The name leads into a private net, or nowhere."""


class Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, by its name only for TLS and the Host header."""

    def __init__(self, parts: SplitResult, deadline: float, *, private: bool = False) -> None:
        """private: also addresses that are not of the public net (tests say so)."""
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        port = parts.port or (443 if secure else 80)
        self.default_port = 443 if secure else 80  # so that the usual one is not named in the Host header
        super().__init__(host, port)
        self._secure, self._deadline, self._private = secure, deadline, private
        self._raw: socket.socket | None = None

    def hang_up(self) -> None:
        """Close what is open; `close` alone lets go of it while the answer may still be read."""
        self.close()
        if self._raw is not None:
            self._raw.close()

    def connect(self) -> None:
        raw = _reach(_addresses(self.host, self.port, self._deadline, private=self._private), self.port, self._deadline)
        try:
            if self._secure:
                raw.settimeout(_left(self._deadline))
                believed = ssl.create_default_context(cafile=settings.OUTWARD_CA)
                raw = believed.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        self._raw, self.sock = raw, _Timed(raw, self._deadline)


def _addresses(host: str, port: int, deadline: float, *, private: bool) -> list[str]:
    """Every address of the name; one that is not of the public net spoils them all."""
    looking = _resolving.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(row[4][0]) for row in looking.result(timeout=_left(deadline))))
    if not found or not all(private or is_public(address) for address in found):
        raise NotPublic(host)
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
        elif ip not in _GIVEN_OUT and ip.ipv4_mapped is None:
            return False
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
