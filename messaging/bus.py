"""The bus between processes: one Valkey channel, on which each process says what its own sockets have heard.

Whatever was queued while the last batch was under way goes as one batch into the next. Nothing
depends on it: a client that missed a frame sees the gap in the sequence and asks. Without REDIS_URL
there is one process, and nothing here starts.
"""

import atexit
import hashlib
import json
import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

log = logging.getLogger("commonshare.messaging")
Op = tuple[Any, ...]

LONGEST_QUEUE = 20_000
LARGEST_BATCH = 500
PAUSE = 5.0  # seconds of quiet after which the listener makes sure that Valkey is there


class Bus:
    """Publishes from any thread; listens once `listen` was called, in processes that hold sockets."""

    def __init__(self) -> None:
        self._out: queue.SimpleQueue[Op] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._sender: threading.Thread | None = None
        self._listener: threading.Thread | None = None
        self._process = ""
        self._ended = threading.Event()

    def publish(self, op: Op) -> None:
        """Queue an operation for the other processes; returns at once."""
        if not settings.REDIS_URL or self._out.qsize() > LONGEST_QUEUE:
            return
        self._out.put(op)
        if self._sender is None or not self._sender.is_alive() or not self._process.startswith(f"{os.getpid()}."):
            self._start_sender()

    def listen(self, heard: Callable[[list[Op]], None], resumed: Callable[[], None]) -> None:
        """Call `heard(ops)` from a thread for each batch of another process, `resumed()` after an interruption."""
        with self._lock:
            if not settings.REDIS_URL or (self._listener and self._listener.is_alive()):
                return
            self._identify()
            atexit.register(self._ended.set)
            self._listener = threading.Thread(
                target=self._listen, args=(heard, resumed), name="bus-listener", daemon=True
            )
            self._listener.start()

    def _start_sender(self) -> None:
        with self._lock:
            self._identify()
            if self._sender is None or not self._sender.is_alive():
                self._sender = threading.Thread(target=self._send, name="bus-sender", daemon=True)
                self._sender.start()

    def _identify(self) -> None:
        if not self._process.startswith(f"{os.getpid()}."):
            self._process = f"{os.getpid()}.{random.getrandbits(48):x}"
            self._sender = None  # threads do not survive a fork

    def _send(self) -> None:
        client = _client()
        while True:
            ops = [self._out.get()]
            while len(ops) < LARGEST_BATCH and not self._out.empty():
                ops.append(self._out.get_nowait())
            batch = json.dumps([self._process, ops], separators=(",", ":"))
            for pause in (0.05, 0.5, 0):
                try:
                    client.publish(channel(), batch)
                    break
                except OSError:
                    time.sleep(pause)
                except Exception as failure:
                    log.warning("The bus could not be reached: %s", failure)
                    time.sleep(pause)

    def _listen(self, heard: Callable[[list[Op]], None], resumed: Callable[[], None]) -> None:
        failures = 0
        while not self._ended.is_set():
            try:
                inbox = _client().pubsub(ignore_subscribe_messages=True)
                inbox.subscribe(channel())
                if failures:
                    resumed()
                failures = 0
                while not self._ended.is_set():
                    message = inbox.get_message(timeout=PAUSE)
                    process, ops = json.loads(message["data"]) if message else ("", [])
                    if ops and process != self._process:
                        heard([tuple(op) for op in ops])
            except Exception as failure:
                if self._ended.is_set():
                    return
                failures += 1
                log.warning("The bus was interrupted and is tried again: %s", failure)
                time.sleep(min(0.2 * 2 ** min(failures, 5), 5) * random.uniform(0.5, 1))


def channel() -> str:
    """One channel per database, so that two houses may share a Valkey."""
    facts = connection.settings_dict
    name = f"{facts.get('HOST', '')}:{facts.get('PORT', '')}:{facts['NAME']}"
    return f"commonshare.live.{hashlib.blake2b(name.encode(), digest_size=8).hexdigest()}"


def _client():
    import redis

    # No socket time-out: a quiet channel is no fault. The health check notices a server that has gone.
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None, health_check_interval=15)


bus = Bus()
