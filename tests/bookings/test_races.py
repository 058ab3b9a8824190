"""Two want what only one can have, at the same moment: with the guards one gets it, without them both do.

A look that came too early is made certain rather than hoped for: what looks before it leaps is blinded, so that
only the engine's own word stands between two deeds and an overbooking. Each race is run with the guards and
without them, by threads; and a mix of all of them by threads, and requests by processes, with the guards.
"""

import random
from contextlib import suppress

import pytest
from django.db import IntegrityError

from bookings import actions, availability, breakage, changes
from bookings.actions.waiting import OPEN
from bookings.breakage import Clash
from bookings.models import Booking, Claim, WaitEntry
from bookings.states import ChangeState, State
from listings.models import Listing
from sharing.db import guards
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill
from tests.bookings.processes import start
from tests.bookings.test_capacity import at_once, peak
from tests.factories import days, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def blind(monkeypatch):
    """Whoever looks finds everything free."""
    for module in (availability, changes.availability, availability.answers):
        monkeypatch.setattr(module, "is_free", lambda *args, **kwargs: availability.FREE)
    monkeypatch.setattr(breakage, "clash", lambda *args, **kwargs: Clash([], True))


def instant(cast):
    Listing.objects.update(instant=True)
    return [lambda who=who: actions.request(cast.drill.pk, by=who, **days(2, 4)) for who in (cast.ana, cast.zoe)]


def accept(cast):
    """Two requests whose holds were swept away, so that the yes itself has to claim."""
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    Booking.objects.filter(listing=cast.drill).update(claim=None, **days(2, 4))
    Claim.objects.all().delete()
    return [lambda row=row: actions.take(row.pk, "accept", by=cast.bo) for row in rows]


def change(cast):
    Listing.objects.update(instant=True)
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    return [lambda row=row: actions.change(row.pk, by=row.borrower, **days(20, 22)) for row in rows]


def agree(cast):
    rows = [actions.request(cast.drill.pk, by=who, **days(2 + 3 * n, 4 + 3 * n))
            for n, who in enumerate((cast.ana, cast.zoe))]
    for row in rows:
        actions.take(row.pk, "accept", by=cast.bo)
    asked = [actions.change(row.pk, by=row.borrower, **days(20, 22)) for row in rows]
    assert {row.state for row in asked} == {ChangeState.PROPOSED}
    return [lambda row=row: actions.answer_change(row.pk, "agree", by=cast.bo) for row in asked]


def extension(cast):
    Listing.objects.update(instant=True)
    out = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    for who in (cast.ana, cast.bo):
        actions.take(out.pk, "hand_over", by=who)
    return [lambda: actions.change(out.pk, by=cast.ana, ends=days(4, 6)["ends"]),
            lambda: actions.request(cast.drill.pk, by=cast.zoe, **days(4, 6))]


