"""What happens at Stripe, put into the books: each movement there is one entry here, named after it.

The clearing account of a community mirrors what lies at Stripe for it: money that comes in leaves it,
so below zero is what is there. A price paid by card is kept in trust until the thing is back, and then
passed on; the fee goes to the pool at once. What Stripe keeps for itself is the pool's to bear, as far
as it can; what it cannot yet stays visible on an account of its own and is taken from the next fees.

All of it runs in the caller's transaction, under the lock of the community's chain.
"""

from datetime import datetime

from django.db.models import QuerySet

from members.models import Community, Member
from payments import ledger, settling
from payments.ledger import Entry
from payments.models import Account, CardCharge, Payment, Transfer
from payments.states import AccountKind, ChargePurpose, PaymentState, TransferKind

from .client import Thing, from_gateway

LABEL, COSTS = "stripe", "stripe costs"


def clearing(community: Community) -> Account:
    return ledger.account(AccountKind.CLEARING, community, label=LABEL)


def trust(community: Community) -> Account:
    """Prices that were paid and wait for the return."""
    return ledger.account(AccountKind.DEPOSITS, community, label=LABEL)


def costs(community: Community) -> Account:
    """Below zero: what Stripe has kept and the pool has not borne yet."""
    return ledger.account(AccountKind.CLEARING, community, label=COSTS)


def disputed(community: Community) -> Account:
    """Below zero: what a bank has taken back, until the dispute is over."""
    return ledger.account(AccountKind.CLEARING, community, label="stripe disputes")


def named(thing: str) -> str:
    """The key of the entry that moves what a thing at Stripe moved."""
    return f"stripe:{thing}"


def booked(thing: str) -> bool:
    return Transfer.objects.filter(key=named(thing)).exists()


def came_in(charge: CardCharge, thing: str, now: datetime) -> None:
    """A card was charged: settle the payment it is for, or keep it as the payer's own until it goes back."""
    community = charge.community
    # The payment is locked before the chain, as everywhere.
    rows = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("community", "payer", "payee")
    payment = rows.filter(about=charge.about, state=PaymentState.DUE).first()
    ledger.lock(community)
    if booked(thing):
        return
    payer = wallet(community, charge.payer)
    first = Entry(
        clearing(community), payer, charge.taken_minor, TransferKind.CARD_IN, named(thing), charge.about, charge.title
    )
    if charge.purpose == ChargePurpose.DEPOSIT:
        _deposit_came_in(charge, first, now)
        return
    if payment is None or payment.total_minor != charge.taken_minor:
        ledger.post(community, [first], batch=f"card:{charge.name}", now=now)  # it goes back: see `charges.drive`
        return
    parts = [
        (trust(community) if payment.payee_id else pool(community), payment.price_minor, TransferKind.PRICE),
        (pool(community), payment.fee_minor, TransferKind.FEE),
        (pool(community), payment.solidarity_minor, TransferKind.SOLIDARITY),
    ]
    entries = [
        Entry(payer, target, minor, kind, f"settle:{charge.about}:{number}:{kind}", charge.about, charge.title)
        for number, (target, minor, kind) in enumerate(parts, 1) if minor
    ]
    settling.settle(payment, [first, *entries], now)


def _deposit_came_in(charge: CardCharge, first: Entry, now: datetime) -> None:
    """What the lender keeps of a deposit is theirs; the rest of what was set aside in the books is free again."""
    held = ledger.hold_of(f"deposit:{charge.about}")
    entries = [first]
    if held is not None and not hasattr(held, "settled_by"):
        entries.append(ledger.posting(held, charge.taken_minor))
    else:
        target = wallet(charge.community, charge.payee) if charge.payee else pool(charge.community)
        entries.append(Entry(
            first.target, target, charge.taken_minor, TransferKind.DEPOSIT, f"kept:{charge.name}", charge.about,
            charge.title,
        ))
    ledger.post(charge.community, entries, batch=f"keep:{charge.about}", now=now)


def passed_on(charge: CardCharge, thing: str, minor: int, now: datetime) -> None:
    """Stripe has sent the lender theirs."""
    community, about, memo = charge.community, charge.about, charge.title
    ledger.lock(community)
    if booked(thing):
        return
    assert charge.payee is not None, "The commons' share stays where it is."
    payee = wallet(community, charge.payee)
    entries = [Entry(payee, clearing(community), minor, TransferKind.CARD_OUT, named(thing), about, memo)]
    if charge.purpose == ChargePurpose.PRICE:
        kept = Entry(trust(community), payee, minor, TransferKind.PASSED_ON, f"passed:{thing}", about, memo)
        entries.insert(0, kept)
    ledger.post(community, entries, batch=f"pass:{charge.name}", now=now)


def taken_back(charge: CardCharge, thing: str, minor: int, now: datetime) -> None:
    """Stripe has taken back from the lender what was passed on; it lies in trust again."""
    community, about, memo = charge.community, charge.about, charge.title
    ledger.lock(community)
    if booked(thing):
        return
    assert charge.payee is not None, "Nothing was passed on to the commons."
    payee = wallet(community, charge.payee)
    entries = [
        Entry(clearing(community), payee, minor, TransferKind.CARD_IN, named(thing), about, memo),
        Entry(payee, trust(community), minor, TransferKind.REFUND, f"back:{thing}", about, memo),
    ]
    ledger.post(community, entries, batch=f"back:{charge.name}", now=now)


