"""When each job ran last: one row per job, which is also the lock that lets one process run it."""

from django.db import models


class Tick(models.Model):
    """A job and the instant from which it may run again."""

    job = models.CharField(max_length=120, primary_key=True)
    due = models.DateTimeField()
    ran = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)
