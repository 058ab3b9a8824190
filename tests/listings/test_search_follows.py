"""The postings follow whatever happens to a listing, in any order; and the index is made anew while others search."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from listings import actions
from listings.models import Cluster, Listing, Spot, Term
from listings.search import clusters, frequencies, index, metric, query, terms, texts, tiles, traits
from listings.search.asking import Viewer
from listings.search.criteria import Criteria
from listings.states import Kind, ListingState, Visibility
from members import actions as members
from members.states import Standing
from sharing.values.place import Point
from tests import factories
from tests.listings import searching

TITLES = ("Hammer drill", "Wooden ladder", "Schlagbohrmaschine", "Vélo cargo")
PLACES = (Point(48.0, 7.85), Point(0.0, -180.0), Point(-17.0, 179.99), Point(89.5, 12.0))


def expected(listing: Listing) -> set[tuple]:
    """What should be posted, said without the index: its terms at its points, if it can be found at all."""
    if listing.state != ListingState.PUBLISHED:
        return set()
    points = [Point(listing.public_lat, listing.public_lon)]
    if listing.kind == Kind.RIDE:
        coming = listing.departures.filter(leaves__gt=timezone.now(), cancelled=False)
        if listing.departures.exists() and not coming.exists():
            return set()
        points = [stop.public for stop in listing.stops.order_by("position")] or points
    bucket = {"public": "", "community": "~", "circle": terms.Bucket.CIRCLE}[listing.visibility]
    keys = {"", f"={listing.terms}", f"@{listing.community_id}"}
    keys |= set(traits.keys_of(listing))
    keys |= set(terms.stems_of_text(texts.of([listing])[listing.pk], listing.language))
    return {
        (terms.tid(listing.kind, key, bucket), tiles.tile(point.lat, point.lon), listing.pk, *metric.grid(point))
        for key in keys for point in points
    }  # fmt: skip


class Board(RuleBasedStateMachine):
    """Two lenders and a board; every step is an action of the product."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.home, self.away = factories.community("Home"), factories.community("Away")
        self.cleo = factories.member("Cleo", of=self.home, role="steward")
        self.bo = factories.member("Bo", of=self.home)
        factories.join(self.bo, self.away)
        self.viewers = {"nobody": None, "cleo": self.cleo}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def one(self, number: int, *states: str) -> Listing | None:
        mine = list(Listing.objects.filter(owner=self.bo, state__in=states or ListingState.values).order_by("pk"))
        return mine[number % len(mine)] if mine else None

    @rule(title=st.sampled_from(TITLES), kind=st.sampled_from(list(Kind.values)), at=st.sampled_from(PLACES),
          where=st.booleans(), audience=st.sampled_from([Visibility.PUBLIC, Visibility.COMMUNITY]))  # fmt: skip
    def offer(self, title, kind, at, where, audience) -> None:
        community = self.home if where else self.away
        if not self.bo.memberships.filter(community=community, standing=Standing.ACTIVE).exists():
            return
        facts = {"kind": kind, "title": title, "community": community, "visibility": audience, "terms": "gift"}
        facts |= {"lat": at.lat, "lon": at.lon}
        if kind == Kind.RIDE:
            way = [{"place": f"Stop {n}", "lat": at.lat, "lon": 7.0 + n, "minutes": 90 * n} for n in range(2)]
            leaves = timezone.now() + timedelta(days=3, hours=2 * Listing.objects.count())  # longer than any way
            facts |= {"stops": way, "departures": [leaves]}
        actions.publish(actions.create(by=self.bo, facts=facts).pk, by=self.bo)

    @rule(number=st.integers(0, 9), title=st.sampled_from(TITLES))
    def edit(self, number, title) -> None:
        if listing := self.one(number, ListingState.PUBLISHED, ListingState.PAUSED):
            actions.update(listing.pk, by=self.bo, facts={"title": title})

    @rule(number=st.integers(0, 9), at=st.sampled_from(PLACES))
    def move(self, number, at) -> None:
        if listing := self.one(number, ListingState.PUBLISHED, ListingState.PAUSED):
            actions.update(listing.pk, by=self.bo, facts={"lat": at.lat, "lon": at.lon})

    @rule(number=st.integers(0, 9), audience=st.sampled_from([Visibility.PUBLIC, Visibility.COMMUNITY]))
    def show_to(self, number, audience) -> None:
        if listing := self.one(number, ListingState.PUBLISHED, ListingState.PAUSED):
            actions.update(listing.pk, by=self.bo, facts={"visibility": audience})

    @rule(number=st.integers(0, 9))
    def pause(self, number) -> None:
        if listing := self.one(number, ListingState.PUBLISHED):
            actions.pause(listing.pk, by=self.bo)

    @rule(number=st.integers(0, 9))
    def resume(self, number) -> None:
        listing = self.one(number, ListingState.PAUSED)
        belongs = self.bo.memberships.filter(standing=Standing.ACTIVE).values_list("community", flat=True)
        if listing is None or listing.community_id not in belongs:
            return
        if listing.kind != Kind.RIDE or listing.departures.filter(leaves__gt=timezone.now()).exists():
            actions.publish(listing.pk, by=self.bo)

    @rule(number=st.integers(0, 9))
    def archive(self, number) -> None:
        if listing := self.one(number, ListingState.PUBLISHED, ListingState.PAUSED):
            actions.archive(listing.pk, by=self.bo)

    @rule(number=st.integers(0, 9))
    def restore(self, number) -> None:
        if listing := self.one(number, ListingState.ARCHIVED):
            actions.restore(listing.pk, by=self.bo)

    @rule()
    def vanish(self) -> None:
        """A draft that was never public may be deleted: nothing of it is left."""
        draft = actions.create(by=self.bo, facts={"kind": "tool", "title": "Never seen", "community": self.home})
        actions.delete(draft.pk, by=self.bo)

    @precondition(lambda self: self.bo.memberships.filter(community=self.away, standing=Standing.ACTIVE).exists())
    @rule()
    def leave(self) -> None:
        members.leave(self.away, by=self.bo)
        actions.pause_all_of(self.bo, self.away)  # what the signal does after the commit, which here never comes

    @rule()
    def set_off(self) -> None:
        """The last departures leave, and the clock takes the rides out."""
        for listing in Listing.objects.filter(kind=Kind.RIDE, state=ListingState.PUBLISHED)[:1]:
            listing.departures.update(leaves=timezone.now() - timedelta(minutes=1))
        index.retire_rides()

    @rule()
    def rebuild(self) -> None:
        index.rebuild(batch=2)

    @invariant()
    def what_is_posted_is_what_there_is(self) -> None:
        standing = set(Term.objects.values_list("tid", "tile", "listing_id", "x", "y", "z"))
        assert standing == set().union(*(expected(listing) for listing in Listing.objects.all()))
        rides = set(Spot.objects.values_list("listing_id", flat=True))
        assert rides <= {listing_id for _tid, _tile, listing_id, *_point in standing}

    @invariant()
    def each_sees_what_they_may(self) -> None:
        frequencies.forget()
        for viewer in self.viewers.values():
            got = sorted(hit.listing.pk for hit in query.search(Criteria(), viewer, size=100).hits)
            posted = set(Term.objects.values_list("listing_id", flat=True))
            assert got == sorted(pk for pk, _d in searching.scan(Criteria(), viewer) if pk in posted)

    @invariant()
    def the_map_counts_what_is_public(self) -> None:
        clusters.refresh()
        counted = sum(Cluster.objects.filter(zoom=clusters.FINEST).values_list("n", flat=True))
        kinds = [terms.tid(kind) for kind in terms.KINDS]
        assert counted == Term.objects.filter(tid__in=kinds).count()


