"""Kinds, terms and states of listings, as data."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    TOOL = "tool", _("Tool")
    ROOM = "room", _("Room")
    RIDE = "ride", _("Ride")


class Terms(models.TextChoices):
    GIFT = "gift", _("For free")
    COST_SHARE = "cost_share", _("Shared cost")
    RENT = "rent", _("Rent")


class Unit(models.TextChoices):
    """What the price is for. SEAT belongs to rides; USE is once, however long."""

    HOUR = "hour", _("hour")
    DAY = "day", _("day")
    NIGHT = "night", _("night")
    SEAT = "seat", _("seat")
    USE = "use", _("use")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    COMMUNITY = "community", _("Members of the community")
    CIRCLE = "circle", _("People I choose")


class ListingState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class Cancellation(models.TextChoices):
    """What a borrower gets back who cancels. FLEXIBLE: all until a day before. MODERATE: all until
    five days before, then half. STRICT: half until seven days before, then nothing."""

    FLEXIBLE = "flexible", _("Free until the day before")
    MODERATE = "moderate", _("Free until five days before")
    STRICT = "strict", _("Half back until a week before")


class Condition(models.TextChoices):
    NEW = "new", _("Like new")
    GOOD = "good", _("Good")
    WORN = "worn", _("Worn, works")


class AttributeType(models.TextChoices):
    """What an answer to a community's own question is."""

    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    NUMBER = "number", _("A number")
    TEXT = "text", _("A few words")


class Knowledge(models.TextChoices):
    """What a document of the knowledge commons tells."""

    INSTRUCTIONS = "instructions", _("How to use it")
    REPAIR = "repair", _("How to mend it")
    DESIGN = "design", _("How to make it")


class Licence(models.TextChoices):
    """What others may do with instructions and designs."""

    CC_BY_SA = "cc-by-sa", _("CC BY-SA 4.0: share it, name the author, keep the licence")
    CC0 = "cc0", _("CC0: no conditions at all")
    PEER = "peer", _("Peer Production Licence: free for commoners, not for commerce")
    RESERVED = "reserved", _("All rights reserved: only read it here")


LICENCE_URLS = {
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.PEER: "https://wiki.p2pfoundation.net/Peer_Production_License",
}
LICENCE_NAMES = {
    Licence.CC_BY_SA: "CC BY-SA 4.0",
    Licence.CC0: "CC0 1.0",
    Licence.PEER: _("Peer Production Licence"),
    Licence.RESERVED: _("All rights reserved"),
}


UNITS_OF = {
    Kind.TOOL: (Unit.DAY, Unit.HOUR, Unit.NIGHT, Unit.USE),
    Kind.ROOM: (Unit.NIGHT, Unit.HOUR, Unit.DAY, Unit.USE),
    Kind.RIDE: (Unit.SEAT,),
}
"""What a price may be for, the usual one first."""

EVERY_DAY = 0b1111111
"""A set of weekdays as bits: Monday is 1, Sunday 64."""

LIMITS = {
    "price_minor": (0, 1_000_000_000),
    "deposit_minor": (0, 1_000_000_000),
    "capacity": (1, 500),
    "min_units": (1, 366),
    "max_units": (1, 366),
    "notice_hours": (0, 24 * 60),
    "change_hours": (0, 24 * 60),
    "cancel_hours": (0, 24 * 60),
    "arrive_days": (1, EVERY_DAY),
    "leave_days": (1, EVERY_DAY),
    "horizon_days": (1, 730),
    "buffer_before": (0, 7 * 24 * 60),
    "buffer_after": (0, 7 * 24 * 60),
    "beds": (1, 200),
    "bathrooms": (0, 50),
    "door_cm": (40, 400),
    "steps": (0, 500),
    "value_minor": (0, 1_000_000_000),
    "commercial_price_minor": (0, 1_000_000_000),
}
"""The least and the most of each figure; forms, API and actions all read them here."""

TIERED = (Unit.HOUR, Unit.DAY, Unit.NIGHT)
"""What a longer stay may have more of, so that a unit may cost less."""

MAX_TIERS, MAX_FREE_TO = 4, 12
MAX_TAGS, MAX_STOPS, MAX_DEPARTURES = 12, 12, 120


class LifeStep(NamedTuple):
    """A step in a listing's life: from which states it may be taken, and whether it shows the listing to others."""

    before: frozenset[ListingState]
    shows: bool = False


LIFE: dict[str, LifeStep] = {
    "publish": LifeStep(frozenset({ListingState.DRAFT, ListingState.PAUSED}), shows=True),
    "pause": LifeStep(frozenset({ListingState.PUBLISHED})),
    "archive": LifeStep(frozenset({ListingState.DRAFT, ListingState.PUBLISHED, ListingState.PAUSED})),
    "restore": LifeStep(frozenset({ListingState.ARCHIVED})),
    "delete": LifeStep(frozenset({ListingState.DRAFT})),
}


def life_steps(state: str, *, ever_published: bool) -> list[str]:
    """What may be done now with a listing; one that others have seen is archived, not deleted."""
    return [verb for verb, step in LIFE.items() if state in step.before and not (verb == "delete" and ever_published)]
