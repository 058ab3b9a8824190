"""The lender's own say about the calendar: blocks, the weekly plan, days that differ from it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from sharing.db.retry import retrying
from sharing.values.period import Period, days
from sharing.web.refusals import Refusal

from .. import claims
from ..models import Claim, DateException, OpeningWindow
from ..states import ClaimKind

MOST_WINDOWS = 28
DAY = timedelta(days=1)


@retrying
def block(
    listing_id: int, period: Period, *, by: Member, note: str = "", quantity: int | None = None,
    kind: str = ClaimKind.BLOCK, now: datetime | None = None,
) -> Claim:
    """Keep (a part of) the listing free of bookings. Raises Refusal when a booking stands in the way."""
    now = now or timezone.now()
    listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
    quantity = listing.capacity if quantity is None else quantity
    if kind not in (ClaimKind.BLOCK, ClaimKind.REPAIR):
        raise Refusal(_("Choose why."), field="kind", code="invalid")
    if not 1 <= quantity <= listing.capacity:
        raise Refusal(_("There are only %(n)d.") % {"n": listing.capacity}, field="quantity", code="quantity")
    if period.ends <= now:
        raise Refusal(_("That time has passed."), field="ends", code="past")
    try:
        with claims.kindly(listing), transaction.atomic():
            return claims.take(listing, period, quantity, now=now, kind=kind, note=note.strip()[:200])
    except claims.Taken:
        raise claims.Taken(_("There is a booking in that time. Talk to the borrower first.")) from None


@retrying
def unblock(claim_id: int, *, by: Member) -> Listing:
    """Open blocked days again. The claim of a booking or of another calendar is not touched this way."""
    with transaction.atomic():
        listings = Listing.objects.looked_after_by(by).values("pk")
        blocks = Claim.objects.filter(kind__in=[ClaimKind.BLOCK, ClaimKind.REPAIR]).select_related("listing")
        claim = blocks.get(pk=claim_id, listing__in=listings)
        claim.delete()
        claims.freed([(claim.listing_id, Period(claim.starts, claim.ends))])
    return claim.listing


@retrying
def set_weekly(listing_id: int, windows: Sequence[tuple[int, time, time]], *, by: Member) -> Listing:
    """Replace the weekly plan: (weekday, opens, closes), Monday being 0. None at all means always open."""
    if len(windows) > MOST_WINDOWS:
        raise Refusal(_("That is too many windows for a week."), field="windows", code="too_many")
    for weekday, opens, closes in windows:
        if not 0 <= weekday <= 6:
            raise Refusal(_("Choose a weekday."), field="windows", code="invalid")
        if closes == opens:
            raise Refusal(_("It closes after it opens."), field="windows", code="ends_first")
    with transaction.atomic():
        listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
        OpeningWindow.objects.filter(listing=listing).delete()
        OpeningWindow.objects.bulk_create(
            OpeningWindow(listing=listing, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in sorted(set(windows))
        )
        now = timezone.now()
        claims.freed([(listing.pk, Period(now, now + (listing.horizon_days + 1) * DAY))])
    return listing


@retrying
def close_day(
    listing_id: int, day: date, *, by: Member, note: str = "", is_open: bool = False, opens: time | None = None,
    closes: time | None = None,
) -> DateException:
    """Let one day differ from the week: closed, open although the week says closed, or open at other hours."""
    if (opens is None) != (closes is None):
        raise Refusal(_("Both, or neither."), field="closes" if closes is None else "opens", code="missing")
    if opens is not None and not is_open:
        raise Refusal(_("A closed day has no hours."), field="opens", code="closed")
    if opens is not None and opens == closes:
        raise Refusal(_("It closes after it opens."), field="closes", code="ends_first")
    with transaction.atomic():
        listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
        facts = {"is_open": is_open, "opens": opens, "closes": closes, "note": note.strip()[:120]}
        if is_open:
            claims.freed([(listing.pk, days(day, day + DAY, ZoneInfo(listing.time_zone)))])
        return DateException.objects.update_or_create(listing=listing, day=day, defaults=facts)[0]


@retrying
def open_day(exception_id: int, *, by: Member) -> Listing:
    """Forget that a day differs; the week's plan holds for it again."""
    with transaction.atomic():
        listings = Listing.objects.looked_after_by(by).values("pk")
        row = DateException.objects.select_related("listing").get(pk=exception_id, listing__in=listings)
        row.delete()
        zone = ZoneInfo(row.listing.time_zone)
        claims.freed([(row.listing_id, days(row.day, row.day + DAY, zone))])
    return row.listing
