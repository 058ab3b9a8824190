"""What the members' room tells the rooms above it. Sent after the commit; a receiver that fails undoes nothing."""

from django.db import transaction
from django.dispatch import Signal

membership_began = Signal()  # membership
membership_ending = Signal()  # membership: the same within its transaction, for what must end with it or not at all
membership_ended = Signal()  # membership: left or removed; sockets must end now
membership_changed = Signal()  # membership: another role
application_made = Signal()  # membership: stewards should answer
application_answered = Signal()  # membership: admitted (then membership_began is sent too) or declined; `word` says why
rules_written = Signal()  # rules: a new version that members have yet to accept
circle_changed = Signal()  # circle: other people are in it; it has no row any more when it was deleted
member_closed = Signal()  # member: the account is gone


def after_commit(signal: Signal, sender: type, **facts: object) -> None:
    """Tell it once the deed stands; `send_robust` logs a receiver's error and goes on."""
    transaction.on_commit(lambda: signal.send_robust(sender=sender, **facts))
