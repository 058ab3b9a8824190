"""Pages under an ASGI server: Django's WSGI application on a pool of kept threads, one hop a request.

a2wsgi does the translation. Its own middleware wakes the event loop three times for each response
(start, body, end) and waits for it each time; here a page is finished in its thread and handed over
whole, and only a response longer than BUFFER bytes is sent in parts, waiting for the client.

A client that goes away while it still uploads is an error for the view, never a shorter upload.
"""

import asyncio
import contextvars
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from a2wsgi.wsgi import Body, build_environ

BUFFER = 256 * 1024


class PagesAsWsgi:
    """An ASGI application (http only) that runs `pages` on at most `threads` threads at once."""

    def __init__(self, pages, *, threads: int) -> None:
        self.pages = pages
        self.pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")

    async def __call__(self, scope, receive, send) -> None:
        loop = asyncio.get_running_loop()
        environ = build_environ(scope, _WholeBody(loop, receive))
        answer = _Answer(loop, send)
        run = contextvars.copy_context().run
        for message in await loop.run_in_executor(self.pool, run, answer.of, self.pages, environ):
            await send(message)


class _WholeBody(Body):
    """The request's body; raises when the client leaves before the end of it."""

    def _receive_more_data(self) -> bytes:
        if not self._has_more:
            return b""
        message: Any = asyncio.run_coroutine_threadsafe(self._next(), loop=self.loop).result()
        if message["type"] == "http.disconnect":
            self._has_more = False
            raise ConnectionResetError("The client went away before it had sent everything.")
        self._has_more = message.get("more_body", False)
        return message.get("body", b"")

    async def _next(self) -> Any:
        return await self.receive()


class _Answer:
    """One response, gathered in the page's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send) -> None:
        self.loop, self.send = loop, send
        self.waiting: list[dict[str, Any]] = []
        self.size = 0

    def of(self, pages, environ) -> list[dict[str, Any]]:
        """Run the page; returns what is left to send once it is through."""
        chunks: Iterable[bytes] = pages(environ, self._start)
        try:
            for chunk in chunks:
                self._write(chunk)
        finally:
            if close := getattr(chunks, "close", None):
                close()
        self.waiting.append({"type": "http.response.body", "body": b"", "more_body": False})
        return self.waiting

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info=None):
        self.waiting.append({
            "type": "http.response.start",
            "status": int(status.split(" ", 1)[0]),
            "headers": [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers],
        })
        return self._write

    def _write(self, chunk: bytes) -> None:
        self.waiting.append({"type": "http.response.body", "body": chunk, "more_body": True})
        self.size += len(chunk)
        if self.size > BUFFER:
            waiting, self.waiting, self.size = self.waiting, [], 0
            asyncio.run_coroutine_threadsafe(self._send_all(waiting), self.loop).result()

    async def _send_all(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            await self.send(message)
