"""Talk and what one should know of: the tables of this room, an idea in each file."""

from .channels import Channel
from .doors import Block, Report
from .marks import Earlier, MessagePhoto, Reaction
from .notices import Delivery, Letterbox, NotificationChoice, PushDevice
from .notifications import Notification
from .talk import Conversation, Message, Participant
from .words import SpokenWord

__all__ = [
    "Block", "Channel", "Conversation", "Delivery", "Earlier", "Letterbox", "Message", "MessagePhoto",
    "Notification", "NotificationChoice", "Participant", "PushDevice", "Reaction", "Report", "SpokenWord",
]  # fmt: skip
