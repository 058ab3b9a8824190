"""All that may happen to payments, deposits and members' cash.

Every action is one transaction and may run inside the caller's. Each locks its payment first, and
the ledger locks the community's chain last. What other rooms are told waits for the commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries
from members.models import Community, Member, Membership
from members.states import MemberClass, Role
from sharing.db.inserts import insert_new
from sharing.web.refusals import Refusal

from . import gateways, ledger, owing, signals
from .cards import claims
from .ledger import Entry
from .models import Payment, Transfer
from .news import ask_other_side
from .settling import settle, tell
from .states import AccountKind, Gateway, PaymentState, TransferKind


class PaymentError(Refusal):
    """A payment or deposit for which this is not possible now."""

    code = "payment"


class NotYours(PaymentError):
    """Someone acted on a payment that is not theirs."""

    code = "not_yours"


def due(
    *, about: str, title: str, community: Community, payer: Member, payee: Member | None, price_minor: int,
    fee_minor: int, solidarity_minor: int = 0, gateway: str = Gateway.HAND, kind: str = "",
    payer_class: str = MemberClass.COMMONER, at_once: bool = True, now: datetime | None = None,
) -> Payment:
    """Note what `payer` owes `payee` (None: the community itself) for `about`. A repeat answers the same payment.

    kind, payer_class: what the fee was reckoned by, so that another fee can be tried on it
    later. Nothing to pay is settled at once and moves nothing. at_once: a card that is known may be charged for it by
    itself; else its owner is asked.
    """
    way, now = gateways.named(gateway), now or timezone.now()
    nothing = price_minor + fee_minor + solidarity_minor == 0
    facts = {
        "title": title[:160], "community": community, "payer": payer, "payee": payee, "currency": community.currency,
        "price_minor": price_minor, "fee_minor": fee_minor, "solidarity_minor": solidarity_minor, "gateway": gateway,
        "kind": kind, "payer_class": payer_class,
        "state": PaymentState.SETTLED if nothing else PaymentState.DUE, "settled": now if nothing else None,
        "created": now,
    }
    payment = Payment(about=about, **facts)
    # What a gateway refuses to note is not due either; one that only waits for words by hand refuses nothing.
    with transaction.atomic(savepoint=not way.confirmed_by_hand):
        if insert_new([payment], known_by="about"):
            if nothing:
                tell(signals.payment_settled, payment)
            else:
                way.noted(payment, now, at_once=at_once)
            return payment
    payment, asked = Payment.objects.get(about=about), payment
    agreed = ("community_id", "payer_id", "payee_id", "price_minor", "fee_minor", "solidarity_minor")
    if _values(payment, agreed) != _values(asked, agreed):
        raise PaymentError(_("A different payment was noted for this before."), code="key_reused")
    return payment


def confirm(about: str, *, by: Member, now: datetime | None = None) -> Payment:
    """Say that the money has changed hands. Once both sides have, the books say so too.

    For the commons a treasurer or steward answers in the community's name; not the payer, if there
    is another who can.
    """
    now = now or timezone.now()
    with _locked(about) as payment:
        if payment.state not in (PaymentState.DUE, PaymentState.SETTLED):
            raise PaymentError(_("This payment is not due any more."))
        if not gateways.named(payment.gateway).confirmed_by_hand:
            raise PaymentError(_("This payment is confirmed by itself."))
        side = _side(payment, by)
        if payment.state == PaymentState.SETTLED or getattr(payment, side) is not None:
            return payment
        setattr(payment, side, now)
        payment.save(update_fields=[side])
        if payment.payer_confirmed and payment.payee_confirmed:
            settle(payment, gateways.named(payment.gateway).settlement(payment), now)
        else:
            ask_other_side(payment, by=by, others=_others(payment, by))
            tell(signals.payment_confirmed, payment, by=by)
    return payment


def cancel(about: str) -> Payment | None:
    """Nothing has to be paid after all; None when there was no such payment."""
    if not Payment.objects.filter(about=about).exists():
        return None
    with _locked(about) as payment:
        return _call_off(payment)


def forgive(about: str) -> Payment:
    """The payee asks for it no more. Not once the payer says that it is paid: the money may be on its way, or there."""
    with _locked(about) as payment:
        if payment.state == PaymentState.DUE and payment.payer_confirmed:
            raise PaymentError(
                _("%(name)s says that this is paid. Confirm it, or talk about it first.")
                % {"name": payment.payer.first_name}, code="paid",
            )
        return _call_off(payment)


def _call_off(payment: Payment) -> Payment:
    """End a locked payment that is still due, and let go of what its gateway holds for it."""
    if payment.state == PaymentState.DUE:
        payment.state = PaymentState.CANCELLED
        payment.save(update_fields=["state"])
        gateways.named(payment.gateway).let_go(payment.about, timezone.now())
    elif payment.state != PaymentState.CANCELLED and payment.total_minor:
        raise PaymentError(_("This has been paid already; it can only be refunded."))
    return payment


def amend(
    about: str, *, price_minor: int, fee_minor: int, solidarity_minor: int = 0, now: datetime | None = None
) -> Payment:
    """What is due has become another amount; what either side has said of the old one counts no more."""
    with _locked(about) as payment:
        if payment.state != PaymentState.DUE:
            raise PaymentError(_("This payment is not due any more."))
        payment.price_minor, payment.fee_minor, payment.solidarity_minor = price_minor, fee_minor, solidarity_minor
        payment.payer_confirmed = payment.payee_confirmed = None
        payment.save(
            update_fields=["price_minor", "fee_minor", "solidarity_minor", "payer_confirmed", "payee_confirmed"]
        )
        gateways.named(payment.gateway).amended(payment, now or timezone.now())
    return payment


def refund(
    about: str, *, price_minor: int, fee_minor: int = 0, by: Member | None = None, now: datetime | None = None,
    part: bool = False,
) -> Payment:
    """Give back this much of the price, and of what the pool got. Once; the same again changes nothing.

    What a pool has spent meanwhile it owes (`owing`): nobody who calls something off waits for that.
    How much is for the caller to decide by its own rules; `by` must have to do with the payment (None: the clock).
    part: the rest stays paid, and some of it may be given back later.
    """
    now = now or timezone.now()
    with _locked(about) as payment:
        if by is not None and not _may_see_to(payment, by):
            raise NotYours(_("This payment is between other people."))
        if payment.state == PaymentState.REFUNDED:
            if (payment.refunded_price_minor, payment.refunded_fee_minor) != (price_minor, fee_minor):
                raise PaymentError(_("This was refunded before, by another amount."))
            return payment
        if payment.state != PaymentState.SETTLED:
            raise PaymentError(_("Only what was paid can be refunded."))
        price_left, pooled_left = payment.left_to_refund
        if not (0 <= price_minor <= price_left and 0 <= fee_minor <= pooled_left and price_minor + fee_minor):
            raise PaymentError(_("No more can be refunded than was paid."))
        signals.payment_refunding.send(Payment, payment=payment, fee_minor=fee_minor, now=now)
        gateway = gateways.named(payment.gateway)
        entries = gateway.refund(payment, price_minor=price_minor, fee_minor=fee_minor, now=now)
        if entries:
            entries = owing.covered(payment.community, entries)
            ledger.post(payment.community, entries, batch=f"refund:{about}", now=now)
        payment.state, payment.refunded = PaymentState.SETTLED if part else PaymentState.REFUNDED, now
        payment.refunded_price_minor += price_minor
        payment.refunded_fee_minor += fee_minor
        payment.save(update_fields=["state", "refunded", "refunded_price_minor", "refunded_fee_minor"])
        tell(signals.payment_refunded, payment)
    return payment


def hold_deposit(
    about: str, *, community: Community, payer: Member, payee: Member | None, minor: int, title: str = "",
    now: datetime | None = None,
) -> Transfer:
    """Set a deposit aside in the payer's wallet until it is released or kept."""
    target = ledger.account(AccountKind.WALLET, community, payee) if payee else ledger.account(
        AccountKind.POOL, community
    )
    wallet = ledger.account(AccountKind.WALLET, community, payer)
    entry = Entry(wallet, target, minor, TransferKind.DEPOSIT, _deposit_key(about), about, title)
    return ledger.hold(community, entry, now=now)