@pytest.mark.django_db
def test_the_postings_follow_every_change():
    how = settings(max_examples=8, stateful_step_count=14, database=None, deadline=None)
    run_state_machine_as_test(Board, settings=how)


class Reindexing(TransactionTestCase):
    def test_reindex_goes_on_under_the_eyes_of_searchers(self):
        """Every search meanwhile finds each listing once: none is missing, none comes twice."""
        wanted = sorted(searching.listing(48.0 + n / 100, 7.85, title=f"Drill {n}").pk for n in range(30))
        Term.objects.filter(listing_id__in=wanted[:10], tid=terms.tid("tool", "drill")).update(x=1)  # something to mend
        Term.objects.filter(listing_id__in=wanted[:10]).update(y=2, z=3)
        wrong, searches, done = [], [], threading.Event()

        def look() -> None:
            try:
                while not done.is_set():
                    for facts in ({"here": Point(48.1, 7.85)}, {"sort": "new"}):
                        page = query.search(Criteria(q="drill", **facts), Viewer(), size=100)
                        got = sorted(hit.listing.pk for hit in page.hits)
                        searches.append(len(got))
                        if got != wanted:
                            wrong.append(got)
            finally:
                connection.close()

        looking = threading.Thread(target=look)
        looking.start()
        for _again in range(40):
            Term.objects.filter(listing_id__in=wanted[::3]).update(y=2, z=3)
            index.rebuild(batch=4)
            if len(searches) > 20:
                break
        done.set()
        looking.join(60)
        assert not wrong and len(searches) > 20
        assert {(x, y, z) for x, y, z in Term.objects.values_list("x", "y", "z")} == {
            metric.rounded(one.x, one.y, one.z) for one in Listing.objects.all()
        }
