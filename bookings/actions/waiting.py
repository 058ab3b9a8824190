"""The line for a time that is taken: first come, first offered, each for twelve hours, then the next.

An offer holds the time by a claim, so that nobody else takes it meanwhile; taken, the same claim becomes the
booking's. Offers are made in `offering`. For a ride one waits for seats between two stops of one departure; the place
moves with the departure and ends with it.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Departure, Listing
from members.models import Member
from messaging import actions as messaging
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import fairness, news, quotes, waiting
from ..models import Booking, WaitEntry
from ..states import WaitState
from ..stays import Moment
from .offering import end
from .requests import NotFree, YourOwn, request
from .steps import NotNow

MOST = 20  # places in lines a member may have at once
OPEN = (WaitState.WAITING, WaitState.OFFERED)


@retrying
def join_line(
    listing_id: int, *, by: Member, starts: Moment = None, ends: Moment = None, quantity: int = 1, departure=None,
    board=None, alight=None, now: datetime | None = None,
) -> WaitEntry:
    """A place in the line for a time that somebody else has. The same again is the same place."""
    now = now or timezone.now()
    listing = Listing.objects.visible_to(by).select_related("community", "owner", "room").get(pk=listing_id)
    if listing.owner_id == by.pk:
        raise YourOwn(_("This is your own."))
    offer = quotes.quote(
        listing, by=by, starts=starts, ends=ends, quantity=quantity, departure=departure, board=board, alight=alight,
        now=now,
    )
    if offer.answer.free:
        raise NotNow(_("It is free then: you need not wait."), code="free")
    if offer.answer.code == "yours":
        raise NotNow(offer.answer.reason, code="yours")
    if offer.answer.code != "taken":
        raise NotFree(offer.answer.reason, field=offer.answer.field, code=offer.answer.code)
    period = offer.stay.period
    same = {"listing": listing, "member": by, "starts": period.starts, "ends": period.ends}
    with transaction.atomic():
        fairness.one_at_a_time(by)  # whoever presses twice has one place, and nobody more than `MOST`
        standing = WaitEntry.objects.filter(member=by, state__in=OPEN)
        if entry := standing.filter(**same).first():
            return entry
        if standing.count() >= MOST:
            raise Refusal(_("You wait for %(n)d things already. Leave a line first.") % {"n": MOST}, code="too_many")
        stay = offer.stay
        if stay.departure is not None and not _still_runs(stay.departure.pk, stay.departure.leaves):
            raise NotFree(_("This departure was cancelled or moved."), field="departure", code="cancelled")
        return WaitEntry.objects.create(
            **same, quantity=quantity, departure=stay.departure, board=stay.board, alight=stay.alight, created=now
        )


@retrying
def leave_line(entry_id: int, *, by: Member) -> WaitEntry:
    """Leave the line, or let an offer pass; the next in line is offered it. Raises DoesNotExist for a stranger."""
    with transaction.atomic():
        entry = _locked(entry_id, by)
        if entry.state not in OPEN:
            raise NotNow(_("You are not in this line any more."), code="not_open")
        end(entry, WaitState.PASSED if entry.state == WaitState.OFFERED else WaitState.LEFT)
    return entry


@retrying
def take_offer(entry_id: int, *, by: Member, note: str = "", now: datetime | None = None) -> Booking:
    """Ask for (or book at once) what was offered; the time one was held becomes the booking's own."""
    now = now or timezone.now()
    with transaction.atomic():
        entry = _locked(entry_id, by)
        if entry.state != WaitState.OFFERED or entry.offered_until is None or entry.offered_until <= now:
            raise NotNow(_("This offer has run out. You may get in line again."), code="expired")
        try:
            booking = request(
                entry.listing_id, by=by, quantity=entry.quantity, note=note, holding=entry.claim, now=now,
                **_when(entry),
            )
        except Listing.DoesNotExist:  # its owner no longer shows it to them
            raise NotNow(_("It can't be had any more."), code="gone") from None
        entry.state, entry.claim, entry.booking = WaitState.TAKEN, None, booking
        entry.save(update_fields=["state", "claim", "booking"])
    return booking


def end_offers(now: datetime) -> int:
    """Offers nobody took in time pass to the next; whoever waits for what has begun waits no longer."""
    ended = 0
    for pk in WaitEntry.objects.filter(state=WaitState.OFFERED, offered_until__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            entry = _locked(pk, None)
            if entry.state == WaitState.OFFERED and entry.offered_until and entry.offered_until <= now:
                end(entry, WaitState.PASSED)
                ended += 1
    WaitEntry.objects.filter(state=WaitState.WAITING, starts__lte=now).update(state=WaitState.OVER)
    return ended


def call_off(entries: Iterable[WaitEntry]) -> None:
    """What they wait for does not run: nobody is in line for it any more. Under the listing's row."""
    for entry in entries:
        end(entry, WaitState.OVER)


def take_back(claims_held: Collection[int]) -> None:
    """What these claims hold for somebody can't be had after all: they are told, and keep their places in the line."""
    if not claims_held:
        return
    entries = WaitEntry.objects.select_for_update(of=("self",), no_key=True).filter(claim__in=claims_held)
    for entry in entries.filter(state=WaitState.OFFERED).select_related("listing", "claim", "member"):
        key = f"waiting:{entry.pk}:{entry.claim_id}:back"
        end(entry, WaitState.WAITING)
        messaging.notify_all(
            [entry.member], kind="booking.offer", title=str(entry.listing), body=_gone, url=waiting.URL, key=key,
        )


def _gone() -> str:
    still = _("You are in line. When it becomes free for you, you hear of it at once.")
    return _("It can't be had any more.") + " " + still


def _when(entry: WaitEntry) -> dict[str, Any]:
    """The time one waits for, as a request says it."""
    if entry.departure_id is not None:
        return {"departure": entry.departure_id, "board": entry.board_id, "alight": entry.alight_id}
    return {"starts": entry.starts, "ends": entry.ends}


def _still_runs(departure_id: int, leaves: datetime) -> bool:
    return Departure.objects.select_for_update(no_key=True).filter(
        pk=departure_id, leaves=leaves, cancelled=False
    ).exists()


def _locked(entry_id: int, by: Member | None) -> WaitEntry:
    entries = WaitEntry.objects.select_for_update(of=("self",), no_key=True).select_related("listing", "claim")
    mine = {} if by is None else {"member": by}
    return entries.get(pk=entry_id, **mine)


def tell_called_off(entries: Iterable[WaitEntry], listing: Listing) -> None:
    """Those who wait for a departure that does not run hear of it, and need not wait."""
    for entry in entries:
        messaging.notify_all(
            [entry.member], kind="booking.offer", title=_called_off(listing),
            body=partial(news.spoken, entry.starts, entry.ends, listing.time_zone, listing.price_unit),
            url=listing.get_absolute_url(), key=f"waiting:{entry.pk}:off",
        )


def _called_off(listing: Listing) -> Callable[[], str]:
    return lambda: _("%(title)s does not run: you wait for it no longer") % {"title": listing.title}
