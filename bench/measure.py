"""Starting servers and loading them: bounded in time, on the loopback only, the client in its own process."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator

from tests import servers

processes: dict[str, subprocess.Popen] = {}  # by base URL, for whoever wants to know what one takes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def database(engine: str) -> Iterator[dict[str, str]]:
    """An environment with a migrated, empty database on SQLite or a real PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="commonshare-bench-") as folder:
        environment = {**os.environ, "VAR_DIR": folder, "SECRET_KEY": "only-for-benchmarks-" + "x" * 40}
        environment.pop("TESTING", None)
        environment.pop("DATABASE_URL", None)
        environment.pop("REDIS_URL", None)
        if engine == "postgresql":
            environment["DATABASE_URL"] = servers.postgres(durable=True)  # as SQLite is: a write waits for the disk
            environment["REDIS_URL"] = servers.valkey()  # as where there are many processes
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        yield environment


@contextlib.contextmanager
def server(application: str, environment: dict[str, str], *, path: str) -> Iterator[str]:
    """uvicorn with one process serving `application`; yields its base URL once `path` answers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--lifespan", "off",
               "--log-level", "error", "--no-access-log"]
    process = subprocess.Popen(command, env=environment)
    url = f"http://127.0.0.1:{port}"
    processes[url] = process
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url + path).read()
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{application} did not answer within a minute.")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:  # thousands of sockets can take longer to part from than anyone wants to wait
            process.kill()
            process.wait()


def rate(url: str, *, seconds: float = 4.0, connections: int = 16, headers: dict[str, str] | None = None) -> float:
    """Answers a second of GET `url` over kept connections; every answer must be a 200."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_rate, (url, seconds, connections, headers or {}))


def _rate(url: str, seconds: float, connections: int, headers: dict[str, str]) -> float:
    return asyncio.run(_load(url, seconds, connections, headers))


async def _load(url: str, seconds: float, connections: int, headers: dict[str, str]) -> float:
    host, _, path = url.removeprefix("http://").partition("/")
    lines = [f"GET /{path} HTTP/1.1", f"Host: {host}", *(f"{k}: {v}" for k, v in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    name, _, port = host.partition(":")
    ends, done = time.perf_counter() + seconds, 0

    async def one() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection(name, int(port))
        while time.perf_counter() < ends:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
            if b"content-length" in fields:
                await reader.readexactly(int(fields[b"content-length"]))
            else:  # chunked
                while size := int(await reader.readline(), 16):
                    await reader.readexactly(size + 2)
                await reader.readexactly(2)
            done += 1
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.perf_counter() - started)
