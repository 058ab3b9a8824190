"""A member's year in money, as the books have it: what was earned, quarter by quarter and by thing, and what was paid.

The figures are those that a platform in the European Union reports of who earns by it (Council Directive
(EU) 2021/514, "DAC7", annex V, section III.B): for each quarter the consideration, the number of
activities it was paid for, and the fees withheld or charged; for rooms the nights of each. A payment counts
in the quarter in which it was settled where the community lives, less what was given back of it since. What
was paid in community credit is no money and has a statement of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, ExtractQuarter, StrIndex, Substr
from django.utils import timezone

from members.models import Community, Member
from payments import causes
from payments.models import Account, Payment, Transfer
from payments.states import DAMAGE, AccountKind, Gateway, PaymentState, Phase, TransferKind

SETTLED = (PaymentState.SETTLED, PaymentState.REFUNDED)
FROM_POOL = (TransferKind.DIVIDEND, TransferKind.CARE, TransferKind.SPEND)
# What came on top of a booking, "booking:12+1", is of the same booking.
_BOOKING = Substr("about", 1, StrIndex(Concat("about", Value("+")), Value("+")) - 1)
MOST = 5000  # payments looked at for what each thing earned


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minor units. `price`: what the things cost; `fee` and `solidarity`: for the pool; `back`: given back since."""

    count: int = 0
    price: int = 0
    fee: int = 0
    solidarity: int = 0
    back: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def earned(self) -> int:
        """What the lender was paid and kept."""
        return self.price - self.back

    @property
    def paid(self) -> int:
        """What the borrower paid in all and did not get back."""
        return self.price + self.fee + self.solidarity - self.back


@dataclass(frozen=True, slots=True)
class OfThing:
    """What one thing earned: so many bookings, so many nights."""

    name: str
    url: str
    kind: str
    count: int
    nights: int
    earned: int


@dataclass(frozen=True)
class Part:
    """The year in one community, in its currency. `things` leaves out nothing unless `cut`."""

    community: Community
    currency: str
    quarters: dict[int, Amounts] = field(default_factory=dict)
    things: list[OfThing] = field(default_factory=list)
    spent: Amounts = field(default_factory=Amounts)
    from_pool: dict[str, int] = field(default_factory=dict)
    cut: bool = False

    @property
    def earned(self) -> Amounts:
        return sum(self.quarters.values(), Amounts())


def years_of(member: Member, now: datetime | None = None) -> list[int]:
    """The years in which something was settled for the member, or came from a pool, the newest first; this one always.

    Each counts as it is where the community lives, as in the summary itself.
    """
    now = now or timezone.now()
    mine = Payment.objects.filter(Q(payer=member) | Q(payee=member), state__in=SETTLED, settled__isnull=False)
    wallets = Account.objects.filter(member=member, kind=AccountKind.WALLET)
    pooled = Transfer.objects.filter(target__in=wallets.values("pk"), kind__in=FROM_POOL)
    zones = {*mine.order_by().values_list("community__time_zone", flat=True).distinct()}
    zones |= {*wallets.order_by().values_list("community__time_zone", flat=True).distinct()}
    found = {now.year}
    for zone in map(ZoneInfo, zones):
        found.add(now.astimezone(zone).year)
        for rows, moment in ((mine, "settled"), (pooled, "created")):
            there = rows.filter(community__time_zone=zone.key)
            found |= {year.year for year in there.datetimes(moment, "year", tzinfo=zone)}
    return sorted(found, reverse=True)


def of(member: Member, year: int) -> list[Part]:
    """The year by community; a handful of statements for each in which the member paid or was paid."""
    everything = Q(payer=member) | Q(payee=member)
    in_money = Payment.objects.filter(everything, state__in=SETTLED).exclude(gateway=Gateway.CREDIT)
    paid = in_money.order_by().values_list("community", "currency")
    wallets = Account.objects.filter(member=member).values("pk")
    pooled = Transfer.objects.filter(Q(source__in=wallets) | Q(target__in=wallets), kind__in=FROM_POOL).order_by()
    pairs = {*paid.distinct(), *pooled.values_list("community", "source__currency").distinct()}
    homes = Community.objects.in_bulk({community for community, _currency in pairs})
    parts = [_part(member, homes[pk], currency, year) for pk, currency in pairs]
    shown = [part for part in parts if part.earned.count or part.spent.count or part.from_pool]
    return sorted(shown, key=lambda part: (part.community.name, part.community.pk, part.currency))


