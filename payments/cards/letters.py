"""Stripe's letters: kept once by their name before anything is done, then read by a task, in any order.

A letter only says where to look. What is true is asked of Stripe when it is read, so a late, repeated or
overtaken letter does no harm.
"""

import logging
from datetime import datetime, timedelta

import stripe
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payments.models import CardAccount, CardCharge, Errand, GatewayLetter
from payments.states import ErrandState, LetterState
from sharing.db.inserts import insert_new
from sharing.values.keepable import keepable

from . import bounced, client, news, onboarding
from .client import Thing
from .marks import marked

log = logging.getLogger("commonshare.payments")
TOLERANCE = 300  # seconds that a signature may be old
LEASE = timedelta(minutes=2)
AT_ONCE = 200
PAYOUTS = ("payout.failed", "payout.paid")


class NotGenuine(ValueError):
    """The letter is not signed by Stripe, or too long ago."""


def receive(body: bytes, signature: str) -> GatewayLetter | None:
    """Keep a letter, once; it is read after the commit. None when it is known already. Raises NotGenuine."""
    event = _opened(body, signature)
    thing = event["data"]["object"]
    letter = GatewayLetter(
        event=event["id"][:80], kind=event["type"][:80], account=event.get("account") or "",
        about=str(thing.get("id") or "")[:80], body=event,
        happened=client.instant(event["created"]) or timezone.now(),
    )
    with transaction.atomic():
        if not insert_new([letter], known_by="event"):
            return None
        transaction.on_commit(lambda: _enqueue(letter.pk), robust=True)
    return letter


def _opened(body: bytes, signature: str) -> Thing:
    """The event, if one of our secrets has signed it: the platform's letters and the lenders' have one each."""
    for secret in filter(None, (part.strip() for part in settings.STRIPE_WEBHOOK_SECRET.split(","))):
        try:
            event = stripe.Webhook.construct_event(body, signature, secret, tolerance=TOLERANCE)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return keepable(event.to_dict())  # refused, it would come again for days, and say no more
    raise NotGenuine("This letter is not signed as it should be.")


def _enqueue(pk: int) -> None:
    from payments.tasks import read_letter

    read_letter.enqueue(pk)


def read_waiting(now: datetime | None = None) -> int:
    """Read what was left lying; returns how many were read."""
    now = now or timezone.now()
    waiting = GatewayLetter.objects.filter(state=LetterState.WAITING, due__lte=now).order_by("due", "pk")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            done += read(pk, now) == LetterState.DONE
        except Exception:
            log.exception("Letter %s could not be read.", pk)
    return done


def read(pk: int, now: datetime | None = None) -> str:
    """Act on one letter, if nobody else is at it."""
    now = now or timezone.now()
    waiting = GatewayLetter.objects.filter(pk=pk, state=LetterState.WAITING, due__lte=now)
    if not waiting.update(due=now + LEASE, attempts=F("attempts") + 1):
        return "not now"
    letter = GatewayLetter.objects.get(pk=pk)
    try:
        known = _act(letter, now)
    except (client.Unsure, stripe.StripeError) as trouble:
        _later(letter, str(trouble), now)
        return "later"
    except Exception as error:  # a fault of ours: it is read again like any other
        _later(letter, type(error).__name__, now)
        raise
    state = LetterState.DONE if known else LetterState.IGNORED
    GatewayLetter.objects.filter(pk=pk).update(state=state, trouble="")
    return str(state)


def _later(letter: GatewayLetter, trouble: str, now: datetime) -> None:
    """Read it again, with longer and longer pauses."""
    due = now + timedelta(seconds=min(21600, 10 * 3 ** min(letter.attempts, 7)))
    GatewayLetter.objects.filter(pk=letter.pk).update(due=due, trouble=keepable(trouble[:200]))


def _act(letter: GatewayLetter, now: datetime) -> bool:
    """Look where the letter points. False when it is about nothing of ours."""
    area, thing = letter.kind.rpartition(".")[0], letter.body["data"]["object"]
    if letter.account:
        return _about_lender(letter, now)
    if area == "payment_intent":
        charge = _charge_for(thing, intent=letter.about)
        if charge is not None:
            news.intent(charge.pk, news.read_intent(letter.about), now)
        return charge is not None
    if area == "checkout.session":
        charge = CardCharge.objects.filter(session=letter.about).first()
        if charge is None and (mark := marked(thing)) and Errand.objects.filter(
            charge__in=CardCharge.objects.filter(mark), deed="session"
        ).exclude(state=ErrandState.DONE).exists():
            raise client.Unsure("The page it is about is not noted yet.")
        if charge is not None:
            news.session(charge.pk, news.read_session(letter.about), now)
        return charge is not None
    if area.startswith("charge.dispute"):
        charge = _disputed(thing, now)
        if charge is not None:
            read = client.ask(lambda stripe_, _: stripe_.v1.disputes.retrieve(letter.about))
            news.dispute(charge.pk, read, now)
        return charge is not None
    if area in ("refund", "charge.refund"):
        charge = _charge_for(thing, intent=thing.get("payment_intent") or "")
        if charge is not None:
            bounced.note(charge.pk, bounced.read(letter.about), now)
        return charge is not None
    return False


def _disputed(thing: Thing, now: datetime) -> CardCharge | None:
    """The charge a bank disputes. Where the letter has overtaken that of the payment itself, this is read first.

    Raises Unsure where it is ours and yet not paid: then the letter waits for it.
    """
    known = CardCharge.objects.filter(charge=thing.get("charge") or "-")
    if (charge := known.first()) or not thing.get("payment_intent"):
        return charge
    intent = news.read_intent(thing["payment_intent"])
    charge = _charge_for(intent, intent=intent["id"])
    if charge is None:
        return None
    news.intent(charge.pk, intent, now)
    if (charge := known.first()) is None:
        raise client.Unsure("The payment it is about is not known yet.")
    return charge


def _charge_for(thing: Thing, *, intent: str) -> CardCharge | None:
    """By its name; or, before we have noted that, by the mark it carries."""
    if charge := CardCharge.objects.filter(intent=intent).exclude(intent="").first():
        return charge
    mark = marked(thing)
    return CardCharge.objects.filter(mark).first() if mark else None


def _about_lender(letter: GatewayLetter, now: datetime) -> bool:
    account = CardAccount.objects.filter(account=letter.account).exclude(account="").select_related("member").first()
    if account is None or letter.kind.partition(".")[0] not in ("account", "capability", "payout", "person"):
        return False
    if letter.kind in PAYOUTS and not _overtaken(letter):
        onboarding.note_payout(account, letter.body["data"]["object"])
    onboarding.refresh(account, now)
    return True


def _overtaken(letter: GatewayLetter) -> bool:
    """Whether what happened to this lender's payouts later has been told already: it is not in the account itself."""
    later = GatewayLetter.objects.filter(account=letter.account, kind__in=PAYOUTS, happened__gt=letter.happened)
    return later.exists()
