"""Errands: written with whatever they follow from, done after the commit, and again until it is known that they are.

`note` writes one; its key is what it is for. `run` does one: it takes a lease, calls the gateway under that
key, and writes the answer down together with what follows from it. Whether the process dies before the call,
during it, or before the answer is written, the next run calls under the same key, and the gateway does nothing
twice. A key is forgotten there after a day, and keeps repeating a failure of the gateway's own; so before an
old or a failed one is called again, the gateway is asked whether it has been done.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import stripe
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from payments.models import CardAccount, CardCharge, Errand
from payments.states import ErrandState
from sharing.db.inserts import insert_new
from sharing.db.retry import retrying
from sharing.values.keepable import keepable

from . import client
from .client import Thing

log = logging.getLogger("commonshare.payments")

LEASE = timedelta(minutes=2)
FORGOTTEN = timedelta(hours=20)  # Stripe keeps a key for at least a day
LONGEST_PAUSE = timedelta(hours=6)
PATIENCE = 12  # tries after which somebody is told; it is still tried
AT_ONCE = 100


class Deed:
    """A kind of errand: how it is done, how one finds out whether it was, and what follows."""

    name = ""

    def do(self, errand: Errand, key: str) -> Thing:
        """Call the gateway once."""
        raise NotImplementedError

    def found(self, errand: Errand) -> Thing | None:
        """What an earlier call has made, if it did; None where doing it again changes nothing."""
        return None

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        """Take the answer over, in one transaction with the errand's end."""

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> "Verdict":
        """The gateway said no. May ask the gateway more; what follows is written by `Verdict.then`."""
        return Verdict()


@dataclass
class Verdict:
    """What a refusal means: `answer` as if it had been done, an `end` without it, or (neither) to be tried again."""

    answer: Thing | None = None
    end: Any = None  # called in the transaction that ends the errand


_deeds: dict[str, Deed] = {}


def register(deed: Deed) -> None:
    _deeds[deed.name] = deed


def note(
    deed: str, key: str, *, charge: CardCharge | None = None, account: CardAccount | None = None,
    after: Errand | None = None, now: datetime | None = None, wait: bool = False, **facts: Any,
) -> Errand:
    """Write an errand down, once for its key; it sets out when the transaction is committed.

    wait: whoever writes it runs it themselves, because somebody waits for the answer; else the clock does.
    """
    due = (now or timezone.now()) + (LEASE if wait else timedelta(0))
    row = Errand(key=key, deed=deed, charge=charge, account=account, after=after, facts=facts, due=due)
    if not insert_new([row], known_by="key"):
        return Errand.objects.get(key=key)
    if not wait:
        transaction.on_commit(lambda: _set_out(row.pk), robust=True)
    return row


def hasten(errand: Errand, now: datetime) -> None:
    """Somebody waits for what failed before: try it now, not in hours."""
    again = Errand.objects.filter(pk=errand.pk, state__in=[ErrandState.WAITING, ErrandState.FAILED]).exclude(trouble="")
    if again.update(due=now):
        transaction.on_commit(lambda: _set_out(errand.pk), robust=True)


def end_unsent(errand: Errand, now: datetime) -> int:
    """What this was to move need not be moved: it is over, and what waits for it goes on. Returns how much it was."""
    errand.state, errand.done, errand.trouble = ErrandState.DONE, now, "never_sent"
    errand.save(update_fields=["state", "done", "trouble"])
    _send_followers(errand)
    return errand.facts.get("minor", 0)


def _set_out(pk: int) -> None:
    from payments.tasks import run_errand

    run_errand.enqueue(pk)