def offer(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    actions.join_line(cast.drill.pk, by=cast.zoe, **days(2, 4))
    Booking.objects.filter(pk=booking.pk).update(claim=None, state=State.DECLINED)
    Claim.objects.all().delete()
    return [lambda: actions.offer_next(cast.drill.pk, booking.created),
            lambda: actions.request(cast.drill.pk, by=cast.cleo, **days(2, 4))]


def fewer(cast):
    Listing.objects.update(capacity=2)
    actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    return [lambda: actions.break_down(cast.drill.pk, by=cast.bo, quantity=1, for_good=True),
            lambda: actions.request(cast.drill.pk, by=cast.zoe, **days(2, 4))]


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
@pytest.mark.parametrize("race", [instant, accept, change, agree, extension, offer, fewer])
def test_of_two_at_once_one_gets_it_and_without_the_guard_both(cast, monkeypatch, request, race, guarded):
    deeds = race(cast)
    request.getfixturevalue("blind")
    outcomes: list[bool] = []

    def tried(deed):
        def run() -> None:
            try:
                deed()
                outcomes.append(True)
            except (Refusal, IntegrityError):
                outcomes.append(False)

        return run

    if not guarded:
        guards.drop()
    try:
        at_once([tried(deed) for deed in deeds])
    finally:
        if not guarded:
            guards.install()
    capacity = Listing.objects.get(pk=cast.drill.pk).capacity
    assert sorted(outcomes) == ([False, True] if guarded else [True, True])
    assert (peak(cast.drill) <= capacity) is guarded


def test_two_clocks_offer_a_time_to_one_alone(cast):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    for who in (cast.zoe, cast.cleo, member("Mia")):
        actions.join_line(cast.drill.pk, by=who, **days(2, 4))
    actions.take(booking.pk, "decline", by=cast.bo)
    WaitEntry.objects.update(state="waiting", claim=None)
    Claim.objects.all().delete()
    offered: list[int] = []
    at_once([lambda: offered.append(actions.offer_next(cast.drill.pk, booking.created))] * 8)
    assert sum(offered) == 1 == Claim.objects.count()
    first = WaitEntry.objects.filter(state__in=OPEN).order_by("pk").first()
    assert (first.member, first.state) == (cast.zoe, "offered")


def test_everything_at_once_on_few_things_never_overbooks(cast):
    chance = random.Random(5)
    copies = [drill(cast.bo, of=cast.home, capacity=n, instant=n != 2) for n in (1, 2, 3)]
    people = [cast.ana, cast.zoe, cast.cleo, member("Mia")]

    def anything() -> None:
        listing, who, first = chance.choice(copies), chance.choice(people), chance.randrange(12)
        span = days(first, first + chance.randrange(1, 4))
        with suppress(Refusal, Booking.DoesNotExist, WaitEntry.DoesNotExist):
            match chance.randrange(6):
                case 0 | 1:
                    actions.request(listing.pk, by=who, quantity=chance.randint(1, listing.capacity), **span)
                case 2:
                    actions.join_line(listing.pk, by=who, **span)
                case 3:
                    row = Booking.objects.filter(listing=listing, borrower=who, claim__isnull=False).order_by("?")
                    actions.change(row.values_list("pk", flat=True)[:1].get(), by=who, **span)
                case 4:
                    row = Booking.objects.filter(listing=listing, state=State.ACCEPTED).order_by("?")
                    actions.take(row.values_list("pk", flat=True)[:1].get(), "cancel", by=cast.bo)
                case 5:
                    row = WaitEntry.objects.filter(listing=listing, state="offered").select_related("member")
                    entry = row[:1].get()
                    actions.take_offer(entry.pk, by=entry.member)

    at_once([anything] * 160)
    for listing in copies:
        assert peak(listing) <= listing.capacity
    held = Booking.objects.filter(state__in=[State.ACCEPTED, State.HANDED_OVER])
    assert held.exists() and not held.filter(claim__isnull=True).exists()


ASKING = """
import sys
from contextlib import suppress
from bookings import actions
from members.models import Member
from sharing.web.refusals import Refusal
listing, who, starts, ends = int(sys.argv[1]), Member.objects.get(pk=sys.argv[2]), sys.argv[3], sys.argv[4]
won = 0
for _ in range(6):
    with suppress(Refusal):
        actions.request(listing, by=who, starts=starts, ends=ends)
        won += 1
print(won)
"""


def test_processes_asking_for_the_same_time_get_it_once(cast):
    Listing.objects.update(instant=True)
    span = [moment.isoformat() for moment in days(2, 4).values()]
    rivals = [start(ASKING, cast.drill.pk, who.pk, *span) for who in (cast.ana, cast.zoe, cast.cleo)]
    won = [int(rival.communicate(timeout=120)[0].split()[-1]) for rival in rivals]
    assert sum(won) == 1 and all(rival.returncode == 0 for rival in rivals)
    assert peak(cast.drill) == 1
