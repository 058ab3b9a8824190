"""Asking the other side: one has said that the money changed hands, the other is asked whether that is so."""

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Member
from messaging.actions import notify
from sharing.web.formats import money

from .models import Payment


def ask_other_side(payment: Payment, *, by: Member, others: list[Member]) -> None:
    """Let the others know, each in their language; once, however often it is confirmed."""
    paid_by_them = payment.payer_confirmed is None

    def question() -> str:
        words = {"name": by.name, "amount": money(payment.total_minor, payment.currency)}
        if paid_by_them:
            return _("%(name)s says you have paid %(amount)s. Is that so?") % words
        return _("%(name)s says you were given %(amount)s. Is that so?") % words

    for other in others:
        notify(
            other, kind="payment", title=question, body=payment.title, url=reverse("payment", args=[payment.pk]),
            key=f"payment:{payment.pk}:confirm", needs_answer=True,
        )
