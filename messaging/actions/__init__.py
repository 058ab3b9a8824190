"""All that may happen in talk. Pages, API, frames and the rooms above call these and nothing else.

What goes out to sockets and letter boxes goes after the commit, and its failure never undoes the deed.
"""

from ..writer import NotInside
from .conversations import add, direct, open_conversation, remove
from .messages import (
    LONGEST_BODY,
    LONGEST_CLIENT_ID,
    checked_body,
    checked_client_id,
    mark_seen,
    post,
    post_event,
)
from .notices import mark_read, mark_read_at, notify, notify_all

__all__ = [
    "LONGEST_BODY", "LONGEST_CLIENT_ID", "NotInside", "add", "checked_body", "checked_client_id", "direct",
    "mark_read", "mark_read_at", "mark_seen", "notify", "notify_all", "open_conversation", "post", "post_event",
    "remove",
]  # fmt: skip
