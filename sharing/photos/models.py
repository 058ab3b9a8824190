"""A stored photo: where its variants lie and what a page needs to lay it out before it arrives."""

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

WIDTHS = (320, 800, 1600)


class StoredPhoto(models.Model):
    """An image rewritten in the widths of `WIDTHS` (those not wider than itself) as WebP and AVIF.

    `key` is the common path stem; `<key>-800.webp` and `<key>-800.avif` are the variants.
    """

    key = models.CharField(max_length=120, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    widths = models.JSONField(default=list)
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

    @property
    def avif_srcset(self) -> str:
        return self.srcset("avif")

    @property
    def webp_srcset(self) -> str:
        return self.srcset("webp")

    @property
    def src(self) -> str:
        return self.url(800)
