"""What this room tells the rooms above it."""

from django.dispatch import Signal

begun_like = Signal()
"""`listing` was begun like `like`: what a room above knows of the one's habits (its week), it may give the other.
Sent in the transaction that makes it."""
