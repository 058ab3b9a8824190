"""The chain that ties a community's transfers together, and the recipe by which anyone recomputes it.

The digest of a transfer is the SHA-256 (in small hexadecimal digits) of these fifteen values, each
as text, joined by a line feed, in UTF-8, without one at the end:

    previous   the digest of the entry before it; 64 zeros for the first
    community  the number of the community
    sequence   1, 2, 3 … within the community, without a gap
    created    UTC, to the microsecond: 2026-03-12T09:30:00.000000Z
    source     the number of the account that gives
    target     the number of the account that receives
    minor      the amount in the smallest unit of the currency
    currency   its ISO 4217 code
    phase      posted, pending, post or void
    of         the sequence of the hold that this entry settles, else empty
    kind       price, fee, spend …
    about      the cause, such as booking:12, or empty
    memo       a word about it, or empty
    batch      what it was booked together with, or empty
    key        what makes it unique

No value contains a line feed. They are columns of the CSV that every member can take from the
books, under the same names; `docs/books.md` shows a script that checks one.
"""

from datetime import UTC, datetime
from hashlib import sha256

GENESIS = "0" * 64
FIELDS = (
    "previous", "community", "sequence", "created", "source", "target", "minor", "currency", "phase", "of",
    "kind", "about", "memo", "batch", "key",
)


def stamp(moment: datetime) -> str:
    """An instant as the chain writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(*values: object) -> str:
    """The digest of the values of FIELDS, in that order; None counts as empty."""
    return sha256("\n".join("" if value is None else str(value) for value in values).encode()).hexdigest()
