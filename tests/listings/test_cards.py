"""A card is rendered once and kept, and never shows what was before or what belongs to another search."""

import pytest
from django.template import Context, Template
from django.utils import translation

from listings.models import Listing
from listings.search.query import Hit
from listings.templatetags import cards
from tests import factories

pytestmark = pytest.mark.django_db


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
    assert len(cards._kept) == 3


def test_no_more_than_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(cards, "MOST_KEPT", 4)
    for number in range(9):
        shown(listing=factories.listing(title=f"Drill {number}"))
    assert len(cards._kept) <= 4
