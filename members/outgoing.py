"""A letter about an account on its way: kept until the mail server has it, then forgotten, words and all."""

from django.db import models
from django.utils import timezone


class OutgoingLetter(models.Model):
    """`due`: when it is tried (again); `until`: afterwards it is worth nothing (its code has ended).

    Parked is what was given up, with what the other side said: those who run the house see it.
    """

    recipient = models.EmailField()
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(default=timezone.now, db_index=True)
    until = models.DateTimeField(null=True, blank=True)
    parked = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=timezone.now)
