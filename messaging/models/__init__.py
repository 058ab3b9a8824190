"""Talk and what one should know of: the tables of this room, an idea in each file."""

from .channels import Channel
from .doors import Block, Report
from .marks import Earlier, MessagePhoto, Reaction
from .notifications import Notification
from .talk import Conversation, Message, Participant
from .words import MessageWord

__all__ = [
    "Block", "Channel", "Conversation", "Earlier", "Message", "MessagePhoto", "MessageWord", "Notification",
    "Participant", "Reaction", "Report",
]  # fmt: skip
