"""A saw in copies with buffers, a room with two beds and a ride of two stretches, lived through by neighbours and the
clock: whatever is asked, extended, brought back early or late, called off, missed or fought about, capacity, states,
claims, deposits and what goes back are what a small model says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import listings.actions
from bookings import actions, claims, tasks
from bookings.models import Booking, Claim
from bookings.states import ENDED, State
from listings.models import Listing
from listings.states import Cancellation
from payments import ledger
from payments.models import Payment
from payments.states import PaymentState
from sharing.web.refusals import Refusal
from tests.bookings.cast import BERLIN, drill, noon, pool, ride, room
from tests.factories import community, member

pytestmark = pytest.mark.django_db
SAW, ROOM, RIDE = "saw", "room", "ride"
BUFFERS = {
    SAW: (timedelta(hours=2), timedelta(hours=3)),
    ROOM: (timedelta(), timedelta()),
    RIDE: (timedelta(), timedelta()),
}
BACK = {SAW: [(5, 10_000), (0, 5_000)], ROOM: [(7, 5_000)], RIDE: [(1, 10_000)]}  # whole days before: basis points
DEPOSIT, KEPT = 2_000, 500
IN_HANDS, TWO_DAYS = ("handed_over", "disputed"), timedelta(hours=48)
picks = st.integers(0, 9)


def when(*states: str):
    """Only while there is a booking in one of these states."""
    return precondition(lambda self: any(hold.state in states for hold in self.holds.values()))


@dataclass
class Hold:
    """What the model knows of a booking; `claim` is the time it keeps others away, None when it is given up."""

    of: str
    starts: datetime
    ends: datetime
    quantity: int
    claim: tuple[datetime, datetime] | None
    expires: datetime | None
    state: str = "requested"
    moved: datetime | None = None
    back: bool = False


class Lives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.home = community()
        self.bo = member("Bo", of=self.home)
        self.borrowers = [member(name, of=self.home) for name in ("Ana", "Zoe", "Kim")]
        pool(self.home, 1_000)
        far = {"of": self.home, "horizon_days": 400}
        self.things: dict[str, Listing] = {
            SAW: drill(self.bo, capacity=2, deposit_minor=DEPOSIT, buffer_before=120, buffer_after=180,
                       cancellation=Cancellation.MODERATE, **far),
            ROOM: room(self.bo, beds=2, cancellation=Cancellation.STRICT, **far),
            RIDE: ride(self.bo, seats=3, cancellation=Cancellation.FLEXIBLE, **far),
        }  # fmt: skip
        self.stops = list(self.things[RIDE].stops.order_by("position"))
        self.departure = self.things[RIDE].departures.get()
        self.room_for = {SAW: 2, ROOM: 2, RIDE: 3}
        self.now = timezone.now()
        self.holds: dict[int, Hold] = {}
        self.ran_late: set[str] = set()

    # --- the model -------------------------------------------------------------------------------------

    def load(self, of: str, starts: datetime, ends: datetime, but: int = 0) -> int:
        """The most that is held at any moment of that time."""
        held = [
            (hold.claim, hold.quantity)
            for pk, hold in self.holds.items()
            if hold.of == of and pk != but and hold.claim and (hold.expires is None or hold.expires > self.now)
        ]
        held = [(claim, quantity) for claim, quantity in held if claim[0] < ends and starts < claim[1]]
        moments = [starts, *(claim[0] for claim, _q in held if claim[0] > starts)]
        return max(sum(q for claim, q in held if claim[0] <= at < claim[1]) for at in moments)

    def fits(self, of: str, claim: tuple[datetime, datetime], quantity: int, but: int = 0) -> bool:
        return self.load(of, *claim, but) + quantity <= self.room_for[of]

    def is_late(self, hold: Hold) -> bool:
        return hold.state in IN_HANDS and not hold.back and hold.ends <= self.now + timedelta(minutes=5)

    def may_run_late(self, of: str) -> bool:
        return any(hold.of == of and self.is_late(hold) for hold in self.holds.values())

    def wide(self, of: str, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
        before, after = BUFFERS[of]
        return starts - before, ends + after

    def end_now(self, hold: Hold) -> None:
        """Nobody needs it any longer, but for what follows it."""
        ends = self.now + BUFFERS[hold.of][1]
        if hold.claim and ends <= hold.claim[0]:
            hold.claim = None
        elif hold.claim and ends < hold.claim[1]:
            hold.claim = (hold.claim[0], ends)

    def one(self, number: int, states: Iterable[str]) -> tuple[int, Hold]:
        fitting = sorted(pk for pk, hold in self.holds.items() if hold.state in states)
        return fitting[number % len(fitting)], self.holds[fitting[number % len(fitting)]]

    def moves(self, hold: Hold, state: str) -> None:
        hold.state, hold.moved, hold.expires = state, self.now, None

    # --- what may happen -------------------------------------------------------------------------------

    @rule(
        of=st.sampled_from([SAW, SAW, ROOM]),
        first=st.integers(1, 6),
        long=st.integers(1, 3),
        quantity=st.integers(1, 2),
        who=picks,
        agreed=st.booleans(),
    )
    def ask(self, of, first, long, quantity, who, agreed):
        if of == SAW:
            starts, ends = noon(first), noon(first + long)
            given = {"starts": starts, "ends": ends}
        else:
            days = [noon(each).astimezone(BERLIN).date() for each in (first, first + long)]
            given = {"starts": days[0], "ends": days[1]}
            starts, ends = (
                datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)
                for day, hour in zip(days, (15, 11), strict=True)
            )
        if starts.astimezone(BERLIN).date() > self.now.astimezone(BERLIN).date():
            self._ask(of, starts, ends, quantity, self.borrowers[who % 3], agreed, given)

    @rule(way=st.sampled_from([(0, 1), (0, 2), (1, 2)]), quantity=st.integers(1, 2), agreed=st.booleans())
    def ride_along(self, way, quantity, agreed):
        if self.now > self.departure.leaves - timedelta(hours=2):
            return
        on, off = (self.stops[at] for at in way)
        starts, ends = (self.departure.leaves + timedelta(minutes=stop.minutes) for stop in (on, off))
        given = {"departure": self.departure.pk, "board": on.pk, "alight": off.pk}
        self._ask(RIDE, starts, ends, quantity, member("Rider", of=self.home), agreed, given)

    def _ask(self, of, starts, ends, quantity, by, agreed, given):
        claim = self.wide(of, starts, ends)
        works, unsure = self.fits(of, claim, quantity), self.may_run_late(of)
        try:
            row = actions.request(self.things[of].pk, by=by, quantity=quantity, now=self.now, **given)
        except Refusal:
            assert unsure or not works
            return
        assert unsure or works
        assert (row.starts, row.ends) == (starts, ends)
        self.holds[row.pk] = Hold(of, starts, ends, quantity, claim, row.expires)
        if agreed:
            actions.take(row.pk, "accept", by=self.bo, now=self.now)
            self.moves(self.holds[row.pk], "accepted")

    @when("requested")
    @rule(number=picks, step=st.sampled_from(["accept", "accept", "accept", "decline", "withdraw"]))
    def answer(self, number, step):
        pk, hold = self.one(number, ["requested"])
        by = Booking.objects.get(pk=pk).borrower if step == "withdraw" else self.bo
        actions.take(pk, step, by=by, now=self.now)
        self.moves(hold, {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}[step])
        hold.claim = hold.claim if step == "accept" else None

    @when("accepted", "handed_over", "returned")
    @rule(number=picks)
    def pay(self, number):
        row = Booking.objects.get(pk=self.one(number, ["accepted", "handed_over", "returned"])[0])
        if self.money(row)["due"]:
            for who in (row.borrower, self.bo):
                actions.confirm_payment(row.pk, by=who, now=self.now)

    @when("accepted", "handed_over")
    @rule(number=picks, lender_first=st.booleans())
    def hand(self, number, lender_first):
        pk, hold = self.one(number, ["accepted", "handed_over"])
        step = "hand_over" if hold.state == "accepted" else "return"
        row = Booking.objects.get(pk=pk)
        for who in (self.bo, row.borrower) if lender_first else (row.borrower, self.bo):
            actions.take(pk, step, by=who, now=self.now)
        self.moves(hold, "handed_over" if step == "hand_over" else "returned")
        if step == "return":
            hold.back = True
            self.end_now(hold)

    @when("accepted", "handed_over")
    @rule(number=picks, days=st.integers(1, 2))
    def keep_longer(self, number, days):
        pk, hold = self.one(number, ["accepted", "handed_over"])
        if hold.of == RIDE or hold.ends <= self.now + timedelta(minutes=5):
            return
        ends = (hold.ends.astimezone(BERLIN) if hold.of == ROOM else hold.ends) + timedelta(days=days)
        claim = self.wide(hold.of, hold.starts, ends)
        works, unsure = self.fits(hold.of, claim, hold.quantity, but=pk), self.may_run_late(hold.of)
        row = Booking.objects.get(pk=pk)
        try:
            proposal = actions.change(pk, by=row.borrower, ends=ends.date() if hold.of == ROOM else ends, now=self.now)
            if proposal.state == "proposed":
                actions.answer_change(proposal.pk, "agree", by=self.bo, now=self.now)
        except Refusal:
            assert unsure or not works
            return
        assert unsure or works
        hold.ends, hold.claim = ends, claim

    @when("accepted")
    @rule(number=picks, step=st.sampled_from(["cancel", "cancel", "no_show"]), by_lender=st.booleans())
    def end_it(self, number, step, by_lender):
        pk, hold = self.one(number, ["accepted"])
        row = Booking.objects.get(pk=pk)
        paid = self.money(row)["paid"]
        works = step == "cancel" or hold.starts <= self.now
        try:
            actions.take(pk, step, by=self.bo if by_lender else row.borrower, now=self.now)
        except Refusal:
            assert not works
            return
        assert works
        self.moves(hold, "cancelled" if step == "cancel" else "no_show")
        hold.claim = None
        left = (hold.starts.astimezone(BERLIN).date() - self.now.astimezone(BERLIN).date()).days
        share = next((bp for days, bp in BACK[hold.of] if left >= days), 0)
        if step == "no_show":
            share = 0 if by_lender else 10_000
        elif by_lender:
            share = 10_000
        kept = self.money(row)["paid"]
        fair = {paid - paid * share // 10_000}
        if step == "cancel" and hold.of in self.ran_late:  # whom the one before keeps waiting may go at no cost
            fair.add(0)
        assert kept in fair and self.money(row)["due"] == 0

    @when("handed_over", "returned")
    @rule(number=picks, by_lender=st.booleans())
    def fight(self, number, by_lender):
        pk, hold = self.one(number, ["handed_over", "returned"])
        works = hold.state == "handed_over" or self.now < hold.moved + TWO_DAYS
        try:
            actions.take(
                pk,
                "dispute",
                by=self.bo if by_lender else Booking.objects.get(pk=pk).borrower,
                note="Bent.",
                now=self.now,
            )
        except Refusal:
            assert not works
            return
        assert works
        self.moves(hold, "disputed")

    @when("disputed")
    @rule(number=picks)
    def settle(self, number):
        pk, hold = self.one(number, ["disputed"])
        kept = KEPT if hold.of == SAW else 0
        for who in (self.bo, Booking.objects.get(pk=pk).borrower):
            actions.take(pk, "agree", by=who, kept_minor=kept, now=self.now)
        self.moves(hold, "closed")
        hold.back = True
        self.end_now(hold)

    @rule(copies=st.integers(1, 3))
    def count_copies(self, copies):
        promised = self.load(SAW, self.now, self.now + timedelta(days=400))
        try:
            listings.actions.update(self.things[SAW].pk, by=self.bo, facts={"capacity": copies})
        except Refusal:
            assert copies < promised
            return
        assert copies >= promised
        self.room_for[SAW] = copies

    @rule(hours=st.sampled_from([1, 20, 30, 49]))
    def clock(self, hours):
        self.now += timedelta(hours=hours)
        for job in (tasks.expire_at, tasks.close_at, claims.sweep, tasks.late_at):
            job(self.now)
        for pk, hold in self.holds.items():
            if hold.state == "requested" and hold.expires <= self.now:
                self.moves(hold, "expired")
                hold.claim = None
            if hold.state == "returned" and hold.moved + TWO_DAYS <= self.now:
                row = Booking.objects.get(pk=pk)
                if not self.money(row)["due"]:
                    self.moves(hold, "closed")
            if self.is_late(hold):
                self.ran_late.add(hold.of)

    # --- both say the same -----------------------------------------------------------------------------

    def money(self, row: Booking) -> dict[str, int]:
        rows = Payment.objects.filter(about__in=Booking.objects.get(pk=row.pk).abouts)
        return {
            "paid": sum(each.total_minor - each.refunded_minor for each in rows if each.settled),
            "due": sum(each.total_minor for each in rows if each.state == PaymentState.DUE),
        }

    @invariant()
    def claims_are_what_is_held_and_never_more_than_there_is(self):
        rows = {row.pk: row for row in Booking.objects.filter(pk__in=self.holds).select_related("claim")}
        for pk, hold in self.holds.items():
            claim = rows[pk].claim
            if self.is_late(hold) and claim is not None and hold.claim is not None:
                assert claim.starts == hold.claim[0] and claim.ends >= hold.claim[1]  # kept on until it is back
                hold.claim = (claim.starts, claim.ends)
            assert (claim and (claim.starts, claim.ends)) == hold.claim, (hold, claim)
        for of, listing in self.things.items():
            held = Claim.objects.filter(listing=listing).exclude(expires__lte=self.now)
            coming = list(held.filter(ends__gt=self.now).values_list("starts", "ends", "quantity"))
            for at in {self.now, *(starts for starts, _e, _q in coming if starts > self.now)}:
                assert sum(q for starts, ends, q in coming if starts <= at < ends) <= self.room_for[of]

    @invariant()
    def states_agree(self):
        for row in Booking.objects.filter(pk__in=self.holds):
            hold = self.holds[row.pk]
            assert (row.state, row.starts, row.ends) == (hold.state, hold.starts, hold.ends)

    @invariant()
    def what_is_owed_and_set_aside_follows_the_state(self):
        for pk, hold in self.holds.items():
            row = Booking.objects.get(pk=pk)
            money = self.money(row)
            if hold.state in ("accepted", "handed_over", "returned", "disputed"):
                assert money["paid"] + money["due"] == row.quote["total_minor"]
            elif hold.state in ENDED - {State.CLOSED}:
                assert money["due"] == 0
            out = hold.of == SAW and hold.state in ("handed_over", "returned", "disputed")
            held = ledger.hold_of(f"deposit:{row.about}")
            assert (held is not None and getattr(held, "settled_by", None) is None) == out

    def teardown(self) -> None:
        assert ledger.verify(self.home).faults == []


def test_tools_rooms_and_rides_live_as_the_model_says():
    with transaction.atomic():
        run_state_machine_as_test(Lives, settings=settings(max_examples=30, stateful_step_count=40, deadline=None))