def release_deposit(about: str, *, now: datetime | None = None) -> Transfer | None:
    """Let the deposit go back; None when none was held. What is released already stays so."""
    held = ledger.hold_of(_deposit_key(about))
    if held is None:
        return None
    _gateway_of(about).deposit_released(about, now or timezone.now())
    return ledger.void(held, now=now)


def keep_deposit(about: str, minor: int, *, by: Member | None = None, now: datetime | None = None) -> Transfer:
    """Turn `minor` of the deposit into the lender's; the rest goes back. Agreed between them, or decided by `by`.

    Answers the entry that did it; the hold itself where the gateway must be heard first.
    """
    held = ledger.hold_of(_deposit_key(about))
    if held is None:
        raise PaymentError(_("There is no deposit for this."))
    payment = Payment.objects.filter(about=about).first()
    if by is not None and payment is not None and not _may_see_to(payment, by):
        raise NotYours(_("This payment is between other people."))
    entries = _gateway_of(about, payment).kept_deposit(held, minor, now or timezone.now())
    booked = ledger.post(held.community, entries, batch=f"keep:{about}", now=now)
    return next((row for row in booked if row.of_id == held.pk), held)


def hand_in(
    member: Member, community: Community, minor: int, *, by: Member, key: str = "", now: datetime | None = None
) -> Transfer:
    """A member gives the treasurer cash they held for the pool; at most what their wallet is below zero."""
    return _cash(member, community, minor, by=by, inwards=True, key=key, now=now)


