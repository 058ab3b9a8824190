"""Whether a community shows its books to everyone, beyond its members."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community


class OpenBooks(models.Model):
    """What the stewards have chosen to show. No row: nothing. Names are never shown."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="open_books")
    public = models.BooleanField(
        _("anyone may look into our books"), default=False,
        help_text=_("Balance, sums and entries, without any name."),
    )
    indexed = models.BooleanField(
        _("search engines may list them"), default=False, help_text=_("Only if anyone may look.")
    )
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.community_id}: {self.public}"
