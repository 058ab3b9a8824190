"""How much of a bare ASGI broadcast the live hub reaches, and how many messages a second become durable.

Three loads, each by one client process against one server process: a room of 500 where every signal goes
to all the others; 500 pairs playing ping-pong without storage (typing signals); 250 pairs whose messages
are stored, synced to disk and acknowledged. Beside each, the same load on an application that keeps a list
of sockets and sends, with no rule, no database and no protection against slow readers.
"""

import asyncio
import json
import multiprocessing
import subprocess
import sys
import time
from collections import defaultdict

ROOM, PAIRS, WRITERS = 500, 500, 250
SECONDS = 5.0
LIMITS = {"room of 500": 0.85, "pairs, not stored": 0.4, "pairs, durable": 0.2}


def main() -> int:
    from bench.measure import database, server  # not in the processes below: it chooses a database of its own

    beyond = 0
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"}
            people = json.loads(
                subprocess.run(
                    [sys.executable, "-m", "bench.chat", "people"], env=environment, check=True, capture_output=True
                ).stdout
            )
            found = defaultdict(lambda: [0.0, 0.0])
            for _round in range(2):  # alternating, the better of two: the machine has other things to do
                for side, application in enumerate(("sharing.asgi:application", "bench.chat:bare")):
                    with server(application, environment, path="/trivial") as url:
                        for name, load in LOADS.items():
                            found[name][side] = max(found[name][side], in_process(load, url, people))
        for name, (ours, bare_rate) in found.items():
            ratio, limit = ours / bare_rate, LIMITS[name]
            beyond += ratio < limit
            rates = f"ours {ours:8.0f}/s   bare {bare_rate:8.0f}/s"
            print(f"{engine:<11} {name:<18} {rates}   ratio {ratio:.2f} (limit {limit})")
    return 1 if beyond else 0


# --- the limit: sockets in a list ---------------------------------------------------------------------

rooms: dict[int, dict] = defaultdict(dict)


async def bare(scope, receive, send):
    """Broadcasts by conversation; the token says which: `bearer.x.CONVERSATION`."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await receive()
    offered = scope["subprotocols"][0]
    conversation = int(offered.rsplit(".", 1)[1])
    await send({"type": "websocket.accept", "subprotocol": offered})
    room, me = rooms[conversation], object()
    room[me] = send
    try:
        while (event := await receive())["type"] != "websocket.disconnect":
            frame = json.loads(event["text"])
            if frame["type"] == "send":
                ack = json.dumps({"type": "ack", "client_id": frame["client_id"]})
                await send({"type": "websocket.send", "text": ack})
            text = json.dumps(frame)
            for other, to in list(room.items()):
                if other is not me:
                    await to({"type": "websocket.send", "text": text})
    finally:
        room.pop(me, None)


# --- the client, in a process of its own --------------------------------------------------------------


class Client(asyncio.Protocol):
    """As little of a websocket as it takes to load a server: counts frames, hands each to `heard`."""

    def __init__(self, request: bytes) -> None:
        self.request, self.buffer, self.open = request, b"", asyncio.get_running_loop().create_future()
        self.heard = lambda payload: None

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
            elif kind == 8:
                raise RuntimeError(f"closed: {int.from_bytes(payload[:2], 'big')}")
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

    for client in clients:
        client.heard = heard
    return await measured(lambda: [speak() for _ in range(4)], lambda: delivered)


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
                {"type": "send", "conversation": client.conversation, "body": "I will be there at five, second bell.",
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
    before, started = count(), time.perf_counter()
    await asyncio.sleep(SECONDS)
    return (count() - before) / (time.perf_counter() - started)


LOADS = {"room of 500": room, "pairs, not stored": ping_pong, "pairs, durable": durable}


def in_process(load, url: str, people: dict) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (load, url, people))


def _run(load, url: str, people: dict) -> float:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(load(url, people))


# --- the members, in the server's database ------------------------------------------------------------


def prepare() -> dict:
    """A room, and pairs; for each seat a token and its conversation."""
    import django

    django.setup()
    from members.authentication import digest
    from members.models import Member, Token
    from messaging.models import Conversation, Participant

    def talk(members: list, **facts) -> list:
        conversation = Conversation.objects.create(**facts)
        Participant.objects.bulk_create([Participant(conversation=conversation, member=member) for member in members])
        return [(f"token-{member.pk}", conversation.pk) for member in members]

    members = Member.objects.bulk_create(
        [Member(email=f"{n}@bench.example", name=f"Neighbour {n}", password="!") for n in range(PAIRS * 2)]
    )
    seats = {"room": talk(members[:ROOM], kind="channel", subject="Street"), "pairs": []}
    for a, b in zip(members[::2], members[1::2], strict=True):
        seats["pairs"] += talk([a, b], kind="direct", direct_key=f"{a.pk}:{b.pk}")
    tokens = {(token, pk) for group in seats.values() for token, pk in group}
    Token.objects.bulk_create(
        [Token(member_id=int(token.split("-")[1]), digest=digest(f"{token}.{pk}")) for token, pk in sorted(tokens)]
    )
    return seats


if __name__ == "__main__":
    if "people" in sys.argv:
        print(json.dumps(prepare()))
        sys.exit()
    sys.exit(main())
