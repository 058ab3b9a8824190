"""Every night the books are compared with Stripe's own account, movement by movement, and as a whole.

What Stripe has done and we have not heard of is taken over first, as if its letter had come: a charge, or what
Stripe keeps for itself, which is only ever booked from here and from the charge. What then still stands in only
one of the two, or in both and not as the same, is a Difference for the treasurer; one that has gone is settled.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.db import transaction
from django.db.models import Exists, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community
from payments import ledger
from payments.ledger import Entry
from payments.models import Account, CardCharge, Difference, Reconciliation, Transfer
from payments.states import AccountKind, TransferKind

from . import bounced, client, money, news
from .client import Thing, from_gateway
from .marks import marked

log = logging.getLogger("commonshare.payments")
OVERLAP = timedelta(days=3)
FIRST_LOOK = timedelta(days=400)
EDGE = timedelta(hours=6)  # the two clocks may differ, and what happens this moment may stand in one only
MOST = 200
BOUNCED = "refund_failure"  # a movement of its own, of the same refund
KEPT = timedelta(days=400)


def compare(now: datetime | None = None) -> Reconciliation:
    """Compare all that has moved since the last time. Never inside a transaction."""
    now = now or timezone.now()
    run = Reconciliation.objects.create(started=now, since=_since(now))
    try:
        _Comparison(run, now).make()
    except (client.Unsure, stripe.StripeError) as trouble:
        run.trouble = str(trouble)[:200]
        run.save(update_fields=["trouble"])
        log.warning("The comparison with the gateway was broken off: %s", trouble)
        return run
    run.finished = timezone.now()
    run.save(update_fields=["finished", "movements", "found"])
    Reconciliation.objects.filter(started__lt=now - KEPT).delete()
    return run


def _since(now: datetime) -> datetime:
    """From some days before the last comparison; from before the oldest difference that is open, so that it can end."""
    last = Reconciliation.objects.exclude(finished=None).order_by("-started").first()
    if last is None:
        return now - FIRST_LOOK
    oldest = Difference.objects.filter(settled=None).aggregate(happened=Min("happened"))["happened"]
    since = last.started - OVERLAP
    return max(min(since, oldest - 2 * EDGE), now - FIRST_LOOK) if oldest else since


def concerning(community: Community) -> QuerySet[Difference]:
    """What is open and concerns a community: what is known to be its own, and what nobody knows whose it is.

    All communities that are paid by card share one account at Stripe, so what does not fit there as a whole, or names
    none of them, is for the treasurers of each that counts in that currency.
    """
    shared = Account.objects.filter(community=community, kind=AccountKind.CLEARING, label=money.LABEL)
    own = Q(community=community)
    return Difference.objects.filter(
        own | Q(Exists(shared), community__isnull=True, currency=community.currency), settled__isnull=True
    )


def open_for(community: Community) -> list[Difference]:
    """What does not fit, the newest first, for the treasurers of a community."""
    return list(concerning(community).order_by("-happened", "-pk")[:MOST])


def broken_off() -> bool:
    """Whether the newest comparison has not come to its end: then nobody knows whether all fits."""
    newest = Reconciliation.objects.order_by("-started", "-pk").first()
    return newest is not None and newest.finished is None and bool(newest.trouble)


def latest() -> Reconciliation | None:
    return Reconciliation.objects.exclude(finished=None).order_by("-started").first()


def in_words(kind: str) -> str:
    """What kind of difference it is."""
    return {
        "only_there": _("The card service moved it; the books do not have it."),
        "only_here": _("The books have it; the card service does not."),
        "amount": _("The two say different amounts."),
        "total": _("All together, the books and the card service say different amounts."),
    }.get(kind, kind)


class _Comparison:
    """One run."""

    def __init__(self, run: Reconciliation, now: datetime) -> None:
        self.run, self.now = run, now
        self.seen: set[str] = set()
        self.differing: set[str] = set()

    def make(self) -> None:
        for page in self._pages():
            self.run.movements += len(page)
            self._look_at(page)
        self._only_here()
        self._totals()
        self.run.found = len(self.differing)
        gone = Difference.objects.filter(settled=None, happened__gte=self.run.since).exclude(key__in=self.differing)
        gone.update(settled=self.now)

    def _pages(self) -> Iterator[list[Thing]]:
        """Stripe's movements, the newest first, a hundred at a time."""
        sent: Any = {"limit": 100, "created": {"gte": int(self.run.since.timestamp())}, "expand": ["data.source"]}
        while True:
            page = client.ask(lambda stripe_, _options: stripe_.v1.balance_transactions.list(sent))
            yield page["data"]
            if not page["has_more"]:
                return
            sent["starting_after"] = page["data"][-1]["id"]

    def _look_at(self, page: list[Thing]) -> None:
        known = self._booked(page)
        for row in page:
            key = _key(row)
            self.seen.add(key)
            charge = self._charge(row)
            if key not in known:
                self._catch_up(row, charge)
                known |= self._booked([row])
            self._cost(row, charge)
            booked, there = known.get(key), from_gateway(row["amount"], row["currency"])
            community = charge.community if charge else booked.community if booked else None
            here = None if booked is None else _added(booked)
            if here != there:
                self._differs(
                    key, "only_there" if here is None else "amount", community, row["currency"].upper(), here, there,
                    client.instant(row["created"]), charge.about if charge else "",
                )

    def _booked(self, page: list[Thing]) -> dict[str, Transfer]:
        rows = Transfer.objects.filter(key__in=[_key(row) for row in page])
        return {row.key: row for row in rows.select_related("source", "target", "community")}

    def _charge(self, row: Thing) -> CardCharge | None:
        """The charge that a movement belongs to, by the names it carries."""
        source = row["source"] if isinstance(row["source"], dict) else {}
        found = marked(source) or Q(pk=None)
        for name in ("id", "charge"):
            if value := source.get(name):
                found |= Q(charge=value)
        if value := source.get("transfer"):
            found |= Q(transfer=value)
        return next(iter(CardCharge.objects.filter(found).order_by().select_related("community")[:1]), None)

    def _catch_up(self, row: Thing, charge: CardCharge | None) -> None:
        """What a lost letter would have told."""
        source = row["source"] if isinstance(row["source"], dict) else {}
        if row["type"] == "charge" and charge is not None and source.get("payment_intent"):
            news.intent(charge.pk, news.read_intent(source["payment_intent"]), self.now)
        elif source.get("object") == "dispute" and charge is not None:
            read = client.ask(lambda stripe_, _options: stripe_.v1.disputes.retrieve(source["id"]))
            news.dispute(charge.pk, read, self.now)
        elif row["type"] == BOUNCED and charge is not None:
            bounced.note(charge.pk, bounced.read(source["id"]), self.now)
        elif row["type"] == "payout" and (slug := (source.get("metadata") or {}).get("community")):
            community = Community.objects.filter(slug=slug).first()
            if community is not None:
                _paid_out(community, row, self.now)

    def _cost(self, row: Thing, charge: CardCharge | None) -> None:
        if row["fee"] and charge is not None:
            with transaction.atomic():
                money.cost(charge.community, row, charge.about, self.now)

    def _only_here(self) -> None:
        """Entries of the span, but for its first and last hours, that no movement answers to."""
        accounts = Account.objects.filter(kind=AccountKind.CLEARING, label=money.LABEL)
        rows = Transfer.objects.filter(
            Q(source__in=accounts) | Q(target__in=accounts), key__startswith="stripe:",
            created__gte=self.run.since + EDGE, created__lte=self.now,
        ).exclude(kind=TransferKind.CARD_COST)
        for row in rows.select_related("source", "community").iterator(chunk_size=500):
            if row.key not in self.seen:
                self._differs(
                    row.key, "only_here", row.community, row.source.currency, _added(row), None, row.created, row.about
                )

    def _totals(self) -> None:
        """What should lie at Stripe, all communities together, and what does; Stripe has one account for them all."""
        rows = Account.objects.filter(kind=AccountKind.CLEARING, label=money.LABEL).order_by()
        here = {row["currency"]: -row["total"] for row in rows.values("currency").annotate(total=Sum("balance_minor"))}
        there: dict[str, int] = {}
        balance = client.ask(lambda stripe_, _options: stripe_.v1.balance.retrieve())
        for part in [*balance["available"], *balance["pending"]]:
            currency = part["currency"].upper()
            there[currency] = there.get(currency, 0) + from_gateway(part["amount"], currency)
        for currency in sorted({*here, *there}):
            if here.get(currency, 0) != there.get(currency, 0):
                self._differs(
                    f"total:{currency}", "total", None, currency, here.get(currency, 0), there.get(currency, 0),
                    self.now, "",
                )

    def _differs(
        self, key: str, kind: str, community: Community | None, currency: str, here: int | None, there: int | None,
        happened: datetime | None, about: str,
    ) -> None:
        self.differing.add(key)
        facts = {
            "kind": kind, "community": community, "currency": currency, "minor_here": here, "minor_there": there,
            "happened": happened or self.now, "about": about, "last_seen": self.now, "settled": None,
        }
        Difference.objects.update_or_create(key=key, defaults=facts, create_defaults=facts | {"first_seen": self.now})


def _key(row: Thing) -> str:
    """The name under which a movement stands in the books."""
    source = row["source"]
    name = source["id"] if isinstance(source, dict) else source
    disputed = isinstance(source, dict) and source.get("object") == "dispute"
    return money.named(row["id"] if disputed or row["type"] == BOUNCED or not name else name)


def _added(row: Transfer) -> int:
    """What an entry adds to the gateway's account."""
    return row.minor if row.source.kind == AccountKind.CLEARING and row.source.label == money.LABEL else -row.minor


def _paid_out(community: Community, row: Thing, now: datetime) -> None:
    """What Stripe has paid out to the community's own bank account is with its treasurers."""
    minor, key = -from_gateway(row["amount"], row["currency"]), _key(row)
    with transaction.atomic():
        world = ledger.account(AccountKind.WORLD, community)
        entry = Entry(world, money.clearing(community), minor, TransferKind.CARD_OUT, key, "", _("To the bank account"))
        ledger.post(community, [entry], now=now)
