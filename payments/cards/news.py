"""What Stripe says has become of a charge, taken over: from the thing as it stands there now, never from the news.

A charge only ever moves on (needed, kept, held, taken or let go), so an older reading that arrives later
changes nothing. Runs in a transaction of its own or the caller's, and locks the charge's row.
"""

from datetime import datetime

from django.db import transaction

from payments import signals
from payments.models import CardCharge, Payment
from payments.states import ChargePurpose, ChargeState, DisputeState, PaymentState, Wanted
from sharing.db.retry import retrying

from . import bounced, charges, claims, client, money
from .client import Thing

EXPANDED = ["latest_charge.balance_transaction"]
_RANK = {
    ChargeState.NEEDED: 0, ChargeState.PLANNED: 0, ChargeState.SAVED: 1, ChargeState.HELD: 2, ChargeState.TAKEN: 3,
    ChargeState.CANCELLED: 3,
}


def read_intent(name: str) -> Thing:
    """A payment as it stands at Stripe. Never inside a transaction."""
    return client.ask(lambda stripe_, _: stripe_.v1.payment_intents.retrieve(name, {"expand": EXPANDED}))


def read_session(name: str) -> Thing:
    expand = ["setup_intent", *(f"payment_intent.{path}" for path in EXPANDED)]
    return client.ask(lambda stripe_, _: stripe_.v1.checkout.sessions.retrieve(name, {"expand": expand}))


@retrying
def session(pk: int, thing: Thing, now: datetime) -> None:
    """What a Checkout page has led to."""
    with transaction.atomic():
        charge = _locked(pk)
        if charge.session != thing["id"]:
            return
        if thing.get("setup_intent"):
            _saved(charge, thing["setup_intent"], thing.get("customer") or "", now)
        elif thing.get("payment_intent"):
            _intent(charge, thing["payment_intent"], now)
        elif thing["status"] == "expired":
            _closed(charge, now)
        charges.tell(signals.card_moved, charge)


@retrying
def intent(pk: int, thing: Thing, now: datetime) -> None:
    """What a payment has become."""
    with transaction.atomic():
        charge = _locked(pk)
        _intent(charge, thing, now)
        charges.tell(signals.card_moved, charge)


@retrying
def refused(pk: int, code: str, now: datetime) -> None:
    """The card was asked while its owner was away, and said no: they are asked themselves."""
    with transaction.atomic():
        charge = _locked(pk)
        if charge.state not in charges.TO_BE_ASKED:
            return
        charge.state, charge.problem, charge.due = ChargeState.NEEDED, code[:60], None
        charge.save(update_fields=["state", "problem", "due"])
        charges.drive(charge, now)  # it may have been let go meanwhile
        if charge.state == ChargeState.NEEDED:
            charges.tell(signals.card_troubled, charge)
        charges.tell(signals.card_moved, charge)


@retrying
def dispute(pk: int, thing: Thing, now: datetime) -> None:
    """A bank has taken the money back, or has let go of it."""
    with transaction.atomic():
        charge = _locked(pk)
        for movement in thing["balance_transactions"]:
            money.in_dispute(charge, movement, now)
        state = {"won": DisputeState.WON, "lost": DisputeState.LOST}.get(thing["status"], DisputeState.OPEN)
        if charge.disputed in (DisputeState.WON, DisputeState.LOST) and state == DisputeState.OPEN:
            return
        charge.dispute, charge.disputed = thing["id"], state
        charge.save(update_fields=["dispute", "disputed"])
        charges.tell(signals.card_moved, charge)
        if state == DisputeState.LOST:
            promised = charges.end_refunds(charge, now)
            reached = claims.reached(charge) if charge.payee_id else 0
            here = promised + (0 if reached else _price_left(charge))
            if money.lost(charge, here, reached, bounced.end(charge, now), now) and reached:
                claims.claim(charge, reached, now)
        elif state == DisputeState.WON:
            charges.drive(charge, now)
            charges.hasten_refunds(charge, now)


def _price_left(charge: CardCharge) -> int:
    """What of the price still lies here for the lender."""
    if charge.passed_minor > charge.taken_back_minor or charge.purpose != ChargePurpose.PRICE:
        return 0
    payment = Payment.objects.filter(about=charge.about).first()
    return payment.left_to_refund[0] if payment else 0


