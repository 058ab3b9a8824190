"""What Stripe has not done in many tries: why, in words, what a treasurer can do about it, and trying again at once."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments.models import Errand
from payments.states import ErrandState

from . import errands
from .charges import CardError

_LENDERS = ("account_invalid", "insufficient_capabilities_for_transfer", "transfers_not_allowed", "no_account")


def of(community: Community) -> QuerySet[Errand]:
    """Errands of a community that need somebody's eye, the oldest first."""
    rows = Errand.objects.filter(state=ErrandState.FAILED, charge__community=community)
    return rows.select_related("charge__payer", "charge__payee").order_by("created", "pk")


def what_to_do(errand: Errand) -> str:
    """A sentence for a treasurer, by what Stripe has answered."""
    trouble = errand.trouble
    if trouble.startswith("balance_insufficient"):
        return _("The account at Stripe holds too little. Leave its payouts on “manual”; it goes on once more has come"
                 " in, or once you have added money there.")
    if trouble.startswith(_LENDERS):
        name = errand.charge.payee.name if errand.charge and errand.charge.payee else _("a neighbour")
        return _("The account of %(name)s at Stripe cannot be paid now. Ask them to complete it in their settings,"
                 " “Being paid by card”.") % {"name": name}
    if trouble.startswith(("!", "no answer", "still at work", "5")):
        return _("Stripe did not answer. Nothing is to be done unless this lasts for days: then look whether the"
                 " account there is in order.")
    return _("Look it up at Stripe by its name and mend what it says is wrong. What was done there by hand the"
             " nightly comparison finds.")


def try_again(community: Community, pk: int, *, by: Member, now: datetime | None = None) -> bool:
    """Do it now instead of in some hours; whether it is done. Never inside a transaction.

    It goes under the same key, so what has been done already is not done again.
    """
    now = now or timezone.now()
    _check_treasurer(community, by)
    rows = of(community).filter(pk=pk)
    if not rows.exists():
        return Errand.objects.filter(pk=pk, charge__community=community, state=ErrandState.DONE).exists()
    rows.update(due=now)
    errand = errands.run(pk, now)
    return errand is not None and errand.state == ErrandState.DONE


def _check_treasurer(community: Community, by: Member) -> None:
    mine = membership(by, community)
    if mine is None or not mine.is_treasurer:
        raise CardError(_("Only a treasurer of the community can do this."), code="treasurers_only")
