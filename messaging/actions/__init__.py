"""All that may happen in talk. Pages, API, frames and the rooms above call these and nothing else.

What goes out to sockets and letter boxes goes after the commit, and its failure never undoes the deed.
"""

from ..writer import NotInside, Quiet, Unavailable
from .apart import Apart, block, unblock
from .changing import EDIT_WITHIN, NotYours, TooLate, answer_offer, edit, react, take_back, take_down
from .channels import NotASteward, change_channel, close_channel, join_channel, make_channel
from .conversations import about, add, direct, open_conversation, remove
from .messages import (
    LONGEST_BODY,
    LONGEST_CLIENT_ID,
    MOST_PHOTOS,
    checked_body,
    checked_client_id,
    mark_delivered,
    mark_seen,
    post,
    post_event,
    seat_of,
)
from .notices import mark_read, mark_read_at, notify, notify_all
from .pages import stale
from .reports import report, rule_on
from .seats import archive, leave, may_leave, mute

__all__ = [
    "EDIT_WITHIN", "LONGEST_BODY", "LONGEST_CLIENT_ID", "MOST_PHOTOS", "Apart", "NotASteward", "NotInside",
    "NotYours", "Quiet", "TooLate", "Unavailable", "about", "add", "answer_offer", "archive", "block", "change_channel",
    "checked_body", "checked_client_id", "close_channel", "direct", "edit", "join_channel", "leave", "make_channel",
    "mark_read", "mark_read_at", "mark_delivered", "mark_seen", "may_leave", "mute", "notify", "notify_all",
    "open_conversation", "post", "post_event", "react", "remove", "report", "rule_on", "seat_of", "stale",
    "take_back", "take_down", "unblock",
]  # fmt: skip
