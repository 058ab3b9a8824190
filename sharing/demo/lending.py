"""Bookings as they happen: asked, answered, handed over, brought back, paid; with what is said meanwhile."""

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bookings import actions
from bookings.models import Booking, HandoverPhoto
from listings.models import Listing
from listings.states import Kind, Unit
from members.models import Member
from members.queries import stewards
from messaging import actions as messaging
from messaging.models import Conversation, Participant
from sharing.values.period import instant

from . import doors, treasury
from .album import Album
from .settling import Town
from .story import Story
from .tale import Line, Tale

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Which steps a tale goes through before it ends as it does.
WAYS = {
    "request": (), "accept": ("accept",), "decline": ("decline",), "withdraw": ("withdraw",), "expire": ("expire",),
    "cancel": ("accept", "pay", "cancel"), "no_show": ("accept", "no_show"), "picked_one": ("accept", "pick_lender"),
    "pick": ("accept", "pick", "pay"), "back": ("accept", "pick", "pay", "back"),
    "dispute": ("accept", "pick", "pay", "back", "dispute"), "resolve": ("accept", "pick", "pay", "back", "dispute", "resolve"),
    "close": ("accept", "pick", "pay", "back", "close"),
}  # fmt: skip


def day_of(story: Story, spec: str, zone: str) -> date:
    """ "-20", "+3", or a weekday and a week: "fri1" is the Friday of next week."""
    if spec[:3] in WEEKDAYS:
        today = story.clock.day(0, zone)
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=int(spec[3:]), days=WEEKDAYS.index(spec[:3]))
    return story.clock.day(int(spec), zone)


