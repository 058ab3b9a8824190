"""Who waits for what: places in the line, and what a listing that is taken says about it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from listings.models import Listing
from listings.states import ListingState
from members.models import Member
from sharing.values.period import Period

from .models import WaitEntry
from .states import WaitState

URL = "/waiting/"
OPEN = (WaitState.WAITING, WaitState.OFFERED)
MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a line as its member sees it; `position` counts those before them and them."""

    entry: WaitEntry
    position: int

    @property
    def offered(self) -> bool:
        return self.entry.state == WaitState.OFFERED


def of(member: Member, *, now: datetime | None = None) -> list[Place]:
    """The member's places, offers first; two statements at most, however many there are."""
    before = WaitEntry.objects.filter(
        listing=OuterRef("listing"), state__in=OPEN, starts__lt=OuterRef("ends"), ends__gt=OuterRef("starts"),
        pk__lt=OuterRef("pk"),
    )
    ahead = before.order_by().values("listing").annotate(n=Count("pk")).values("n")
    rows = WaitEntry.objects.filter(member=member, state__in=OPEN, starts__gt=now or timezone.now())
    seen = Q(Exists(Listing.objects.visible_to(member).filter(pk=OuterRef("listing"))))
    rows = rows.filter(seen | ~Q(listing__state=ListingState.PUBLISHED))  # taken down for a while, one's place stays
    rows = rows.select_related("listing__owner", "listing__community", "board", "alight")
    rows = rows.annotate(ahead=Subquery(ahead))
    return [Place(row, (row.ahead or 0) + 1) for row in rows.order_by("state", "starts", "pk")[:MOST]]


def with_line(listings: QuerySet) -> QuerySet:
    """Listings that know, without a further statement, whether anybody waits for them, their kits or their parts."""
    line = WaitEntry.objects.filter(state=WaitState.WAITING)
    kits = line.filter(listing__kit_parts__part=OuterRef("pk"))
    parts = line.filter(listing__kit_places__kit=OuterRef("pk"))
    return listings.annotate(waited_for=Exists(line.filter(listing=OuterRef("pk"))) | Exists(kits) | Exists(parts))


def is_waited_for(listing: Listing) -> bool:
    """No statement for one that was read `with_line`."""
    if "waited_for" not in (known := vars(listing)):
        row = with_line(Listing.objects.filter(pk=listing.pk)).values_list("waited_for", flat=True).first()
        known["waited_for"] = bool(row)
    return bool(known["waited_for"])


def waits_for(listing_id: int, period: Period | None = None) -> bool:
    """Whether anybody waits for (a part of) that time."""
    line = WaitEntry.objects.filter(listing=listing_id, state=WaitState.WAITING)
    if period is not None:
        line = line.filter(starts__lt=period.ends, ends__gt=period.starts)
    return line.exists()
