"""The synthetic world is like one made by hand: found by the same terms, crowded where it says, never overbooked."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from bookings.models import Booking, Claim
from bookings.states import ClaimKind
from listings.models import Cluster, Listing, Spot, Term
from listings.search import index, query
from listings.search.criteria import Criteria
from members.models import Member
from sharing.db import guards
from sharing.management.populating import bulk
from sharing.management.populating.world import CROWD, CROWD_RADIUS_M, World
from sharing.values.place import Point, metres_between

pytestmark = pytest.mark.django_db


def populate(**counts: int) -> None:
    call_command("populate", listings=120, bookings=80, members=30, seed=4, **counts, verbosity=0, stdout=_Silence())


class _Silence:
    def write(self, text: str) -> None:
        pass


def test_every_listing_is_posted_as_the_index_itself_would():
    populate()
    posted = set(Term.objects.values_list("tid", "tile", "listing_id"))
    spots = set(Spot.objects.values_list("listing_id", "position"))
    bubbles = set(Cluster.objects.values_list("zoom", "tile", "kind", "n"))
    # Stops are blurred by the index and stand where they are in the synthetic world: compared are all others.
    rides = set(Listing.objects.filter(kind="ride").values_list("pk", flat=True))
    index.rebuild()
    again = set(Term.objects.values_list("tid", "tile", "listing_id"))
    assert {row for row in again if row[2] not in rides} == {row for row in posted if row[2] not in rides}
    assert {(tid, pk) for tid, _tile, pk in again if pk in rides} == {
        (tid, pk) for tid, _tile, pk in posted if pk in rides
    }
    assert set(Spot.objects.values_list("listing_id", "position")) == spots and bubbles
    assert query.search(Criteria(q="drill", here=CROWD), None).hits


def test_a_fifth_is_crowded_and_no_claim_overbooks():
    populate()
    points = [Point(lat, lon) for lat, lon in Listing.objects.values_list("lat", "lon")]
    assert sum(metres_between(CROWD, point) <= CROWD_RADIUS_M for point in points) >= len(points) / 5
    assert (Listing.objects.count(), Booking.objects.count(), Claim.objects.count()) == (120, 80, 80)
    assert Member.objects.count() >= 30 and guards.missing() == []
    for listing in Listing.objects.filter(claims__isnull=False).distinct():
        claims = sorted(listing.claims.values_list("starts", "ends"))
        assert all(first[1] <= second[0] for first, second in zip(claims, claims[1:], strict=False))


def test_what_stands_aside_meanwhile_stands_again_and_has_looked_at_all(monkeypatch):
    before = _rules()
    populate()
    assert _rules() == before
    monkeypatch.setattr(World, "_agreements", _one_claim_too_many)
    with pytest.raises(IntegrityError, match="claims_never_exceed_the_capacity"), transaction.atomic():
        populate()
    assert _rules() == before


def _one_claim_too_many(world: World) -> None:
    table = bulk.Table(Claim, "listing_id", "kind", "starts", "ends", "quantity", "created")
    most = max(Listing.objects.filter(pk=world.first_listing).values_list("capacity", flat=True))
    for _capacity_and_one_more in range(most + 1):
        table.add(world.first_listing, ClaimKind.BOOKING, world.now, world.now + timedelta(days=1), 1, world.now)
    table.flush()


def _rules() -> list[tuple]:
    """Every index, key and trigger of the engine, as it describes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select name, sql from sqlite_master where type in ('index', 'trigger') order by name")
            return [(name, sql and sql.lower()) for name, sql in cursor.fetchall()]  # keywords as they were written
        cursor.execute("select indexdef, '' from pg_indexes where schemaname = 'public' order by 1")
        rows = cursor.fetchall()
        cursor.execute("select conname, pg_get_constraintdef(oid) from pg_constraint order by 1, 2")
        rows += cursor.fetchall()
        cursor.execute("select tgname, tgenabled from pg_trigger where not tgisinternal order by 1")
        return rows + cursor.fetchall()


def test_less_than_nothing_is_refused():
    with pytest.raises(CommandError):
        call_command("populate", listings=-1)
