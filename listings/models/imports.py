"""Lists brought in: one file of a member, what became of its rows, and which listing each row is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community

from ..states import Kind
from .listing import Listing


class ImportState(models.TextChoices):
    """MATCHING waits for its columns, CHECKING tries every row without writing, RUNNING writes, UNDOING takes back."""

    MATCHING = "matching", _("Columns to match")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Being brought in")
    DONE = "done", _("Brought in")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")
    FAILED = "failed", _("Could not be read")


AT_WORK = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)


class CatalogueImport(models.Model):
    """A file with a row per listing. `sheet` and `pictures` are names in the storage, `at` the row reached.

    `headers` and `sample` (the first rows) are as the file has them; `mapping` gives each column the
    name of a fact, or "". The counts are of the run under way, or of the last one.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports", db_index=False
    )
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="imports")
    commons = models.BooleanField(default=False)
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.TOOL)
    publish = models.BooleanField(default=True)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.MATCHING)
    name = models.CharField(max_length=120)
    sheet = models.CharField(max_length=160)
    pictures = models.CharField(max_length=160, blank=True)
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    headers = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    at = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    pictures_due = models.PositiveIntegerField(default=0)
    pictures_done = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)
    moved = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="import_by_member"),
            models.Index(fields=["state", "moved"], name="import_by_state"),
        ]

    @property
    def scope(self) -> str:
        """Within which a row's number says which thing it is: a community's commons, or one member's things there."""
        return f"c{self.community_id}" if self.commons else f"c{self.community_id}m{self.member_id}"

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def good(self) -> int:
        return self.added + self.changed


class ImportProblem(models.Model):
    """Why a row could not be taken: the sentence, and the column it is about ("" for the row as a whole)."""

    run = models.ForeignKey(CatalogueImport, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    sentence = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]


class ImportedItem(models.Model):
    """Which listing a row became, so that the same file twice adds nothing.

    `key` is the row's number, or a digest of what it says; `digest` is of all it said last time;
    `pictures` are photos still to come, each its name, or [its name, what it shows in words].
    """

    scope = models.CharField(max_length=44)
    key = models.CharField(max_length=80)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="imported")
    digest = models.CharField(max_length=32)
    pictures = models.JSONField(default=list)
    run = models.ForeignKey(CatalogueImport, null=True, on_delete=models.SET_NULL, related_name="items")
    fresh = models.BooleanField(default=True)  # made by `run`, not only changed by it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="a_number_names_one_thing")]
        indexes = [models.Index(fields=["run"], condition=~Q(pictures=[]), name="import_pictures_due")]