class Lending:
    """One booking on its way through its tale. `booking` is there from the moment it is asked for."""

    booking: Booking

    def __init__(self, story: Story, town: Town, album: Album, tale: Tale, number: int) -> None:
        self.story, self.town, self.album, self.tale, self.number = story, town, album, tale, number
        self.moments: dict[str, datetime] = {"now": story.clock.end}

    # --- the plan ------------------------------------------------------------------------------

    def plan(self, zone: str) -> None:
        tale = self.tale
        if tale.hours_ago:
            asked = self.story.clock.end - timedelta(hours=tale.hours_ago)
        else:
            asked = instant(day_of(self.story, tale.asked, zone), time.fromisoformat(tale.clock), ZoneInfo(zone))
        self.moments["asked"] = asked
        self.story.at(asked, self._ask)

    @property
    def listing(self) -> Listing:
        return self.town.listings[self.tale.offer]

    @property
    def borrower(self) -> Member:
        return self.town.members[self.tale.borrower]

    @property
    def lender(self) -> Member:
        owner = self.listing.owner
        return owner or next(each for each in stewards(self.listing.community) if each.pk != self.borrower.pk)

    def _ask(self) -> None:
        tale, listing = self.tale, self.listing
        self.booking = actions.request(
            listing.pk, by=self.borrower, quantity=tale.quantity, note=tale.note, solidarity_minor=tale.solidarity,
            project=treasury.wish(self.town, listing, self.number), **self._when(),
        )
        self._set_moments()
        steps = WAYS[tale.end]
        if listing.instant:
            steps = tuple(step for step in steps if step != "accept")
        for step in steps:
            self.story.at(self._moment_of(step), partial(getattr(self, f"_{step}"), step))
        for index, line in enumerate(tale.talk):
            self.story.at(self._time_of(line), partial(self._say, index, line))
        self.story.at(self.story.clock.end, self._read)

    def _when(self) -> dict:
        listing, tale = self.listing, self.tale
        first = day_of(self.story, tale.first, listing.time_zone)
        if listing.kind == Kind.RIDE:
            stops = list(listing.stops.all())
            running = listing.departures.filter(leaves__gte=instant(first, time(), ZoneInfo(listing.time_zone))).first()
            return {"departure": running, "board": stops[tale.way[0]], "alight": stops[tale.way[1]]}
        if tale.hours[0]:
            return {"starts": f"{first}T{tale.hours[0]}", "ends": f"{first}T{tale.hours[1]}"}
        return {"starts": first, "ends": day_of(self.story, tale.last or tale.first, listing.time_zone)}

    def _set_moments(self) -> None:
        booking, listing = self.booking, self.listing
        asked = self.moments["asked"]
        self.moments["answered"] = asked if listing.instant else asked + timedelta(minutes=self.tale.patience)
        zone = ZoneInfo(listing.time_zone)
        if listing.kind == Kind.TOOL and listing.price_unit != Unit.HOUR:
            pickup = instant(booking.starts.astimezone(zone).date(), time(17, 20), zone)
            last = (booking.ends - timedelta(minutes=1)).astimezone(zone).date()
            back = instant(last, time(18, 40), zone)
            if back <= pickup:
                pickup, back = pickup.replace(hour=max(0, pickup.hour - 8)), back
        else:
            pickup, back = booking.starts + timedelta(minutes=4), booking.ends - timedelta(minutes=6)
        self.moments["pickup"] = max(pickup, self.moments["answered"] + timedelta(minutes=3))
        self.moments["back"] = max(back, self.moments["pickup"] + timedelta(minutes=9))

    def _moment_of(self, step: str) -> datetime:
        m, minutes = self.moments, timedelta(minutes=1)
        return {
            "accept": m["answered"], "decline": m["asked"] + timedelta(hours=5), "withdraw": m["asked"] + 50 * minutes,
            "expire": m["asked"] + timedelta(days=2, minutes=1), "cancel": max(m["answered"] + 120 * minutes, m["pickup"] - timedelta(days=3)),
            "pick_lender": m["pickup"], "pick": m["pickup"], "pay": m["pickup"] + 6 * minutes if self.tale.end != "cancel" else m["answered"] + 90 * minutes,
            "no_show": m["pickup"] + 100 * minutes, "back": m["back"], "dispute": m["back"] + 45 * minutes,
            "resolve": m["back"] + timedelta(days=2, hours=3), "close": m["back"] + timedelta(hours=16),
        }[step]  # fmt: skip

    def _time_of(self, line: Line) -> datetime:
        after = self.moments["now"] if line.after == "now" else self.moments[line.after]
        return after + timedelta(minutes=line.minutes)

    # --- the steps -----------------------------------------------------------------------------

    def _take(self, step: str, by: Member | None, **facts) -> None:
        actions.take(self.booking.pk, step, by=by, **(doors.given(self.tale.offer, self.booking, step) | facts))

    def _accept(self, step: str) -> None:
        self._take("accept", self.lender)

    def _decline(self, step: str) -> None:
        self._take("decline", self.lender, note=self.tale.word)

    def _withdraw(self, step: str) -> None:
        self._take("withdraw", self.borrower)

    def _expire(self, step: str) -> None:
        self._take("expire", None)

    def _cancel(self, step: str) -> None:
        self._take("cancel", self.borrower, note=self.tale.word)

    def _no_show(self, step: str) -> None:
        self._take("no_show", self.lender, note=self.tale.word)

    def _pick_lender(self, step: str) -> None:
        self._take("hand_over", self.lender, note="All there, checked this afternoon.")

    def _pick(self, step: str) -> None:
        self._take("hand_over", self.lender)
        self.story.at(self.story.clock.now + timedelta(minutes=2), partial(self._second, "hand_over", self.tale.photos, "pickup"))

    def _back(self, step: str) -> None:
        self._take("return", self.borrower)
        self.story.at(self.story.clock.now + timedelta(minutes=3), partial(self._second, "return", self.tale.photos_back, "return"))

    def _second(self, step: str, names: tuple[str, ...], phase: str) -> None:
        """The other side confirms as well, with photos if there are any."""
        by = self.borrower if step == "hand_over" else self.lender
        self._take(step, by)
        handover = self.booking.handovers.get(phase=phase, by=by)
        HandoverPhoto.objects.bulk_create(
            HandoverPhoto(handover=handover, **self.album.fields(name, f"handovers/{self.number}-{phase}")) for name in names
        )

    def _pay(self, step: str) -> None:
        if not self.booking.quote["total_minor"]:
            return
        lender = self.lender if self.listing.owner else self.town.steward_of(self.listing.community.slug)
        if lender.pk == self.borrower.pk:
            lender = self.lender
        for side, by in (("borrower", self.borrower), ("lender", lender)):
            if self.tale.paid in (side, "both"):
                actions.confirm_payment(self.booking.pk, by=by)

    def _dispute(self, step: str) -> None:
        word = self.tale.word if self.tale.end == "dispute" else "Something is broken. Can a steward look at it with us?"
        self._take("dispute", self.lender, note=word)

    def _resolve(self, step: str) -> None:
        self._take("resolve", self.town.steward_of(self.listing.community.slug), note=self.tale.word, kept_minor=self.tale.kept)

    def _close(self, step: str) -> None:
        self._take("close", self.lender)

    # --- talk ----------------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        assert self.booking.conversation is not None
        return self.booking.conversation

    def _say(self, index: int, line: Line) -> None:
        by = {"b": self.borrower, "l": self.lender, "s": self.town.steward_of(self.listing.community.slug)}[line.side]
        messaging.post(self.conversation.pk, by=by, body=line.text, client_id=f"demo-{self.number}-{index}")

    def _read(self) -> None:
        """Everybody has read everything, but for those the tale names."""
        conversation = self.conversation
        conversation.refresh_from_db(fields=["last_seq"])
        unread = {{"b": self.borrower, "l": self.lender}[side].pk for side in self.tale.unread}
        for seat in Participant.objects.filter(conversation=conversation):
            seen = conversation.last_seq
            if seat.member_id in unread:
                own = conversation.messages.filter(author=seat.member_id).order_by("-sequence").first()
                seen = own.sequence if own else 0
            if seen:
                messaging.mark_seen(conversation.pk, seat.member_id, seen)
