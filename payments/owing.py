"""What the pool owes because it could not give it back: noted at once, paid as soon as the pool can.

A booking that is called off is called off, whether the pool has its fee still or has spent it. What the pool lacks
then stands on an account of its own, below zero; it is on the treasurer's desk and in the open books until the clock
has paid it out of what the pool gets next.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community

from . import ledger, waiting
from .cards import money
from .ledger import Entry
from .models import Account, Transfer
from .states import AccountKind, TransferKind

LABEL = "owed"


def register() -> None:
    """Called when the app loads."""
    waiting.register(
        waiting.Source(
            "owing", gettext_lazy("What the pool owes"), _waiting,
            gettext_lazy("Fees of bookings that were called off when the pool held too little. Paid by itself out of"
                         " what the pool gets next."),
        )
    )


def account(community: Community, currency: str = "") -> Account:
    """Below zero by what the pool has not paid yet."""
    return ledger.account(AccountKind.CLEARING, community, label=LABEL, currency=currency)


def covered(community: Community, entries: list[Entry]) -> list[Entry]:
    """The same entries, but what a pool cannot pay comes from what it owes. Holds the chain from here on."""
    ledger.lock(community)
    left: dict[int, int] = {}
    found: list[Entry] = []
    for entry in entries:
        if entry.source.kind != AccountKind.POOL:
            found.append(entry)
            continue
        if entry.source.pk not in left:
            entry.source.refresh_from_db(fields=["balance_minor", "held_minor", "limit_minor"])
            left[entry.source.pk] = max(0, entry.source.free_minor)
        part = min(entry.minor, left[entry.source.pk])
        left[entry.source.pk] -= part
        if part:
            found.append(replace(entry, minor=part))
        if part < entry.minor:
            owed = account(community, entry.source.currency)
            found.append(replace(entry, source=owed, minor=entry.minor - part, key=f"{entry.key}:owed"))
    return found


def pay(now: datetime | None = None, *, community: Community | None = None) -> int:
    """Let each pool, or one community's, pay what it owes, as far as it can; returns how many accounts got something.

    What the card service kept, and a pool could not bear then, it bears here as well: not only out of what comes by
    card.
    """
    now, paid = now or timezone.now(), 0
    for label, kind in ((LABEL, TransferKind.REFUND), (money.COSTS, TransferKind.CARD_COST)):
        rows = _open(label).select_related("community").order_by("pk")
        paid += sum(_pay(owed, kind, now) for owed in (rows.filter(community=community) if community else rows))
    return paid


def _pay(owed: Account, kind: str, now: datetime) -> bool:
    community = owed.community
    with transaction.atomic():
        ledger.lock(community)
        owed.refresh_from_db(fields=["balance_minor"])
        pool = ledger.account(AccountKind.POOL, community, currency=owed.currency)
        minor = min(-owed.balance_minor, pool.free_minor)
        if minor <= 0:
            return False
        last = Transfer.objects.filter(community=community).order_by("-sequence").values_list("sequence", flat=True)[0]
        entry = Entry(pool, owed, minor, kind, f"owed:{owed.pk}:{last + 1}")
        ledger.post(community, [entry], now=now)
    return True


def _open(label: str = LABEL) -> QuerySet[Account]:
    rows = Account.objects.filter(member__isnull=True, kind=AccountKind.CLEARING, label=label)
    return rows.filter(balance_minor__lt=0)


def _waiting(community: Community, most: int) -> Iterator[waiting.Item]:
    for owed in _open().filter(community=community).order_by("pk")[:most]:
        yield waiting.Item(_("Waits for money in the pool"), "", -owed.balance_minor, owed.currency)
