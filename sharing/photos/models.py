"""A stored photo: where its variants lie and what a page needs to lay it out before it arrives.

Saving a new row asks the photo workers for the AVIF variants; deleting one takes its files with
it, after the commit, however the row goes (a cascade too).
"""

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import class_prepared, post_delete, post_save
from django.utils.translation import gettext_lazy as _

WIDTHS = (320, 540, 800, 1600)  # 540: half a phone's window at three dots a pixel, where cards stand in pairs


class StoredPhoto(models.Model):
    """An image rewritten in the widths of `WIDTHS`, none wider than itself.

    `key` is the common path stem: `<key>-800.webp` is a variant. WebP is there from the start,
    AVIF once a worker has made it: `formats` lists what exists, and pages name nothing else.
    `width` and `height` are those of the widest variant.
    """

    key = models.CharField(max_length=120, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    widths = models.JSONField(default=list)
    formats = models.JSONField(default=list)
    alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    colour = models.CharField(max_length=7, default="#d9cfb8")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def url(self, width: int = 800, fmt: str = "webp") -> str:
        """The smallest variant at least `width` pixels wide, or the widest there is."""
        fitting = [w for w in self.widths if w >= width] or [max(self.widths)]
        return default_storage.url(f"{self.key}-{min(fitting)}.{fmt}")

    def srcset(self, fmt: str = "webp") -> str:
        return ", ".join(f"{default_storage.url(f'{self.key}-{w}.{fmt}')} {w}w" for w in self.widths)

    def names(self) -> list[str]:
        return file_names(self.key, self.widths)

    @property
    def avif_srcset(self) -> str:
        """Empty until the AVIF variants exist."""
        return self.srcset("avif") if "avif" in self.formats else ""

    @property
    def webp_srcset(self) -> str:
        return self.srcset("webp")

    @property
    def src(self) -> str:
        return self.url(800)


def file_names(key: str, widths: list[int]) -> list[str]:
    """Every file a photo may have: its variants, and the original that AVIF is made from."""
    return [f"{key}-{width}.{fmt}" for width in widths for fmt in ("webp", "avif")] + [f"{key}.jpg"]


def _watch(sender: type[models.Model], **_kwargs: object) -> None:
    if issubclass(sender, StoredPhoto) and not sender._meta.abstract:
        post_save.connect(_ask_for_avif, sender=sender)
        post_delete.connect(_remove_files, sender=sender)


def _ask_for_avif(sender: type[models.Model], instance: StoredPhoto, created: bool, **_kwargs: object) -> None:
    if created and "avif" not in instance.formats:
        from .tasks import add_avif

        label, pk = sender._meta.label, instance.pk
        transaction.on_commit(lambda: add_avif.enqueue(label, pk), robust=True)


def _remove_files(instance: StoredPhoto, **_kwargs: object) -> None:
    names = instance.names()

    def remove() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(remove, robust=True)


class_prepared.connect(_watch)
