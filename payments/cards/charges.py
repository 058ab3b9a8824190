"""What a card is asked for: reserved at the request, taken at the yes, let go at the no; and the deposit beside it.

Each function says what shall become of a charge (`wanted`) and leaves it to `drive` to write the errands
that its present state allows; when news of another state comes, `drive` is asked again. So a card that is
given in the very moment the request is withdrawn is let go, whichever was first.

All of it runs in the caller's transaction.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member
from payments import signals
from payments.models import CardCharge, Errand, Payment
from payments.states import (
    ChargePurpose,
    ChargeState,
    ChargeWay,
    DisputeState,
    ErrandState,
    PaymentState,
    Wanted,
)
from sharing.web.refusals import Refusal

from . import claims, errands

RENEWED_BEFORE = timedelta(hours=24)  # a hold on a deposit is renewed when so little of it is left
AT_ONCE = 100
TO_BE_ASKED = (ChargeState.PLANNED, ChargeState.SAVED)


class CardError(Refusal):
    """Something that is not possible with the card now."""

    code = "card"


def reserve(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int,
    later: datetime | None = None,
) -> CardCharge:
    """What a request costs, to be held on a card; or, when it lies too far ahead, charged `later` on one kept now."""
    way = ChargeWay.SAVE if later else ChargeWay.HOLD
    return CardCharge.objects.get_or_create(
        about=about, purpose=ChargePurpose.PRICE, number=1, defaults={
            "title": title[:160], "community": community, "payer": payer, "payee": payee, "minor": minor,
            "currency": community.currency, "way": way, "due": later,
        },
    )[0]


def take(payment: Payment, now: datetime, *, at_once: bool = True) -> None:
    """The payment is due: capture what is held; where no card was asked for it yet, ask."""
    charge = newest(payment.about, ChargePurpose.PRICE)
    if charge is None:
        _ask(payment, now, at_once=at_once)
        return
    if charge.state == ChargeState.NEEDED and charge.wanted == Wanted.NOTHING:
        name = payment.payer.first_name
        raise CardError(_("%(name)s has not given a card yet. Wait a few minutes.") % {"name": name}, code="no_card")
    if charge.state == ChargeState.CANCELLED or charge.minor < payment.total_minor:
        raise CardError(_("The card does not hold this any more. A new request is needed."), code="no_card")
    charge.wanted, charge.take_minor = Wanted.TAKE, payment.total_minor
    charge.save(update_fields=["wanted", "take_minor"])
    for row in CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=payment.about, wanted=Wanted.RAISE
    ):
        dismiss(row, now)  # a price that was being asked for and did not count yet: it is agreed without it
    drive(charge, now)


def _ask(payment: Payment, now: datetime, *, at_once: bool) -> None:
    """Something came on top: the card that is known pays it, or its owner is asked."""
    customer, method = _card_of(payment.about) if at_once else ("", "")
    state = ChargeState.PLANNED if method else ChargeState.NEEDED
    charge = CardCharge.objects.create(
        about=payment.about, purpose=ChargePurpose.PRICE, title=payment.title, community=payment.community,
        payer=payment.payer, payee=payment.payee, currency=payment.currency, minor=payment.total_minor,
        take_minor=payment.total_minor, way=ChargeWay.PAY, state=state, wanted=Wanted.TAKE, customer=customer,
        method=method, due=now if method else None,
    )
    if method:
        drive(charge, now)
    else:
        tell(signals.card_troubled, charge)


def amend(payment: Payment, now: datetime) -> None:
    """What is due has become another amount. A card that is just being charged cannot be asked otherwise."""
    charge = newest(payment.about, ChargePurpose.PRICE)
    if charge is None:
        return
    at_work = charge.errands.filter(state=ErrandState.WAITING, deed__in=["capture", "charge"]).exists()
    if at_work or charge.state == ChargeState.HELD or _session_open(charge, now):
        raise CardError(_("The card is being charged this moment. Try again in a few minutes."), code="at_work")
    charge.minor = charge.take_minor = payment.total_minor
    charge.save(update_fields=["minor", "take_minor"])


def let_go(about: str, now: datetime) -> None:
    """Nothing is to be paid for it any more; nor is a deposit needed."""
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(about=about)
    for charge in rows.exclude(state__in=[ChargeState.TAKEN, ChargeState.CANCELLED]):
        dismiss(charge, now)


def dismiss(charge: CardCharge, now: datetime) -> None:
    charge.wanted = Wanted.LET_GO
    charge.save(update_fields=["wanted"])
    drive(charge, now)


def refund(payment: Payment, *, price_minor: int, fee_minor: int, now: datetime) -> None:
    """Send this much back to the card; from the lender, what was passed on to them already."""
    charge = newest(payment.about, ChargePurpose.PRICE)
    assert charge is not None, "A card payment that is settled has its charge."
    if charge.disputed == DisputeState.LOST:
        return  # the bank has given the payer everything back
    start, first = payment.refunded_minor, None
    kept_back = min(price_minor, charge.withheld_minor or 0)
    if kept_back:
        claims.give_up(charge, kept_back, start, now)
    passing = sending(charge)
    if price_minor - kept_back and passing is not None:
        first = errands.note(
            "reverse", f"{charge.name}:reverse:{start}", charge=charge, after=passing, now=now,
            minor=price_minor - kept_back,
        )
        errands.hasten(passing, now)  # if Stripe will not send it, it need not come back: see `give_way`
    errands.note(
        "refund", f"{charge.name}:refund:{start}", charge=charge, after=first, now=now, price=price_minor, fee=fee_minor
    )


def end_refunds(charge: CardCharge, now: datetime) -> int:
    """The bank has given the payer theirs, so nothing goes back by us. Returns what of such prices still lies here."""
    here = 0
    for row in charge.errands.filter(deed="refund", facts__has_key="price").exclude(state=ErrandState.DONE):
        here += row.facts["price"]
        errands.end_unsent(row, now)
        if row.after is not None and row.after.state != ErrandState.DONE:  # it has not come back from the lender
            here -= errands.end_unsent(row.after, now)
    return here


def hasten_refunds(charge: CardCharge, now: datetime) -> None:
    """What could not go back while a bank disputed it goes now; what was sent back waits for a treasurer still."""
    for row in charge.errands.filter(deed="refund").exclude(facts__has_key="sent_back"):
        errands.hasten(row, now)


def sending(charge: CardCharge) -> Errand | None:
    """By which errand the lender gets theirs, or got it: not one that ended because Stripe would not send it."""
    rows = charge.errands.filter(deed="transfer").exclude(~Q(trouble=""), state=ErrandState.DONE)
    return rows.order_by("-pk").first()


def give_way(transfer: Errand, now: datetime) -> None:
    """Stripe does not send this to the lender, and some of it goes back anyway: that part need not be sent first.

    Runs in the transaction that ends the errand.
    """
    assert transfer.charge_id is not None, "A transfer is about a charge."
    charge = CardCharge.objects.select_for_update(of=("self",), no_key=True).get(pk=transfer.charge_id)
    back = sum(errands.end_unsent(row, now) for row in transfer.followers.filter(deed="reverse"))
    if left := transfer.facts["minor"] - back:
        errands.note("transfer", f"{charge.name}:transfer:{transfer.pk}", charge=charge, now=now, minor=left)


def pass_on(about: str, now: datetime) -> None:
    """It came back: what it cost is the lender's now."""
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=about, purpose=ChargePurpose.PRICE, released=None
    )
    for charge in rows.exclude(state=ChargeState.CANCELLED):
        charge.released = now
        charge.save(update_fields=["released"])
        drive(charge, now)


