"""Letters: what needs an answer is also sent by e-mail, tried three times, then parked and shown.

A letter about messages goes to whoever has left one unread for a while, once until they read again:
so nobody is written to about what they have before their eyes, and a burst makes one letter.
"""

import logging
import os
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, F, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from members.models import Member
from sharing.clock import every

from . import tidying  # noqa: F401 - its jobs belong to the clock too
from .models import Message, Notification, Participant
from .states import MessageKind

log = logging.getLogger("commonshare.messaging")

PAUSES = (timedelta(minutes=2), timedelta(minutes=20))  # between the three tries
LEFT_UNREAD = timedelta(minutes=5)
OVERLOOKED = timedelta(minutes=10)
OLDEST = timedelta(days=1)


@task(queue_name="mail")
def mail_notification(notification_id: int, attempt: int = 1) -> str:
    """Send the letter of one notification, unless it was read or sent meanwhile."""
    note = Notification.objects.select_related("member").filter(pk=notification_id).first()
    if note is None or note.emailed or note.mail_parked or note.read or not note.member.is_active:
        return "nothing to send"
    letter = {"title": note.title, "body": note.body, "url": absolute(note.url)}
    try:
        send(note.member, note.title, "messaging/email/notification", letter)
    except (OSError, ValueError) as trouble:  # SMTP's errors are OSErrors; a bad address is a ValueError
        return _again_or_park(note, attempt, trouble)
    Notification.objects.filter(pk=note.pk).update(emailed=timezone.now())
    return "sent"


def _again_or_park(note: Notification, attempt: int, trouble: Exception) -> str:
    if attempt > len(PAUSES):
        log.warning("The letter of notification %s is parked: %s", note.pk, trouble)
        Notification.objects.filter(pk=note.pk).update(
            mail_parked=timezone.now(), mail_trouble=f"{type(trouble).__name__}: {trouble}"[:200]
        )
        return "parked"
    later = mail_notification
    if mail_notification.get_backend().supports_defer:
        later = mail_notification.using(run_after=timezone.now() + PAUSES[attempt - 1])
    later.enqueue(note.pk, attempt + 1)
    return "tried again later"


@every(minutes=5)
def send_overlooked() -> None:
    """Letters whose task was lost (the process died between the commit and the queue) are queued again."""
    now = timezone.now()
    waiting = Notification.objects.filter(
        needs_answer=True, read__isnull=True, emailed__isnull=True, mail_parked__isnull=True,
        created__gt=now - OLDEST, created__lt=now - OVERLOOKED - sum(PAUSES, timedelta()),
    )  # fmt: skip
    for pk in waiting.values_list("pk", flat=True)[:500]:
        mail_notification.enqueue(pk, len(PAUSES) + 1)


@every(minutes=1)
def tell_of_unread() -> None:
    tell_of_unread_at(timezone.now())


def tell_of_unread_at(now: datetime) -> int:
    """Queue a letter to everyone who left a message unread for five minutes; returns how many."""
    said = Message.objects.filter(
        conversation=OuterRef("conversation"), sequence__gt=OuterRef("seen_seq"), kind=MessageKind.TEXT,
        created__lt=now - LEFT_UNREAD,
    ).exclude(author=OuterRef("member"))  # fmt: skip
    seats = Participant.objects.present().filter(
        Exists(said), muted=False, told_seq__lte=F("seen_seq"), conversation__last_seq__gt=F("seen_seq"),
        conversation__last_at__gt=now - OLDEST, member__is_active=True,
    )  # fmt: skip
    told = 0
    for pk, last in seats.values_list("pk", "conversation__last_seq")[:500]:
        # The mark comes first: a letter that is lost is better than the same letter every minute.
        if Participant.objects.filter(pk=pk, told_seq__lte=F("seen_seq")).update(told_seq=last):
            mail_unread.enqueue(pk)
            told += 1
    return told


@task(queue_name="mail")
def mail_unread(participant_id: int, attempt: int = 1) -> str:
    """Tell one reader of what they left unread in one conversation."""
    seat = Participant.objects.present().select_related("member", "conversation").filter(pk=participant_id).first()
    if seat is None or seat.seen_seq >= seat.told_seq:
        return "nothing to send"
    unread = Message.objects.filter(
        conversation=seat.conversation, kind=MessageKind.TEXT, sequence__gt=seat.seen_seq
    ).exclude(author=seat.member)
    newest = list(unread.select_related("author").order_by("-sequence")[:3])
    if not newest:
        return "nothing to send"
    url = absolute(seat.conversation.get_absolute_url())
    with translation.override(seat.member.language):
        names = sorted({line.author.first_name for line in newest if line.author})
        title = ngettext("%(names)s has written to you", "%(names)s have written to you", len(names))
        title %= {"names": _(" and ").join(names)}
        letter = {"title": title, "lines": newest[::-1], "subject": seat.conversation.subject, "url": url}
    try:
        send(seat.member, title, "messaging/email/unread", letter)
    except (OSError, ValueError) as trouble:
        if attempt <= len(PAUSES) and mail_unread.get_backend().supports_defer:
            mail_unread.using(run_after=timezone.now() + PAUSES[attempt - 1]).enqueue(seat.pk, attempt + 1)
            return "tried again later"
        log.warning("The letter about conversation %s is given up: %s", seat.conversation_id, trouble)
        return "given up"
    return "sent"


def send(member: Member, subject: str, template: str, context: dict) -> None:
    """One letter in the member's language, as text and as HTML."""
    with translation.override(member.language):
        facts = {**context, "member": member, "settings_url": absolute("/settings/")}
        text = render_to_string(f"{template}.txt", facts)
        letter = EmailMultiAlternatives(" ".join(subject.split()), text, to=[member.email])
        letter.attach_alternative(render_to_string(f"{template}.html", facts), "text/html")
    letter.send()


def absolute(url: str) -> str:
    """The address as it is reached from outside."""
    base = settings.PUBLIC_URL or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    return url if "://" in url else base + url
