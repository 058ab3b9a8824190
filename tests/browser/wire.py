"""The network between a browser and the product, which a test can cut, mend, and let go silent."""

import asyncio
import contextlib
import threading


class Wire:
    """A TCP proxy on a thread of its own. `cut`: nothing goes through. `go_silent`: what is open stays open and
    carries nothing any more, as after a sleep or a change of networks; what is opened anew works."""

    def __init__(self, to: str) -> None:
        host, _, port = to.removeprefix("http://").partition(":")
        self._to, self._open, self._is_cut = (host, int(port)), set(), False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        server = self._call(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        self._is_cut = True
        self._call(self._drop())

    def mend(self) -> None:
        self._is_cut = False

    def go_silent(self) -> None:
        self._call(self._hush())

    def end(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _call(self, deed):
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(10)

    async def _drop(self) -> None:
        for streams in tuple(self._open):
            for stream in streams:
                stream.transport.abort()
        self._open.clear()

    async def _hush(self) -> None:
        for streams in self._open:
            for stream in streams:
                with contextlib.suppress(RuntimeError):
                    stream.transport.pause_reading()

    async def _carry(self, reader, writer) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        onward, back = await asyncio.open_connection(*self._to)
        streams = (writer, back)
        self._open.add(streams)
        await asyncio.gather(self._pump(reader, back), self._pump(onward, writer))
        self._open.discard(streams)

    async def _pump(self, reader, writer) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()