def plan_deposit(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int, at: datetime,
    now: datetime,
) -> CardCharge | None:
    """Hold a deposit on the card that paid, from `at` on. None when no card is known for it."""
    customer, method = _card_of(about)
    if not method:
        return None
    charge, new = CardCharge.objects.get_or_create(
        about=about, purpose=ChargePurpose.DEPOSIT, number=1, defaults={
            "title": title[:160], "community": community, "payer": payer, "payee": payee, "minor": minor,
            "currency": community.currency, "way": ChargeWay.HOLD, "state": ChargeState.PLANNED, "due": at,
            "customer": customer, "method": method,
        },
    )
    if charge.state == ChargeState.PLANNED and charge.due and not new:
        charge.due = min(charge.due, at)
        charge.save(update_fields=["due"])
    drive(charge, now)
    return charge


def release_deposit(about: str, now: datetime) -> None:
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=about, purpose=ChargePurpose.DEPOSIT
    )
    for charge in rows.exclude(state__in=[ChargeState.TAKEN, ChargeState.CANCELLED]):
        dismiss(charge, now)


def keep_deposit(about: str, minor: int, now: datetime) -> bool:
    """Take this much of the deposit for the lender; the rest of the hold ends with it. False: no card has one."""
    found = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=about, purpose=ChargePurpose.DEPOSIT
    )
    rows = list(found.order_by("-number"))
    if not rows:
        return False
    charge = next((row for row in rows if row.state == ChargeState.HELD), rows[0])
    for other in rows:
        if other.pk != charge.pk and other.state not in (ChargeState.TAKEN, ChargeState.CANCELLED):
            dismiss(other, now)
    at_work = charge.errands.filter(state=ErrandState.WAITING, deed="hold").exists()
    if charge.state == ChargeState.CANCELLED:  # the hold has run out: charge the card anew
        charge = once_more(charge, minor=minor, way=ChargeWay.PAY, due=now)
    elif charge.state != ChargeState.HELD and not at_work:
        charge.minor, charge.way, charge.due = minor, ChargeWay.PAY, now
        charge.state = ChargeState.PLANNED if charge.method else ChargeState.NEEDED
    charge.wanted, charge.take_minor, charge.released = Wanted.TAKE, minor, now
    charge.save(update_fields=["minor", "way", "due", "state", "wanted", "take_minor", "released"])
    drive(charge, now)
    return True


