"""The bank as an HTTP server of its own thread: the API, its two kinds of page, and the letters it sends."""

import json
import logging
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from . import pages, params, routes
from .letters import Postman
from .state import Bank, Declined, Fault, Thing

log = logging.getLogger("commonshare.play_bank")
HANGS = 5.0  # seconds for which a line that hangs is silent


class PlayBank:
    """A bank on 127.0.0.1. `with PlayBank() as play:` gives `play.url` and `play.bank`."""

    def __init__(self, *, port: int = 0, file: Path | None = None, hook: str = "", secret: str = "") -> None:
        self.bank = Bank(file=file)
        handler = type("Handler", (_Handler,), {"bank": self.bank})
        self._server = _Server(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.bank.things["_base"] = {"id": "_base", "object": "base", "url": self.url}
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="play-bank", daemon=True
        )
        self._postman = Postman(self.bank, hook, secret) if hook else None

    def start(self) -> "PlayBank":
        self._thread.start()
        if self._postman:
            self._postman.start()
        return self

    def stop(self) -> None:
        if self._postman:
            self._postman.stop()
        self._server.shutdown()
        self._server.server_close()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    __enter__ = start

    def __exit__(self, *_error: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that went dead is nothing to write about."""


class _Handler(BaseHTTPRequestHandler):
    bank: Bank
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written one after the other

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _answer(self, body: str) -> None:
        address = urllib.parse.urlsplit(self.path)
        if not address.path.startswith("/v1/"):
            return self._page(address, body)
        form = body if self.command == "POST" else address.query
        with self.bank.lock:
            self.bank.calls.append(f"{self.command} {address.path}")
            fault = self.bank.fault_at(address.path, "before")
            if fault is None:
                status, answer = self._do(address.path, form)
                fault = self.bank.fault_at(address.path, "after")
            elif fault.how == "500":
                self._keep_answer(address.path, form, 500, _TROUBLE)
        if fault is not None:
            return self._go_wrong(fault, address.path, form)
        return self._json(status, answer)

    def _do(self, path: str, form: str) -> tuple[int, Thing]:
        """Answer as the first time, when the key was seen before; else do it."""
        try:
            if not self.headers.get("Authorization", "").startswith("Bearer sk_"):
                raise Declined("You did not provide an API key.", status=401)
            route, names = routes.find(self.command, path)
            sent = params.nested(form)
            if kept := self._kept(path, form):
                return kept
            wanted = sent.pop("expand", [])
            params.check(sent, route.types)
            thing = route.answer(self.bank, sent, *names)
            status, answer = 200, routes.expanded(self.bank, thing, wanted)
        except Declined as refusal:
            status, answer = refusal.status, refusal.body
        if status in (200, 402) and self.command == "POST":
            self._keep_answer(path, form, status, answer)
        return status, answer

    def _kept(self, path: str, form: str) -> tuple[int, Thing] | None:
        key = self.headers.get("Idempotency-Key")
        kept = self.bank.answered.get(key or "") if self.command == "POST" else None
        if kept is None:
            return None
        if kept["asked"] != [path, form]:
            raise Declined(
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                kind="idempotency_error",
            )
        return kept["status"], kept["answer"]

    def _keep_answer(self, path: str, form: str, status: int, answer: Thing) -> None:
        if (key := self.headers.get("Idempotency-Key")) and key not in self.bank.answered:
            self.bank.answered[key] = {"asked": [path, form], "status": status, "answer": json.loads(json.dumps(answer))}
        self.bank.keep()

    def _go_wrong(self, fault: Fault, path: str, form: str) -> None:
        """Whatever has happened, nobody is told of it."""
        if fault.how == "500":
            if fault.when == "after" and (key := self.headers.get("Idempotency-Key")) in self.bank.answered:
                self.bank.answered[key] |= {"status": 500, "answer": _TROUBLE}
            return self._json(500, _TROUBLE)
        if fault.how == "hang":
            time.sleep(HANGS)
        self.close_connection = True
        return None

    def _json(self, status: int, answer: Thing) -> None:
        content = json.dumps(answer).encode()
        self._send(status, content, "application/json", {"Request-Id": "req_play"})

    def _page(self, address: urllib.parse.SplitResult, body: str) -> None:
        with self.bank.lock:
            page = pages.answer(self.bank, self.command, address, body)
        if page.to:
            return self._send(303, b"", "text/html", {"Location": page.to})
        return self._send(page.status, page.html.encode(), "text/html; charset=utf-8", {})

    def _send(self, status: int, content: bytes, kind: str, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(content))} | more).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


_TROUBLE = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