def run_due(now: datetime | None = None) -> int:
    """Do what waits, those first that have waited longest; returns how many were done."""
    now = now or timezone.now()
    done = 0
    for pk in _ready(now).order_by("due", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            errand = run(pk, now)
        except Exception:
            log.exception("Errand %s could not be done.", pk)
            continue
        done += errand is not None and errand.state == ErrandState.DONE
    return done


def _ready(now: datetime):
    free = Q(after=None) | Q(after__state=ErrandState.DONE)
    return Errand.objects.filter(free, state__in=[ErrandState.WAITING, ErrandState.FAILED], due__lte=now)


def run(pk: int, now: datetime | None = None, *, waited_for: bool = False) -> Errand | None:
    """Do one errand, if it is ready and nobody else is at it; one that somebody waits for is ready at once."""
    now = now or timezone.now()
    leased = _ready(now + LEASE if waited_for else now).filter(pk=pk).update(
        due=now + LEASE, attempts=F("attempts") + 1, tried=Coalesce(F("tried"), now)
    )
    if not leased:
        return None
    errand = Errand.objects.select_related("charge__payer", "charge__payee", "charge__community", "account").get(pk=pk)
    try:
        return _done(errand, now)
    except Exception as error:  # a fault of ours: it is tried again like any other, and seen when it lasts
        errand.refresh_from_db(fields=["state", "attempts", "trouble"])
        if errand.state != ErrandState.DONE:
            _later(errand, type(error).__name__, now)
        raise


def _done(errand: Errand, now: datetime) -> Errand:
    deed = _deeds[errand.deed]
    try:
        answer = _found_before(deed, errand, now) or deed.do(errand, _key(errand))
    except client.Unsure as trouble:
        return _later(errand, str(trouble), now, stumbled=trouble.answered)
    except stripe.StripeError as error:
        return _refused(deed, errand, error, now)
    return _finish(errand, deed, answer, now)


def _found_before(deed: Deed, errand: Errand, now: datetime) -> Thing | None:
    """What was made under a key that tells no more; None to call (under a new key where the old one is spent)."""
    stumbled = errand.trouble.startswith("!")
    if errand.attempts == 1 or errand.tried is None or not (stumbled or now - errand.tried > FORGOTTEN):
        return None
    if found := deed.found(errand):
        return found
    if stumbled:
        errand.turn += 1
        Errand.objects.filter(pk=errand.pk).update(turn=errand.turn)
    return None


def _key(errand: Errand) -> str:
    return f"{errand.key}#{errand.turn}" if errand.turn else errand.key


@retrying
def _finish(errand: Errand, deed: Deed, answer: Thing, now: datetime) -> Errand:
    with transaction.atomic():
        current = Errand.objects.select_for_update(no_key=True).get(pk=errand.pk)
        if current.state == ErrandState.DONE:
            return current
        deed.done(errand, answer, now)
        errand.state, errand.done, errand.trouble = ErrandState.DONE, now, ""
        errand.answer = {name: answer[name] for name in ("id", "status", "amount") if name in answer}
        errand.save(update_fields=["state", "done", "trouble", "answer"])
        _send_followers(errand)
    return errand


def _send_followers(errand: Errand) -> None:
    for pk in Errand.objects.filter(after=errand).values_list("pk", flat=True):
        transaction.on_commit(partial(_set_out, pk), robust=True)


def _refused(deed: Deed, errand: Errand, error: stripe.StripeError, now: datetime) -> Errand:
    try:
        verdict = deed.refused(errand, error, now)
    except client.Unsure as trouble:
        return _later(errand, str(trouble), now)
    if verdict.answer is not None:
        return _finish(errand, deed, verdict.answer, now)
    if verdict.end is None:
        return _later(errand, f"{error.code or type(error).__name__}: {error.user_message or error}", now)
    return _end(errand, verdict, error, now)


@retrying
def _end(errand: Errand, verdict: Verdict, error: stripe.StripeError, now: datetime) -> Errand:
    """It was refused for good, and something follows from that."""
    with transaction.atomic():
        verdict.end()
        errand.state, errand.done = ErrandState.DONE, now
        errand.trouble = f"{error.code or 'refused'}"[:200]
        errand.save(update_fields=["state", "done", "trouble"])
        _send_followers(errand)
    return errand


def _later(errand: Errand, trouble: str, now: datetime, *, stumbled: bool = False) -> Errand:
    """Try again, with longer and longer pauses; after a while somebody is to look."""
    pause = min(LONGEST_PAUSE, timedelta(seconds=5 * 3 ** min(errand.attempts - 1, 9)))
    errand.due, errand.trouble = now + pause, keepable(f"{'!' if stumbled else ''}{trouble}"[:200])
    if errand.attempts >= PATIENCE:
        errand.state = ErrandState.FAILED
    errand.save(update_fields=["due", "trouble", "state"])
    log.warning("Errand %s will be tried again: %s", errand.key, trouble)
    return errand