def drive(charge: CardCharge, now: datetime) -> None:
    """Write the errands by which this charge comes nearer to what is wanted of it."""
    match charge.state, charge.wanted:
        case ChargeState.HELD, Wanted.TAKE:
            errands.note("capture", f"{charge.name}:capture", charge=charge, now=now, minor=charge.take_minor)
        case ChargeState.HELD, Wanted.LET_GO:
            errands.note("cancel", f"{charge.name}:cancel", charge=charge, now=now)
        case ChargeState.NEEDED, Wanted.LET_GO if charge.sessions:
            errands.note("expire", f"{charge.name}:expire:{charge.sessions}", charge=charge, now=now)
        case (ChargeState.NEEDED | ChargeState.PLANNED | ChargeState.SAVED), Wanted.LET_GO:
            if not charge.errands.filter(state=ErrandState.WAITING, deed__in=["hold", "charge"]).exists():
                charge.state = ChargeState.CANCELLED
                charge.save(update_fields=["state"])
        case (ChargeState.PLANNED | ChargeState.SAVED), _ if charge.due and charge.due <= now:
            _charge_away(charge, now)
        case ChargeState.TAKEN, Wanted.LET_GO:
            minor = charge.taken_minor - charge.refunded_minor
            if minor:
                errands.note("refund", f"{charge.name}:send_back", charge=charge, now=now, stray=minor)
        case ChargeState.TAKEN, _:
            _pass_on(charge, now)


def _charge_away(charge: CardCharge, now: datetime) -> None:
    """Charge or hold by the card that is kept, while its owner is away."""
    if charge.state == ChargeState.SAVED and charge.wanted != Wanted.TAKE:
        return  # kept for a request that nobody has said yes to
    deed = "hold" if charge.way == ChargeWay.HOLD else "charge"
    errands.note(
        deed, f"{charge.name}:{deed}", charge=charge, now=now, minor=charge.minor, customer=charge.customer,
        method=charge.method,
    )
    charge.due = None
    charge.save(update_fields=["due"])


def _pass_on(charge: CardCharge, now: datetime) -> None:
    """To the lender goes the price, less what went back; while a bank disputes it, nothing does."""
    if charge.released is None or charge.payee_id is None or charge.disputed in (DisputeState.OPEN, DisputeState.LOST):
        return
    minor = charge.taken_minor
    if charge.purpose == ChargePurpose.PRICE:
        rows = Payment.objects.select_for_update(no_key=True).filter(about=charge.about)  # one refund before or after
        payment = rows.exclude(state=PaymentState.DUE).first()
        minor = payment.left_to_refund[0] if payment else 0
    if minor and charge.payee is not None:
        minor -= claims.keep_back(charge, minor, now)
    if minor:
        errands.note("transfer", f"{charge.name}:transfer", charge=charge, now=now, minor=minor)


