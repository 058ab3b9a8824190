"""Carrying deliveries out: what is due is claimed, what has become needless is dropped, the rest leaves in bundles.

A claim that was not finished lapses and is taken again; a letter then carries the same Message-ID, so that
a mail server may know it for the one it has. Letters that fail for a while are tried again, later each
time; then they are parked with the reason. An address that refuses letters for good is parked as a whole,
and the member and the host are shown that until the address works again.
"""

import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from members.models import Member

from .. import presence
from ..models import Delivery, Letterbox, Notification, Participant
from . import hours, letters, push
from .topics import Way

log = logging.getLogger("commonshare.messaging")

CLAIMED = timedelta(minutes=15)
PAUSES = (timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=2), timedelta(hours=8))  # between the tries
AT_ONCE = 500
KEPT = timedelta(days=14)


def claim_due(now: datetime | None = None) -> list[tuple[int, str]]:
    """Claim what is due; returns the members and the ways it goes by."""
    now = now or hours.now()
    free = Q(claimed__isnull=True) | Q(claimed__lt=now - CLAIMED)
    due = Delivery.objects.waiting().filter(free, due__lte=now).order_by("due")
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).values_list("pk", "member", "way")[:AT_ONCE])
        if rows:
            Delivery.objects.filter(pk__in=[pk for pk, _member, _way in rows]).update(claimed=now)
    return list(dict.fromkeys((member, way) for _pk, member, way in rows))


def deliver(member_id: int, way: str, now: datetime | None = None) -> int:
    """Send what waits for the member in this way; returns how many letters or pushes left."""
    now = now or hours.now()
    member = Member.objects.filter(pk=member_id).first()
    rows = _due(member_id, way, now)
    if member is None or not member.is_active:
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return 0
    box = Letterbox.objects.filter(member=member).first()
    if way != Way.DIGEST and (morning := hours.quiet_until(member, box, now)):
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(due=morning, claimed=None)
        return 0
    rows = _still_news(rows)
    if not rows:
        return 0
    if way == Way.PUSH:
        return _ring(member, rows, now)
    if box is not None and box.parked and box.address == member.email:
        _park(rows, box.trouble, now)
        return 0
    if way == Way.DIGEST:
        return _post(member, box, rows, now, letters.digest)
    bundles: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        bundles[row.bundle].append(row)
    return sum(_post(member, box, bundle, now, letters.of_bundle) for bundle in bundles.values())


def _due(member_id: int, way: str, now: datetime) -> list[Delivery]:
    """What is due, and what waits for the same bundles and has not failed yet: it may come along."""
    waiting = Delivery.objects.waiting().filter(member=member_id, way=way)
    rows = list(
        waiting.select_related("notification__conversation", "seat__conversation", "seat__member").order_by("pk")
    )
    bundles = {row.bundle for row in rows if row.due <= now}
    along = way != Way.DIGEST
    return [row for row in rows if row.due <= now or (along and row.bundle in bundles and not row.attempts)]


def _still_news(rows: list[Delivery]) -> list[Delivery]:
    """Those whose member does not know yet and may still know; the others are dropped."""
    kept = [row for row in rows if _is_news(row)]
    gone = {row.pk for row in rows} - {row.pk for row in kept}
    if gone:
        Delivery.objects.filter(pk__in=gone).delete()
    return kept


def _is_news(row: Delivery) -> bool:
    note, seat = row.notification, row.seat
    if note is not None:
        if note.kind == "mention" and not _takes_part(note):
            return False  # what is said there is not theirs to read any more
        return note.read is None or note.read == note.created  # the latter was never shown in the bell
    assert seat is not None, "A delivery is of a notification or of a seat."
    if seat.left is not None or seat.muted or seat.seen_seq >= (row.upto or 0):
        return False
    return not presence.is_reading(row.member_id, seat.conversation_id)


def _takes_part(note: Notification) -> bool:
    seats = Participant.objects.present().filter(member=note.member_id, conversation=note.conversation_id)
    return seats.exists()


def _ring(member: Member, rows: list[Delivery], now: datetime) -> int:
    bundles: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        bundles[row.bundle].append(row)
    with transaction.atomic():  # the task that rings lies in the same database: both or none
        rung = sum(push.ring(member, bundle) for bundle in bundles.values())
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(sent=now, claimed=None)
    return rung


