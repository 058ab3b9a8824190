"""What another fee would have brought: the last twelve months' bookings, reckoned again by a policy.

One statement sums the bookings by month and by all that a fee depends on; each such sum is then reckoned by the
one function that quotes use (`cooperative.fees.fee_minor`), so that a preview can't differ from a quote.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, Sum, Value, When

from members.models import Community
from payments.models import Payment
from payments.states import Gateway, PaymentState

from . import books, charts, fees
from .books import Flow
from .models import FeePolicy

TERMS = "rent"  # what was free is no payment, so no gift is among them
WOULD, WAS = True, False


@dataclass(frozen=True, slots=True)
class Preview:
    """Month by month: what the fee would have been (`into`) beside what it was (`out`)."""

    months: list[charts.Month]
    bookings: int

    @property
    def would_minor(self) -> int:
        return sum(month.into for month in self.months)

    @property
    def was_minor(self) -> int:
        return sum(month.out for month in self.months)

    @property
    def highest(self) -> int:
        return max([*(month.into for month in self.months), *(month.out for month in self.months), 0])


def last_year(community: Community, policy: FeePolicy, now: datetime | None = None) -> Preview:
    """The bookings agreed in the last twelve months that cost something, under `policy`; it need not be saved."""
    shown = books.months(community, now)
    starts = [books.bounds(community, month)[0] for month in shown]
    month = Case(
        *(When(created__gte=start, then=Value(index)) for index, start in reversed(list(enumerate(starts)))),
        output_field=IntegerField(),
    )
    agreed = Payment.objects.filter(community=community, created__gte=starts[0]).exclude(state=PaymentState.CANCELLED)
    agreed = agreed.exclude(gateway=Gateway.CREDIT)  # what is paid in hours or tokens brings the pool no money
    agreed = agreed.exclude(about__contains="+")  # what came on top of a booking: most of it bears no fee
    rows = agreed.annotate(month=month).order_by().values_list("month", "kind", "payer_class", "price_minor")
    sums: dict[tuple[date, bool], int] = defaultdict(int)
    bookings = 0
    for index, kind, member_class, price, count, was in rows.annotate(count=Count("pk"), was=Sum("fee_minor")).iterator(
        chunk_size=2000
    ):
        fee = fees.fee_minor(policy, kind=kind, terms=TERMS, member_class=member_class, price_minor=price)
        sums[shown[index], WOULD] += fee * count
        sums[shown[index], WAS] += was
        bookings += count
    flows = [Flow(month, "fee", which, minor, 0) for (month, which), minor in sums.items()]
    return Preview(charts.by_month(flows, shown), bookings)
