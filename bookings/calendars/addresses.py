"""Secret addresses: whoever has one reads that calendar, until it is changed or closed.

The token is the row's nonce and our signature over it: it can be shown again to its owner at any
time, and is worth nothing without the house's key. Nothing writes a whole token into a log.
"""

import re
import secrets
from urllib.parse import urlsplit

from django.utils.crypto import constant_time_compare, salted_hmac

from listings.states import ListingState

from ..models import CalendarAddress

_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})")
SHOWN = (ListingState.PUBLISHED, ListingState.PAUSED)


def fresh() -> str:
    """A nonce nobody guesses."""
    return secrets.token_hex(16)


def token(address: CalendarAddress) -> str:
    return address.nonce + _signature(address.nonce)


def find(text: str) -> CalendarAddress | None:
    """The address of this token, if it still opens something; the signature is compared before anything is read."""
    parts = _TOKEN.fullmatch(text)
    if parts is None or not constant_time_compare(parts[2], _signature(parts[1])):
        return None
    address = CalendarAddress.objects.select_related("member", "listing__room", "listing__owner").filter(
        nonce=parts[1]
    ).first()
    if address is None or not _open(address):
        return None
    return address


def hidden(url: str) -> str:
    """Somebody else's address without its secret: where it lies, and no more."""
    return urlsplit(url).hostname or ""


def _open(address: CalendarAddress) -> bool:
    if address.member is not None:
        return address.member.is_active
    return address.listing is not None and address.listing.state in SHOWN


def _signature(nonce: str) -> str:
    return salted_hmac("bookings.calendars", nonce, algorithm="sha256").hexdigest()[:32]