def _post(member: Member, box: Letterbox | None, rows: list[Delivery], now: datetime, compose) -> int:
    """One letter of these rows. Returns 1 when it left."""
    if not _begin(rows, now):
        return 0
    try:
        letter = compose(member, rows, box)
        if letter is not None:
            letter.send()
    except (OSError, ValueError) as trouble:  # SMTP's errors are OSErrors; an address that is none is a ValueError
        _failed(member, rows, trouble, now)
        return 0
    ids = [row.pk for row in rows]
    with transaction.atomic():
        if letter is None:
            Delivery.objects.filter(pk__in=ids).delete()
            return 0
        Delivery.objects.filter(pk__in=ids).update(sent=now, claimed=None, trouble="")
        Notification.objects.filter(deliveries__in=ids).update(emailed=now, mail_parked=None, mail_trouble="")
        if box is not None and box.parked:
            Letterbox.objects.filter(pk=box.pk).update(parked=None, trouble="")
    return 1


def _begin(rows: list[Delivery], now: datetime) -> bool:
    """Count the try before it is made, so that one which kills its worker is not made for ever."""
    lead = rows[0]
    mine = Delivery.objects.waiting().filter(pk=lead.pk, attempts=lead.attempts)
    with transaction.atomic():
        if not mine.update(attempts=F("attempts") + 1, claimed=now):
            return False  # somebody else has it
        others = [row.pk for row in rows[1:]]
        Delivery.objects.filter(pk__in=others).update(attempts=F("attempts") + 1, claimed=now)
    for row in rows:
        row.attempts += 1
    if lead.attempts > len(PAUSES) + 3:  # its worker died over it again and again
        _park(rows, "", now)
        return False
    return True


def _failed(member: Member, rows: list[Delivery], trouble: Exception, now: datetime) -> None:
    reason = _reason(trouble)
    if refuses_address(trouble):
        log.warning("The address of member %s refuses letters: %s", member.pk, reason)
        Letterbox.objects.update_or_create(
            member=member, defaults={"address": member.email, "parked": now, "trouble": reason}
        )
        return _park(rows, reason, now)
    tried = max(row.attempts for row in rows)
    if tried > len(PAUSES) or refused_for_good(trouble):
        log.warning("Letters to member %s are parked: %s", member.pk, reason)
        if refuses_address(trouble, for_now=True):
            Letterbox.objects.update_or_create(
                member=member, defaults={"address": member.email, "parked": now, "trouble": reason}
            )
        return _park(rows, reason, now)
    later = now + PAUSES[tried - 1]
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(due=later, claimed=None, trouble=reason)
    return None


def _park(rows: Iterable[Delivery], reason: str, now: datetime) -> None:
    ids = [row.pk for row in rows]
    with transaction.atomic():
        Delivery.objects.filter(pk__in=ids).update(parked=now, claimed=None, trouble=reason)
        Notification.objects.filter(deliveries__in=ids).update(mail_parked=now, mail_trouble=reason)


def refuses_address(trouble: Exception, *, for_now: bool = False) -> bool:
    """The other side does not take letters for this address: for good (5xx), or `for_now` (4xx)."""
    if not isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return isinstance(trouble, ValueError) and not for_now  # it is no address at all
    codes = [code for code, _words in trouble.recipients.values()]
    return bool(codes) and all((400 <= code < 500) if for_now else (500 <= code < 600) for code in codes)


def refused_for_good(trouble: Exception) -> bool:
    """This letter would be refused again (but the next may not be): its words, not its address."""
    return isinstance(trouble, smtplib.SMTPDataError) and 500 <= trouble.smtp_code < 600


def _reason(trouble: Exception) -> str:
    """What the other side said, in one line, as the member and the host read it."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused) and trouble.recipients:
        code, words = next(iter(trouble.recipients.values()))
        return f"{code} {_text(words)}"[:200]
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"{trouble.smtp_code} {_text(trouble.smtp_error)}"[:200]
    return f"{type(trouble).__name__}: {trouble}"[:200]


def _text(words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return " ".join(text.replace("\x00", "").split())


def try_again(member: Member, now: datetime | None = None) -> int:
    """The member has seen to their address: letters of the last days that were parked are sent after all."""
    now = now or hours.now()
    with transaction.atomic():
        Letterbox.objects.filter(member=member).update(parked=None, trouble="")
        parked = Delivery.objects.filter(
            member=member, parked__gt=now - timedelta(days=3), way__in=(Way.MAIL, Way.DIGEST)
        )
        ids = list(parked.values_list("pk", flat=True))
        Notification.objects.filter(deliveries__in=ids).update(mail_parked=None, mail_trouble="")
        return Delivery.objects.filter(pk__in=ids).update(
            parked=None, attempts=0, due=now, claimed=None, trouble=""
        )


def prune(now: datetime | None = None) -> int:
    """Forget deliveries that were sent or parked a good while ago."""
    old = (now or hours.now()) - KEPT
    return Delivery.objects.filter(Q(sent__lt=old) | Q(parked__lt=old)).delete()[0]
