"""Every fact of a listing goes out and comes back, or stands here with the reason why it does not."""

import pytest

from listings import actions
from listings.catalogue import columns, export
from listings.models import Listing, RoomFacts, ToolFacts
from members.states import Role
from tests import factories
from tests.listings.offering import photo
from tests.listings.test_catalogue import brought, counts, upload

pytestmark = pytest.mark.django_db

OTHERWISE = {
    "id": "the column of numbers says it, and recognises it where it is from",
    "owner": "who brings it in", "community": "chosen when it is brought in", "state": "chosen when it is brought in",
    "circle": "a circle is a note of its owner's", "time_zone": "follows the place",
    "listing": "the row itself", "is_kit": "follows the parts", "next_step": "of a draft while it is written",
    **dict.fromkeys(["public_lat", "public_lon", "x", "y", "z", "tile"], "reckoned from the place"),
    **dict.fromkeys(["created", "updated", "published", "version"], "of this row, not of the thing"),
    **dict.fromkeys(
        ["change_hours", "cancel_hours", "arrive_days", "leave_days", "holiday_region"],
        "belongs to the calendar, with the hours and the days that differ",
    ),
    "changes": "what was done here", "imported": "what was done here", "label": "a number is printed once",
    "kit_places": "its kit names it", "purchase": "stays in the books of its community",
    "documents": "versions, copies and their credit stay with the thing; others copy them from its page",
    **dict.fromkeys(["ride", "stops", "departures", "schedule", "way_back", "way_there"], "rides are left out"),
}  # fmt: skip
BESIDE = {"photos", "attribute_values", "tool", "room", "kit_parts"}
"""Rows beside a listing that have columns; the tests of columns and of photos bring them back."""

SHARED = {
    "title": "Saw, “blue”; =1+1", "description": "Two lines,\n\nquite \"so\"; cuts", "tags": ["wood", "garden"],
    "language": "fr", "terms": "rent", "price_minor": 1050, "price_tiers": [{"from_units": 3, "price_minor": 905}],
    "commercial_price_minor": 2005, "deposit_minor": 4000, "instant": True, "cancellation": "strict",
    "visibility": "community", "place": "Behind the church", "address": "5 Mill Lane", "lat": 47.5, "lon": 7.25,
    "min_units": 2, "max_units": 9, "notice_hours": 5, "horizon_days": 77, "buffer_before": 15, "buffer_after": 30,
}  # fmt: skip
TOOL = SHARED | {
    "kind": "tool", "category": "drills", "price_unit": "hour", "capacity": 3, "condition": "worn", "brand": "Acme 3",
    "size": "40 cm", "included": "Blade\nCase", "instructions": "Hold it.\nThen cut.", "approval_needed": True,
    "approval_note": "Ask first", "value_minor": 12345,
}  # fmt: skip
ROOM = SHARED | {
    "kind": "room", "category": "guest-rooms", "price_unit": "night", "capacity": 2, "whole": False, "beds": 4,
    "check_in": "16:30", "check_out": "09:15", "access": "A ramp", "pets": True, "smoking": True, "rules": "Hush",
    "bathrooms": 2, "step_free": False, "door_cm": 85, "steps": 3, "quiet_from": "21:00", "quiet_until": "07:00",
    "work_space": True, "registration": "AB-12",
}  # fmt: skip
ONCE = {"currency": "that of the community", "registration_not_needed": "there is a number, so none is needed not"}
"""What the two above leave as it is, for what else they say asks for it."""


def facts_of(listing: Listing) -> dict:
    rows = ((listing, Listing), (listing.facts, type(listing.facts)))
    said = {field.name: getattr(row, field.name) for row, model in rows for field in model._meta.concrete_fields}
    return said | {"free_to": set(listing.free_to.values_list("slug", flat=True))}


def known() -> set[str]:
    models = (Listing, ToolFacts, RoomFacts)
    fields = {field.name for model in models for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    near = [row for row in Listing._meta.related_objects if row.related_model._meta.app_label == "listings"]
    return fields | {row.get_accessor_name() for row in near}


def test_each_fact_travels_or_says_why_not():
    travels = known() & columns.columns().keys() | BESIDE
    assert travels.isdisjoint(OTHERWISE)
    assert travels | OTHERWISE.keys() == known()


def test_the_examples_say_something_of_each_fact_that_travels():
    said = TOOL.keys() | ROOM.keys() | ONCE.keys() | {"free_to"}
    assert said == known() & columns.columns().keys() - BESIDE
    for facts, model in ((TOOL, ToolFacts), (ROOM, RoomFacts)):
        for field in (*Listing._meta.concrete_fields, *model._meta.concrete_fields):
            if field.name in facts and field.name not in ("kind", "category"):
                assert facts[field.name] != field.get_default(), field.name


@pytest.mark.parametrize("said", [TOOL, ROOM], ids=["tool", "room"])
def test_out_and_in_again_elsewhere_it_is_the_same_field_by_field(said):
    here, there = factories.community("Elm"), factories.community("Oak")
    cleo = factories.member("Cleo", of=here, role=Role.STEWARD)
    factories.join(cleo, there, role=Role.STEWARD)
    made = actions.create(by=cleo, facts=said | {"community": here.slug, "free_to": [here.slug, there.slug]})
    actions.add_photo(made.pk, photo(), by=cleo, alt="The blade")
    archive = upload(b"".join(export.as_zip(export.listings_of(cleo))), "all.zip")
    assert counts(brought(cleo, there, archive, commons=False, publish=False)) == (1, 0, 0, 0)

    before, after = (facts_of(Listing.objects.get(community=home)) for home in (here, there))
    travels = (known() & columns.columns().keys() - BESIDE) & before.keys()
    assert {name: after[name] for name in travels} == {name: before[name] for name in travels}
    assert {name for name in said if str(before[name]) == ""} == set()
    assert [one.alt for one in Listing.objects.get(community=there).photos.all()] == ["The blade"]
