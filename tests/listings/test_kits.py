"""Kits: parts that are listings of their own."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from listings import actions
from listings.models import KitPart
from members.states import Role
from tests import factories
from tests.listings.offering import make, published, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.community()


@pytest.fixture
def bo(street):
    return factories.member("Bo", of=street)


def test_parts_are_put_together_counted_and_taken_out(bo):
    kit, tent, pegs = published(bo, title="Camping"), published(bo, title="Tent"), make(bo, title="Pegs", capacity=9)
    actions.add_part(kit.pk, tent.pk, by=bo)
    actions.add_part(kit.pk, pegs.pk, by=bo, quantity=4)
    actions.add_part(kit.pk, pegs.pk, by=bo, quantity=6)  # said again, it is changed

    assert list(kit.kit_parts.values_list("part__title", "quantity")) == [("Tent", 1), ("Pegs", 6)]
    actions.remove_part(kit.pk, tent.pk, by=bo)
    assert [row.part for row in kit.kit_parts.all()] == [pegs]
    with pytest.raises(Http404):
        actions.remove_part(kit.pk, tent.pk, by=bo)


def test_what_cannot_be_a_part(bo, street):
    kit = published(bo, title="Kit")
    other = factories.member("Ana", of=street)
    steward = factories.member("Cleo", of=street, role=Role.STEWARD)
    harbour = factories.community("Harbour")
    factories.join(bo, harbour)
    for wrong in (make(other), make(steward, commons=True), make(bo, kind="room"), make(bo, community=harbour), kit):
        refused("part", actions.add_part, kit.pk, wrong.pk, by=bo)
    refused("quantity", actions.add_part, kit.pk, make(bo).pk, by=bo, quantity=2)
    refused("part", actions.add_part, make(bo, kind="room").pk, make(bo).pk, by=bo)
    refused("part", actions.add_part, make(bo, capacity=2).pk, make(bo).pk, by=bo)
    with pytest.raises(Http404):
        actions.add_part(kit.pk, make(bo).pk, by=other)


def test_kits_are_not_nested_and_stay_single(bo):
    kit, part, outer = make(bo), make(bo), make(bo)
    actions.add_part(kit.pk, part.pk, by=bo)
    refused("part", actions.add_part, outer.pk, kit.pk, by=bo)
    refused("part", actions.add_part, part.pk, outer.pk, by=bo)
    refused("capacity", actions.update, kit.pk, by=bo, facts={"capacity": 2})


def test_the_database_knows_what_a_part_is(bo):
    kit = make(bo)
    for wrong in ({"part": kit}, {"part": make(bo), "quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            KitPart.objects.create(kit=kit, **wrong)


def test_a_kit_whose_last_part_is_deleted_is_a_thing_like_any_other(street):
    cleo = factories.member("Cleo", of=street, role=Role.STEWARD)
    kit, tent = published(cleo, commons=True, title="Camping"), make(cleo, commons=True, title="Tent")
    pegs = make(cleo, commons=True, title="Pegs")
    for part in (tent, pegs):
        actions.add_part(kit.pk, part.pk, by=cleo)
    actions.delete(tent.pk, by=cleo)
    kit.refresh_from_db()
    assert kit.is_kit and [row.part for row in kit.kit_parts.all()] == [pegs]
    assert kit.changes.order_by("version").last().before == {"parts": ["1 × Tent", "1 × Pegs"]}
    actions.delete(pegs.pk, by=cleo)
    kit.refresh_from_db()
    assert not kit.is_kit
    actions.update(kit.pk, by=cleo, facts={"capacity": 2})


def test_however_the_last_part_goes_there_is_no_kit_without_parts(bo):
    kit, tent = make(bo), make(bo)
    actions.add_part(kit.pk, tent.pk, by=bo)
    tent.delete()
    kit.refresh_from_db()
    assert not kit.is_kit


def test_kits_and_parts_stay_in_their_community(bo):
    harbour = factories.community("Harbour")
    factories.join(bo, harbour)
    kit, tent = make(bo), make(bo)
    actions.add_part(kit.pk, tent.pk, by=bo)
    for thing in (kit, tent):
        refused("community", actions.update, thing.pk, by=bo, facts={"community": harbour})
    actions.remove_part(kit.pk, tent.pk, by=bo)
    actions.update(tent.pk, by=bo, facts={"community": harbour})
