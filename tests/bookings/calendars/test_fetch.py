"""Fetching from a real server: never a private address, never more than we allow, however it is served."""

import gzip
import socket
import time

import pytest

from bookings.calendars.fetch import NotFetched, cleaned, fetch
from bookings.states import FeedFault
from sharing.web import outward
from sharing.web.outward import is_public

from .remote import bomb, drip, file, send, serving

CALENDAR = file("UID:1\nDTSTART:20270104T100000Z")


@pytest.fixture
def local(settings):
    """The tests' own server lies on this machine, where no calendar may be."""
    settings.FEEDS_MAY_BE_PRIVATE = True


def fault(url: str, **facts) -> FeedFault:
    with pytest.raises(NotFetched) as refused:
        fetch(url, **facts)
    return refused.value.fault


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "ff02::1",
        "::127.0.0.1",
        "fec0::1",
        "4000::1",
        "255.255.255.255",
        "not an address",
        "",
    ],
)
def test_no_address_of_a_private_net_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_public_net_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x.ics",
        "file:///etc/passwd",
        "gopher://a.example/",
        "javascript:alert(1)",
        "//a.example/x",
        "https://user:word@a.example/x.ics",
        "https://user@a.example/",
        "https://a.example:22/x",
        "http://a.example:6379/",
        "https://",
        "https:///x",
        "x",
        "",
        "https://a.example/\r\nHost: b",
        "https://a.example:99999/",
        "https://[::1/x",
        "https://a b.example/",
        f"https://a.example/{'x' * 1001}",
        "https://a.example/ü",
        "dict://a.example:11211/stat",
    ],
)
def test_what_is_no_public_calendar_address_is_not_fetched(url):
    assert cleaned(url) == ""


@pytest.mark.parametrize(
    "given, meant",
    [
        ("webcal://a.example/x.ics?key=1#top", "https://a.example/x.ics?key=1"),
        ("HTTPS://A.example", "https://a.example/"),
        ("http://a.example:8080/x", "http://a.example:8080/x"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
    ],
)
def test_an_address_is_taken_as_it_was_meant(given, meant):
    assert cleaned(given) == meant


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f000001", "127.1"])
def test_a_server_on_this_machine_is_never_asked(host):
    asked = []
    with serving(lambda handler: asked.append(handler.path) or send(handler, CALENDAR)) as url:
        at = url.replace("127.0.0.1", host)
        assert fault(at) in (FeedFault.ADDRESS, FeedFault.UNREACHABLE)
    assert asked == []


def test_a_name_that_has_one_private_address_is_refused(monkeypatch):
    def lookup(*_args, **_kwargs):
        return [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("nobody is to be asked"))
    assert fault("https://a.example/x.ics") == FeedFault.ADDRESS


def test_the_connection_goes_to_the_very_address_that_was_looked_at(monkeypatch):
    looked, reached = [], []

    def lookup(host, *_args, **_kwargs):
        looked.append(host)  # a second look would find another answer
        return [(0, 0, 0, "", ("93.184.216.34" if len(looked) == 1 else "127.0.0.1", 80))]

    def reach(address, timeout):
        reached.append(address)
        raise OSError("far away")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", reach)
    assert fault("http://a.example/x.ics") == FeedFault.UNREACHABLE
    assert (looked, reached) == (["a.example"], [("93.184.216.34", 80)])


def test_each_redirect_is_looked_at_again(monkeypatch):
    """The first server is public (by a name that the test answers for), the place it sends us to is not."""
    asked = []

    def answer(handler):
        asked.append(handler.path)
        send(handler, status=302, Location="http://127.0.0.1/inside")

    monkeypatch.setattr(outward, "is_public", lambda address: address != "127.0.0.1")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: [(0, 0, 0, "", ("93.184.216.34" if host == "a.example" else host, 80))],
    )
    with serving(answer) as url:
        port = int(url.split(":")[2].split("/")[0])

        def reach(_address, timeout):
            there = socket.socket()
            there.settimeout(timeout)
            there.connect(("127.0.0.1", port))
            return there

        monkeypatch.setattr(socket, "create_connection", reach)
        assert fault("http://a.example:8080/calendar.ics") == FeedFault.ADDRESS
    assert asked == ["/calendar.ics"]


def test_a_calendar_comes_with_its_marks_and_is_not_sent_twice(local):
    seen = []

    def answer(handler):
        seen.append(
            (handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since"), handler.headers["Host"])
        )
        if handler.headers.get("If-None-Match") == '"one"':
            send(handler, status=304)
        else:
            send(handler, CALENDAR, ETag='"one"', Last_Modified="Sat, 02 Jan 2027 10:00:00 GMT")

    with serving(answer) as url:
        first = fetch(url)
        assert first.body == CALENDAR
        again = fetch(url, etag=first.etag, modified=first.modified)
    assert again.body is None and again.etag == '"one"'
    assert seen[1][:2] == ('"one"', "Sat, 02 Jan 2027 10:00:00 GMT") and seen[0][2].startswith("127.0.0.1:")


def test_a_packed_calendar_is_unpacked_and_redirects_are_followed(local):
    def answer(handler):
        if handler.path == "/calendar.ics":
            send(handler, status=301, Location="/moved.ics")
        else:
            send(handler, gzip.compress(CALENDAR), Content_Encoding="gzip")

    with serving(answer) as url:
        assert fetch(url).body == CALENDAR


@pytest.mark.parametrize("in_headers", [True, False])
def test_a_slow_drip_ends_in_time(local, in_headers):
    with serving(lambda handler: drip(handler, in_headers=in_headers)) as url:
        began = time.monotonic()
        assert fault(url, seconds=1) == FeedFault.SLOW
        assert time.monotonic() - began < 4


def test_a_name_that_nobody_answers_for_ends_in_time(local, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(3))
    began = time.monotonic()
    assert fault("http://a.example/", seconds=0.3) == FeedFault.SLOW
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    "answer, why",
    [
        (lambda handler: send(handler, b"x" * (1024 * 1024 + 1)), FeedFault.LARGE),
        (bomb, FeedFault.LARGE),
        (lambda handler: send(handler, b"not packed at all", Content_Encoding="gzip"), FeedFault.NOT_A_CALENDAR),
        (lambda handler: send(handler, b"?", Content_Encoding="br"), FeedFault.NOT_A_CALENDAR),
        (lambda handler: send(handler, status=403), FeedFault.REFUSED),
        (lambda handler: send(handler, status=404), FeedFault.REFUSED),
        (lambda handler: send(handler, status=500), FeedFault.UNREACHABLE),
        (lambda handler: handler.wfile.write(b"what?\r\n\r\n"), FeedFault.UNREACHABLE),
        (lambda handler: send(handler, status=302, Location="/calendar.ics"), FeedFault.ADDRESS),  # round and round
        (lambda handler: send(handler, status=302, Location="file:///etc/passwd"), FeedFault.ADDRESS),
        (lambda handler: handler.connection.close(), FeedFault.UNREACHABLE),
    ],
)
def test_what_goes_wrong_has_a_name(local, answer, why):
    with serving(answer) as url:
        assert fault(url) == why


def test_exactly_a_megabyte_is_taken(local):
    with serving(lambda handler: send(handler, b"x" * 1024 * 1024)) as url:
        assert len(fetch(url).body) == 1024 * 1024
