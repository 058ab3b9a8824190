"""What Stripe has not done in many tries: why, in words, what a treasurer can do about it, and trying again at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from members.queries import membership
from payments.models import CardCharge, Errand
from payments.states import ErrandState

from . import bounced, claims, errands
from .charges import CardError

_UNSURE = ("!", "no answer", "still at work", "5")
_LENDERS = ("account_invalid", "insufficient_capabilities_for_transfer", "transfers_not_allowed", "no_account")


def of(community: Community) -> QuerySet[Errand]:
    """Errands of a community that need somebody's eye, the oldest first."""
    rows = Errand.objects.filter(state=ErrandState.FAILED, charge__community=community)
    return rows.select_related("charge__payer", "charge__payee").order_by("created", "pk")


def what_to_do(errand: Errand) -> str:
    """A sentence for a treasurer, by what Stripe has answered."""
    trouble = errand.trouble
    if bounced.is_bounced(errand) and errand.charge is not None:
        return _("The bank of %(name)s has sent this refund back, and it does not go again by itself. Ask them about"
                 " their card, then try it again; or pay it out of their wallet: after that, trying it again only takes"
                 " it off this list.") % {"name": errand.charge.payer.name}
    if may_be_stood_in(errand):
        assert errand.charge is not None and errand.charge.payee is not None
        return _("A refund waits for this: %(name)s was paid, and Stripe cannot take it back from their account. Ask"
                 " them to put it there; or stand in for it, then the borrower gets theirs now and %(name)s owes it to"
                 " the community.") % {"name": errand.charge.payee.name}
    if trouble.startswith("charge_disputed"):
        return _("A bank disputes this payment. It goes on by itself once that is over.")
    if trouble.startswith("balance_insufficient"):
        return _("The account at Stripe holds too little. Leave its payouts on “manual”; it goes on once more has come"
                 " in, or once you have added money there.")
    if trouble.startswith(_LENDERS):
        name = errand.charge.payee.name if errand.charge and errand.charge.payee else _("a neighbour")
        return _("The account of %(name)s at Stripe cannot be paid now. Ask them to complete it in their settings,"
                 " “Being paid by card”.") % {"name": name}
    if trouble.startswith(_UNSURE):
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


def may_be_stood_in(errand: Errand) -> bool:
    """Whether Stripe has plainly refused to take back from a lender what a refund needs."""
    unsure = errand.trouble.startswith(_UNSURE)
    return errand.deed == "reverse" and errand.state == ErrandState.FAILED and not unsure


def stand_in(community: Community, pk: int, *, by: Member, now: datetime | None = None) -> bool:
    """Let a refund go on though the lender's part cannot be taken back: they owe it. Whether it goes on.

    Not for oneself. It is tried once more before. Never inside a transaction.
    """
    now = now or timezone.now()
    _check_treasurer(community, by)
    if of(community).filter(Q(charge__payer=by) | Q(charge__payee=by), pk=pk).exists():
        raise CardError(_("This is about you; another treasurer must decide it."), code="own")
    if try_again(community, pk, by=by, now=now):
        return True
    with transaction.atomic():
        charge = CardCharge.objects.select_for_update(of=("self",), no_key=True).select_related("community", "payee")
        held = charge.filter(community=community, errands=pk).first()
        errand = Errand.objects.select_for_update(no_key=True).filter(pk=pk, charge=held).first()
        if held is None or errand is None or not may_be_stood_in(errand):
            return False
        minor = errands.end_unsent(errand, now)
        claims.stand_in(held, minor, errand.key, now)
    return True


def _check_treasurer(community: Community, by: Member) -> None:
    mine = membership(by, community)
    if mine is None or not mine.is_treasurer:
        raise CardError(_("Only a treasurer of the community can do this."), code="treasurers_only")