def pay_out(
    member: Member, community: Community, minor: int, *, by: Member, key: str = "", now: datetime | None = None
) -> Transfer:
    """The treasurer gives a member cash that the books owe them; at most what their wallet is above zero."""
    return _cash(member, community, minor, by=by, inwards=False, key=key, now=now)


def _cash(member, community, minor, *, by, inwards, key, now) -> Transfer:
    """Cash between a member and the treasurer. `key` makes a form sent twice harmless."""
    _check_treasurer(member, community, by)
    if not key.isprintable():
        raise PaymentError(_("Send the form again, please."), code="key")
    now = now or timezone.now()
    key = f"cash:{community.pk}:{key or f'{member.pk}:{now.timestamp()}'}"
    with transaction.atomic():
        asked_back = claims.locked(member, community)
        ledger.lock(community)
        wallet = ledger.account(AccountKind.WALLET, community, member)
        if before := Transfer.objects.filter(key=key).first():
            if before.minor != minor:
                raise PaymentError(_("This was written down before, with another amount."), code="key_reused")
            if wallet.pk != (before.target_id if inwards else before.source_id):
                raise PaymentError(_("Send the form again, please."), code="key_reused")
            return before
        open_minor = -wallet.balance_minor if inwards else wallet.free_minor
        if not 0 < minor <= open_minor:
            raise PaymentError(
                _("They hold less than that for the pool.") if inwards else _("The books owe them less than that."),
                field="minor", code="too_much",
            )
        world = ledger.account(AccountKind.WORLD, community)
        memo = (_("Handed to %(name)s") if inwards else _("Paid out by %(name)s")) % {"name": by.name}
        source, target = (world, wallet) if inwards else (wallet, world)
        kind = TransferKind.CASH_IN if inwards else TransferKind.CASH_OUT
        booked = ledger.post(community, [Entry(source, target, minor, kind, key, "", memo)], now=now)[0]
        claims.made_good(asked_back, member, community)
        return booked


def reserve(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int, gateway: str,
    starts: datetime, ends: datetime, now: datetime | None = None,
) -> None:
    """Somebody asks for something that will cost this much; a card, say, is to hold it until the answer."""
    gateways.named(gateway).reserve(
        about, title=title, community=community, payer=payer, payee=payee, minor=minor, starts=starts, ends=ends,
        now=now or timezone.now(),
    )


def reserve_more(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int, gateway: str,
    starts: datetime, ends: datetime, now: datetime | None = None,
) -> bool:
    """What was asked for, and is not answered yet, will cost this much instead. False: not before the card holds it."""
    return gateways.named(gateway).reserve_more(
        about, title=title, community=community, payer=payer, payee=payee, minor=minor, starts=starts, ends=ends,
        now=now or timezone.now(),
    )


def more_counts(about: str, *, gateway: str, now: datetime | None = None) -> None:
    """The card holds what was reserved on top: it takes the place of what was before."""
    gateways.named(gateway).more_counts(about, now or timezone.now())


def more_dropped(about: str, *, gateway: str, now: datetime | None = None) -> None:
    """What was reserved on top is not wanted any more; what was before stands."""
    gateways.named(gateway).more_dropped(about, now or timezone.now())