def _locked(pk: int) -> CardCharge:
    rows = CardCharge.objects.select_related("community", "payer", "payee")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _saved(charge: CardCharge, thing: Thing, customer: str, now: datetime) -> None:
    if thing["status"] != "succeeded" or _RANK[ChargeState(charge.state)] >= _RANK[ChargeState.SAVED]:
        return
    charge.state, charge.method, charge.customer, charge.problem = (
        ChargeState.SAVED, thing["payment_method"], customer, ""
    )
    charge.save(update_fields=["state", "method", "customer", "problem"])
    _given(charge, now)


def _intent(charge: CardCharge, thing: Thing, now: datetime) -> None:
    held_or_over = _RANK[ChargeState(charge.state)] >= _RANK[ChargeState.HELD]
    if charge.intent and charge.intent != thing["id"] and held_or_over:
        return
    match thing["status"]:
        case "requires_capture":
            _held(charge, thing, now)
        case "succeeded":
            _taken(charge, thing, now)
        case "canceled":
            _over(charge, thing, now)


def _held(charge: CardCharge, thing: Thing, now: datetime) -> None:
    if _RANK[ChargeState(charge.state)] >= _RANK[ChargeState.HELD]:
        return
    paid = thing["latest_charge"]
    details = (paid.get("payment_method_details") or {}).get("card") or {}
    charge.state, charge.intent, charge.charge, charge.problem = ChargeState.HELD, thing["id"], paid["id"], ""
    charge.method, charge.customer = thing["payment_method"], thing.get("customer") or charge.customer
    charge.capture_before, charge.due = client.instant(details.get("capture_before")), None
    charge.save(update_fields=[
        "state", "intent", "charge", "problem", "method", "customer", "capture_before", "due",
    ])
    if charge.purpose == ChargePurpose.DEPOSIT:
        charges.newer_hold(charge, now)
    _given(charge, now)


def _given(charge: CardCharge, now: datetime) -> None:
    charges.drive(charge, now)
    if charge.wanted in (Wanted.NOTHING, Wanted.RAISE):
        charges.tell(signals.card_given, charge)


def _taken(charge: CardCharge, thing: Thing, now: datetime) -> None:
    if _RANK[ChargeState(charge.state)] < _RANK[ChargeState.TAKEN] or charge.state == ChargeState.CANCELLED:
        paid = thing["latest_charge"]
        charge.state, charge.intent, charge.charge, charge.problem = ChargeState.TAKEN, thing["id"], paid["id"], ""
        charge.method, charge.customer = thing["payment_method"], thing.get("customer") or charge.customer
        charge.taken_minor = client.from_gateway(thing["amount_received"], thing["currency"])
        charge.due = None
        charge.save(update_fields=[
            "state", "intent", "charge", "problem", "method", "customer", "taken_minor", "due",
        ])
        money.came_in(charge, paid["id"], now)
        if charge.purpose == ChargePurpose.PRICE and not _paid_for(charge):
            charge.wanted = Wanted.LET_GO  # nothing is due for it any more: it goes back
            charge.save(update_fields=["wanted"])
        charges.drive(charge, now)
    movement = thing["latest_charge"].get("balance_transaction")
    if isinstance(movement, dict):
        money.cost(charge.community, movement, charge.about, now)


def _paid_for(charge: CardCharge) -> bool:
    settled = [PaymentState.SETTLED, PaymentState.REFUNDED]
    others = CardCharge.objects.filter(
        about=charge.about, purpose=charge.purpose, state=ChargeState.TAKEN
    ).exclude(pk=charge.pk).exclude(wanted=Wanted.LET_GO)
    return Payment.objects.filter(about=charge.about, state__in=settled).exists() and not others.exists()


def _over(charge: CardCharge, thing: Thing, now: datetime) -> None:
    """It was let go; or its hold ran out, which nobody wanted."""
    if charge.state not in (ChargeState.HELD, ChargeState.NEEDED) or (
        charge.state == ChargeState.NEEDED and charge.wanted != Wanted.LET_GO
    ):
        return
    charge.state = ChargeState.CANCELLED
    charge.save(update_fields=["state"])
    if charge.wanted != Wanted.LET_GO:
        charges.hold_ended(charge, now)


def _closed(charge: CardCharge, now: datetime) -> None:
    """The page is closed, and nobody has paid on it."""
    charge.session_url, charge.session_ends = "", None
    if charge.wanted == Wanted.LET_GO and charge.state == ChargeState.NEEDED:
        charge.state = ChargeState.CANCELLED
    charge.save(update_fields=["session_url", "session_ends", "state"])
