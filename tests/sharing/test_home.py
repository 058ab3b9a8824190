"""The home page of a member, with something from every room on it."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings import actions
from cooperative.models import FeePolicy
from listings.actions import make_return, wants
from listings.models import Listing
from payments import ledger
from payments.states import AccountKind
from tests import factories
from tests.bookings.cast import ride

pytestmark = pytest.mark.django_db


def test_home_with_all_there_is_takes_at_most_fifteen_statements(django_assert_max_num_queries):
    """Things to answer, cards of one's own community and of others, what neighbours look for, and the pool."""
    home = factories.community()
    here = {"lat": 47.997, "lon": 7.842, "place": "Wiehre"}
    bo, ana = factories.member("Bo", of=home, **here), factories.member("Ana", of=home, **here)
    FeePolicy.objects.create(community=home, version=1, enabled=True, commoner_bp=500)
    ledger.account(AccountKind.POOL, home)
    drills = [factories.listing(bo, of=home) for _number in range(4)]
    for drill in drills:
        actions.request(drill.pk, by=ana, **factories.days(2, 4))
    factories.listing(factories.member("Yan"), of=factories.community("Oak Street"))
    wants.ask(by=ana, community=home, title="Extension ladder")
    client = Client()
    client.force_login(bo)
    client.get("/")
    with django_assert_max_num_queries(15):
        page = client.get("/").content.decode()
    assert "4 things need you" in page and "Say yes or no" in page and "Extension ladder" in page
    assert "in the pool of Elm Street" in page and page.count('<ul class="cards') == 1


def test_a_ride_that_runs_both_ways_shows_both_however_old_the_way_there_is(django_assert_max_num_queries):
    there = ride(title="To work", terms="cost_share")
    Listing.objects.filter(pk=there.pk).update(published=timezone.now() - timedelta(days=300))
    for number in range(6):
        factories.listing(there.owner, title=f"Drill {number}")
    back = make_return(there.pk, by=there.owner, at=time(17, 30))
    factories.listing(there.owner, title="Ladder")
    client = Client()
    client.get("/")
    with django_assert_max_num_queries(15):
        page = client.get("/").content.decode()
    places = [page.find(f'id="listing-{pk}"') for pk in (there.pk, back.pk)]
    assert -1 < page.find("Ladder") < places[0] < places[1]
    assert page.count('data-listing="') == 8 and "Drill 0" not in page  # and no more than there is room for
    page = client.get(f"/c/{there.community.slug}/").content.decode()
    assert -1 < page.find(f'id="listing-{there.pk}"') < page.find(f'id="listing-{back.pk}"')
    neighbour = Client()
    neighbour.force_login(factories.member("Cleo", of=there.community))
    page = neighbour.get(f"/members/{there.owner.pk}/").content.decode()
    assert -1 < page.find("Ladder") < page.find(f'id="listing-{there.pk}"') < page.find(f'id="listing-{back.pk}"')
    assert page.find(f'id="listing-{back.pk}"') < page.find("Drill 5")
    Listing.objects.filter(pk=there.pk).update(state="paused")
    page = client.get("/").content.decode()
    assert f'id="listing-{there.pk}"' not in page and f'id="listing-{back.pk}"' in page
