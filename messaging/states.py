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
    """EVENT is a line the product writes (a booking's step); everything else is what a member said."""

    TEXT = "text", _("Message")
    EVENT = "event", _("Event")
    PHOTO = "photo", _("Photos")
    PLACE = "place", _("Place")
    OFFER = "offer", _("Proposed dates")


class PartRole(models.TextChoices):
    """What one is in a conversation. HOST: who answers for it (the owner, the driver, the stewards)."""

    MEMBER = "member", _("Member")
    HOST = "host", _("Host")


class ChannelKind(models.TextChoices):
    """What a channel is for. Only the stewards write announcements."""

    ANNOUNCEMENTS = "announcements", _("Announcements")
    WANTS = "wants", _("Wants")
    HELP = "help", _("Help")
    TALK = "talk", _("Open talk")


class ReportReason(models.TextChoices):
    SCAM = "scam", _("It looks like a scam")
    RUDE = "rude", _("It is rude or threatening")
    PRIVATE = "private", _("It shows something private")
    OTHER = "other", _("Something else")


class Ruling(models.TextChoices):
    """What the stewards did about a report; OPEN until they did something."""

    OPEN = "open", _("Open")
    DISMISSED = "dismissed", _("Left as it is")
    WARNED = "warned", _("Author warned")
    TAKEN_DOWN = "taken_down", _("Message removed")
    SENT_OFF = "sent_off", _("Membership ended")


SIGNS = ("👍", "❤️", "😄", "🎉", "🙏", "😮")  # what one may react with: few enough to stand in one row
