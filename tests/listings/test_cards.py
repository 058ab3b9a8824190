"""A card is rendered once and kept, and never shows what was before or what belongs to another search."""

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from listings import actions
from listings.models import Listing, Photo
from listings.search import briefs
from listings.search.query import Hit
from listings.states import Terms
from listings.templatetags import cards
from tests import factories
from tests.listings import searching

pytestmark = pytest.mark.django_db
HERE = factories.HERE


@pytest.fixture(autouse=True)
def _fresh():
    cards._kept.clear()


def shown(**context) -> str:
    return Template('{% include "listings/_card.html" %}').render(Context(context))


def test_what_is_of_one_search_alone_is_put_in_anew(django_assert_num_queries):
    listing = factories.listing(title="<b>Drill</b>")
    listing.faces = []
    near, far = shown(hit=Hit(listing, 340.0)), shown(hit=Hit(listing, 4200.0))
    assert "350 m" in near and "350 m" not in far and "4.2 km" in far and len(cards._kept) == 1
    assert "&lt;b&gt;Drill&lt;/b&gt;" in near and "\x00" not in near
    assert " · " not in shown(listing=listing) and listing.get_absolute_url() in shown(listing=listing)
    with django_assert_num_queries(0):
        shown(hit=Hit(listing, 340.0))


def test_a_change_and_another_language_are_seen_at_once():
    listing = factories.listing(title="Drill")
    assert "Drill" in shown(listing=listing)
    listing.title, listing.version = "Saw", listing.version + 1
    listing.save()
    assert "Saw" in shown(listing=Listing.objects.get()) and "Drill" not in shown(listing=Listing.objects.get())
    with translation.override("de"):
        assert shown(listing=Listing.objects.get()) != ""
    assert len(cards._kept) == 2


def test_no_more_than_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(cards._kept, "most", 4)
    for number in range(9):
        shown(listing=factories.listing(title=f"Drill {number}"))
    assert len(cards._kept) <= 4


def found(listing: Listing) -> str:
    """The card as a search shows it, from the row it read."""
    [brief] = briefs.read([listing.pk]).values()
    return shown(hit=Hit(brief, 340.0))


def test_a_row_that_was_read_gives_the_same_card_as_the_listing():
    listing = searching.listing(HERE.lat, HERE.lon, title="<b>Drill</b>", place="Wiehre", instant=True, price_minor=300)
    assert found(listing) == shown(hit=Hit(Listing.objects.get(), 340.0))
    _face(listing, "photos/face", formats=["avif"], colour="#123456")
    card = found(listing)
    assert card == shown(hit=Hit(Listing.objects.get(), 340.0))
    assert "photos/face-320.avif" in card and "#123456" in card and "&lt;b&gt;Drill" in card and "350 m" in card


def _face(listing: Listing, key: str, **facts) -> Photo:
    facts = {"width": 800, "height": 600, "widths": [320, 800]} | facts
    return Photo.objects.create(listing=listing, key=key, **facts)


def _set(**facts):
    return lambda one: Listing.objects.filter(pk=one.pk).update(**facts)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_set(title="Saw"), "Saw"),
        (_set(price_minor=770), "€7.70"),
        (_set(terms=Terms.GIFT, price_minor=0), "Free"),
        (_set(place="Stühlinger"), "Stühlinger"),
        (_set(instant=True), "agreed at once"),
        (lambda one: _face(one, "photos/new", position=0), "photos/new-800.webp"),
        (lambda one: one.photos.update(colour="#abcdef"), "#abcdef"),
        (lambda one: one.photos.update(formats=["avif"]), "photos/face-800.avif"),
        (lambda one: one.photos.update(removed=timezone.now()), "blank--tool"),
    ],
)
def test_what_changes_a_card_is_seen_at_once_in_a_search(change, says):
    """Whoever changes it, and however: no version has to be counted up."""
    listing = searching.listing(HERE.lat, HERE.lon, place="Wiehre", instant=False)
    if "new" not in says:
        _face(listing, "photos/face")
    before = found(listing)
    change(listing)
    assert says not in before and says in found(listing)
    with translation.override("de"):
        assert found(listing)
    assert len(cards._kept) == 2


def test_what_can_no_longer_be_found_is_on_no_page(client):
    listing = searching.listing(HERE.lat, HERE.lon, title="Drill")
    asked = {"q": "drill", "lat": HERE.lat, "lon": HERE.lon}
    shown_first = client.get("/search/", asked).content.decode()
    actions.pause(listing.pk, by=listing.owner)
    assert f'data-listing="{listing.pk}"' in shown_first
    after = client.get("/search/", asked).content.decode()
    assert f'data-listing="{listing.pk}"' not in after and 'data-pins="[]"' not in shown_first
