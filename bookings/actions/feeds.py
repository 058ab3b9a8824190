"""Opening, changing and closing secret addresses; adding and dropping other calendars."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import claims
from ..calendars import addresses, fetch
from ..models import CalendarAddress, CalendarFeed, Claim

MOST_FEEDS = 100  # a guard against endless adding, far from any use
LONGEST_NAME = 60


@retrying
def open_calendar(
    *, by: Member, listing_id: int | None = None, feed_id: int | None = None, renew: bool = False
) -> CalendarAddress:
    """A secret address for one's own bookings, or for a listing one looks after (for a feed of it).

    `renew` gives it another address; whoever had the one before reads nothing any more.
    """
    with transaction.atomic():
        whose: dict = {"member": by} if listing_id is None else {"listing": _cared_for(listing_id, by)}
        if listing_id is not None:
            whose["feed"] = whose["listing"].feeds.get(pk=feed_id) if feed_id is not None else None
        address, created = CalendarAddress.objects.select_for_update().get_or_create(
            **whose, defaults={"nonce": addresses.fresh()}
        )
        if renew and not created:
            address.nonce, address.read = addresses.fresh(), None
            address.save(update_fields=["nonce", "read"])
    return address


@retrying
def close_calendar(*, by: Member, listing_id: int | None = None, feed_id: int | None = None) -> None:
    """Nobody reads it any more. Closed already: nothing happens."""
    rows = CalendarAddress.objects.filter(member=by)
    if listing_id is not None:
        rows = CalendarAddress.objects.filter(listing=_cared_for(listing_id, by), feed=feed_id)
    rows.delete()


@retrying
def add_feed(listing_id: int, *, by: Member, url: str, name: str = "") -> CalendarFeed:
    """Take over the busy times of another calendar from now on. It is read by the next tick, not here."""
    address = fetch.cleaned(url)
    if not address:
        raise Refusal(_("This is not the address of a calendar. It begins with https://."), field="url", code="invalid")
    name = name.strip()[:LONGEST_NAME] or fetch.host_of(address)[:LONGEST_NAME]
    try:
        with transaction.atomic():
            listing = _cared_for(listing_id, by)
            list(Listing.objects.select_for_update(no_key=True).filter(pk=listing.pk).values_list("pk"))
            if listing.feeds.count() >= MOST_FEEDS:
                words = {"n": MOST_FEEDS}
                raise Refusal(_("At most %(n)d calendars for one listing.") % words, field="url", code="too_many")
            return CalendarFeed.objects.create(listing=listing, name=name, url=address, by=by)
    except IntegrityError:
        raise Refusal(_("This calendar is read already."), field="url", code="already") from None


@retrying
def drop_feed(feed_id: int, *, by: Member) -> Listing:
    """Read it no more; what it kept busy is free again."""
    with transaction.atomic():
        listings = Listing.objects.looked_after_by(by).values("pk")
        feed = CalendarFeed.objects.select_related("listing").get(pk=feed_id, listing__in=listings)
        claims.drop(Claim.objects.filter(imported__feed=feed))
        feed.delete()
    return feed.listing


@retrying
def look_now(feed_id: int, *, by: Member) -> CalendarFeed:
    """Let the next tick read it, instead of waiting for the quarter of an hour."""
    listings = Listing.objects.looked_after_by(by).values("pk")
    feed = CalendarFeed.objects.select_related("listing").get(pk=feed_id, listing__in=listings)
    CalendarFeed.objects.filter(pk=feed.pk).update(due=feed.checked or feed.created)
    return feed


def _cared_for(listing_id: int, by: Member) -> Listing:
    return Listing.objects.looked_after_by(by).get(pk=listing_id)
