"""A request that becomes dearer before its answer: the card has to hold the new price before that counts.

A hold cannot be widened for every card, so the new price is held beside the old one (`Wanted.RAISE`); when it is there,
`counts` lets it take the old one's place, and the old hold goes. Until then, and if the card says no, all stays as it
was: whoever says yes meanwhile takes the old price. A card that is only kept, or not given yet, is asked for the new
price in its time.

All of it runs in the caller's transaction.
"""

from datetime import datetime

from members.models import Community, Member
from payments import signals
from payments.models import CardCharge
from payments.states import ChargePurpose, ChargeState, ChargeWay, Wanted

from . import charges

OVER = (ChargeState.TAKEN, ChargeState.CANCELLED)


def ask(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
    later: datetime | None, now: datetime,
) -> bool:
    """Whether the new price counts at once; else `signals.card_given` says when it does."""
    drop(about, now)
    charge = charges.newest(about, ChargePurpose.PRICE)
    way = ChargeWay.SAVE if later else ChargeWay.HOLD
    if charge is None:  # until now there was nothing to pay
        CardCharge.objects.create(
            about=about, purpose=ChargePurpose.PRICE, title=title[:160], community=community, payer=payer, payee=payee,
            minor=minor, currency=community.currency, way=way, due=later, wanted=Wanted.RAISE,
        )
        return False
    if charge.wanted == Wanted.NOTHING:
        if charge.state == ChargeState.SAVED:
            charge.minor, charge.due = minor, later or now
            charge.save(update_fields=["minor", "due"])
            return True
        if charge.state == ChargeState.NEEDED or (charge.state == ChargeState.HELD and later):
            given = charge.state == ChargeState.HELD
            _replace(charge, minor, way, later, ChargeState.SAVED if given else ChargeState.NEEDED, now)
            return True
        if charge.state == ChargeState.HELD and charge.minor >= minor:
            return True
    again = charges.once_more(charge, minor=minor, way=way, due=later or now)
    again.wanted = Wanted.RAISE
    again.save(update_fields=["wanted"])
    charges.drive(again, now)
    if again.state == ChargeState.NEEDED:
        charges.tell(signals.card_troubled, again)
    return False


def counts(about: str, now: datetime) -> None:
    """What was asked on top is there: it takes the place of what stood before."""
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=about, purpose=ChargePurpose.PRICE
    ).exclude(state__in=OVER)
    for row in rows.order_by("-number"):
        if row.wanted == Wanted.RAISE:
            row.wanted = Wanted.NOTHING
            row.save(update_fields=["wanted"])
        elif row.wanted == Wanted.NOTHING:
            charges.dismiss(row, now)


def drop(about: str, now: datetime) -> None:
    """Nobody wants it any more; what stood before stands."""
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(about=about, wanted=Wanted.RAISE)
    for row in rows.exclude(state__in=OVER):
        charges.dismiss(row, now)


def _replace(
    charge: CardCharge, minor: int, way: str, due: datetime | None, state: ChargeState, now: datetime
) -> None:
    """Ask for another amount instead: nobody holds anything for it yet, or need not any more."""
    again = charges.once_more(charge, minor=minor, way=way, due=now)
    again.state, again.due = state, due
    again.save(update_fields=["state", "due"])
    charges.dismiss(charge, now)
