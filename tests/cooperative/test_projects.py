"""What borrowers direct to projects: set aside with the fee, back with the fee, and spent by decision alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Booking
from cooperative import actions as decisions
from cooperative import books, checks, projects
from cooperative.models import Direction
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments import ledger
from payments.models import Transfer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    community = factories.community()
    ana, bo, cleo = (factories.member(name, of=community) for name in ("Ana", "Bo", "Cleo"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    decisions.set_first_policy(community, by=cleo, commoner_bp=1000, commercial_bp=1000, earmark_bp=2000)
    trailer = projects.start(community, by=cleo, name="A trailer", goal_minor=50_000)
    return community, ana, bo, cleo, trailer


def borrowed(cast, *, project=True, solidarity=0) -> Booking:
    community, ana, bo, _cleo, trailer = cast
    drill = factories.listing(bo, of=community, instant=True, price_minor=1000)
    booking = bookings.request(
        drill.pk, by=ana, solidarity_minor=solidarity, project=trailer.pk if project else None, **factories.days(0, 2)
    )
    for side in (ana, bo):
        payments.confirm(booking.about, by=side)
    return booking


def test_a_share_of_the_fee_is_set_aside_in_the_deed_that_books_it(cast):
    community, *_rest, trailer = cast
    booking = borrowed(cast)
    assert booking.quote["fee_minor"] == 200
    held = books.holdings(community)
    assert (held.balance_minor, held.set_aside_minor, held.free_minor) == (200, 40, 160)
    assert projects.saved([trailer]) == {trailer.pk: 40}
    entry = Transfer.objects.get(kind="earmark")
    assert (entry.about, entry.memo) == (booking.about, "A trailer")
    assert sum(flow.minor for flow in books.flows(community, held.pool, books.months(community))) == 200
    assert checks.check(community).faults == []


def test_who_directs_nothing_leaves_all_in_the_pool(cast):
    borrowed(cast, project=False)
    assert books.holdings(cast[0]).set_aside_minor == 0 and not Direction.objects.exists()


def test_what_goes_back_comes_from_the_project_as_well(cast):
    community, *_ = cast
    booking = borrowed(cast)
    payments.refund(booking.about, price_minor=1000, fee_minor=100, part=True)
    assert books.holdings(community).set_aside_minor == 20
    payments.refund(booking.about, price_minor=1000, fee_minor=100)
    held = books.holdings(community)
    assert (held.balance_minor, held.set_aside_minor) == (0, 0)
    assert checks.check(community).faults == []


@pytest.mark.parametrize(("more", "stays"), [(500, 40), (0, 0)])
def test_what_was_decided_goes_back_only_where_the_pool_has_too_little(cast, more, stays):
    community, ana, bo, cleo, trailer = cast
    booking, begun = borrowed(cast), timezone.now() - timedelta(days=20)
    draft = decisions.propose(
        community, by=ana, kind="spend", title="Go", terms={"minor": 40, "project": trailer.pk}, now=begun
    )
    decisions.open(draft.pk, by=ana, now=begun)
    for voter in (ana, bo, cleo):
        decisions.vote(draft.pk, by=voter, choice="yes", now=begun + timedelta(hours=1))
    assert decisions.close(draft.pk).state == "executed"
    if more:
        world, pool = (ledger.account(kind, community) for kind in ("world", "pool"))
        ledger.post(community, [ledger.Entry(world, pool, more, "solidarity", "more")])
    payments.refund(booking.about, price_minor=2000, fee_minor=200)
    assert books.holdings(community).set_aside_minor == stays
    assert checks.check(community).faults == []


def test_closing_brings_it_back_once_and_takes_no_more(cast):
    community, ana, _bo, cleo, trailer = cast
    borrowed(cast)
    with pytest.raises(projects.ProjectError):
        projects.close(trailer.pk, by=ana)
    for _twice in range(2):
        assert not projects.close(trailer.pk, by=cleo).is_open
    assert books.holdings(community).set_aside_minor == 0
    with pytest.raises(projects.ProjectError):
        borrowed(cast)
    assert Transfer.objects.filter(kind="earmark").count() == 2


def test_what_is_set_aside_is_not_spent_for_anything_else(cast):
    community, *_rest, trailer = cast
    borrowed(cast)
    pool, world = (ledger.account(kind, community) for kind in ("pool", "world"))
    with pytest.raises(ledger.Overdrawn):
        ledger.post(community, [ledger.Entry(pool, world, 161, "spend", "a")])
    release = projects.releasing(trailer, about="proposal:1", key="release:1")
    ledger.post(community, [*release, ledger.Entry(pool, world, 200, "spend", "b", "proposal:1")])
    assert books.holdings(community).balance_minor == 0


def test_a_project_of_elsewhere_cannot_be_chosen(cast):
    community, ana, bo, _cleo, _trailer = cast
    elsewhere = factories.community("Far away")
    zoe = factories.member("Zoe", of=elsewhere, role=Role.STEWARD)
    theirs = projects.start(elsewhere, by=zoe, name="A boat")
    drill = factories.listing(bo, of=community)
    with pytest.raises(projects.ProjectError):
        bookings.request(drill.pk, by=ana, project=theirs.pk, **factories.days(0, 1))
    assert not Booking.objects.exists()


def test_the_request_page_suggests_a_little_more_and_the_projects(cast, client):
    community, ana, bo, _cleo, trailer = cast
    drill = factories.listing(bo, of=community)
    client.force_login(ana)
    address = reverse("booking_new", args=[drill.pk])
    html = client.get(address).content.decode()
    assert "A trailer" in html and all(f'name="give" value="{n}00"' in html for n in (1, 2, 5))
    when = {name: f"{moment:%Y-%m-%d}" for name, moment in factories.days(0, 1).items()}
    assert client.post(address, when | {"give": "200", "project": trailer.pk, "note": ""}).status_code == 302
    booking = Booking.objects.get()
    assert booking.quote["solidarity_minor"] == 200
    assert Direction.objects.get().about == booking.about
    assert client.post(address, when | {"give": "7"}).status_code in (409, 422)


def test_stewards_open_and_close_projects_on_their_page(cast, client):
    community, ana, _bo, cleo, trailer = cast
    address = reverse("projects", args=[community.slug])
    client.force_login(ana)
    assert "A trailer" in client.get(address).content.decode()
    assert client.post(address, {"name": "A boat"}).status_code == 404
    assert client.post(reverse("project_close", args=[community.slug, trailer.pk])).status_code == 404
    client.force_login(cleo)
    for wrong in ({"name": ""}, {"name": "A trailer"}, {"name": "A boat", "goal": "x"}):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"name": "A boat", "goal": "250"}).status_code == 302
    assert "€250.00" in client.get(address).content.decode()
    assert client.post(reverse("project_close", args=[community.slug, trailer.pk])).status_code == 302
