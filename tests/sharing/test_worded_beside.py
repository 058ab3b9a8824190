"""With annotations and what lies beside, for other values and in other threads, as the queryset would answer."""

from threading import Thread

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef

from listings.models import Listing
from members.models import Member, Membership
from sharing.db.worded import Worded
from tests import factories as make

pytestmark = pytest.mark.django_db


def asked(listing: int, member: int):
    inside = Membership.objects.filter(member=member, community=OuterRef("community"))
    rows = Listing.objects.visible_to(Member(pk=member)).select_related("owner", "community", "room")
    return rows.annotate(inside=Exists(inside)).filter(pk=listing)


@pytest.fixture
def street():
    home = make.community()
    bo, ana, zoe = make.member("Bo", of=home), make.member("Ana", of=home), make.member("Zoe")
    return make.listing(bo, of=home), make.listing(bo, of=home, visibility="community"), ana, zoe


def test_it_answers_as_the_query_set_does(street, django_assert_num_queries):
    kept = Worded(asked)
    for listing in street[:2]:
        for member in street[2:]:
            plain = list(asked(listing.pk, member.pk))
            with django_assert_num_queries(1):
                found = kept(listing.pk, member.pk)
                shown = [(row.owner.name, row.community.name, row.inside) for row in found]
            assert found == plain
            assert shown == [(row.owner.name, row.community.name, row.inside) for row in plain]
            assert [vars(row).keys() for row in found] == [vars(row).keys() for row in plain]
    everyone, members_only, _ana, zoe = street
    assert kept(members_only.pk, zoe.pk) == []
    assert kept.first(members_only.pk, zoe.pk) is None
    assert kept.first(everyone.pk, zoe.pk).inside is False


@pytest.mark.django_db(transaction=True)
def test_threads_ask_it_at_the_same_time_on_connections_of_their_own(street):
    kept, found = Worded(asked), {}

    def ask(member) -> None:
        try:
            found[member.name] = [[row.pk for row in kept(street[1].pk, member.pk)] for _ in range(50)]
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(member,)) for member in street[2:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {"Ana": [[street[1].pk]] * 50, "Zoe": [[]] * 50}


def test_what_it_cannot_keep_it_refuses():
    with pytest.raises(ValueError, match="statements of its own"):
        Worded(lambda listing: Listing.objects.filter(pk=listing).prefetch_related("photos"))(1)
    with pytest.raises(ValueError, match="one step"):
        Worded(lambda listing: Listing.objects.filter(pk=listing).select_related("category__parent"))(1)