def see_to_what_is_due(now: datetime | None = None) -> int:
    """Charge and hold what is due, and renew the holds that end soon; returns how many were seen to."""
    now = now or timezone.now()
    due = CardCharge.objects.filter(state__in=TO_BE_ASKED, due__lte=now).exclude(wanted=Wanted.LET_GO)
    ending = CardCharge.objects.filter(
        purpose=ChargePurpose.DEPOSIT, state=ChargeState.HELD, wanted=Wanted.NOTHING,
        capture_before__lte=now + RENEWED_BEFORE, due=None,
    )
    seen = 0
    for rows, deed in ((due, drive), (ending, _renew)):
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
            with transaction.atomic():
                locked = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
                if locked is not None:
                    deed(locked, now)
                    seen += 1
    return seen


def _renew(charge: CardCharge, now: datetime) -> None:
    """A new hold first; when it is there, the old one is let go (`news`). `due` on the old one says it was seen to."""
    charge.due = now
    charge.save(update_fields=["due"])
    drive(once_more(charge, minor=charge.minor, way=ChargeWay.HOLD, due=now), now)


def hold_ended(charge: CardCharge, now: datetime) -> None:
    """A hold ran out before its time: ask again, unless that was done already."""
    if CardCharge.objects.filter(about=charge.about, purpose=charge.purpose, number__gt=charge.number).exists():
        return
    if charge.wanted == Wanted.TAKE:
        again = once_more(charge, minor=charge.take_minor or charge.minor, way=ChargeWay.PAY, due=now)
        again.wanted, again.take_minor, again.released = Wanted.TAKE, charge.take_minor, charge.released
        again.save(update_fields=["wanted", "take_minor", "released"])
        drive(again, now)
    elif charge.purpose == ChargePurpose.DEPOSIT:
        drive(once_more(charge, minor=charge.minor, way=ChargeWay.HOLD, due=now), now)


def newer_hold(charge: CardCharge, now: datetime) -> None:
    """A renewed hold is there: the ones before it are not needed any more."""
    older = CardCharge.objects.select_for_update(of=("self",), no_key=True).filter(
        about=charge.about, purpose=ChargePurpose.DEPOSIT, number__lt=charge.number, state=ChargeState.HELD,
        wanted=Wanted.NOTHING,
    )
    for row in older:
        dismiss(row, now)


def once_more(charge: CardCharge, *, minor: int, way: str, due: datetime) -> CardCharge:
    """The same once more, under the next number."""
    rows = CardCharge.objects.filter(about=charge.about, purpose=charge.purpose)
    number = rows.aggregate(last=Max("number"))["last"] + 1
    return CardCharge.objects.create(
        about=charge.about, purpose=charge.purpose, number=number, title=charge.title,
        community=charge.community, payer=charge.payer, payee=charge.payee, currency=charge.currency, minor=minor,
        way=way, state=ChargeState.PLANNED if charge.method else ChargeState.NEEDED, due=due,
        customer=charge.customer, method=charge.method,
    )


def current(about: str, purpose: str = ChargePurpose.PRICE) -> CardCharge | None:
    """The newest charge for a cause, to read."""
    return CardCharge.objects.filter(about=about, purpose=purpose).order_by("-number").first()


def newest(about: str, purpose: str) -> CardCharge | None:
    """What stands now: not what is only asked on top yet (see `raising`), and what was let go only if it is all."""
    rows = CardCharge.objects.select_for_update(of=("self",), no_key=True).select_related("community", "payer", "payee")
    found = list(rows.filter(about=about, purpose=purpose).exclude(wanted=Wanted.RAISE).order_by("-number"))
    return next((row for row in found if row.wanted != Wanted.LET_GO), found[0] if found else None)


def _card_of(about: str) -> tuple[str, str]:
    """The customer and the card that paid for the cause, or for what it came on top of; empty when none is known."""
    rows = CardCharge.objects.filter(about=about.partition("+")[0], purpose=ChargePurpose.PRICE).exclude(method="")
    return rows.order_by("-number").values_list("customer", "method").first() or ("", "")


def _session_open(charge: CardCharge, now: datetime) -> bool:
    return bool(charge.session_ends and charge.session_ends > now)


def tell(signal, charge: CardCharge) -> None:
    """Let the rooms above know, after the commit."""
    transaction.on_commit(lambda: signal.send_robust(CardCharge, about=charge.about, charge=charge), robust=True)
