"""Pages under the ASGI server: whole bodies in, whole bodies out, and never a shortened upload."""

import asyncio

import pytest

from sharing.bridge import BUFFER, PagesAsWsgi

SCOPE = {
    "type": "http", "method": "POST", "path": "/ä", "root_path": "", "query_string": b"q=1", "http_version": "1.1",
    "scheme": "http", "headers": [(b"host", b"here"), (b"x-two", b"a"), (b"x-two", b"b")],
    "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1234),
}


def ask(pages, *incoming) -> tuple[int, list, bytes, int]:
    """Send one request through the bridge; status, headers, body, number of messages."""
    messages, sent = list(incoming or [{"type": "http.request", "body": b"", "more_body": False}]), []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(PagesAsWsgi(pages, threads=2)(SCOPE, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    assert [message.get("more_body") for message in sent][-1] is False
    return sent[0]["status"], sent[0]["headers"], body, len(sent)


def test_a_page_goes_in_and_out_whole():
    def echo(environ, start):
        start("201 Created", [("X-Path", environ["PATH_INFO"]), ("X-Two", environ["HTTP_X_TWO"])])
        return [environ["wsgi.input"].read()]

    parts = [{"type": "http.request", "body": b"one ", "more_body": True},
             {"type": "http.request", "body": b"two", "more_body": False}]
    status, headers, body, _ = ask(echo, *parts)

    assert (status, body) == (201, b"one two")
    assert dict(headers) == {b"x-path": "/ä".encode(), b"x-two": b"a,b"}


def test_a_long_answer_is_sent_in_parts_and_in_order():
    chunks = [bytes([n % 256]) * 100_000 for n in range(20)]
    closed = []

    class Long:
        def __iter__(self):
            return iter(chunks)

        def close(self):
            closed.append(True)

    def pages(environ, start):
        start("200 OK", [])
        return Long()

    assert sum(map(len, chunks)) > 4 * BUFFER
    _, _, body, _ = ask(pages, {"type": "http.request", "body": b"", "more_body": False})
    assert body == b"".join(chunks) and closed


def test_a_client_that_leaves_in_the_middle_is_an_error_not_a_shorter_upload():
    seen = []

    def pages(environ, start):
        seen.append(environ["wsgi.input"].read())

    with pytest.raises(ConnectionResetError):
        ask(pages, {"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"})
    assert seen == []