def let_go(about: str, *, gateway: str, now: datetime | None = None) -> None:
    """What was reserved is not wanted any more."""
    gateways.named(gateway).let_go(about, now or timezone.now())


def plan_deposit(
    about: str, *, title: str, community: Community, payer: Member, payee: Member | None, minor: int, gateway: str,
    at: datetime, now: datetime | None = None,
) -> None:
    """A deposit will be needed from `at` on: by card it is held then, and the hold renewed as long as it is needed."""
    gateways.named(gateway).deposit_planned(
        about, title=title, community=community, payer=payer, payee=payee, minor=minor, at=at,
        now=now or timezone.now(),
    )


def pass_on(about: str, *, now: datetime | None = None) -> None:
    """What the payment was for is over, as agreed; nothing where there is no such payment."""
    with transaction.atomic(savepoint=False):
        if payment := Payment.objects.select_for_update(no_key=True).filter(about=about).first():
            gateways.named(payment.gateway).pass_on(about, now or timezone.now())


def _gateway_of(about: str, payment: Payment | None = None) -> gateways.PaymentGateway:
    payment = payment or Payment.objects.filter(about=about).first()
    return gateways.named(payment.gateway if payment else Gateway.HAND)


@contextmanager
def _locked(about: str) -> Iterator[Payment]:
    """Hold the payment's row and yield it as it stands under that lock."""
    with transaction.atomic():
        rows = Payment.objects.select_related("community", "payer", "payee")
        try:
            yield rows.select_for_update(of=("self",), no_key=True).get(about=about)
        except Payment.DoesNotExist:
            raise PaymentError(_("There is nothing to pay for this."), code="no_payment") from None


def side_of(payment: Payment, member: Member, entrusted: dict[int, Member] | None = None) -> str:
    """Whose word a confirmation by this member is: "payer", "payee", or "" when it is not theirs to give.

    entrusted: the community's treasurers and stewards, when a list of payments has asked for them already.
    """
    if payment.payee_id == member.pk:
        return "payee"
    for_the_commons = payment.payee_id is None and (payment.payer_id != member.pk or payment.payer_confirmed)
    if for_the_commons and member.pk in _besides(payment.payer_id, entrusted or trusted_of(payment.community)):
        return "payee"
    return "payer" if payment.payer_id == member.pk else ""


def trusted_of(community: Community) -> dict[int, Member]:
    """Treasurers and stewards: who may speak for the community."""
    trusted = Q(role__in=[Role.STEWARD, Role.TREASURER]) | Q(treasurer=True)
    rows = Membership.objects.active().filter(trusted, community=community).select_related("member")
    return {row.member_id: row.member for row in rows}


def _side(payment: Payment, by: Member) -> str:
    side = side_of(payment, by)
    if not side:
        raise NotYours(_("This payment is between other people."))
    return f"{side}_confirmed"


def _others(payment: Payment, by: Member) -> list[Member]:
    """Whose word is still missing."""
    if payment.payer_confirmed is None:
        return [payment.payer]
    if payment.payee is not None:
        return [payment.payee]
    entrusted = _besides(payment.payer_id, trusted_of(payment.community))
    return [member for pk, member in entrusted.items() if pk != by.pk]


def _besides(payer: int, entrusted: dict[int, Member]) -> dict[int, Member]:
    """Those of them who are not the payer; the payer too, if there is nobody else."""
    return {pk: member for pk, member in entrusted.items() if pk != payer} or entrusted


def _may_see_to(payment: Payment, member: Member) -> bool:
    return member.pk in (payment.payer_id, payment.payee_id) or member.pk in trusted_of(payment.community)


def _check_treasurer(member: Member, community: Community, by: Member) -> None:
    """Cash is taken by a treasurer; their own by another one, if there is another."""
    treasurers = [treasurer.pk for treasurer in queries.treasurers(community)]
    if by.pk not in treasurers:
        raise NotYours(_("Only a treasurer of the community can do this."))
    if member.pk == by.pk and len(treasurers) > 1:
        raise NotYours(_("Another treasurer must take your own cash."))


def _deposit_key(about: str) -> str:
    return f"deposit:{about}"


def _values(payment: Payment, names: tuple[str, ...]) -> list:
    return [getattr(payment, name) for name in names]
