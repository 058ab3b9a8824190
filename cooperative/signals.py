"""What this room tells the rooms above it."""

from django.dispatch import Signal

purchased = Signal()
"""`proposal` was carried out and bought `commons` ({"title", "kind"}) for everyone; sent in the same transaction."""

care_changed = Signal()
"""`task` stands differently: what is due may close its listing, what is done opens it again. In the transaction."""
