"""What this room does by itself: letters about accounts are carried to the mail server, and tried again.

A page only writes the letter down. So a mail server that is slow keeps nobody waiting, and one that is away for
hours gets the letter when it is back, unless the code in it has ended by then. A try is claimed before it is
made; one that was not finished lapses, and the letter then carries the same Message-ID.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from sharing.clock import every

from .outgoing import OutgoingLetter

log = logging.getLogger("commonshare.members")

CLAIMED = timedelta(minutes=5)
PAUSES = tuple(timedelta(seconds=n) for n in (10, 30, 120, 300, 1200, 7200, 28800))  # between the tries
KEPT = timedelta(days=14)  # what was given up
AT_ONCE = 200
FIRST = 50  # before whatever else waits for the mail server: somebody sits before a page that asks for the code


@task(queue_name="mail", priority=FIRST)
def carry(letter_id: int) -> str:
    """Bring the letter to the mail server, if nobody else does at this moment."""
    now = timezone.now()
    mine = OutgoingLetter.objects.filter(pk=letter_id, due__lte=now, parked__isnull=True)
    if not mine.update(due=now + CLAIMED, attempts=F("attempts") + 1):
        return "not now"
    row = OutgoingLetter.objects.get(pk=letter_id)
    if row.until is not None and row.until < now:
        row.delete()
        return "too late"
    letter = EmailMultiAlternatives(
        row.subject, row.text, settings.DEFAULT_FROM_EMAIL, [row.recipient], headers=row.headers
    )
    if row.html:
        letter.attach_alternative(row.html, "text/html")
    try:
        letter.send()
    except (OSError, ValueError) as trouble:  # SMTP's errors are OSErrors; an address that is none is a ValueError
        return _failed(row, trouble, now)
    row.delete()
    return "sent"


def _failed(row: OutgoingLetter, trouble: Exception, now: datetime) -> str:
    row.trouble = f"{type(trouble).__name__}: {trouble}".replace("\x00", "")[:200]
    if row.attempts > len(PAUSES) or for_good(trouble):
        log.warning("Letter %s about an account is given up: %s", row.pk, row.trouble)
        row.parked = now
        row.save(update_fields=["trouble", "parked"])
        return "parked"
    row.due = now + PAUSES[row.attempts - 1]
    row.save(update_fields=["trouble", "due"])
    if carry.get_backend().supports_defer:
        carry.using(run_after=row.due).enqueue(row.pk)
    return "later"


def for_good(trouble: Exception) -> bool:
    """The address or the words are refused, and would be again."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in trouble.recipients.values())
    if isinstance(trouble, smtplib.SMTPDataError):
        return 500 <= trouble.smtp_code < 600
    return isinstance(trouble, ValueError)


@every(minutes=1)
def carry_what_was_left() -> None:
    """Letters whose task was lost, with the process that was about to run it."""
    late = timezone.now() - timedelta(minutes=1)
    left = OutgoingLetter.objects.filter(parked__isnull=True, due__lt=late).order_by("due")
    for pk in left.values_list("pk", flat=True)[:AT_ONCE]:
        carry.enqueue(pk)


@every(hours=6)
def forget_letters() -> None:
    """What was given up a while ago, and codes that have ended."""
    now = timezone.now()
    OutgoingLetter.objects.filter(Q(parked__lt=now - KEPT) | Q(until__lt=now)).delete()
