"""Members close to the end of their credit, for the treasurer's desk: somebody to talk with, not a fault."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community
from payments import waiting
from payments.models import Account
from payments.states import AccountKind
from sharing.web.formats import money

from .accounts import currency_of

LEFT = 5  # behind is who has used more than four fifths of their limit


def register() -> None:
    """Called when the app loads."""
    waiting.register(
        waiting.Source(
            "credit", gettext_lazy("Members far down in credit"), _behind,
            gettext_lazy("They have used nearly all they may. A word, a task, or another limit helps."),
        )
    )


def _behind(community: Community, most: int) -> Iterator[waiting.Item]:
    if not community.credit_unit:
        return
    rows = Account.objects.filter(
        community=community, kind=AccountKind.WALLET, currency=currency_of(community), balance_minor__lt=0,
        balance_minor__lte=F("held_minor") - F("limit_minor") + F("limit_minor") / LEFT,
    )
    for account in rows.select_related("member").order_by("balance_minor", "pk")[:most]:
        assert account.member is not None  # wallets have one
        detail = _("Limit: %(limit)s below zero") % {"limit": money(account.limit_minor, account.currency)}
        yield waiting.Item(
            account.member.name, detail, account.balance_minor, account.currency,
            url=reverse("credit_plan", args=[community.slug]),
        )
