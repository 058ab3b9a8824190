"""The demo: every state there is, books that verify, the same story on every run, and nothing done twice."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Booking, Handover, HandoverPhoto
from bookings.states import State
from cooperative import checks
from cooperative.models import Proposal
from cooperative.states import ProposalState
from listings.models import Cluster, Listing, Photo
from listings.states import Kind, ListingState
from members.models import Community, Member
from messaging.models import Message, Notification, Participant
from payments.models import Account, Transfer
from sharing.db import guards
from sharing.demo import telling
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.OUTBOX_DIR = tmp_path / "media", tmp_path / "outbox"


def tell(share: float = 0.06) -> None:
    telling.tell(pixels=64, processes=0, share=share)


def said() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def everything() -> dict:
    """What the demo says, without the moments at which it was told and the keys of files."""
    return {
        "members": list(Member.objects.order_by("pk").values_list("email", "name", "lat", "lon")),
        "listings": list(Listing.objects.order_by("pk").values_list("title", "state", "price_minor", "community__slug")),
        "photos": list(Photo.objects.order_by("pk").values_list("listing__title", "position", "alt", "colour")),
        "bookings": list(Booking.objects.order_by("pk").values_list("listing__title", "borrower__email", "state", "note")),
        "said": list(Message.objects.order_by("pk").values_list("author__email", "sequence", "kind", "conversation")),
        "money": list(Transfer.objects.order_by("pk").values_list("minor", "kind", "phase", "about")),
        "votes": list(Proposal.objects.order_by("pk").values_list("title", "state", "ballots__choice")),
    }


def test_it_shows_every_state_and_its_books_are_in_order():
    tell()

    states = Counter(Booking.objects.values_list("state", flat=True))
    assert set(states) == set(State.values)
    assert Community.objects.filter(slug="elm-street", people__gte=30).exists()
    assert {home.people >= 9 for home in Community.objects.all()} == {True} and Community.objects.count() == 3
    assert set(Listing.objects.filter(state=ListingState.PUBLISHED).values_list("kind", flat=True)) == set(Kind.values)
    assert not Listing.objects.filter(state=ListingState.PUBLISHED, photos__isnull=True).exists()
    assert Listing.objects.filter(owner=None).exists() and Listing.objects.filter(state=ListingState.DRAFT).exists()
    assert Cluster.objects.exists()
    assert HandoverPhoto.objects.exists() and Handover.objects.count() > 2 * states[State.CLOSED]
    proposals = set(Proposal.objects.values_list("state", flat=True))
    assert proposals >= {ProposalState.DRAFT, ProposalState.OPEN, ProposalState.REJECTED, ProposalState.EXECUTED}
    assert [found.faults for found in checks.check_all()] == [[], [], []]
    assert guards.missing() == []
    assert not Account.objects.exclude(kind="wallet").filter(may_overdraw=False, balance_minor__lt=0).exists()


def test_the_drill_the_room_and_the_ride_are_as_they_are_told_of():
    tell(share=0)
    drill = Listing.objects.get(title="Hammer drill, 18 V")
    ride = Listing.objects.get(kind=Kind.RIDE, owner__email="bo@demo.example")
    room = Listing.objects.get(title="Quiet room with two beds")

    assert (drill.price_minor, drill.price_unit, drill.deposit_minor, drill.owner.email) == (300, "day", 2000, "bo@demo.example")
    assert (ride.stops.count(), ride.capacity) == (3, 3)
    assert (room.capacity, room.room.beds) == (2, 2)


def test_everyone_can_sign_in_and_somebody_waits_for_them(client):
    tell(share=0)

    for key, _who in telling.SIGN_INS:
        assert client.login(username=f"{key}@demo.example", password="commonshare")
        client.logout()
    zoe = Member.objects.get(email="zoe@demo.example")
    assert list(Community.objects.of(zoe).values_list("slug", flat=True)) == ["harbour-sharing-circle"]
    assert Notification.objects.filter(member__email="bo@demo.example", read__isnull=True, needs_answer=True).exists()
    behind = Participant.objects.filter(member__email="ana@demo.example")
    assert any(seat.seen_seq < seat.conversation.last_seq for seat in behind.select_related("conversation"))


def test_it_is_the_same_story_every_time(transactional_db):
    tell()
    first = everything()
    call_command("flush", interactive=False, verbosity=0)
    tell()
    assert {key for key, value in everything().items() if value != first[key]} == set()


def test_a_second_run_only_prints_the_sign_ins():
    tell(share=0)
    before = everything()

    words = said()

    assert "ana@demo.example" in words and "commonshare" in words and "outbox" in words
    assert everything() == before


def test_it_leaves_other_data_alone():
    make.member("Somebody", email="somebody@else.example")
    with pytest.raises(CommandError, match="--reset"):
        said()
    assert Member.objects.count() == 1
