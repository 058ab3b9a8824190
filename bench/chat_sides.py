"""What the hub is measured against: a list of sockets with no rule at all, and plain Channels groups."""

import json
from collections import defaultdict

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter

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


class Groups(AsyncWebsocketConsumer):
    """The same broadcast as Channels' documentation teaches it: a consumer a socket, a group a conversation."""

    async def connect(self) -> None:
        offered = self.scope["subprotocols"][0]
        self.group = f"talk-{offered.rsplit('.', 1)[1]}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept(offered)

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send(
            self.group, {"type": "said", "text": json.dumps(json.loads(text_data)), "by": self.channel_name}
        )

    async def said(self, event: dict) -> None:
        if event["by"] != self.channel_name:
            await self.send(text_data=event["text"])


groups = ProtocolTypeRouter({"http": bare, "websocket": Groups.as_asgi()})
