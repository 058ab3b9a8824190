"""Somebody else's calendar: files as other programs write them, and a server that misbehaves on request."""

import gzip
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def file(*events: str, head: str = "") -> bytes:
    """A calendar of these events, each the lines between BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//somebody//else//EN", *head.split("\n")]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([line.strip() for line in [*lines, "END:VCALENDAR"] if line.strip()] + [""]).encode()


def event(uid: str, starts: str, ends: str = "", more: str = "") -> str:
    """`starts` with its parameters: ";VALUE=DATE:20270104" or ":20270104T100000Z"."""
    return f"UID:{uid}\nDTSTAMP:20260101T000000Z\nDTSTART{starts}\n" + (f"DTEND{ends}\n" if ends else "") + more


@contextmanager
def serving(answer, *, tls: ssl.SSLContext | None = None):
    """A real server on this machine; `answer(handler)` writes each response. Yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with suppress(OSError):  # the other side has had enough
                answer(self)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/calendar.ics"
    finally:
        server.shutdown()
        server.server_close()


def send(handler, body: bytes = b"", status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler, *, in_headers: bool) -> None:
    """A byte now and then, for ever; each soon enough for any time-out that looks at one byte alone."""
    if in_headers:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    else:
        handler.send_response(200)
        handler.end_headers()
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def bomb(handler) -> None:
    """Ten thousand times more than it looks."""
    send(handler, gzip.compress(b"\0" * 64 * 1024 * 1024, 9), Content_Encoding="gzip")
