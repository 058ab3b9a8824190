"""Each kind of errand: the call to Stripe, how to find what an earlier call has made, and what follows."""

from datetime import datetime, timedelta
from typing import Any

import stripe

from payments import signals
from payments.models import CardAccount, CardCharge, CardCustomer, Errand
from payments.states import ChargeWay

from . import bounced, charges, client, errands, money, news
from .client import Thing, from_gateway, to_gateway
from .errands import Deed, Verdict

SHORTEST_PAGE = timedelta(minutes=30)  # the shortest that Stripe keeps its page open


def _marked(rows: list[Thing], errand: Errand) -> Thing | None:
    """The row that this very errand has made."""
    return next((row for row in rows if (row.get("metadata") or {}).get("errand") == errand.key), None)


def _marks(errand: Errand) -> dict[str, str]:
    """What tells whose a thing at Stripe is."""
    charge = errand.charge
    marks = {"errand": errand.key}
    if charge is not None:
        marks |= {"charge": str(charge.pk), "about": charge.about, "community": charge.community.slug}
    return marks


def _charge(errand: Errand) -> CardCharge:
    assert errand.charge is not None, "This errand is about a charge."
    return errand.charge


def _amount(errand: Errand, name: str = "minor") -> int:
    return to_gateway(errand.facts[name], _charge(errand).currency)


