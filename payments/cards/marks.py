"""The marks by which a thing at Stripe tells whose it is here."""

from django.db.models import Q

from .client import Thing

LONGEST = 18  # digits of a number that a row of ours can have


def marked(thing: Thing) -> Q | None:
    """The charge it was made for; none where its cause is not ours too: others may use the account."""
    marks = thing.get("metadata") or {}
    number, about = str(marks.get("charge", "")), str(marks.get("about", ""))
    known = number.isascii() and number.isdigit() and len(number) <= LONGEST and "\0" not in about
    return Q(pk=number, about=about) if known else None