def bounds(community: Community, year: int) -> tuple[datetime, datetime]:
    """When the year begins and ends where the community lives."""
    zone = ZoneInfo(community.time_zone)
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def _part(member: Member, community: Community, currency: str, year: int) -> Part:
    begins, ends = bounds(community, year)
    settled = Payment.objects.filter(
        community=community, currency=currency, state__in=SETTLED, settled__gte=begins, settled__lt=ends
    ).exclude(gateway=Gateway.CREDIT).order_by()
    lent, borrowed = settled.filter(payee=member).exclude(kind=DAMAGE), settled.filter(payer=member)
    things, cut = _by_thing(lent)
    return Part(
        community, currency, _by_quarter(lent, ZoneInfo(community.time_zone)), things,
        Amounts(**borrowed.aggregate(**_sums(F("refunded_price_minor") + F("refunded_fee_minor")))),
        _from_pool(member, community, currency, begins, ends), cut,
    )


def _sums(back: Combinable) -> dict[str, Aggregate]:
    return {
        "count": Count(_BOOKING, distinct=True), "price": Sum("price_minor", default=0),
        "fee": Sum("fee_minor", default=0), "solidarity": Sum("solidarity_minor", default=0),
        "back": Sum(back, default=0),
    }  # fmt: skip


def _by_quarter(lent: QuerySet[Payment], zone: ZoneInfo) -> dict[int, Amounts]:
    rows = lent.annotate(quarter=ExtractQuarter("settled", tzinfo=zone)).values("quarter")
    rows = rows.annotate(**_sums(F("refunded_price_minor"))).order_by("quarter")
    return {quarter: Amounts(*figures) for quarter, *figures in rows.values_list("quarter", *Amounts.__slots__)}


def _by_thing(lent: QuerySet[Payment]) -> tuple[list[OfThing], bool]:
    """What each thing earned, the most first; of the newest payments only, if there are very many."""
    rows = list(lent.order_by("-pk").values_list("about", "title", "price_minor", "refunded_price_minor")[: MOST + 1])
    known = causes.things(about for about, *_rest in rows[:MOST])
    counted: dict[causes.Thing, dict[str, tuple[int, int]]] = {}
    for about, title, price, back in rows[:MOST]:
        thing, booking = known.get(about, causes.Thing(title or about, "", "")), about.partition("+")[0]
        kept = counted.setdefault(replace(thing, nights=0), {})
        kept[booking] = (kept.get(booking, (0, 0))[0] + price - back, thing.nights)
    found = [
        OfThing(
            key.name, key.url, key.kind, len(kept), earned=sum(minor for minor, _nights in kept.values()),
            nights=sum(nights for minor, nights in kept.values() if minor),  # none where all of it went back
        )
        for key, kept in counted.items()
    ]
    return sorted(found, key=lambda thing: (-thing.earned, thing.name)), len(rows) > MOST


def _from_pool(
    member: Member, community: Community, currency: str, begins: datetime, ends: datetime
) -> dict[str, int]:
    """What came out of the pool into the member's wallet, by kind."""
    rows = Transfer.objects.filter(
        community=community, target__member=member, target__kind=AccountKind.WALLET, target__currency=currency,
        source__kind=AccountKind.POOL, kind__in=FROM_POOL, phase__in=(Phase.POSTED, Phase.POST),
        created__gte=begins, created__lt=ends,
    ).order_by()
    return dict(rows.values("kind").annotate(minor=Sum("minor")).values_list("kind", "minor"))
