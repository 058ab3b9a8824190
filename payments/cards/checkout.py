"""To Stripe's page and back: what is asked of one who pays."""

from datetime import datetime, timedelta

import stripe
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from members.models import Member
from payments.models import CardCharge, CardCustomer, Errand
from payments.states import ChargeState, ErrandState, Wanted

from . import client, errands, news
from .charges import CardError

OPEN_FOR = timedelta(minutes=35)  # Stripe keeps a page open for half an hour at least
LITTLE_LEFT = timedelta(minutes=3)


def address(pk: int, *, by: Member, success_url: str, cancel_url: str, now: datetime | None = None) -> str:
    """The page at Stripe where this charge is paid; the same one while it is open.

    Raises CardError when nothing is to be paid, or Stripe does not answer.
    """
    now = now or timezone.now()
    for _page in range(2):  # one that was asked for earlier, when Stripe did not answer, may be over by now
        with transaction.atomic():
            charge = CardCharge.objects.select_for_update(of=("self",), no_key=True).get(pk=pk, payer=by)
            if charge.state != ChargeState.NEEDED or charge.wanted == Wanted.LET_GO:
                raise CardError(_("Nothing is to be paid here any more."), code="nothing_due")
            if _is_open(charge, now):
                return charge.session_url
            customer = _customer(by, now)
            errand = _opening(charge, customer, success_url, cancel_url, now)
        for each in filter(None, (customer, errand)):
            errands.run(each.pk, now, waited_for=True)
        charge.refresh_from_db(fields=["session_url", "session_ends"])
        if _is_open(charge, now):
            return charge.session_url
        if not Errand.objects.filter(pk=errand.pk, state=ErrandState.DONE).exists():
            break
    raise CardError(_("The card service does not answer. Try again in a few minutes."), code="no_answer")


def _is_open(charge: CardCharge, now: datetime) -> bool:
    return bool(charge.session_url and charge.session_ends and charge.session_ends > now + LITTLE_LEFT)


def _customer(member: Member, now: datetime) -> Errand | None:
    if CardCustomer.objects.filter(member=member).exists():
        return None
    return errands.note("customer", f"customer:member:{member.pk}", wait=True, now=now, member=member.pk)


def _opening(charge: CardCharge, customer: Errand | None, success_url: str, cancel_url: str, now: datetime) -> Errand:
    """The errand that opens the page; one that has not come back yet is waited for again."""
    waiting = charge.errands.filter(deed="session", state__in=[ErrandState.WAITING, ErrandState.FAILED]).first()
    if waiting is not None:
        Errand.objects.filter(pk=waiting.pk).update(due=now)
        return waiting
    charge.sessions += 1
    charge.save(update_fields=["sessions"])
    return errands.note(
        "session", f"{charge.name}:checkout:{charge.sessions}", charge=charge, after=customer, wait=True, now=now,
        minor=charge.take_minor or charge.minor, success_url=success_url, cancel_url=cancel_url,
        expires_at=int((now + OPEN_FOR).timestamp()), locale=(translation.get_language() or "auto").split("-")[0],
    )


def back(charge: CardCharge, now: datetime | None = None) -> CardCharge:
    """Whoever comes back sees at once what has become of it; should Stripe not answer, its letter will say."""
    now = now or timezone.now()
    if charge.session and charge.state == ChargeState.NEEDED:
        try:
            news.session(charge.pk, news.read_session(charge.session), now)
        except (client.Unsure, stripe.StripeError):
            return charge
        charge.refresh_from_db()
    return charge
