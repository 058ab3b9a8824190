"""Amounts of money named in free text: a price beside the price is one that nobody has checked."""

import re

from django.utils.translation import gettext as _

_CURRENCY = r"(?:€|£|\$|EUR|GBP|USD|CHF|Fr\.|euros?|pounds?|quid|dollars?|francs?|franken)"
_FIGURE = r"\d{1,4}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?:{_CURRENCY}\s?{_FIGURE}|{_FIGURE}\s?{_CURRENCY})(?!\w)", re.IGNORECASE)
MOST = 5


def named(text: str) -> list[str]:
    """What reads like a price, as it is written; a handful at most."""
    found = (match.group().strip() for match in _AMOUNT.finditer(text[:6000]))
    return list(dict.fromkeys(found))[:MOST]


def hint(found: list[str]) -> str:
    """What to tell a driver who names a price in the description."""
    return _(
        "Your description speaks of %(amounts)s. Riders pay what the price of a seat says; anything besides is not"
        " covered here, and above the shared cost a ride becomes a trade that your insurance may not cover either."
    ) % {"amounts": ", ".join(found)}
