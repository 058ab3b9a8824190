"""A series: many bookings asked for at once, answered at once, and the rest of them called off at once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing
from members.models import Member
from messaging import actions as messaging
from messaging.states import ConversationKind
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import claims, money, news, parties, repeats, stays
from ..models import Booking, Series
from ..repeats import Turn
from ..states import BORROWER, LENDER, State
from ..stays import Moment
from .requests import LONGEST_NOTE, NotFree, YourOwn, claimed, record, visible
from .steps import NotNow, _take


def preview_series(
    listing_id: int, *, by: Member, starts: Moment, ends: Moment = None, rhythm: str, until: Moment,
    quantity: int = 1, now: datetime | None = None,
) -> list[Turn]:
    """Every time of the series with its price or its reason; nothing is written."""
    listing = visible(listing_id, by)
    if listing.owner_id == by.pk:
        raise YourOwn(_("This is your own. Block the days in its calendar if you need it yourself."))
    asked: dict[str, Any] = {"starts": starts, "ends": ends, "rhythm": rhythm, "until": until, "quantity": quantity}
    return repeats.plan(listing, by=by, now=now or timezone.now(), **asked)


@retrying
def request_series(
    listing_id: int, *, by: Member, starts: Moment, ends: Moment = None, rhythm: str, until: Moment,
    quantity: int = 1, skip: bool = False, note: str = "", now: datetime | None = None,
) -> Series:
    """Ask for all of it, or with `skip` for what of it is free; all or nothing is written."""
    now = now or timezone.now()
    if len(note) > LONGEST_NOTE:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    asked: dict[str, Any] = {"starts": starts, "ends": ends, "rhythm": rhythm, "until": until, "quantity": quantity}
    turns = preview_series(listing_id, by=by, now=now, **asked)
    free = [turn for turn in turns if turn.free]
    if not free or (len(free) < len(turns) and not skip):
        missing = len(turns) - len(free)
        sentence = ngettext("%(n)d of these times can't be had.", "%(n)d of these times can't be had.", missing)
        raise NotFree(sentence % {"n": missing}, code="some_taken" if free else "taken")
    listing = visible(listing_id, by)
    with transaction.atomic():
        last = stays.read(until, "until")
        day = last.date() if isinstance(last, datetime) else last
        series = Series.objects.create(listing=listing, borrower=by, rhythm=rhythm, until=day, created=now)
        made: list[Booking] = []
        for turn in free:
            if booking := _claimed(listing, by, turn, note.strip(), now, skip, made):
                made.append(booking)
        if not made:
            raise claims.Taken(_("Somebody else has been faster: that time is already taken."))
        _record(series, made, note.strip())
    return series


@retrying
def accept_series(series_id: int, *, by: Member, now: datetime | None = None) -> int:
    """The lender says yes to all that waits for an answer. Returns to how many."""
    return _each(series_id, by, {State.REQUESTED: "accept"}, "series_accept", LENDER, now or timezone.now(), "")


@retrying
def end_series(series_id: int, *, by: Member, note: str = "", now: datetime | None = None) -> int:
    """Call off all that has not begun: the borrower takes back or cancels, the lender declines or cancels."""
    now = now or timezone.now()
    some = _of(series_id, by).first()
    if some is None:
        raise Series.DoesNotExist
    borrows = bool(parties.parties(some, by) & BORROWER)
    steps = {State.REQUESTED: "withdraw" if borrows else "decline", State.ACCEPTED: "cancel"}
    return _each(series_id, by, steps, "series_end", BORROWER | LENDER, now, note.strip())


def _of(series_id: int, by: Member) -> QuerySet[Booking]:
    return Booking.objects.involving(by).filter(series=series_id).for_cards().order_by("starts", "pk")


def _each(series_id: int, by: Member, steps: dict, line: str, who, now: datetime, note: str) -> int:
    """Take the step on each that is in such a state; one line tells of all of them."""
    with transaction.atomic():
        rows = list(_of(series_id, by))
        if not rows:
            raise Series.DoesNotExist
        if not parties.parties(rows[0], by) & who:
            raise NotNow(_("That is for the other side to do."), code="not_yours")
        taken, back = [], 0
        for row in rows:
            if row.state in steps and row.starts > now:
                told: dict = {}
                _take(row.pk, steps[State(row.state)], by, now, {"note": note, "quiet": True, "told": told})
                taken.append(row)
                back += told.get("back", 0)
        if not taken:
            raise NotNow(_("There is nothing left of this series to do that with."), code="nothing_left")
        first = taken[0]
        event = first.events.order_by("pk").last()
        assert event is not None  # its step was kept
        news.tell(first, line, by=by, event=event, n=len(taken), back=back, note=note[: news.LONGEST_NOTE])
    return len(taken)


def _claimed(
    listing: Listing, by: Member, turn: Turn, note: str, now: datetime, skip: bool, before: list[Booking]
) -> Booking | None:
    """The booking with its claim; None when it is gone this moment and may be skipped."""
    assert turn.offer is not None
    try:
        with claims.kindly(listing), transaction.atomic():
            return claimed(listing, by, turn.offer, note, now, beside=before)
    except claims.Taken:
        if not skip:
            raise
        return None


def _record(series: Series, made: list[Booking], note: str) -> None:
    """All of them share a conversation, which opens with one line, and the lender hears of them once."""
    first, by = made[0], series.borrower
    params = news.facts(first, by) | {
        "note": note[: news.LONGEST_NOTE], "n": len(made), "last": made[-1].starts.isoformat(),
        "total": sum(booking.quote["total_minor"] for booking in made),
    }
    conversation = messaging.open_conversation(
        ConversationKind.BOOKING, [by, *parties.lenders(first)], subject=series.listing.title[:160],
        url=reverse("series", args=[series.pk]), community=first.community, first=[("booking.series", params, by)],
    )
    for booking in made:
        booking.series, booking.conversation = series, conversation
    events = [record(booking) for booking in made]
    answering = () if series.listing.instant else parties.lenders(first)
    news.notify(first, "series", by=by, event=events[0], needs_answer=answering, **params)


def would_go_back(series_id: int, by: Member, now: datetime) -> tuple[int, int]:
    """How many the member may still call off, and what would go back for them."""
    rows = [row for row in _of(series_id, by) if row.starts > now and row.state in (State.REQUESTED, State.ACCEPTED)]
    parties.look_up(rows)
    back = 0
    for row in rows:
        rule = money.rule_for(row, by_lender=not parties.parties(row, by) & BORROWER, now=now)
        back += money.would_go_back(row, rule).total_minor
    return len(rows), back
