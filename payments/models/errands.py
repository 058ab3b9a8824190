"""What is to be done at the gateway, and what the gateway has written: both kept before anything is done.

An errand is written in the transaction of whatever it follows from, and done after the commit. Its
key is what it is for, and the gateway does what it has done under a key no second time. So an errand
that may or may not have been done is simply done again.
"""

from django.db import models
from django.utils import timezone

from ..states import ErrandState, LetterState
from .cards import CardAccount, CardCharge


class Errand(models.Model):
    """One call to the gateway. `facts` is what it needs beside its charge, `answer` what came back."""

    key = models.CharField(max_length=200, unique=True)
    deed = models.CharField(max_length=12)
    charge = models.ForeignKey(CardCharge, null=True, blank=True, on_delete=models.PROTECT, related_name="errands")
    account = models.ForeignKey(CardAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="errands")
    after = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    facts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=7, choices=ErrandState.choices, default=ErrandState.WAITING)
    due = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)  # a new key, once the old one only repeats a failure
    tried = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due"], name="errand_by_due")]

    def __str__(self) -> str:
        return self.key


class GatewayLetter(models.Model):
    """An event that the gateway told of: stored once by its name, before it is acted on."""

    event = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=80)
    account = models.CharField(max_length=64, blank=True)
    about = models.CharField(max_length=80, blank=True)
    happened = models.DateTimeField()
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=LetterState.choices, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(default=timezone.now)
    trouble = models.CharField(max_length=200, blank=True)
    received = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due"], name="letter_by_due"),
            models.Index(fields=["account", "happened"], name="letter_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"
