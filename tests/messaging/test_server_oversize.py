"""A frame longer than the server would read: why is said, then it is closed, as of any frame that is too long."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from members.authentication import issue_token
from messaging import frames
from tests import factories as make

from .machinery import ROOT, free_port, surroundings

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = (65_600, 256 * 1024 + 1, 20_000_000)  # seen by the application, just past the protocol's limit, far past it


@pytest.fixture
def port():
    """`manage.py serve` itself, whose protocol this is about."""
    number = free_port()
    command = [sys.executable, "manage.py", "serve", "--no-worker", "--port", str(number)]
    server = subprocess.Popen(command, cwd=ROOT, env=surroundings(), stdout=subprocess.DEVNULL)
    try:
        for _try in range(300):
            assert server.poll() is None, "the server did not start"
            try:
                socket.create_connection(("127.0.0.1", number), timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(15)


def test_a_frame_however_long_is_answered_in_the_members_language_and_closed(port):
    facts = {"uri": f"ws://127.0.0.1:{port}/ws/", "subprotocols": [f"bearer.{issue_token(make.member(language='de'))}"],
             "compression": None, "close_timeout": 2}  # fmt: skip

    def speak(ws, words):
        with contextlib.suppress(ConnectionClosed, OSError):
            ws.send(words)

    for size in SIZES:
        for words in ("x" * size, iter(["x" * 60_000] * (size // 60_000 + 1))):  # at once, and in pieces
            with connect(**facts) as ws:
                speaking = threading.Thread(target=speak, args=(ws, words))
                speaking.start()
                error = json.loads(ws.recv(20))
                assert (error["type"], error["code"]) == ("error", "too_big"), size
                assert error["detail"] == "Ein Frame hat höchstens 64 kB."
                with pytest.raises(ConnectionClosed):
                    ws.recv(20)
                assert ws.close_code == frames.TOO_BIG, size
                speaking.join(20)
    with connect(**facts) as ws:  # and who comes back is heard
        ws.send('{"type": "ping"}')
        assert json.loads(ws.recv(20)) == {"type": "pong"}
