"""A lender's way to being paid by card: an account of their own at Stripe, opened there, its state shown here."""

from datetime import datetime, timedelta
from typing import Any

import stripe
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from messaging.actions import notify
from payments.models import CardAccount

from . import charges, client, errands
from .client import Thing

STALE = timedelta(minutes=10)


def account_of(member: Member) -> CardAccount | None:
    return CardAccount.objects.filter(member=member).first()


def begin(member: Member, *, return_url: str, refresh_url: str, now: datetime | None = None) -> str:
    """The address at Stripe where the lender says who they are; opens their account the first time.

    Raises CardError when Stripe does not answer.
    """
    now = now or timezone.now()
    with transaction.atomic():
        account, _new = CardAccount.objects.get_or_create(member=member)
        errand = None
        if not account.account:
            facts: Any = {"member": member.pk, "email": member.email}
            key = f"account:member:{member.pk}"
            errand = errands.note("account", key, account=account, wait=True, now=now, **facts)
    if errand is not None:
        errands.run(errand.pk, now, waited_for=True)
        account.refresh_from_db()
    if not account.account:
        raise charges.CardError(_("The card service does not answer. Try again in a few minutes."), code="no_answer")
    sent = {
        "account": account.account, "type": "account_onboarding", "return_url": return_url, "refresh_url": refresh_url,
        "collection_options": {"fields": "eventually_due"},
    }
    key = f"link:{account.account}:{now.timestamp():.3f}"  # a link is for one visit; each is a new one
    try:
        return client.ask(lambda stripe_, options: stripe_.v1.account_links.create(sent, options), key=key)["url"]  # type: ignore[arg-type]
    except (client.Unsure, stripe.StripeError) as error:
        raise charges.CardError(
            _("The card service does not answer. Try again in a few minutes."), code="no_answer"
        ) from error


def refresh(account: CardAccount, now: datetime | None = None) -> CardAccount:
    """Read anew what Stripe says of the account. Never inside a transaction; raises as `client.ask`."""
    now = now or timezone.now()
    read = client.ask(lambda stripe_, _: stripe_.v1.accounts.retrieve(account.account))
    needs = read.get("requirements") or {}
    facts = {
        "submitted": bool(read.get("details_submitted")), "pays_out": bool(read.get("payouts_enabled")),
        "may_receive": (read.get("capabilities") or {}).get("transfers") == "active",
        "missing": sorted({*(needs.get("currently_due") or []), *(needs.get("past_due") or [])}),
        "disabled_reason": (needs.get("disabled_reason") or "")[:80], "refreshed": now,
    }
    CardAccount.objects.filter(pk=account.pk).update(**facts)
    for name, value in facts.items():
        setattr(account, name, value)
    return account


def note_payout(account: CardAccount, payout: Thing) -> None:
    """A payout to the lender's bank failed, or the next one went well: they are told of the first."""
    trouble = (payout.get("failure_code") or "failed")[:80] if payout.get("status") == "failed" else ""
    CardAccount.objects.filter(pk=account.pk).update(payout_trouble=trouble)
    account.payout_trouble = trouble
    if trouble:
        notify(
            account.member, kind="payment", title=lambda: _("Your money could not be paid out"),
            body=lambda: _("Your bank sent it back. Check the account you have given to the card service."),
            url=reverse("card_account"), key=f"payout:{payout['id']}", needs_answer=True,
        )


def may_be_paid(member: Member | None) -> bool:
    """Whether money can reach them by card; the commons' part stays where it is."""
    return member is None or CardAccount.objects.filter(member=member, may_receive=True).exists()


# What Stripe still asks for, in words; the rest is shown by its own name.
def in_words(missing: list[str]) -> list[str]:
    known = {
        "external_account": _("your bank account"), "tos_acceptance": _("your agreement to the terms"),
        "business_profile": _("what you offer"), "individual": _("who you are"), "person": _("who you are"),
        "representative": _("who you are"), "company": _("what your company is"),
        "business_type": _("whether you act for yourself or a company"),
    }
    return sorted({known.get(name.partition(".")[0], name.replace("_", " ").replace(".", ": ")) for name in missing})
