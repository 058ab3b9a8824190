"""Loads on a chat server, from one process of their own: as little of a websocket as it takes."""

import asyncio
import gc
import json
import multiprocessing
import os
import pathlib
import time

WRITERS, IDLE = 250, 5000
SECONDS = 4.0
found: dict[str, float] = {}  # of the load this process runs
BODY = "I will be there at five, second bell."


class Client(asyncio.Protocol):
    """As little of a websocket as it takes to load a server: counts frames, hands each to `heard`."""

    def __init__(self, request: bytes) -> None:
        self.request, self.buffer, self.open = request, b"", asyncio.get_running_loop().create_future()
        self.heard = lambda payload: None
        self.closed = 0

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data
        if not self.open.done():
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.open.set_exception(RuntimeError(head.split(b"\r\n")[0].decode()))
                return
            self.open.set_result(None)
        at = 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                if len(buffer) - at < 4:
                    break
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            if len(buffer) - start < size:
                break
            kind, payload = buffer[at] & 15, buffer[start : start + size]
            at = start + size
            if kind == 1:
                self.heard(payload)
            elif kind == 9:  # is anybody there?
                self.transport.write(bytes([0x8A, 0x80 | size]) + b"\0\0\0\0" + payload)
            elif kind == 8:
                self.closed = int.from_bytes(payload[:2], "big")
        self.buffer = buffer[at:]

    def say(self, text: str) -> None:
        payload = text.encode()
        size = len(payload)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)  # masked by zeros


async def opened(url: str, seats: list) -> list[Client]:
    host, _, port = url.removeprefix("http://").partition(":")
    loop, clients = asyncio.get_running_loop(), []
    for token, conversation in seats:
        request = (
            f"GET /ws/ HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: bearer.{token}.{conversation}\r\n\r\n"
        ).encode()
        _, client = await loop.create_connection(lambda request=request: Client(request), host, int(port))
        await client.open
        client.conversation = conversation
        clients.append(client)
    return clients


async def room(url: str, people: dict) -> float:
    """Deliveries a second in a room where four signals are always under way."""
    clients = await opened(url, people["room"])
    delivered, turn, waiting = 0, 0, len(clients) - 1
    frame = json.dumps({"type": "typing", "conversation": clients[0].conversation})

    def speak() -> None:
        nonlocal turn
        turn += 1
        clients[turn % len(clients)].say(frame)

    def heard(_payload) -> None:
        nonlocal delivered
        delivered += 1
        if delivered % waiting == 0:
            speak()

    async def insist() -> None:
        """Where signals get lost on the way (a full channel drops them), silence would be for ever."""
        while True:
            before = delivered
            await asyncio.sleep(0.1)
            if delivered == before:
                speak()

    for client in clients:
        client.heard = heard
    insisting = asyncio.create_task(insist())
    try:
        return await measured(lambda: [speak() for _ in range(4)], lambda: delivered)
    finally:
        insisting.cancel()


async def ping_pong(url: str, people: dict) -> float:
    """Messages a second between pairs, each of whom answers what they hear."""
    clients = await opened(url, people["pairs"])
    delivered = 0
    for client in clients:
        frame = json.dumps({"type": "typing", "conversation": client.conversation})

        def heard(_payload, client=client, frame=frame) -> None:
            nonlocal delivered
            delivered += 1
            client.say(frame)

        client.heard = heard
    first = clients[::2]
    return await measured(
        lambda: [client.say(json.dumps({"type": "typing", "conversation": client.conversation})) for client in first],
        lambda: delivered,
    )


async def durable(url: str, people: dict) -> float:
    """Acknowledged messages a second; everyone waits for the answer before they go on."""
    clients = await opened(url, people["pairs"][: WRITERS * 2])
    acknowledged = 0

    def speak(client) -> None:
        client.count += 1
        client.say(
            json.dumps(
                {"type": "send", "conversation": client.conversation, "body": BODY,
                 "client_id": f"{client.name}-{client.count}"}
            )
        )  # fmt: skip

    for number, client in enumerate(clients):
        client.count, client.name = 0, f"{time.time_ns()}-{number}"

        def heard(payload, client=client) -> None:
            nonlocal acknowledged
            if payload.startswith((b'{"type":"ack"', b'{"type": "ack"')):
                acknowledged += 1
                speak(client)

        client.heard = heard
    return await measured(lambda: [speak(client) for client in clients], lambda: acknowledged)


