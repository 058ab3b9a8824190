"""Talk: conversations, the live hub, notifications."""
