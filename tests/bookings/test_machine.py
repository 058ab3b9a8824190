"""Bookings, blocks, lines and the clock against a small model: whatever happens, both say the same.

The model knows one listing as a list of holds by the hour. It says beforehand whether a deed will be let
through; afterwards capacity, states, claims, lines and what is due in the books must agree with it.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bookings import actions, claims, tasks
from bookings.models import Booking, Claim, WaitEntry
from bookings.states import ENDED, HOLDING, ClaimKind, State, WaitState
from payments import ledger
from payments.models import Payment
from payments.states import PaymentState
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, pool
from tests.factories import community, days, member

pytestmark = pytest.mark.django_db
PATIENCE, OFFERED_FOR = timedelta(days=2), timedelta(hours=12)
spans = st.tuples(st.integers(0, 8), st.integers(1, 3))
picks = st.integers(0, 9)
STEPS = ("accept", "decline", "withdraw", "cancel", "hand_over", "return")
BEFORE = {"accept": "requested", "decline": "requested", "withdraw": "requested", "cancel": "accepted",
          "hand_over": "accepted", "return": "handed_over"}
AFTER = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "cancel": "cancelled",
         "hand_over": "handed_over", "return": "returned"}


@dataclass
class Hold:
    """What the model knows of a booking, a block or a place in the line."""

    starts: object
    ends: object
    quantity: int
    state: str
    expires: object = None
    paid: bool = False


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.home = community()
        self.bo, self.ana, self.zoe = (member(name, of=self.home) for name in ("Bo", "Ana", "Zoe"))
        pool(self.home)
        self.listing = drill(self.bo, of=self.home, capacity=2, horizon_days=400)
        self.now = timezone.now()
        self.bookings: dict[int, Hold] = {}
        self.blocks: dict[int, Hold] = {}
        self.line: dict[int, Hold] = {}

    # --- the model -------------------------------------------------------------------------------------

    def held(self, but: int = 0) -> list[Hold]:
        open_states = (State.REQUESTED, State.ACCEPTED, State.HANDED_OVER)
        bookings = [hold for pk, hold in self.bookings.items() if pk != but and hold.state in open_states
                    and (hold.expires is None or hold.expires > self.now)]
        offers = [hold for hold in self.line.values() if hold.state == "offered" and hold.expires > self.now]
        return [*bookings, *self.blocks.values(), *offers]

    def fits(self, starts, ends, quantity: int, but: int = 0) -> bool:
        held = [hold for hold in self.held(but) if hold.starts < ends and starts < hold.ends]
        at = [starts, *(hold.starts for hold in held if hold.starts > starts)]
        load = [sum(hold.quantity for hold in held if hold.starts <= each < hold.ends) for each in at]
        return max(load, default=0) + quantity <= 2

    def pick(self, known: dict, number: int) -> int:
        return sorted(known)[number % len(known)]

    # --- what may happen -------------------------------------------------------------------------------

    @rule(span=spans, quantity=st.integers(1, 2), by_zoe=st.booleans())
    def ask(self, span, quantity, by_zoe):
        period = days(span[0], sum(span))
        works = self.fits(**period, quantity=quantity)
        try:
            row = actions.request(
                self.listing.pk, by=self.zoe if by_zoe else self.ana, quantity=quantity, now=self.now, **period
            )
        except Refusal:
            assert not works
            return
        assert works
        self.bookings[row.pk] = Hold(**period, quantity=quantity, state="requested", expires=row.expires)

    @precondition(lambda self: self.bookings)
    @rule(number=picks, step=st.sampled_from(STEPS))
    def step(self, number, step):
        pk = self.pick(self.bookings, number)
        hold, row = self.bookings[pk], Booking.objects.get(pk=pk)
        works = hold.state == BEFORE[step] and (step != "accept" or hold.expires > self.now)
        people = [row.borrower] if step == "withdraw" else [self.bo]
        if step in ("hand_over", "return"):
            people = [row.borrower, self.bo]
        try:
            for who in people:
                actions.take(pk, step, by=who, now=self.now)
        except Refusal:
            assert not works
            return
        assert works
        hold.state, hold.expires = AFTER[step], None

    @precondition(lambda self: self.bookings)
    @rule(number=picks, span=spans)
    def change(self, number, span):
        pk = self.pick(self.bookings, number)
        hold, row = self.bookings[pk], Booking.objects.get(pk=pk)
        period = days(span[0], sum(span))
        same = (hold.starts, hold.ends) == (period["starts"], period["ends"])
        works = hold.state == "accepted" and not same and self.fits(**period, quantity=hold.quantity, but=pk)
        if hold.state in ("requested", "handed_over"):
            return  # these have rules of their own, tested elsewhere
        try:
            proposal = actions.change(pk, by=row.borrower, now=self.now, **period)
            actions.answer_change(proposal.pk, "agree", by=self.bo, now=self.now)
        except Refusal:
            assert not works
            return
        assert works
        hold.starts, hold.ends, hold.paid = period["starts"], period["ends"], False

    @precondition(lambda self: self.bookings)
    @rule(number=picks)
    def pay(self, number):
        pk = self.pick(self.bookings, number)
        row, hold = Booking.objects.get(pk=pk), self.bookings[pk]
        try:
            for who in (row.borrower, self.bo):
                actions.confirm_payment(pk, by=who, now=self.now)
        except Refusal:
            return
        hold.paid = True

    @rule(span=spans, quantity=st.integers(1, 2))
    def block(self, span, quantity):
        period = days(span[0], sum(span))
        works = self.fits(**period, quantity=quantity)
        try:
            claim = actions.block(self.listing.pk, Period(**period), by=self.bo, quantity=quantity, now=self.now)
        except Refusal:
            assert not works
            return
        assert works
        self.blocks[claim.pk] = Hold(**period, quantity=quantity, state="block")

    @precondition(lambda self: self.blocks)
    @rule(number=picks)
    def unblock(self, number):
        pk = self.pick(self.blocks, number)
        actions.unblock(pk, by=self.bo)
        del self.blocks[pk]

    @rule(span=spans)
    def wait(self, span):
        period = days(span[0], sum(span))
        cleo = member("Cleo", of=self.home)
        works = not self.fits(**period, quantity=1)
        try:
            entry = actions.join_line(self.listing.pk, by=cleo, now=self.now, **period)
        except Refusal:
            assert not works
            return
        assert works
        self.line[entry.pk] = Hold(**period, quantity=1, state="waiting")

    @precondition(lambda self: any(hold.state == "offered" for hold in self.line.values()))
    @rule(number=picks)
    def take_offer(self, number):
        offered = {pk: hold for pk, hold in self.line.items() if hold.state == "offered"}
        pk = self.pick(offered, number)
        entry, hold = WaitEntry.objects.select_related("member").get(pk=pk), offered[pk]
        works = hold.expires > self.now
        try:
            row = actions.take_offer(pk, by=entry.member, now=self.now)
        except Refusal:
            assert not works
            return
        assert works
        hold.state = "taken"
        self.bookings[row.pk] = Hold(hold.starts, hold.ends, 1, "requested", row.expires)

    @rule(hours=st.sampled_from([1, 6, 13, 30, 50]))
    def clock(self, hours):
        """Time passes, and every job runs: what ran out ends, and what is free is offered in the order of the line."""
        self.now = min(self.now + timedelta(hours=hours), days(0, 1)["starts"] - timedelta(days=1))
        for job in (tasks.expire_at, claims.sweep, tasks.wait_at):
            job(self.now)
        for hold in self.bookings.values():
            if hold.state == "requested" and hold.expires <= self.now:
                hold.state, hold.expires = "expired", None
        for hold in self.line.values():
            if hold.state == "offered" and hold.expires <= self.now:
                hold.state = "passed"
        for pk in sorted(self.line):
            hold = self.line[pk]
            if hold.state == "waiting" and self.fits(hold.starts, hold.ends, 1):
                hold.state, hold.expires = "offered", self.now + OFFERED_FOR

    # --- both say the same -----------------------------------------------------------------------------

    @invariant()
    def the_load_never_exceeds_the_capacity(self):
        rows = Claim.objects.filter(listing=self.listing).exclude(expires__lte=self.now)
        held = list(rows.values_list("starts", "ends", "quantity"))
        assert all(sum(q for a, b, q in held if a <= at < b) <= 2 for at, _, _ in held)
        modelled = [(hold.starts, hold.ends, hold.quantity) for hold in self.held()]
        assert sorted(held) == sorted(modelled)

    @invariant()
    def states_and_claims_agree(self):
        for row in Booking.objects.filter(pk__in=self.bookings).select_related("claim"):
            hold = self.bookings[row.pk]
            assert (row.state, row.starts, row.ends) == (hold.state, hold.starts, hold.ends)
            if row.state in HOLDING - {State.REQUESTED}:
                assert row.claim.kind == ClaimKind.BOOKING and row.claim.expires is None
            if row.state in ENDED:
                assert row.claim is None
        rows = WaitEntry.objects.filter(pk__in=self.line)
        assert {row.pk: row.state for row in rows} == {pk: hold.state for pk, hold in self.line.items()}
        assert all(row.claim_id for row in rows if row.state == WaitState.OFFERED and row.offered_until > self.now)

    @invariant()
    def what_is_due_and_paid_adds_up(self):
        for pk, hold in self.bookings.items():
            row = Booking.objects.get(pk=pk)
            payments = Payment.objects.filter(about__in=row.abouts)
            paid = sum(p.total_minor - p.refunded_minor for p in payments if p.settled)
            due = sum(p.total_minor for p in payments if p.state == PaymentState.DUE)
            if hold.state in ("accepted", "handed_over", "returned"):
                assert paid + due == row.quote["total_minor"]
            elif hold.state in ENDED:
                assert (paid, due) == (0, 0)  # the lender called it off, or it was never agreed

    def teardown(self) -> None:
        assert ledger.verify(self.home).faults == []


def test_the_life_of_bookings_is_what_the_model_says():
    from hypothesis.stateful import run_state_machine_as_test

    with transaction.atomic():
        run_state_machine_as_test(Life, settings=settings(max_examples=10, stateful_step_count=20, deadline=None))
