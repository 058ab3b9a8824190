"""Pages under the ASGI server: whole bodies in, whole bodies out, and never a shortened upload."""

import asyncio
import threading

import pytest
from django.core.handlers.wsgi import WSGIRequest

from sharing import bridge as bridge_module
from sharing.bridge import PagesAsWsgi

SCOPE = {
    "type": "http", "method": "POST", "path": "/ä", "root_path": "", "query_string": b"q=1", "http_version": "1.1",
    "scheme": "http", "headers": [(b"host", b"here"), (b"x-two", b"a"), (b"x-two", b"b")],
    "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1234),
}


def ask(pages, *incoming) -> tuple[int, list, bytes, int]:
    """Send one request through the bridge; status, headers, body, number of messages."""
    messages = list(incoming or [{"type": "http.request", "body": b"", "more_body": False}])
    sent = asyncio.run(_sent(PagesAsWsgi(pages, threads=2), messages))
    body = b"".join(message.get("body", b"") for message in sent)
    assert [message.get("more_body") for message in sent][-1] is False
    return sent[0]["status"], sent[0]["headers"], body, len(sent)


async def _sent(bridge: PagesAsWsgi, messages: list[dict]) -> list[dict]:
    """What the bridge sends when these messages come."""
    coming, sent = iter(messages), []

    async def receive():
        return next(coming)

    async def send(message):
        sent.append(message)

    await bridge(SCOPE, receive, send)
    return sent


def test_a_page_goes_in_and_out_whole():
    def echo(environ, start):
        start("201 Created", [("X-Path", environ["PATH_INFO"]), ("X-Two", environ["HTTP_X_TWO"])])
        return [environ["wsgi.input"].read()]

    parts = [{"type": "http.request", "body": b"one ", "more_body": True},
             {"type": "http.request", "body": b"two", "more_body": False}]
    status, headers, body, _ = ask(echo, *parts)

    assert (status, body) == (201, b"one two")
    assert dict(headers) == {b"x-path": "/ä".encode(), b"x-two": b"a,b"}


@pytest.mark.parametrize("whole", [24_000_000, 300_000])
def test_a_form_that_does_not_say_how_long_it_is_is_read(monkeypatch, whole):
    monkeypatch.setattr(bridge_module, "WHOLE", whole)
    file = b"x" * 1_000_000
    form = (b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" + file + b"\r\n--cut--\r\n")  # fmt: skip
    monkeypatch.setitem(SCOPE, "headers", [(b"content-type", b"multipart/form-data; boundary=cut")])

    def keep(environ, start):
        start("200 OK", [])
        return [WSGIRequest(environ).FILES["file"].read()]

    pieces = [form[at : at + 90_000] for at in range(0, len(form), 90_000)]
    parts = [{"type": "http.request", "body": piece, "more_body": piece is not pieces[-1]} for piece in pieces]
    assert ask(keep, *parts)[2] == file


@pytest.mark.parametrize("whole", [24_000_000, 300_000])
def test_a_long_answer_comes_whole_and_in_order_also_where_its_thread_waits_for_the_client(monkeypatch, whole):
    monkeypatch.setattr(bridge_module, "BUFFER", 150_000)
    monkeypatch.setattr(bridge_module, "WHOLE", whole)
    chunks = [bytes([n % 256]) * 100_000 for n in range(20)]
    closed, thread = [], set()

    class Long:
        def __iter__(self):
            thread.add(threading.current_thread().name)
            return iter(chunks)

        def close(self):
            closed.append(True)

    def pages(environ, start):
        start("200 OK", [])
        return Long()

    _, _, body, messages = ask(pages, {"type": "http.request", "body": b"", "more_body": False})
    assert body == b"".join(chunks) and closed and messages > 10
    assert {name.partition("_")[0] for name in thread} == {"pages"}


def test_a_client_that_reads_slowly_holds_no_thread():
    async def beside_a_slow_one(bridge) -> list[bytes]:
        taken, sent = asyncio.Event(), []

        async def receive():
            return {"type": "http.request", "body": b"x" * 500_000}

        async def send(message):
            sent.append(message)
            await taken.wait()

        slow = asyncio.create_task(bridge(SCOPE, receive, send))
        while not sent:
            await asyncio.sleep(0.01)
        quick = await asyncio.wait_for(_sent(bridge, [{"type": "http.request", "body": b"quick"}]), 10)
        assert bridge.on_their_way == 500_000
        taken.set()
        await slow
        return [quick[1]["body"], b"".join(each.get("body", b"") for each in sent)]

    def pages(environ, start):
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    bridge = PagesAsWsgi(pages, threads=1)
    assert asyncio.run(beside_a_slow_one(bridge)) == [b"quick", b"x" * 500_000]
    assert bridge.on_their_way == 0


def test_a_page_is_not_asked_when_the_client_leaves_in_the_middle():
    asked = []
    gone = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    bridge = PagesAsWsgi(lambda *call: asked.append(call), threads=1)

    assert asyncio.run(_sent(bridge, gone)) == []
    assert asked == [] and bridge.on_their_way == 0


def test_a_long_upload_is_read_as_it_comes_and_never_shorter(monkeypatch):
    monkeypatch.setattr(bridge_module, "WHOLE", 300_000)
    begun = [{"type": "http.request", "body": bytes([n]) * 100_000, "more_body": n < 9} for n in range(10)]
    read = []

    def pages(environ, start):
        read.append(environ["wsgi.input"].read(999_999) + environ["wsgi.input"].read())
        start("200 OK", [])
        return [b"had"]

    bridge = PagesAsWsgi(pages, threads=1)
    assert asyncio.run(_sent(bridge, begun))[1]["body"] == b"had"
    assert read == [b"".join(each["body"] for each in begun)] and bridge.on_their_way == 0

    with pytest.raises(ConnectionResetError):
        asyncio.run(_sent(bridge, [*begun[:6], {"type": "http.disconnect"}]))
    assert len(read) == 1 and bridge.on_their_way == 0


def test_what_is_sent_slowly_holds_no_thread_but_what_is_too_much_together_does(monkeypatch):
    """One thread, and a client that stops in the middle of its form: the next one is answered meanwhile."""

    def pages(environ, start):
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    async def beside_a_slow_one(bridge) -> bytes:
        ends = asyncio.Event()
        parts = iter([{"type": "http.request", "body": b"slow", "more_body": True},
                      {"type": "http.request", "body": b"ly", "more_body": False}])

        async def receive():
            part = next(parts)
            if not part["more_body"]:
                await ends.wait()
            return part

        sent = []

        async def send(message):
            sent.append(message)

        slow = asyncio.create_task(bridge(SCOPE, receive, send))
        await asyncio.sleep(0.05)
        assert bridge.on_their_way == 4
        quick = await asyncio.wait_for(_sent(bridge, [{"type": "http.request", "body": b"quick"}]), 10)
        ends.set()
        await slow
        return quick[1]["body"] + b" " + sent[1]["body"]

    bridge = PagesAsWsgi(pages, threads=1)
    assert asyncio.run(beside_a_slow_one(bridge)) == b"quick slowly"
    assert bridge.on_their_way == 0

    monkeypatch.setattr(bridge_module, "ALL_TOGETHER", 3)
    assert asyncio.run(beside_a_slow_one(PagesAsWsgi(pages, threads=2))) == b"quick slowly"
