"""What other rooms and this one's own waiting list listen to; sent after the commit, and nobody can undo the deed."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from sharing.values.period import Period

period_freed = Signal()
"""Some of a listing is free again. Arguments: listing_id, period (what was claimed, buffers included)."""


def tell_freed(times: Iterable[tuple[int, Period]]) -> None:
    """Tell of it once the transaction stands."""
    for listing_id, period in times:
        tell = partial(period_freed.send_robust, None, listing_id=listing_id, period=period)
        transaction.on_commit(tell, robust=True)
