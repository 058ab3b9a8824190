"""Pages under an ASGI server: Django's WSGI application on a few kept threads, one hop a request.

a2wsgi does the translation. Its own middleware wakes the event loop three times for each response
(start, body, end) and waits for it each time; here a page is finished in its thread and handed over whole.

No thread waits for a client, so a few are enough, and few quarrel less over the interpreter: what comes in is gathered
on the event loop before a thread is taken, and what goes out is sent from there when the thread has gone on, both from
a file beyond BUFFER bytes. Only what is longer than WHOLE, or comes while ALL_TOGETHER are on their way already, goes
in parts that its thread waits for.

A body that comes in chunks, without its length, is read like any other.
A client that goes away while it still uploads never leaves a shorter upload: the page is not asked at all, or its
reading fails.
"""

import asyncio
import contextvars
import io
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

from a2wsgi.wsgi import Body, build_environ

BUFFER = 1024 * 1024
WHOLE = 24 * 1024 * 1024  # longer than the longest photo, document or letter
ALL_TOGETHER = 128 * 1024 * 1024


class PagesAsWsgi:
    """An ASGI application (http only) that runs `pages` on at most `threads` threads at once."""

    def __init__(self, pages, *, threads: int) -> None:
        self.pages = pages
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")
        self.on_their_way = 0  # bytes that are kept, of all requests and answers
        self.counting = Lock()

    async def __call__(self, scope, receive, send) -> None:
        loop = asyncio.get_running_loop()
        with _Kept(self) as answered:
            answer = _Answer(loop, send, answered)
            with _Kept(self) as asked:
                try:
                    whole = await _gathered(asked, receive)
                except ConnectionResetError:
                    return  # there is nobody to answer
                body: Any = asked.file if whole else _Streamed(loop, receive, asked.file)
                environ = build_environ(scope, body)
                if whole or "CONTENT_LENGTH" not in environ:  # Django reads no further, and without one nothing
                    environ["CONTENT_LENGTH"] = str(asked.size if whole else sys.maxsize)
                run = contextvars.copy_context().run
                await loop.run_in_executor(self.pool, run, answer.of, self.pages, environ)
            await answer.go_on(ends=True)


class _Kept:
    """Bytes on their way."""

    def __init__(self, bridge: PagesAsWsgi) -> None:
        self.bridge = bridge
        self.file: IO[bytes] = io.BytesIO()
        self.size = 0

    def __enter__(self) -> "_Kept":
        return self

    def __exit__(self, *_error) -> None:
        self.empty()

    @property
    def has_room(self) -> bool:
        return self.size <= WHOLE and self.bridge.on_their_way <= ALL_TOGETHER

    def write(self, piece: bytes) -> None:
        if self.size <= BUFFER < self.size + len(piece):
            begun, self.file = self.file, TemporaryFile()  # noqa: SIM115 - closed when emptied
            begun.seek(0)
            self.file.write(begun.read())
        self.file.write(piece)
        self._count(len(piece))

    def empty(self) -> None:
        self.file.close()
        self.file = io.BytesIO()
        self._count(-self.size)

    def _count(self, size: int) -> None:
        self.size += size
        with self.bridge.counting:
            self.bridge.on_their_way += size


async def _gathered(kept: _Kept, receive) -> bool:
    """Gather a request's body, to be read from its beginning; False when there is more of it than is kept.

    Raises ConnectionResetError when the client leaves before the end of it.
    """
    more = True
    while more and kept.has_room:
        piece, more = _piece(await receive())
        if piece:
            kept.write(piece)
    kept.file.seek(0)
    return not more


def _piece(message: Any) -> tuple[bytes, bool]:
    """What has come of a body, and whether more will."""
    if message["type"] == "http.disconnect":
        raise ConnectionResetError("The client went away before it had sent everything.")
    return message.get("body", b""), message.get("more_body", False)


class _Streamed(Body):
    """A body that its thread waits for, after what was gathered of it; raises when the client leaves before the end."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive, begun: IO[bytes]) -> None:
        super().__init__(loop, receive)
        self.begun = begun

    def _receive_more_data(self) -> bytes:
        if begun := self.begun.read(BUFFER):
            return begun
        if not self._has_more:
            return b""
        try:
            piece, self._has_more = _piece(asyncio.run_coroutine_threadsafe(self._next(), loop=self.loop).result())
        except ConnectionResetError:
            self._has_more = False
            raise
        return piece

    async def _next(self) -> Any:
        return await self.receive()


class _Answer:
    """One response: gathered in the page's thread, sent on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send, kept: _Kept) -> None:
        self.loop, self.send, self.kept = loop, send, kept
        self.head: dict[str, Any] | None = None

    def of(self, pages, environ) -> None:
        """Run the page; what is left to send once it is through, is kept."""
        chunks: Iterable[bytes] = pages(environ, self._start)
        try:
            for chunk in chunks:
                self._write(chunk)
        finally:
            if close := getattr(chunks, "close", None):
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info=None):
        self.head = {
            "type": "http.response.start",
            "status": int(status.split(" ", 1)[0]),
            "headers": [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers],
        }
        return self._write

    def _write(self, chunk: bytes) -> None:
        self.kept.write(chunk)
        if self.kept.size > BUFFER and not self.kept.has_room:
            asyncio.run_coroutine_threadsafe(self.go_on(), self.loop).result()

    async def go_on(self, *, ends: bool = False) -> None:
        """Send what is kept; `ends` says that nothing comes after it."""
        if self.head is not None:
            await self.send(self.head)
            self.head = None
        self.kept.file.seek(0)
        piece = self.kept.file.read(BUFFER)
        while piece:
            following = self.kept.file.read(BUFFER)
            await self.send({"type": "http.response.body", "body": piece, "more_body": bool(following) or not ends})
            piece = following
        if ends and not self.kept.size:
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})
        self.kept.empty()
