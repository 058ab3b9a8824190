"""What a community saves for: projects that borrowers may direct a part of their fee to.

What is set aside lies in an account of its own, which can only be filled from the pool and only flows back
to it; it is spent, like all that is in the pool, by decision.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Community

from ..treasury_states import ProjectState


class ProjectQuerySet(models.QuerySet):
    def open(self) -> "ProjectQuerySet":
        return self.filter(state=ProjectState.OPEN)


class Project(models.Model):
    """Something the community saves for. `goal_minor` 0: without an end in sight."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(_("what for"), max_length=80)
    why = models.TextField(_("why"), max_length=2000, blank=True)
    goal_minor = models.PositiveBigIntegerField(_("how much it takes"), default=0)
    state = models.CharField(max_length=8, choices=ProjectState.choices, default=ProjectState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"], condition=Q(state=ProjectState.OPEN),
                name="one_open_project_of_a_name",
            ),
            models.CheckConstraint(
                name="a_closed_project_says_when",
                condition=Q(state=ProjectState.OPEN, closed__isnull=True)
                | Q(state=ProjectState.CLOSED, closed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.community.slug, self.pk])

    @property
    def label(self) -> str:
        """The name of its account among those of the pool."""
        return f"project:{self.pk}"

    @property
    def about(self) -> str:
        """Its name in the books."""
        return f"project:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == ProjectState.OPEN


class Direction(models.Model):
    """A borrower's wish that `share_bp` of the fee for `about` go to a project: by the policy it was quoted with."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=60, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="directions")
    share_bp = models.PositiveIntegerField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_directed_share_is_a_part_of_the_fee", condition=Q(share_bp__gt=0, share_bp__lte=10_000)
            )
        ]

    def __str__(self) -> str:
        return f"{self.about} → {self.project_id}"
