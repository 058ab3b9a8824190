"""Frames so long that the protocol ends the socket before the application sees them: why is said all the same.

uvicorn reads no frame past `ws_max_size`, and a server that closes a connection with something still unread lets the
other side's system throw away what was said last. So the error goes out before the close frame, then this side only
says that nothing more will come, and reads and forgets until the other side has gone, or its time is up.
"""

from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.server import ServerProtocol

from .frames import LAST_WORD, TOO_BIG


class SaysWhy(WebSocketsSansIOProtocol):
    """uvicorn's protocol, as `uvicorn.Config(ws=…)` takes it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.conn = _Telling(
            self._last_word,
            extensions=self.conn.available_extensions,
            max_size=self.config.ws_max_size,
            logger=self.logger,
        )

    def _last_word(self) -> str:
        open_still = self.handshake_complete and not self.close_sent
        return self.scope["state"].get(LAST_WORD, "") if open_still else ""

    def handle_parser_exception(self) -> None:
        """Called again for all that still comes in, which the parser throws away by then."""
        failed = self.conn.close_sent
        if failed is None or failed.code != TOO_BIG or not self.transport.can_write_eof():
            super().handle_parser_exception()
        elif not self.close_sent:
            self._linger(failed.reason)

    def _linger(self, reason: str) -> None:
        self.stop_keepalive()
        self.close_sent = True
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": TOO_BIG, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()


class _Telling(ServerProtocol):
    def __init__(self, last_word: Callable[[], str], **kwargs) -> None:
        super().__init__(**kwargs)
        self._last_word = last_word

    def fail(self, code: CloseCode | int, reason: str = "") -> None:
        if code == TOO_BIG and (said := self._last_word()):
            self.send_text(said.encode())
        super().fail(code, reason)
