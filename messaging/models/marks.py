"""What is put on a line after it was said, and the photos it came with."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils import timezone

from sharing.photos.models import StoredPhoto

from ..states import SIGNS
from .talk import Message


class Reaction(models.Model):
    """One sign of one member on one message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sign = models.CharField(max_length=8)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "member", "sign"], name="one_sign_of_a_kind_per_member"),
            models.CheckConstraint(name="a_reaction_is_one_of_the_signs", condition=models.Q(sign__in=SIGNS)),
        ]


class Earlier(models.Model):
    """What a message said before it was edited or deleted: kept for a while, for those who look at reports."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="earlier")
    body = models.TextField(blank=True)
    data = models.JSONField(null=True, blank=True)
    until = models.DateTimeField(default=timezone.now, db_index=True)


class MessagePhoto(StoredPhoto):
    """A picture in a conversation, shown to those who may read the line and to nobody else."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def url(self, width: int = 800, fmt: str = "webp") -> str:
        fitting = [wide for wide in self.widths if wide >= width] or [max(self.widths)]
        return reverse("message_photo", args=[self.pk, min(fitting), fmt])

    def srcset(self, fmt: str = "webp") -> str:
        return ", ".join(f"{reverse('message_photo', args=[self.pk, wide, fmt])} {wide}w" for wide in self.widths)

    def open(self, width: int, fmt: str):
        """The file of a variant; FileNotFoundError when there is none."""
        if width not in self.widths or fmt not in self.formats:
            raise FileNotFoundError
        return default_storage.open(f"{self.key}-{width}.{fmt}")
