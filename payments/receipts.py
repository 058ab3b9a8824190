"""A receipt by e-mail: to whoever paid or was paid, when they ask for it."""

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from members import letters
from members.models import Member
from messaging.notices.addresses import absolute
from sharing.web.formats import moment, money

from .credit import accounts
from .gateways import credit
from .models import Payment
from .states import Gateway, PaymentState

LETTER_EVERY_S = 300
PROVEN = (PaymentState.SETTLED, PaymentState.REFUNDED)


def ask(payment: Payment, member: Member) -> None:
    """Send them the receipt, once in five minutes at most."""
    if cache.add(f"receipt:{payment.pk}:{member.pk}", True, LETTER_EVERY_S):
        send_receipt.enqueue(payment.pk, member.pk)


@task(queue_name="mail")
def send_receipt(payment_id: int, member_id: int) -> str:
    """Write the letter in the member's language; nothing to a closed account, or of what is not paid."""
    paid = Payment.objects.select_related("community", "payer", "payee").filter(state__in=PROVEN)
    payment = paid.filter(pk=payment_id).first()
    member = Member.objects.filter(pk=member_id, is_active=True).exclude(email="").first()
    if payment is None or member is None:
        return "nothing to send"
    with translation.override(member.language):
        letters.send(member.email, subject(payment), text(payment), button=_("See the receipt"))
    return "sent"


def subject(payment: Payment) -> str:
    return _("Receipt %(number)s: %(title)s") % {"number": payment.pk, "title": payment.title or payment.about}


def text(payment: Payment) -> str:
    """All that the page says, in plain words."""
    payee = payment.payee.name if payment.payee else payment.community.name
    said = _in_credit(payment) if payment.gateway == Gateway.CREDIT else {}
    amounts = [
        (_("Price"), payment.price_minor, "price"), (_("Fee for the pool"), payment.fee_minor, "fee"),
        (_("Voluntary share for the pool"), payment.solidarity_minor, "solidarity"),
        (_("Together"), payment.total_minor, "all"),
    ]  # fmt: skip
    lines = [
        f"{label}: {money(minor, payment.currency)}{said.get(part, '')}" for label, minor, part in amounts if minor
    ]
    if payment.refunded_minor:
        amount = money(payment.refunded_minor, payment.currency) + said.get("back", "")
        lines.append(_("Given back since: %(amount)s") % {"amount": amount})
    zone = payment.community.time_zone
    who = [
        _("Paid by: %(name)s") % {"name": payment.payer.name},
        _("Paid to: %(name)s") % {"name": payee},
        _("Community: %(name)s") % {"name": payment.community.name},
        _("How: %(way)s") % {"way": payment.get_gateway_display()},
    ]
    if payment.settled:
        who.append(_("On: %(day)s") % {"day": moment(payment.settled, zone, "date")})
    blocks = [payment.title or payment.about, "\n".join(lines), "\n".join(who)]
    return "\n\n".join([*blocks, absolute(payment.get_absolute_url())])


def _in_credit(payment: Payment) -> dict[str, str]:
    """What each part came to in community credit: that is what was paid, and what has gone back."""
    paid = credit.paid(payment)
    parts = paid | {"all": sum(paid.values()), "back": credit.given_back(payment)}
    unit = accounts.currency_of(payment.community)
    return {part: f" = {money(minor, unit)}" for part, minor in parts.items()}
