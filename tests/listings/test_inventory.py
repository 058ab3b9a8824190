"""Numbers of what belongs to a community: counted, never twice, changed by hand."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from listings import actions
from listings.models import Label
from members.states import Role
from tests import factories
from tests.listings.offering import make, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community("Elm Street")


@pytest.fixture
def cleo(street):
    return factories.member("Cleo", of=street, role=Role.STEWARD)


def commons(by, **facts):
    return make(by, title="Drill", commons=True, **facts)


def test_numbers_are_counted_in_each_community(street, cleo):
    other = factories.community("Harbour")
    factories.join(cleo, other, role=Role.STEWARD)
    numbers = [commons(cleo, community=home).label.number for home in (street, street, other)]
    assert numbers == ["ELM-0001", "ELM-0002", "HAR-0001"]
    assert not hasattr(make(cleo), "label")


def test_a_number_changed_by_hand_is_not_proposed_again(cleo):
    first = commons(cleo)
    assert actions.renumber(first.pk, "  elm-0002 ", by=cleo).number == "ELM-0002"
    assert commons(cleo).label.number == "ELM-0003"
    assert "stuck on another" in refused("number", actions.renumber, first.pk, "ELM-0003", by=cleo)


@pytest.mark.parametrize("number", ["", " ", "-1", "A" * 25, "A\x00", "<b>", "ÄÖ-1"])
def test_a_number_is_letters_and_digits(cleo, number):
    refused("number", actions.renumber, commons(cleo).pk, number, by=cleo)


def test_only_stewards_change_it(street, cleo):
    thing = commons(cleo)
    with pytest.raises(Http404):
        actions.renumber(thing.pk, "X-1", by=factories.member("Ana", of=street))
    with pytest.raises(Http404):  # what has none
        actions.renumber(make(cleo).pk, "X-1", by=cleo)


def test_a_copy_and_a_draft_that_moves_get_their_own(street, cleo):
    thing = commons(cleo)
    code = thing.label.code
    copy = actions.duplicate(thing.pk, by=cleo)
    assert copy.label.number == "ELM-0002" and copy.label.code != code

    other = factories.community("Harbour")
    factories.join(cleo, other, role=Role.STEWARD)
    actions.update(thing.pk, by=cleo, facts={"community": other})
    assert Label.objects.get(listing=thing).number == "HAR-0001"


def test_the_database_holds_one_thing_per_number(cleo):
    first, second = commons(cleo), commons(cleo)
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.filter(listing=second).update(number=first.label.number)
