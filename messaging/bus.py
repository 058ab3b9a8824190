"""The bus between processes: one Valkey channel, on which each process says what its own sockets have heard.

Whatever was queued while the last batch was under way goes as one batch into the next. Nothing
depends on it: a client that missed a frame sees the gap in the sequence and asks. What may have been
missed without a gap to see (the last frames before Valkey was away) is made good by "resume": a
process that could not listen tells its own sockets to ask, and one whose words were lost tells the others
to tell theirs. Without REDIS_URL there is one process, and nothing here starts.
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
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection

log = logging.getLogger("commonshare.messaging")
Op = tuple[Any, ...]

LONGEST_QUEUE = 20_000
LARGEST_BATCH = 500
PAUSE = 5.0  # seconds of quiet after which the listener makes sure that Valkey is there; the longest wait for an answer
AT_FIRST = 1.0  # seconds the first socket waits until all that is said will be heard
RESUME: Op = ("resume",)


class Bus:
    """Publishes from any thread; listens once `listen` was called, in processes that hold sockets."""

    def __init__(self) -> None:
        self._out: queue.SimpleQueue[Op] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._sender: threading.Thread | None = None
        self._listener: threading.Thread | None = None
        self._process = ""
        self._lost = False  # something was not said: the others must be told to ask
        self._listening = threading.Event()
        self._ended = threading.Event()

    def publish(self, op: Op) -> None:
        """Queue an operation for the other processes; returns at once."""
        if not settings.REDIS_URL:
            return
        if self._out.qsize() > LONGEST_QUEUE:
            self._lost = True
            return
        self._out.put(op)
        if self._sender is None or not self._sender.is_alive() or not self._process.startswith(f"{os.getpid()}."):
            self._start_sender()

    def listen(self, heard: Callable[[list[Op]], None], resumed: Callable[[], None]) -> None:
        """Call `heard(ops)` from a thread for each batch of another process, `resumed()` after an interruption.

        Returns once they are heard, or after a moment if Valkey is away.
        """
        with self._lock:
            if not settings.REDIS_URL or (self._listener and self._listener.is_alive()):
                return
            self._identify()
            atexit.register(self._ended.set)
            self._listener = threading.Thread(
                target=self._listen, args=(heard, resumed), name="bus-listener", daemon=True
            )
            self._listener.start()
        self._listening.wait(AT_FIRST)

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

    def _mark(self) -> bytes:
        """How every batch of this process begins."""
        return f'["{self._process}",'.encode()

    def _send(self) -> None:
        client = _client()
        while True:
            ops = [self._out.get()]
            while len(ops) < LARGEST_BATCH and not self._out.empty():
                ops.append(self._out.get_nowait())
            if not self._said(client, ops):
                self._lost = True
            failures = 0
            while self._lost:  # what is queued meanwhile waits, or is lost as well
                self._lost = False
                if not self._said(client, [RESUME]):
                    self._lost, failures = True, failures + 1
                    time.sleep(_backoff(failures))

    def _said(self, client: Any, ops: list[Op]) -> bool:
        batch = self._mark() + json.dumps(ops, separators=(",", ":")).encode() + b"]"
        for last in (False, True):  # the first may meet a connection that broke while it was idle
            try:
                client.publish(channel(), batch)
                return True
            except Exception as failure:
                if last:
                    log.warning("The bus could not be reached: %s", failure)
        return False

    def _listen(self, heard: Callable[[list[Op]], None], resumed: Callable[[], None]) -> None:
        failures, late = 0, time.monotonic() + AT_FIRST * 0.9
        while not self._ended.is_set():
            try:
                with _client().pubsub() as inbox:
                    for ops in self._batches(inbox):
                        if ops:
                            heard(ops)
                        elif failures or time.monotonic() > late:
                            resumed()
                        self._listening.set()
                        failures = 0
            except Exception as failure:
                if self._ended.is_set():
                    return
                failures += 1
                log.warning("The bus was interrupted and is tried again: %s", failure)
                self._ended.wait(_backoff(failures))

    def _batches(self, inbox: Any) -> Iterator[list[Op]]:
        """First an empty one, once all that is said from now on will be heard; then those of the other processes."""
        inbox.subscribe(channel())
        unanswered = 0
        while not self._ended.is_set():
            message = inbox.get_message(timeout=PAUSE)
            if message is None:
                unanswered += 1
                if unanswered > 1:
                    raise TimeoutError("Valkey does not answer")
                inbox.ping()
                continue
            unanswered = 0
            if message["type"] == "subscribe":
                yield []
            elif message["type"] == "message":
                batch = message["data"]
                if not batch.startswith(self._mark()):  # its own words come back too
                    yield [tuple(op) for op in json.loads(batch)[1]]


def _backoff(failures: int) -> float:
    return min(0.1 * 2 ** min(failures, 6), 3) * random.uniform(0.5, 1)


def channel() -> str:
    """One channel per database, so that two houses may share a Valkey."""
    facts = connection.settings_dict
    name = f"{facts.get('HOST', '')}:{facts.get('PORT', '')}:{facts['NAME']}"
    return f"commonshare.live.{hashlib.blake2b(name.encode(), digest_size=8).hexdigest()}"


def _client() -> Any:
    """One that waits no longer than the pause and reconnects only when told: a silent reconnection would hide a gap."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PAUSE, socket_connect_timeout=PAUSE, retry=Retry(NoBackoff(), 0)
    )


bus = Bus()
