"""Kinds, terms and states of listings, as data."""

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
