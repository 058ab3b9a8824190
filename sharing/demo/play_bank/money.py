"""Customers, payments, Checkout, refunds and disputes, as the bank keeps them."""

from typing import Any

from .state import CARDS, DAY, HELD_FOR, Bank, Declined, Thing

WORDS = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def create_customer(bank: Bank, sent: Thing) -> Thing:
    return bank.make("cus", "customer", **sent)


def create_intent(bank: Bank, sent: Thing) -> Thing:
    """A payment; confirmed at once when it is asked for, with a card that is kept."""
    amount = _amount(sent["amount"])
    intent = bank.make(
        "pi", "payment_intent", amount=amount, currency=sent["currency"].lower(), amount_received=0,
        amount_capturable=0, capture_method=sent.get("capture_method", "automatic"), customer=sent.get("customer"),
        metadata=sent.get("metadata", {}), transfer_group=sent.get("transfer_group"), latest_charge=None,
        payment_method=sent.get("payment_method"), status="requires_payment_method", last_payment_error=None,
        capture_before=None, description=sent.get("description"), cancellation_reason=None,
    )
    if sent.get("confirm") == "true":
        confirm(bank, intent, away=sent.get("off_session") == "true")
    return intent


def confirm(bank: Bank, intent: Thing, *, away: bool, authenticated: bool = False) -> None:
    """Ask the card; raises what the bank behind it says no with."""
    method = bank.get(intent["payment_method"] or "", "payment_method")
    code = CARDS.get(method["number"], "card_declined")
    code = "card_declined" if code == "later" else code
    if code == "authentication_required" and authenticated:
        code = ""
    if code:
        error = {"code": code, "type": "card_error", "message": WORDS[code]}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        bank.tell("payment_intent.payment_failed", intent)
        decline = {"decline_code": code} if code != "authentication_required" else {}
        raise Declined(
            WORDS[code], status=402, kind="card_error", code="card_declined" if decline else code,
            payment_intent=dict(intent), **decline,
        )
    manual = intent["capture_method"] == "manual"
    before = bank.now + HELD_FOR[away]
    charge = bank.make(
        "ch", "charge", amount=intent["amount"], amount_captured=0, amount_refunded=0, currency=intent["currency"],
        captured=False, paid=True, status="succeeded", payment_intent=intent["id"], refunded=False, disputed=False,
        balance_transaction=None, transfer_group=intent["transfer_group"], metadata=dict(intent["metadata"]),
        payment_method=intent["payment_method"], payment_method_details={
            "type": "card", "card": {"brand": "visa", "last4": method["number"][-4:], "capture_before": before}
        },
    )
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    if manual:
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"], "capture_before": before}
        bank.tell("payment_intent.amount_capturable_updated", intent)
    else:
        _take(bank, intent, intent["amount"])


def capture(bank: Bank, sent: Thing, name: str) -> Thing:
    intent = bank.get(name, "payment_intent")
    if intent["status"] != "requires_capture":
        raise Declined(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state", payment_intent=dict(intent),
        )
    amount = _amount(sent.get("amount_to_capture", intent["amount"]))
    if amount > intent["amount_capturable"]:
        raise Declined("The amount to capture is more than is held.", code="amount_too_large")
    _take(bank, intent, amount)
    return intent


def _take(bank: Bank, intent: Thing, amount: int) -> None:
    """The money comes in; what is left of the hold is free again: a hold is captured once."""
    charge = bank.get(intent["latest_charge"], "charge")
    fee = amount * 15 // 1000 + 25
    row = bank.move("charge", amount, intent["currency"], charge["id"], fee=fee)
    charge |= {"captured": True, "amount_captured": amount, "balance_transaction": row["id"]}
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    bank.tell("charge.captured", charge)
    bank.tell("payment_intent.succeeded", intent)


def cancel(bank: Bank, sent: Thing, name: str) -> Thing:
    intent = bank.get(name, "payment_intent")
    if intent["status"] in ("succeeded", "canceled"):
        raise Declined(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state", payment_intent=dict(intent),
        )
    reason = sent.get("cancellation_reason")
    intent |= {"status": "canceled", "cancellation_reason": reason, "amount_capturable": 0}
    bank.tell("payment_intent.canceled", intent)
    return intent


def create_session(bank: Bank, sent: Thing) -> Thing:
    """A Checkout page. Its address is made by the server, which knows where it stands."""
    mode = sent["mode"]
    lines = sent.get("line_items", [])
    total = sum(_amount(line["price_data"]["unit_amount"]) * int(line.get("quantity", 1)) for line in lines)
    if mode == "payment" and not total:
        raise Declined("Line items are needed in payment mode.", code="parameter_missing", param="line_items")
    expires = int(sent.get("expires_at", bank.now + DAY))
    if not 30 * 60 - 60 <= expires - bank.now <= DAY:
        raise Declined("expires_at must be between 30 minutes and 24 hours from now.", param="expires_at")
    session = bank.make(
        "cs", "checkout.session", mode=mode, status="open", payment_status="unpaid", customer=sent.get("customer"),
        amount_total=total or None, currency=(lines[0]["price_data"]["currency"] if lines else sent.get("currency")),
        success_url=sent["success_url"], cancel_url=sent.get("cancel_url"), expires_at=expires,
        metadata=sent.get("metadata", {}), payment_intent=None, setup_intent=None, client_reference_id=None,
        kept={key: sent.get(key, {}) for key in ("payment_intent_data", "setup_intent_data")},
        name=lines[0]["price_data"]["product_data"]["name"] if lines else "",
    )
    session["url"] = f"{bank.things['_base']['url']}/pay/{session['id']}"
    return session


