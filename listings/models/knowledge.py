"""The knowledge commons of a thing: how it is used, mended and made, with its licence, version by version."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import Knowledge, Licence


class Document(models.Model):
    """An instruction or a design that stays with its listing.

    A copy from another listing keeps in `source` the version it came from, and in `credit` how that was
    called and whose it was ({"listing", "title", "author", "licence"}), which stays true when the source goes.
    """

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("what it is"), max_length=12, choices=Knowledge.choices, default=Knowledge.INSTRUCTIONS)
    title = models.CharField(_("title"), max_length=120)
    source = models.ForeignKey(
        "listings.DocumentVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )
    credit = models.JSONField(default=dict, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.listing_id, self.pk])


class DocumentVersion(models.Model):
    """One version; only ever added. `file` is a name in the media storage, given out by a view alone."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField(_("text"), max_length=40_000, blank=True)
    file = models.CharField(max_length=160, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    licence = models.CharField(_("licence"), max_length=12, choices=Licence.choices, default=Licence.CC_BY_SA)
    author = models.CharField(_("author"), max_length=120)
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_per_number"),
            models.CheckConstraint(name="a_version_says_something", condition=~Q(text="") | ~Q(file="")),
        ]


@receiver(post_delete, sender=DocumentVersion)
def _remove_file(instance: DocumentVersion, **_signal: object) -> None:
    if name := instance.file:
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)
