"""What the members' room tells the rooms above it. Sent after the commit."""

from django.dispatch import Signal

membership_began = Signal()  # membership
membership_ended = Signal()  # membership: left or removed; sockets and channels must end now
member_closed = Signal()  # member: the account is gone
