"""A kit is free when all its parts are, and who books it books them: kept by the database, whatever the code does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bookings import actions, claims, lateness
from bookings.availability import is_free, month
from bookings.availability.kits import freed_with
from bookings.models import Booking, Claim
from bookings.states import State, WaitState
from listings import actions as listings
from listings.models import Listing, ToolFacts
from messaging.models import Notification
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests.bookings.cast import drill, noon
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def camping(cast):
    """Bo's camping kit: a tent, and four of his nine pegs."""
    cast.kit = drill(cast.bo, of=cast.home, title="Camping kit", instant=True, tile=5)
    cast.tent = drill(cast.bo, of=cast.home, title="Tent", instant=True, tile=5)
    cast.pegs = drill(cast.bo, of=cast.home, title="Pegs", instant=True, tile=5, capacity=9)
    listings.add_part(cast.kit.pk, cast.tent.pk, by=cast.bo)
    listings.add_part(cast.kit.pk, cast.pegs.pk, by=cast.bo, quantity=4)
    for each in (cast.kit, cast.tent, cast.pegs):
        each.refresh_from_db()
    return cast


def book(listing, by, first=5, last=7, **more):
    return actions.request(listing.pk, by=by, starts=noon(first), ends=noon(last), **more)


def held(listing) -> list[int]:
    return list(Claim.objects.filter(listing=listing).values_list("quantity", flat=True))


def free(listing, first=5, last=7, quantity=1) -> bool:
    return is_free(listing, Period(noon(first), noon(last)), quantity).free


def test_who_books_the_kit_books_its_parts_and_frees_them_with_it(camping):
    booking = book(camping.kit, camping.ana)
    assert (held(camping.kit), held(camping.tent), held(camping.pegs)) == ([1], [1], [4])
    assert not free(camping.tent) and free(camping.pegs, quantity=5) and not free(camping.pegs, quantity=6)

    actions.take(booking.pk, "cancel", by=camping.ana)
    assert not Claim.objects.exists()


def test_a_part_that_is_out_keeps_the_kit_at_home(camping):
    book(camping.tent, camping.ana)
    assert not free(camping.kit) and free(camping.kit, 8, 10)
    with pytest.raises(Refusal):
        book(camping.kit, member("Max", of=camping.home))
    assert held(camping.kit) == []  # nothing is left behind

    days = {day.date: day.state for day in month(camping.kit, noon(6).year, noon(6).month).days}
    assert days[noon(6).date()] == "taken"


def test_some_of_many_pegs_may_be_out(camping):
    book(camping.pegs, camping.ana, quantity=5)
    assert free(camping.kit)
    book(camping.pegs, member("Max", of=camping.home), 6, 7, quantity=1)
    assert not free(camping.kit) and free(camping.kit, 8, 9)


def test_the_database_refuses_the_kit_with_no_code_in_the_way(camping):
    book(camping.tent, camping.ana)
    with pytest.raises(IntegrityError, match=claims.GUARD), transaction.atomic():
        Claim.objects.create(listing=camping.kit, starts=noon(6), ends=noon(9))
    assert held(camping.kit) == []
    Claim.objects.create(listing=camping.kit, starts=noon(7), ends=noon(9))


def test_the_claims_of_the_parts_move_and_go_with_the_kits(camping):
    booking = book(camping.kit, camping.ana)
    claims.move(booking.claim, camping.kit, Period(noon(8), noon(12)))
    assert set(Claim.objects.values_list("starts", "ends")) == {(noon(8), noon(12))} and Claim.objects.count() == 3

    book(camping.tent, member("Max", of=camping.home), 5, 7)
    with pytest.raises(IntegrityError), transaction.atomic():  # back again it cannot go
        claims.move(booking.claim, camping.kit, Period(noon(5), noon(7)))

    Claim.objects.filter(pk=booking.claim.pk).update(expires=timezone.now() - timedelta(minutes=1))
    assert Claim.objects.filter(expires__isnull=False).count() == 3
    claims.firm(booking.claim)
    assert not Claim.objects.filter(expires__isnull=False).exists()


def test_a_part_is_neither_put_away_nor_deleted_while_its_kit_is_promised(camping):
    Listing.objects.filter(pk=camping.tent.pk).update(state="draft", published=None)
    booking = book(camping.kit, camping.ana)
    for deed in (listings.archive, listings.delete):
        with pytest.raises(Refusal):
            deed(camping.tent.pk, by=camping.bo)
    assert camping.kit.kit_parts.filter(part=camping.tent).exists()
    actions.take(booking.pk, "cancel", by=camping.ana)
    listings.delete(camping.tent.pk, by=camping.bo)
    assert [row.part.title for row in camping.kit.kit_parts.all()] == ["Pegs"]


def test_a_draft_that_was_borrowed_with_its_kit_is_put_away_from_its_page(camping, client):
    Listing.objects.filter(pk=camping.tent.pk).update(state="draft", published=None)
    booking = book(camping.kit, camping.ana)
    Booking.objects.filter(pk=booking.pk).update(state=State.CLOSED)
    client.force_login(camping.bo)
    page = client.get(reverse("listing_edit", args=[camping.tent.pk])).content.decode()
    assert reverse("listing_act", args=[camping.tent.pk, "archive"]) in page
    client.post(reverse("listing_act", args=[camping.tent.pk, "delete"]))
    assert Listing.objects.filter(pk=camping.tent.pk).exists()
    client.post(reverse("listing_act", args=[camping.tent.pk, "archive"]))
    assert Listing.objects.get(pk=camping.tent.pk).state == "archived"


