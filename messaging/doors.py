"""Who stands at the door of a socket: a browser with its session cookie, or a program with its token.

A cookie is sent by the browser whoever asks it to, so a cookie socket must come from a page of ours
(its Origin one of ALLOWED_HOSTS). A token is shown on purpose: `Sec-WebSocket-Protocol: bearer.TOKEN`;
programs send no Origin, and one that is sent must be ours all the same.
"""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.db import close_old_connections
from django.http.request import validate_host

from members.authentication import digest, member_of_token
from members.models import Member

BEARER = "bearer."
T = TypeVar("T")


class Guest(NamedTuple):
    """Someone let in: the member, the door they came by (to close it again), and what to echo."""

    member: Member
    door: str
    subprotocol: str | None


def session_door(session_key: str | None) -> str:
    return f"session:{session_key}"


def token_door(token_digest: str) -> str:
    return f"token:{token_digest}"


async def guest(scope: dict[str, Any]) -> Guest | None:
    """Whom to let in, or None."""
    headers = dict(scope.get("headers", ()))
    origin = headers.get(b"origin", b"").decode("latin-1")
    offered = next((name for name in scope.get("subprotocols", ()) if name.startswith(BEARER)), None)
    if origin and not is_ours(origin):
        return None
    if offered:
        secret = offered.removeprefix(BEARER)
        member = await in_thread(member_of_token, secret)
        return Guest(member, token_door(digest(secret)), offered) if member else None
    if not origin:
        return None
    key = _session_key(headers.get(b"cookie", b"").decode("latin-1"))
    member = await in_thread(member_of_session, key) if key else None
    return Guest(member, session_door(key), None) if member else None


def is_ours(origin: str) -> bool:
    """Whether a page of this origin is served by one of our hosts."""
    try:
        parts = urlsplit(origin)
        host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    except ValueError:
        return False
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return parts.scheme in ("http", "https") and host is not None and validate_host(host, hosts)


def member_of_session(session_key: str) -> Member | None:
    """The active member a session belongs to; the same checks as for a page."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = auth.get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]  # all it asks for
    return user if user.is_authenticated and user.is_active else None


def still_open(door: str, member: int) -> bool:
    """Whether the session or token a socket came in by is still good for this member."""
    kind, _, name = door.partition(":")
    if kind == "session":
        known = member_of_session(name)
        return known is not None and known.pk == member
    return Member.objects.filter(pk=member, is_active=True, tokens__digest=name).exists()


def _session_key(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel and "\x00" not in morsel.value else None


_desk = ThreadPoolExecutor(4, thread_name_prefix="socket-desk")


async def in_thread(deed: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run what asks the database beside the event loop, on one of a few threads that keep their connection."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_desk, functools.partial(_with_connection, deed, *args, **kwargs))


def _with_connection(deed: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    close_old_connections()
    try:
        return deed(*args, **kwargs)
    finally:
        close_old_connections()
