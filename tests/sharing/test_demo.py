"""The demo: every state there is, books that verify, the same story on every run, and nothing done twice."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from bookings.models import Booking, Handover, HandoverPhoto, WaitEntry
from bookings.states import State
from cooperative import checks
from cooperative.models import BudgetLine, Payout, Project, Proposal, Statement
from cooperative.states import ProposalState
from cooperative.treasury_states import PayoutState, ProjectState
from listings.models import Cluster, CommunityRate, Listing, Photo, Term
from listings.states import Kind, ListingState
from members.models import Community, Member
from messaging.models import Message, Notification, Participant
from payments.models import Account, Transfer
from sharing.db import guards
from sharing.demo import telling
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def tell(now=None) -> None:
    """With few and tiny photos, and only some of the year in the background."""
    telling.tell(pixels=64, processes=0, share=0.06, now=now)


def said(**options) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def everything() -> dict:
    """What the demo says, without moments, numbers of rows and keys of files."""
    return {
        "members": list(Member.objects.order_by("pk").values_list("email", "name", "lat", "lon")),
        "listings": list(Listing.objects.order_by("pk").values_list("title", "state", "price_minor")),
        "photos": list(Photo.objects.order_by("pk").values_list("listing__title", "position", "alt", "colour")),
        "bookings": list(Booking.objects.order_by("pk").values_list("listing__title", "borrower__name", "state")),
        "said": list(Message.objects.order_by("pk").values_list("author__email", "sequence", "kind", "data__code")),
        "money": list(Transfer.objects.order_by("pk").values_list("minor", "kind", "phase", "memo")),
        "votes": list(Proposal.objects.order_by("pk", "ballots__pk").values_list("title", "state", "ballots__choice")),
    }


def test_it_shows_every_state_and_its_books_are_in_order(client):
    tell()

    states = Counter(Booking.objects.values_list("state", flat=True))
    assert set(states) == set(State.values)
    assert HandoverPhoto.objects.exists() and Handover.objects.count() > 2 * states[State.CLOSED]
    assert [found.faults for found in checks.check_all()] == [[], [], []]
    assert guards.missing() == []
    assert not Account.objects.filter(may_overdraw=False, balance_minor__lt=F("held_minor") - F("limit_minor")).exists()
    proposals = set(Proposal.objects.values_list("state", flat=True))
    assert proposals >= {ProposalState.DRAFT, ProposalState.OPEN, ProposalState.REJECTED, ProposalState.EXECUTED}
    communities_are_peopled()
    listings_can_be_found()
    the_treasury_is_at_work()
    everyone_can_sign_in(client)
    somebody_waits()


def communities_are_peopled():
    people = dict(Community.objects.values_list("slug", "people"))
    assert people["elm-street"] == 30 and people["harbour-sharing-circle"] == 14 and people["vereda-co-op"] == 10
    zoe = Member.objects.get(email="zoe@demo.example")
    assert list(Community.objects.of(zoe).values_list("slug", flat=True)) == ["harbour-sharing-circle"]


def listings_can_be_found():
    published = Listing.objects.filter(state=ListingState.PUBLISHED)
    assert set(published.values_list("kind", flat=True)) == set(Kind.values)
    assert not published.filter(photos__isnull=True).exists()
    assert published.filter(owner=None).exists() and Listing.objects.filter(state=ListingState.DRAFT).exists()
    assert Cluster.objects.exists()
    assert set(Term.objects.values_list("listing_id", flat=True)) == set(published.values_list("pk", flat=True))
    drill = Listing.objects.get(title="Hammer drill, 18 V")
    ride = Listing.objects.get(kind=Kind.RIDE, owner__email="bo@demo.example")
    room = Listing.objects.get(title="Quiet room with two beds")
    terms = (drill.price_minor, drill.price_unit, drill.deposit_minor, drill.owner.email)
    assert terms == (300, "day", 2000, "bo@demo.example")
    assert (ride.stops.count(), ride.capacity) == (3, 3)
    assert (room.capacity, room.room.beds) == (2, 2)


def the_treasury_is_at_work():
    """Saved for, budgeted, paid out by two and refused, summed up and signed by two; a full car with a line."""
    assert set(Project.objects.values_list("state", flat=True)) == set(ProjectState.values)
    assert set(Payout.objects.values_list("state", flat=True)) == set(PayoutState.values) - {PayoutState.WITHDRAWN}
    assert Payout.objects.filter(member__isnull=False).exists()
    assert {line.incoming for line in BudgetLine.objects.all()} == {True, False}
    first = Statement.objects.order_by("number").first()
    assert first and first.signatures.count() == 2 and first.seal == first.sealed()
    assert CommunityRate.objects.exists() and WaitEntry.objects.filter(departure__isnull=False).count() == 2


def everyone_can_sign_in(client):
    for key, _who in telling.SIGN_INS:
        assert client.login(username=f"{key}@demo.example", password="commonshare")
        client.logout()


def somebody_waits():
    assert Notification.objects.filter(member__email="bo@demo.example", read=None, needs_answer=True).exists()
    seats = Participant.objects.filter(member__email="ana@demo.example").select_related("conversation")
    assert any(seat.seen_seq < seat.conversation.last_seq for seat in seats)


def test_it_is_the_same_story_every_time_and_told_once():
    now = timezone.now()
    tell(now)
    first = everything()

    words = said()
    assert "ana@demo.example" in words and telling.PASSWORD in words and "outbox" in words
    assert everything() == first
    assert "http://127.0.0.1:8123/outbox/" in said(port=8123)

    guards.drop()
    call_command("flush", interactive=False, verbosity=0)
    tell(now)
    again = everything()
    assert {key for key, value in again.items() if value != first[key]} == set()


def test_it_leaves_other_data_alone():
    make.member("Somebody", email="somebody@else.example")
    with pytest.raises(CommandError, match="--reset"):
        said()
    assert Member.objects.count() == 1