def expire_session(bank: Bank, sent: Thing, name: str) -> Thing:
    session = bank.get(name, "checkout.session")
    if session["status"] != "open":
        raise Declined("Only Checkout Sessions with a status in [\"open\"] can be expired.", code="resource_wrong_state")
    session |= {"status": "expired", "url": None}
    bank.tell("checkout.session.expired", session)
    return session


def pay(bank: Bank, name: str, number: str, *, authenticated: bool = False) -> Thing:
    """What pressing "pay" on the Checkout page does. Raises Declined, and the page can be tried again."""
    session = bank.get(name, "checkout.session")
    if session["status"] != "open":
        raise Declined("This page is closed.")
    number = "".join(sign for sign in number if sign.isdigit())
    if number not in CARDS:
        raise Declined("Your card number is invalid.", kind="card_error", code="incorrect_number")
    method = bank.make("pm", "payment_method", number=number, type="card", customer=session["customer"])
    if session["mode"] == "setup":
        if CARDS[number] == "authentication_required" and not authenticated:
            raise Declined(WORDS["authentication_required"], kind="card_error", code="authentication_required")
        if CARDS[number] in ("card_declined", "insufficient_funds"):
            raise Declined(WORDS[CARDS[number]], kind="card_error", code=CARDS[number])
        intent = bank.make(
            "seti", "setup_intent", status="succeeded", customer=session["customer"], payment_method=method["id"],
            metadata=session["kept"]["setup_intent_data"].get("metadata", {}), last_setup_error=None,
        )
        session["setup_intent"] = intent["id"]
    else:
        intent = bank.things.get(session["payment_intent"] or "") or create_intent(
            bank, session["kept"]["payment_intent_data"] | {
                "amount": str(session["amount_total"]), "currency": session["currency"],
                "customer": session["customer"],
            },
        )
        session["payment_intent"] = intent["id"]
        intent["payment_method"] = method["id"]
        confirm(bank, intent, away=False, authenticated=authenticated)
        session["payment_status"] = "paid"
    session |= {"status": "complete", "url": None}
    bank.tell("checkout.session.completed", session)
    bank.keep()
    return session


def create_refund(bank: Bank, sent: Thing) -> Thing:
    intent = bank.get(sent["payment_intent"], "payment_intent")
    charge = bank.get(intent["latest_charge"] or "", "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = _amount(sent.get("amount", left))
    if any(row["charge"] == charge["id"] and row["status"] != "won" for row in bank.all("dispute")):
        raise Declined("This charge is disputed by the bank and cannot be refunded.", code="charge_disputed")
    if not 0 < amount <= left:
        raise Declined(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).",
                       code="charge_already_refunded" if not left else "amount_too_large")
    refund = bank.make(
        "re", "refund", amount=amount, currency=charge["currency"], charge=charge["id"], status="succeeded",
        payment_intent=intent["id"], metadata=sent.get("metadata", {}), reason=sent.get("reason"),
    )
    refund["balance_transaction"] = bank.move("refund", -amount, charge["currency"], refund["id"])["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    bank.tell("charge.refunded", charge)
    return refund


def fail_refund(bank: Bank, name: str, *, reason: str = "lost_or_stolen_card") -> Thing:
    """The payer's bank sends a refund back: a movement of its own, of the same refund."""
    refund = bank.get(name, "refund")
    charge = bank.get(refund["charge"], "charge")
    row = bank.move("refund_failure", refund["amount"], refund["currency"], name)
    refund |= {"status": "failed", "failure_reason": reason, "failure_balance_transaction": row["id"]}
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    for kind in ("refund.updated", "charge.refund.updated", "refund.failed"):
        bank.tell(kind, refund)
    bank.keep()
    return refund


def dispute(bank: Bank, charge_id: str) -> Thing:
    """The payer's bank takes the money back, for the time being."""
    charge = bank.get(charge_id, "charge")
    charge["disputed"] = True
    made = bank.make(
        "dp", "dispute", amount=charge["amount_captured"], currency=charge["currency"], charge=charge_id,
        payment_intent=charge["payment_intent"], status="needs_response", reason="fraudulent", balance_transactions=[],
    )
    row = bank.move("adjustment", -made["amount"], made["currency"], made["id"], fee=1500)
    made["balance_transactions"] = [row]
    bank.tell("charge.dispute.created", made)
    bank.keep()
    return made


def end_dispute(bank: Bank, name: str, *, won: bool) -> Thing:
    made = bank.get(name, "dispute")
    made["status"] = "won" if won else "lost"
    if won:
        row = bank.move("adjustment", made["amount"], made["currency"], name, fee=-1500)
        made["balance_transactions"].append(row)
    bank.tell("charge.dispute.closed", made)
    bank.keep()
    return made


def _amount(text: Any) -> int:
    try:
        amount = int(text)
    except ValueError:
        raise Declined(f"Invalid integer: {text}", code="parameter_invalid_integer") from None
    if amount < 1:
        raise Declined("This value must be greater than or equal to 1.", code="parameter_invalid_integer")
    return amount
