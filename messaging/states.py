"""Kinds of conversation, message and notification, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConversationKind(models.TextChoices):
    DIRECT = "direct", _("Direct")
    ABOUT = "about", _("About a listing")
    BOOKING = "booking", _("Booking")
    CAR = "car", _("Ride")
    CHANNEL = "channel", _("Community channel")
    DECISION = "decision", _("About a decision")


class MessageKind(models.TextChoices):
    """TEXT is what a member said; EVENT is a line the product writes (a booking's step)."""

    TEXT = "text", _("Message")
    EVENT = "event", _("Event")