def test_an_account_is_closed_although_a_draft_was_borrowed_with_its_kit(camping):
    Listing.objects.filter(pk=camping.tent.pk).update(state="draft", published=None)
    book(camping.kit, camping.ana)
    listings.put_away_all_of(camping.bo)
    assert set(camping.bo.listings.values_list("state", flat=True)) == {"archived"}


def test_a_block_of_the_kit_leaves_its_parts_alone(camping):
    actions.block(camping.kit.pk, Period(noon(5), noon(7)), by=camping.bo, note="Mine")
    assert not free(camping.kit) and free(camping.tent)


def test_a_part_that_breaks_lists_who_has_the_kit(camping):
    booking = book(camping.kit, camping.ana)
    with pytest.raises(actions.StillBooked) as found:
        actions.break_down(camping.tent.pk, by=camping.bo, quantity=1)
    assert found.value.bookings == [booking]
    actions.break_down(camping.tent.pk, by=camping.bo, quantity=1, cancel=[booking.pk])
    booking.refresh_from_db()
    assert (booking.state, held(camping.kit), held(camping.pegs)) == (State.CANCELLED, [], [])
    actions.break_down(camping.pegs.pk, by=camping.bo, quantity=5)  # the kit wants four of nine


def test_parts_taken_out_later_stay_claimed_for_what_was_agreed(camping):
    booking = book(camping.kit, camping.ana)
    listings.remove_part(camping.kit.pk, camping.tent.pk, by=camping.bo)
    assert held(camping.tent) == [1] and not free(camping.tent)
    actions.take(booking.pk, "cancel", by=camping.ana)
    assert held(camping.tent) == []
    listings.remove_part(camping.kit.pk, camping.pegs.pk, by=camping.bo)
    camping.kit.refresh_from_db()
    assert not camping.kit.is_kit


@pytest.mark.parametrize(("waited_for", "asked_for"), [("tent", "kit"), ("kit", "tent"), ("kit", "pegs")])
def test_who_waits_for_a_part_or_the_whole_is_asked_before_the_other_is_given(camping, waited_for, asked_for):
    wanted, other = getattr(camping, waited_for), getattr(camping, asked_for)
    booking = book(wanted, camping.ana)
    entry = actions.join_line(wanted.pk, by=camping.zoe, starts=noon(5), ends=noon(7))
    Claim.objects.filter(pk=booking.claim_id).update(expires=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refusal):
        book(other, camping.cleo, quantity=9 if asked_for == "pegs" else 1)
    entry.refresh_from_db()
    assert entry.state == WaitState.OFFERED
    book(camping.pegs, camping.cleo, quantity=5)  # of which enough are left


def test_a_risky_part_needs_its_approval_in_a_kit_as_well(camping):
    policy = actions.write_policy(by=camping.cleo, community=camping.home, name="Fire")
    actions.set_policy(camping.pegs.pk, policy.pk, by=camping.bo)
    ToolFacts.objects.filter(listing=camping.tent).update(approval_needed=True)
    for _each in range(2):  # one approval for each of the two
        with pytest.raises(Refusal, match="approval"):
            book(camping.kit, camping.ana)
        asked = actions.ask_approval(camping.kit.pk, by=camping.ana)
        with pytest.raises(Refusal, match="approval"):
            book(camping.kit, camping.ana)
        actions.answer_approval(asked.pk, by=camping.bo if asked.policy.owner else camping.cleo, state="given")
    book(camping.kit, camping.ana)
    book(camping.tent, camping.ana, 8, 9)  # it opens the part by itself, too


def test_who_has_the_kit_next_is_warned_of_a_part_that_is_late(camping):
    tent = book(camping.tent, camping.ana, 5, 6)
    for who in (camping.ana, camping.bo):
        actions.take(tent.pk, "hand_over", by=who)
    kit = book(camping.kit, camping.cleo, 7, 8)
    now = tent.ends + timedelta(hours=2)
    actions.keep_what_is_out(now)
    assert Notification.objects.filter(member=camping.cleo, kind="booking.late_next").count() == 1
    assert lateness.is_kept_waiting(kit, now)
    assert Claim.objects.get(booking=tent).ends == noon(7)


def test_only_kits_pay_for_the_look_at_parts(camping, django_assert_num_queries):
    plain = drill(camping.bo, of=camping.home, tile=5)
    with django_assert_num_queries(1):
        list(claims_of(plain))
    with django_assert_num_queries(3):
        list(claims_of(camping.kit))


def claims_of(listing):
    from bookings.availability.claimed import taken

    return taken(listing, Period(noon(5), noon(7)), timezone.now())


def test_who_waits_for_a_kit_is_offered_it_when_its_part_comes_back(camping, django_capture_on_commit_callbacks):
    booking, mia = book(camping.tent, camping.ana), member("Mia", of=camping.home)
    entry = actions.join_line(camping.kit.pk, by=mia, starts=noon(5), ends=noon(7))
    with django_capture_on_commit_callbacks(execute=True):
        actions.take(booking.pk, "cancel", by=camping.ana)
    entry.refresh_from_db()
    assert entry.state == WaitState.OFFERED and held(camping.kit) == held(camping.tent) == [1]


def test_what_comes_free_with_a_kit_or_a_part_is_known(camping):
    other = drill(camping.bo, of=camping.home, title="Festival kit", instant=True, tile=5)
    listings.add_part(other.pk, camping.tent.pk, by=camping.bo)
    kit, tent, pegs = camping.kit.pk, camping.tent.pk, camping.pegs.pk
    assert freed_with([tent]) == {tent: {kit, other.pk}}
    assert freed_with([pegs]) == {pegs: {kit}}
    assert freed_with([kit, camping.drill.pk]) == {kit: {tent, pegs, other.pk}, camping.drill.pk: set()}
