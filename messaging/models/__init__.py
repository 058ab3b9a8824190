"""Talk and what one should know of: the tables of this room, an idea in each file."""

from .notifications import Notification
from .talk import Conversation, Message, Participant

__all__ = ["Conversation", "Message", "Notification", "Participant"]
