"""What becomes free is offered to those who wait for it before anybody else gets it, each for twelve hours.

A hold that runs out is free from that instant, and the clock looks every minute only: so whoever asks for a time
others wait for has them asked first (`mind_the_line`). Whom a rule of fair use keeps from it is passed over, told why,
and keeps their place.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing
from members.models import Member
from messaging import actions as messaging
from messaging import blocks
from sharing.db.retry import retrying
from sharing.values.period import Period
from sharing.web import formats

from .. import availability, claims, fairness, news, waiting
from ..availability.kits import freed_with
from ..models import Claim, WaitEntry
from ..states import ClaimKind, WaitState

PATIENCE = timedelta(hours=12)
AT_ONCE = 100
BLINK = timedelta(seconds=1)  # by which the clocks of two machines may differ


@retrying
def offer_next(listing_id: int, now: datetime) -> int:
    """Offer what is free to those who wait for it, in their order; returns to how many."""
    offered = 0
    with transaction.atomic():
        listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=listing_id)
        for entry in _line(listing.pk, now):
            if entry.departure is not None and not _sets_off(entry):
                end(entry, WaitState.OVER)
                continue
            if not availability.is_free(listing, entry.period, entry.quantity, now=now).free:
                continue
            if not _is_shown(entry):
                end(entry, WaitState.OVER)  # it is no longer shown to them, so it holds nothing for them either
                continue
            if not _may(listing, entry, now).free:
                _pass_over(entry, listing, now)
                continue
            entry.offered_until = min(now + PATIENCE, entry.starts)
            with claims.kindly(listing):
                entry.claim = claims.take(
                    listing, entry.period, entry.quantity, now=now, kind=ClaimKind.OFFER, expires=entry.offered_until
                )
            entry.state = WaitState.OFFERED
            entry.save(update_fields=["state", "claim", "offered_until"])
            _tell(entry, listing)
            offered += 1
    return offered


def mind_the_line(
    listing: Listing, period: Period, by: Member, *, now: datetime, ignoring: int | None = None
) -> None:
    """Raises `claims.Promised` when somebody who waits could have (a part of) that time, and is to be asked first.

    Under the listing's row; `ignoring` the claim by which `by` has just taken it.
    """
    if not waiting.is_waited_for(listing):
        return
    wide = availability.widened(listing, period)
    lines = Listing.objects.filter(pk__in=freed_with([listing.pk])[listing.pk] | {listing.pk})
    for each in lines.select_related("community", "owner", "room").order_by("pk"):
        first = _first(each, wide, now, ignoring)
        if first is not None and first.member_id != by.pk:  # else it is theirs anyway
            raise claims.Promised(_("Others wait for that time and are asked first."), each.pk)


def _first(listing: Listing, wide: Period, now: datetime, ignoring: int | None) -> WaitEntry | None:
    """The first in line whom a part of that time could be offered."""
    by_now = max(now, timezone.now() + BLINK)  # a hold that ran out for the database did so for us
    for entry in _line(listing.pk, now):
        if not availability.widened(listing, entry.period).overlaps(wide):
            continue
        if not availability.is_free(listing, entry.period, entry.quantity, ignoring=ignoring, now=by_now).free:
            continue
        if (entry.departure is None or _sets_off(entry)) and _is_shown(entry) and _may(listing, entry, now).free:
            return entry
    return None


def end(entry: WaitEntry, state: str) -> None:
    """The place in the line ends, or is waited at again; what it held is free."""
    claim, entry.claim, entry.state = entry.claim, None, state
    entry.save(update_fields=["claim", "state"])
    if claim is not None:
        claims.give_up(Claim.objects.filter(pk=claim.pk, kind=ClaimKind.OFFER))


def _line(listing_id: int, now: datetime) -> QuerySet[WaitEntry]:
    line = WaitEntry.objects.filter(listing=listing_id, state=WaitState.WAITING, starts__gt=now)
    return line.select_related("member", "departure", "board", "alight").order_by("created", "pk")[:AT_ONCE]


def _sets_off(entry: WaitEntry) -> bool:
    """Whether the departure still passes the stop at the time one waits for."""
    assert entry.departure is not None and entry.board is not None  # a seat lies between two stops
    at = entry.departure.leaves + timedelta(minutes=entry.board.minutes)
    return not entry.departure.cancelled and at == entry.starts


def _is_shown(entry: WaitEntry) -> bool:
    """Whether they see it, and neither has closed the door to the other."""
    shown = Listing.objects.visible_to(entry.member).filter(pk=entry.listing_id)
    return shown.annotate(apart=blocks.parts(entry.member, OuterRef("owner"))).filter(apart=False).exists()


def _may(listing: Listing, entry: WaitEntry, now: datetime) -> availability.Answer:
    """What fair use says to it, as it will when they take it."""
    return fairness.answer(listing, entry.member, entry.period, entry.quantity, now=now)


def _pass_over(entry: WaitEntry, listing: Listing, now: datetime) -> None:
    """They hear once why it was not offered to them, and keep their place."""
    def words() -> str:
        when = news.spoken(entry.starts, entry.ends, listing.time_zone, listing.price_unit)
        said = _("%(when)s: it became free, but can't be offered to you this time. %(why)s")
        still = _("You are in line. When it becomes free for you, you hear of it at once.")
        return said % {"when": when, "why": _may(listing, entry, now).reason} + " " + still

    messaging.notify_all(
        [entry.member], kind="booking.offer", title=str(listing), body=words, url=waiting.URL,
        key=f"waiting:{entry.pk}:passed_over",
    )


def _tell(entry: WaitEntry, listing: Listing) -> None:
    messaging.notify_all(
        [entry.member], kind="booking.offer", title=_title(entry, listing), body=_body(entry, listing),
        url=waiting.URL, key=f"waiting:{entry.pk}:{entry.claim_id}", answering=[entry.member],
    )


def _title(entry: WaitEntry, listing: Listing) -> Callable[[], str]:
    return lambda: _("%(title)s is free for you") % {"title": listing.title}


def _body(entry: WaitEntry, listing: Listing) -> Callable[[], str]:
    def words() -> str:
        when = news.spoken(entry.starts, entry.ends, listing.time_zone, listing.price_unit)
        if entry.board is not None and entry.alight is not None:
            when = f"{entry.board.place} – {entry.alight.place}, {when}"
        assert entry.offered_until is not None  # an offer has its end
        until = formats.moment(entry.offered_until, listing.time_zone)
        said = _("%(when)s. It is held for you until %(until)s; then the next in line is asked.")
        return formats.one_stop(said % {"when": when, "until": until})

    return words