async def measured(begin, count) -> float:
    begin()
    await asyncio.sleep(1)  # warm
    before, started, used = count(), time.perf_counter(), spent()
    await asyncio.sleep(SECONDS)
    done = count() - before
    found["cost"] = (spent() - used) / max(1, done)
    return done / (time.perf_counter() - started)


def spent() -> float:
    """Seconds of the processor the server has used, if one wants to know."""
    if "server" not in found:
        return 0.0
    fields = pathlib.Path(f"/proc/{int(found['server'])}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def latency(url: str, people: dict, rate: float) -> float:
    """The 99th of a hundred waits for an acknowledgement, in seconds, at a steady `rate` of messages a second."""
    clients = await opened(url, people["pairs"][: WRITERS * 2])
    sent: dict[str, float] = {}
    waits: list[float] = []

    def heard(payload) -> None:
        if payload.startswith((b'{"type":"ack"', b'{"type": "ack"')):
            waits.append(time.perf_counter() - sent.pop(json.loads(payload)["client_id"]))

    for client in clients:
        client.heard = heard
    name, started, count = time.time_ns(), time.perf_counter(), 0
    while (now := time.perf_counter() - started) < 1 + SECONDS:
        while count < now * rate:
            count += 1
            client, key = clients[count % len(clients)], f"{name}-{count}"
            sent[key] = time.perf_counter()
            frame = {"type": "send", "conversation": client.conversation, "body": BODY, "client_id": key}
            client.say(json.dumps(frame))
        await asyncio.sleep(0.002)
    await asyncio.sleep(0.5)
    waits.extend([60.0] * len(sent))  # never answered
    warm = sorted(waits[int(rate) :])
    return warm[len(warm) * 99 // 100]


async def idle(url: str, people: dict, process: int) -> float:
    """Bytes of the server for each of IDLE sockets that nobody uses; each of them must be alive at the end."""
    seats = people["pairs"]
    before, clients = resident(process), []
    for start in range(0, IDLE, 250):
        clients += await opened(url, [seats[number % len(seats)] for number in range(start, start + 250)])
    await asyncio.sleep(2)
    size = resident(process) - before
    alive = set()
    for number, client in enumerate(clients):
        client.heard = lambda _payload, number=number: alive.add(number)
    typing = {client.conversation: client for client in clients}  # one of each conversation speaks, the others hear
    for client in typing.values():
        client.say(json.dumps({"type": "typing", "conversation": client.conversation}))
    for _ in range(200):  # who writes does not hear it, nor (of ours) do their other tabs
        if len(alive) >= IDLE / 2:
            return size / IDLE
        await asyncio.sleep(0.1)
    codes = {client.closed for client in clients}
    raise RuntimeError(f"Only {len(alive)} of {IDLE} sockets are alive; they were closed by {codes}.")


def resident(process: int) -> int:
    """What a process really holds of its own, in bytes."""
    for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no smaps")


LOADS = {"room of 500": room, "pairs, not stored": ping_pong, "pairs, durable": durable}


def in_process(load, url: str, people: dict, *more) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (load, url, people, *more))


def with_cost(load, url: str, people: dict, server: int) -> tuple[float, float]:
    """The rate, and the seconds of the server's processor that one of what it counts takes."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run_with_cost, (load, url, people, server))


def _run_with_cost(load, url: str, people: dict, server: int) -> tuple[float, float]:
    found["server"] = server
    return _run(load, url, people), found["cost"]


def _run(load, url: str, people: dict, *more) -> float:
    import uvloop

    gc.disable()  # whoever measures waits must not pause itself
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(load(url, people, *more))