def refunded(charge: CardCharge, thing: str, price_minor: int, fee_minor: int, now: datetime) -> None:
    """Some of it has gone back to the card: of the price, of what the pool got; the rest was the payer's already."""
    community, about, memo = charge.community, charge.about, charge.title
    ledger.lock(community)
    if booked(thing):
        return
    payer, number = wallet(community, charge.payer), 0
    entries: list[Entry] = []
    own = trust(community) if charge.payee_id else pool(community)
    for source, minor in ((own, price_minor), (pool(community), fee_minor)):
        for account, part in _as_far_as_it_goes(community, source, minor, entries):
            number += 1
            entries.append(Entry(account, payer, part, TransferKind.REFUND, f"back:{thing}:{number}", about, memo))
    total = price_minor + fee_minor
    entries.append(Entry(payer, clearing(community), total, TransferKind.CARD_OUT, named(thing), about, memo))
    ledger.post(community, entries, batch=f"refund:{charge.name}", now=now)


def sent_back(charge: CardCharge, thing: str, minor: int, now: datetime) -> None:
    """What was paid though nothing was due any more has gone back to the card."""
    community = charge.community
    ledger.lock(community)
    if not booked(thing):
        entry = Entry(
            wallet(community, charge.payer), clearing(community), minor, TransferKind.CARD_OUT, named(thing),
            charge.about, charge.title,
        )
        ledger.post(community, [entry], batch=f"refund:{charge.name}", now=now)


def bounced(charge: CardCharge, movement: str, minor: int, now: datetime) -> bool:
    """A bank has sent a refund back: it lies at Stripe again, and is the payer's own. Once; whether it was now."""
    community = charge.community
    ledger.lock(community)
    if booked(movement):
        return False
    entry = Entry(
        clearing(community), wallet(community, charge.payer), minor, TransferKind.CARD_IN, named(movement),
        charge.about, charge.title,
    )
    ledger.post(community, [entry], batch=f"bounced:{charge.name}", now=now)
    return True


def cost(community: Community, movement: Thing, about: str, now: datetime) -> None:
    """What Stripe keeps of a movement for itself; the pool bears it as far as it can, and older ones with it."""
    minor, key = from_gateway(movement["fee"], movement["currency"]), f"{movement['id']}:fee"
    if not minor:
        return
    ledger.lock(community)
    if booked(key):
        return
    there, here = clearing(community), costs(community)
    source, target = (here, there) if minor > 0 else (there, here)
    entries = [Entry(source, target, abs(minor), TransferKind.CARD_COST, named(key), about)]
    open_minor = max(0, minor - here.balance_minor)
    borne = min(open_minor, max(0, pool(community).free_minor))
    if borne:
        entries.append(Entry(pool(community), here, borne, TransferKind.CARD_COST, f"borne:{key}", about))
    ledger.post(community, entries, batch=f"cost:{movement['id']}", now=now)


def in_dispute(charge: CardCharge, movement: Thing, now: datetime) -> None:
    """A bank took money back, or gave it back: a movement of its own each time."""
    community = charge.community
    ledger.lock(community)
    if booked(movement["id"]):
        return
    minor = from_gateway(movement["amount"], movement["currency"])
    here, there = disputed(community), clearing(community)
    source, target = (here, there) if minor < 0 else (there, here)
    entry = Entry(source, target, abs(minor), TransferKind.DISPUTED, named(movement["id"]), charge.about, charge.title)
    ledger.post(community, [entry], batch=f"dispute:{charge.name}", now=now)
    cost(community, movement, charge.about, now)


def lost(charge: CardCharge, price_minor: int, reached_minor: int, payers_minor: int, now: datetime) -> bool:
    """A dispute is lost: what lay in trust covers it, the lender what had reached them, the pool the rest.

    `payers_minor` had gone back and was sent here again: it was the payer's own, and now they have it from their bank.
    What the pool cannot bear now, having spent or shared it out, it bears from the next fees. Once; whether it was now.
    """
    community, key = charge.community, f"lost:{charge.dispute}"
    ledger.lock(community)
    if Transfer.objects.filter(key=f"{key}:0").exists():
        return False
    here = disputed(community)
    entries: list[Entry] = []
    own = trust(community) if charge.payee_id else pool(community)
    rest = charge.taken_minor - charge.refunded_minor - price_minor - reached_minor - payers_minor
    sources = [(own, price_minor), (pool(community), rest)]
    if charge.payee is not None and reached_minor:
        sources.insert(1, (wallet(community, charge.payee), reached_minor))
    if payers_minor:
        sources.append((wallet(community, charge.payer), payers_minor))
    for source, minor in sources:
        owed = source.kind == AccountKind.WALLET  # which may say what its member holds
        for account, part in [(source, minor)] if owed else _as_far_as_it_goes(community, source, minor, entries):
            if part:
                entries.append(Entry(
                    account, here, part, TransferKind.DISPUTED, f"{key}:{len(entries)}", charge.about, charge.title
                ))
    if entries:
        ledger.post(community, entries, batch=key, now=now)
    return bool(entries)


def wallets_below_zero(community: Community) -> QuerySet[Account]:
    rows = Account.objects.filter(community=community, kind=AccountKind.WALLET, currency=community.currency)
    return rows.filter(label="", balance_minor__lt=0)


def wallet(community: Community, member: Member) -> Account:
    return ledger.account(AccountKind.WALLET, community, member)


def pool(community: Community) -> Account:
    return ledger.account(AccountKind.POOL, community)


def _as_far_as_it_goes(
    community: Community, source: Account, minor: int, before: list[Entry]
) -> list[tuple[Account, int]]:
    """From this account what it has; the rest from the costs, which the pool bears later: the money is gone already."""
    planned = sum(entry.minor for entry in before if entry.source == source)
    part = min(minor, max(0, source.free_minor - planned))
    return [(account, share) for account, share in ((source, part), (costs(community), minor - part)) if share]