class MakeCustomer(Deed):
    name = "customer"

    def do(self, errand: Errand, key: str) -> Thing:
        sent: Any = {"metadata": _marks(errand) | {"member": str(errand.facts["member"])}}
        return client.ask(lambda stripe_, options: stripe_.v1.customers.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        return _marked(client.pages(lambda stripe_, params: stripe_.v1.customers.list(params)), errand)

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        member = errand.facts["member"]
        CardCustomer.objects.get_or_create(member_id=member, defaults={"customer": answer["id"], "created": now})


class OpenAccount(Deed):
    name = "account"

    def do(self, errand: Errand, key: str) -> Thing:
        sent: Any = {
            "type": "express", "email": errand.facts["email"], "capabilities": {"transfers": {"requested": True}},
            "metadata": _marks(errand) | {"member": str(errand.facts["member"])},
        }
        if country := errand.facts.get("country"):
            sent["country"] = country
        return client.ask(lambda stripe_, options: stripe_.v1.accounts.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        return _marked(client.pages(lambda stripe_, params: stripe_.v1.accounts.list(params)), errand)

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        assert errand.account_id is not None, "This errand opens an account."
        CardAccount.objects.filter(pk=errand.account_id, account="").update(account=answer["id"])


class OpenCheckout(Deed):
    """Stripe's own page, where the payer gives the card to Stripe."""

    name = "session"

    def do(self, errand: Errand, key: str) -> Thing:
        charge, facts = _charge(errand), errand.facts
        customer = CardCustomer.objects.values_list("customer", flat=True).get(member=charge.payer_id)
        marks, currency = _marks(errand), charge.currency.lower()
        sent: Any = {
            "customer": customer, "success_url": facts["success_url"], "cancel_url": facts["cancel_url"],
            "expires_at": facts["expires_at"], "metadata": marks, "locale": facts["locale"],
        }
        if charge.way == ChargeWay.SAVE:
            sent |= {"mode": "setup", "currency": currency, "setup_intent_data": {"metadata": marks}}
        else:
            product = {"name": charge.title or charge.about}
            price = {"currency": currency, "unit_amount": _amount(errand), "product_data": product}
            payment = {"metadata": marks, "transfer_group": charge.about, "setup_future_usage": "off_session"}
            if charge.way == ChargeWay.HOLD:
                payment["capture_method"] = "manual"
            sent |= {
                "mode": "payment", "line_items": [{"quantity": 1, "price_data": price}], "payment_intent_data": payment,
            }
        return client.ask(lambda stripe_, options: stripe_.v1.checkout.sessions.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        customer = CardCustomer.objects.values_list("customer", flat=True).get(member=_charge(errand).payer_id)
        rows = client.pages(lambda stripe_, params: stripe_.v1.checkout.sessions.list(params), customer=customer)
        return _marked(rows, errand)

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> Verdict:
        """A page that would close too soon is opened no more: whoever still wants to pay asks for another."""
        soonest = (now + SHORTEST_PAGE).timestamp()
        return Verdict(end=lambda: None) if errand.facts["expires_at"] < soonest else Verdict()

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        charge = news._locked(_charge(errand).pk)
        charge.session, charge.session_url = answer["id"], answer.get("url") or ""
        charge.session_ends = client.instant(answer["expires_at"])
        charge.save(update_fields=["session", "session_url", "session_ends"])


class CloseCheckout(Deed):
    """Nobody is to pay there any more; if somebody just has, that is what came of it."""

    name = "expire"

    def do(self, errand: Errand, key: str) -> Thing:
        session = _charge(errand).session
        if not session:  # it was never opened
            return {"id": "", "status": "expired"}
        return client.ask(lambda stripe_, options: stripe_.v1.checkout.sessions.expire(session, {}, options), key=key)

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> Verdict:
        if not isinstance(error, stripe.InvalidRequestError):
            return Verdict()
        return Verdict(answer=news.read_session(_charge(errand).session))

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        news.session(_charge(errand).pk, answer, now)


class ChargeAway(Deed):
    """Charge the card that is kept, while its owner is away."""

    name = "charge"
    manual = False

    def do(self, errand: Errand, key: str) -> Thing:
        charge = _charge(errand)
        sent: Any = {
            "amount": _amount(errand), "currency": charge.currency.lower(), "customer": errand.facts["customer"],
            "payment_method": errand.facts["method"], "off_session": True, "confirm": True,
            "metadata": _marks(errand), "transfer_group": charge.about, "description": charge.title or charge.about,
            "expand": news.EXPANDED,
        }
        if self.manual:
            sent["capture_method"] = "manual"
        return client.ask(lambda stripe_, options: stripe_.v1.payment_intents.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        rows = client.pages(
            lambda stripe_, params: stripe_.v1.payment_intents.list(params), customer=errand.facts["customer"]
        )
        made = _marked(rows, errand)
        return news.read_intent(made["id"]) if made and made["status"] in ("succeeded", "requires_capture") else None

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        news.intent(_charge(errand).pk, answer, now)

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> Verdict:
        if not isinstance(error, stripe.CardError):
            return Verdict()
        code = error.code or "card_declined"
        return Verdict(end=lambda: news.refused(_charge(errand).pk, code, now))


class HoldAway(ChargeAway):
    name = "hold"
    manual = True


class Capture(Deed):
    name = "capture"

    def do(self, errand: Errand, key: str) -> Thing:
        sent: Any = {"amount_to_capture": _amount(errand), "expand": news.EXPANDED}
        intent = _charge(errand).intent
        return client.ask(lambda stripe_, options: stripe_.v1.payment_intents.capture(intent, sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        now = news.read_intent(_charge(errand).intent)
        return now if now["status"] != "requires_capture" else None

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        news.intent(_charge(errand).pk, answer, now)

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> Verdict:
        if not isinstance(error, stripe.InvalidRequestError):
            return Verdict()
        now_there = self.found(errand)  # it has moved on without us
        return Verdict(answer=now_there) if now_there else Verdict()


class Cancel(Capture):
    name = "cancel"

    def do(self, errand: Errand, key: str) -> Thing:
        sent: Any = {"cancellation_reason": "abandoned"}
        intent = _charge(errand).intent
        return client.ask(lambda stripe_, options: stripe_.v1.payment_intents.cancel(intent, sent, options), key=key)


class Refund(Deed):
    """Some of a payment goes back to the card: of the price and the fee, or what was paid though nothing was due."""

    name = "refund"

    def do(self, errand: Errand, key: str) -> Thing:
        charge = _charge(errand)
        if bounced.is_bounced(errand) and bounced.paid_by_hand(errand):
            return {}  # the payer has it, or the rest goes the same way
        amount = to_gateway(_refunded(errand), charge.currency)
        sent: Any = {"payment_intent": charge.intent, "amount": amount, "metadata": _marks(errand)}
        return client.ask(lambda stripe_, options: stripe_.v1.refunds.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        intent = _charge(errand).intent
        rows = client.pages(lambda stripe_, params: stripe_.v1.refunds.list(params), payment_intent=intent)
        return _marked(rows, errand)

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        if not answer:
            return
        charge, minor = news._locked(_charge(errand).pk), _refunded(errand)
        charge.refunded_minor += minor
        charge.save(update_fields=["refunded_minor"])
        if "stray" in errand.facts:
            money.sent_back(charge, answer["id"], minor, now)
        else:
            money.refunded(charge, answer["id"], errand.facts["price"], errand.facts["fee"], now)
        charges.tell(signals.card_moved, charge)


def _refunded(errand: Errand) -> int:
    return errand.facts.get("stray") or errand.facts["price"] + errand.facts["fee"]


class PassOn(Deed):
    """The lender's part goes to their own account."""

    name = "transfer"

    def do(self, errand: Errand, key: str) -> Thing:
        charge = _charge(errand)
        account = CardAccount.objects.get(member=charge.payee_id).account
        sent: Any = {
            "amount": _amount(errand), "currency": charge.currency.lower(), "destination": account,
            "source_transaction": charge.charge, "transfer_group": charge.about, "metadata": _marks(errand),
        }
        return client.ask(lambda stripe_, options: stripe_.v1.transfers.create(sent, options), key=key)

    def found(self, errand: Errand) -> Thing | None:
        about = _charge(errand).about
        rows = client.pages(lambda stripe_, params: stripe_.v1.transfers.list(params), transfer_group=about)
        return _marked(rows, errand)

    def refused(self, errand: Errand, error: stripe.StripeError, now: datetime) -> Verdict:
        """While a refund waits for it, what cannot be sent is not sent: the borrower does not wait for the lender."""
        if not errand.followers.filter(deed="reverse").exists():
            return Verdict()
        if made := self.found(errand):
            return Verdict(answer=made)
        return Verdict(end=lambda: charges.give_way(errand, now))

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        charge = news._locked(_charge(errand).pk)
        minor = from_gateway(answer["amount"], answer["currency"])
        charge.transfer, charge.passed_minor = answer["id"], charge.passed_minor + minor
        charge.save(update_fields=["transfer", "passed_minor"])
        money.passed_on(charge, answer["id"], minor, now)
        charges.tell(signals.card_moved, charge)


class TakeBack(Deed):
    """What was passed on comes back, to be refunded."""

    name = "reverse"

    def do(self, errand: Errand, key: str) -> Thing:
        charge = _charge(errand)
        sent: Any = {"amount": _amount(errand), "metadata": _marks(errand)}
        return client.ask(
            lambda stripe_, options: stripe_.v1.transfers.reversals.create(charge.transfer, sent, options), key=key
        )

    def found(self, errand: Errand) -> Thing | None:
        transfer = _charge(errand).transfer
        rows = client.pages(lambda stripe_, params: stripe_.v1.transfers.reversals.list(transfer, params))
        return _marked(rows, errand)

    def done(self, errand: Errand, answer: Thing, now: datetime) -> None:
        charge = news._locked(_charge(errand).pk)
        minor = from_gateway(answer["amount"], answer["currency"])
        charge.taken_back_minor += minor
        charge.save(update_fields=["taken_back_minor"])
        money.taken_back(charge, answer["id"], minor, now)


def register() -> None:
    """Called when the app loads."""
    for deed in (MakeCustomer(), OpenAccount(), OpenCheckout(), CloseCheckout(), ChargeAway(), HoldAway(), Capture(),
                 Cancel(), Refund(), PassOn(), TakeBack()):
        errands.register(deed)
