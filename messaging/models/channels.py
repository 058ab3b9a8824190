"""Channels of a community: conversations that its stewards make and its members join by themselves."""

from django.db import models
from django.db.models import Q

from members.models import Community

from ..states import ChannelKind
from .talk import Conversation


class Channel(models.Model):
    """What makes a conversation a channel. Its name is the conversation's subject.

    `for_all`: whoever belongs to the community takes part by itself, and may leave. `closed`: nobody writes any
    more, it can still be read.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="channel")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=13, choices=ChannelKind.choices, default=ChannelKind.TALK)
    purpose = models.CharField(max_length=200, blank=True)
    for_all = models.BooleanField(default=False)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community"], condition=Q(for_all=True, closed__isnull=True), name="channel_for_all")
        ]

    @property
    def stewards_only(self) -> bool:
        return self.kind == ChannelKind.ANNOUNCEMENTS
