"""Servers that speak the protocols: one that takes letters or refuses them, one that takes pushes and reads them."""

import socketserver
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from os import urandom

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP. `answers`: what it says to RCPT by address, and to DATA under "data"; lists are used up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailTalk)
        self.taken: list[tuple[str, bytes]] = []
        self.answers: dict[str, list[str]] = {}

    def answer(self, key: str, default: str) -> str:
        waiting = self.answers.get(key, [])
        return waiting.pop(0) if waiting else default


class _MailTalk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ready")
        to = ""
        while line := self.rfile.readline():
            word = line.decode().strip()
            match word.upper().partition(" ")[0]:
                case "EHLO":
                    self._say("250-here\r\n250 SIZE 10000000")
                case "RCPT":
                    to = word.partition("<")[2].partition(">")[0]
                    self._say(self.server.answer(to, "250 fine"))
                case "DATA":
                    self._say("354 go on")
                    lines = []
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(part)
                    said = self.server.answer("data", "250 taken")
                    if said.startswith("250"):
                        self.server.taken.append((to, b"".join(lines)))
                    self._say(said)
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class Browser:
    """The keys of a browser, and what it reads with them."""

    def __init__(self) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _plain(point), "auth": _plain(self.secret)}

    def read(self, body: bytes) -> bytes:
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")


class PushServer(HTTPServer):
    """Takes pushes. `answers`: the statuses (or status, headers) it gives, used up in order; then 201."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _PushTalk)
        self.taken: list[tuple[str, dict, bytes]] = []
        self.answers: list = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _PushTalk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answers.pop(0) if self.server.answers else 201
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        if status < 300:
            self.server.taken.append((self.path, dict(self.headers), body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words) -> None:
        pass


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpad(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
