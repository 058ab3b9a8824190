"""Who changed what about a commons listing: written by every action, read by members, brought back by stewards."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from listings import actions, changes, history
from listings.models import ListingChange
from members.states import Role
from tests import factories
from tests.listings.offering import make, photo, published, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def cleo(street):
    return factories.member("Cleo", of=street, role=Role.STEWARD)


@pytest.fixture
def bike(cleo):
    return published(cleo, title="Cargo bike", commons=True, terms="rent", price_minor=800)


def told(listing) -> list[tuple[str, dict, dict]]:
    return [(changes.headline(row), row.before, row.after) for row in listing.changes.all()]


def test_each_change_of_the_commons_is_written_with_what_it_was_before(bike, cleo):
    actions.update(bike.pk, by=cleo, facts={"title": "Red cargo bike", "price_minor": 900, "brand": "Lastra"})
    actions.pause(bike.pk, by=cleo)

    assert told(bike) == [
        ("Took it down for a while", {"state": "published"}, {"state": "paused"}),
        (
            "Changed 3 things",
            {"title": "Cargo bike", "price_minor": 800, "brand": ""},
            {"title": "Red cargo bike", "price_minor": 900, "brand": "Lastra"},
        ),
        ("Pinned it to the board", {"state": "draft"}, {"state": "published"}),
    ]
    assert {row.by for row in bike.changes.all()} == {cleo}


def test_what_changes_nothing_leaves_no_row(bike, cleo):
    before = bike.changes.count()
    actions.update(bike.pk, by=cleo, facts={"title": "Cargo bike"})
    assert bike.changes.count() == before


def test_photos_are_part_of_it(bike, cleo):
    actions.add_photo(bike.pk, photo(), by=cleo)
    change = bike.changes.first()
    assert [(said.name, said.before, said.after) for said in changes.said(change, bike)] == [
        ("Photos", "–", "1 photo")
    ]


def test_drafts_and_what_members_own_have_no_history(street, cleo):
    draft = make(cleo, title="Saw", commons=True)
    actions.update(draft.pk, by=cleo, facts={"title": "Big saw"})
    own = published(cleo, title="Drill")
    actions.update(own.pk, by=cleo, facts={"title": "Hammer drill"})
    assert not ListingChange.objects.exists()
    refused(None, actions.restore_version, own.pk, 1, by=cleo)
    actions.delete(draft.pk, by=cleo)  # nothing holds it back


def test_the_exact_place_is_not_told(bike, cleo):
    moved = {"address": "Elm Street 4, shed", "lat": 47.9, "lon": 7.9}
    actions.update(bike.pk, by=cleo, facts=moved | {"price_minor": 850})
    said = {one.name: (one.before, one.after) for one in changes.said(bike.changes.first(), bike)}
    assert said == {"Address": ("", ""), "Where exactly it is": ("", ""), "Price": ("€8.00", "€8.50")}


def test_a_steward_brings_a_former_version_back_and_that_is_a_change_too(bike, cleo):
    actions.update(bike.pk, by=cleo, facts={"title": "Bike", "category": "cargo-bikes", "condition": "good"})
    middle = bike.changes.first().version
    actions.update(bike.pk, by=cleo, facts={"title": "Nonsense", "category": None, "condition": "worn"})
    actions.update(bike.pk, by=cleo, facts={"lat": 47.5, "title": "More nonsense", "lon": bike.lon, "place": "Basel"})

    back = actions.restore_version(bike.pk, middle, by=cleo)

    back.refresh_from_db()
    assert (back.title, back.category.slug, back.tool.condition, back.place) == ("Bike", "cargo-bikes", "good", "")
    assert back.lat == bike.lat
    assert changes.headline(back.changes.first()) == f"Brought version {middle} back"
    refused(None, actions.restore_version, bike.pk, back.changes.first().version, by=cleo)


def test_only_stewards_go_back_and_only_members_read(bike, street, cleo):
    ana = factories.member("Ana", of=street)
    stranger = factories.member("Zoe")
    version = bike.changes.first().version
    for other in (ana, stranger):
        with pytest.raises(Http404):
            actions.restore_version(bike.pk, version, by=other)
    with pytest.raises(Http404):
        actions.restore_version(bike.pk, 999, by=cleo)
    assert history.may_read(ana, bike) and not history.may_read(stranger, bike)
    assert not history.may_read(ana, published(ana, title="Mine"))


@pytest.mark.parametrize("deed", [lambda rows: rows.update(by=None), lambda rows: rows.delete()])
def test_the_database_lets_nobody_rewrite_it(bike, deed):
    with pytest.raises(IntegrityError, match="listing_changes_are_only_added"), transaction.atomic():
        deed(ListingChange.objects.filter(listing=bike))
