"""Circles: people a member has chosen, to show them what not everybody should see.

A circle is its owner's own note: nobody is told that they are in one or left out of one, nobody else may
read it, and to be chosen asks nothing back. It holds people, not rights in a community; who leaves a
community stays chosen until its owner thinks otherwise.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Circle(models.Model):
    """A named circle of one member."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="circles", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="members.CircleSeat", related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "members"
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_circle_of_a_name_per_member")]

    def __str__(self) -> str:
        return self.name


class CircleSeat(models.Model):
    """Somebody chosen into a circle."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="seats", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="circle_seats")

    class Meta:
        app_label = "members"
        constraints = [models.UniqueConstraint(fields=["circle", "member"], name="one_seat_per_circle_and_member")]
