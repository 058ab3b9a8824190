"""What keeps a thing closed until the care it needs is done: the claims of a task."""

from django.db import models

from cooperative.models import CareTask

from .claims import Claim


class Upkeep(models.Model):
    """A stretch of time that a task of care that is due keeps free of bookings."""

    task = models.ForeignKey(CareTask, on_delete=models.PROTECT, related_name="upkeep")
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="upkeep")
