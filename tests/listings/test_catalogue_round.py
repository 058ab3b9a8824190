"""Every fact of a listing goes out and comes back, or stands here with the reason why it does not."""

import pytest
from django.core.files.storage import default_storage

from listings import actions
from listings.catalogue import columns, export
from listings.models import DocumentVersion, Listing, RideFacts, RoomFacts, Stop, ToolFacts
from members.models import Circle
from members.states import Role
from tests import factories
from tests.listings.offering import WAY, photo
from tests.listings.test_catalogue import brought, counts, tried, upload

pytestmark = pytest.mark.django_db

OTHERWISE = {
    "id": "the column of numbers says it, and recognises it where it is from",
    "owner": "who brings it in", "community": "chosen when it is brought in", "state": "chosen when it is brought in",
    "time_zone": "follows the place",
    "listing": "the row itself", "is_kit": "follows the parts", "next_step": "of a draft while it is written",
    **dict.fromkeys(["public_lat", "public_lon", "x", "y", "z", "tile"], "reckoned from the place"),
    **dict.fromkeys(["created", "updated", "published", "version"], "of this row, not of the thing"),
    "changes": "what was done here", "imported": "what was done here", "label": "a number is printed once",
    "kit_places": "its kit names it", "purchase": "stays in the books of its community",
    **dict.fromkeys(["departures", "schedule"], "days go by: its driver says when, and then pins it to the board"),
    **dict.fromkeys(["way_back", "way_there"], "two rides that stay what they are without each other"),
}  # fmt: skip
BESIDE = {"photos", "attribute_values", "tool", "room", "ride", "kit_parts", "stops", "documents"}
"""Rows beside a listing that have columns; the tests of columns and of photos bring them back."""

SHARED = {
    "title": "Saw, “blue”; =1+1", "description": "Two lines,\n\nquite \"so\"; cuts", "tags": ["wood", "garden"],
    "language": "fr", "terms": "rent", "price_minor": 1050, "price_tiers": [{"from_units": 3, "price_minor": 905}],
    "commercial_price_minor": 2005, "deposit_minor": 4000, "instant": True, "cancellation": "strict",
    "visibility": "circle", "place": "Behind the church", "address": "5 Mill Lane", "lat": 47.5, "lon": 7.25,
    "min_units": 2, "max_units": 9, "notice_hours": 5, "horizon_days": 77, "buffer_before": 15, "buffer_after": 30,
    "change_hours": 6, "cancel_hours": 7, "arrive_days": 0b0110001, "leave_days": 0b1000010, "holiday_region": "FR",
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
RIDE = {
    name: value for name, value in SHARED.items() if name not in ("price_tiers", "commercial_price_minor")
} | {
    "kind": "ride", "category": "commutes", "terms": "cost_share", "price_unit": "seat", "capacity": 3, "pets": True,
    "smoking": True, "vehicle": "A blue estate", "luggage": "One bag each", "two_behind": True, "price_minor": 700,
    "place": "Freiburg", "lat": WAY[0]["lat"], "lon": WAY[0]["lon"],
    "stops": [WAY[0], WAY[1] | {"price_minor": 301, "km": 70.512}, WAY[2] | {"price_minor": 700, "km": 170}],
}  # fmt: skip
ONCE = {"currency": "that of the community", "registration_not_needed": "there is a number, so none is needed not"}
"""What those above leave as it is, for what else they say asks for it."""


TERMS = ("change_hours", "cancel_hours", "arrive_days", "leave_days", "holiday_region")
PAPERS = [
    {
        "title": "Sharpen it | “well”", "kind": "repair", "licence": "peer", "author": "Bo, Ana",
        "text": "First\n\n    put a cloth | below.\n=Then cut.",
    },
    {"title": "Drawing", "kind": "design", "text": "https://example.org/drawing", "licence": "reserved"},
]  # fmt: skip


def facts_of(listing: Listing) -> dict:
    rows = ((listing, Listing), (listing.facts, type(listing.facts)))
    said = {field.name: getattr(row, field.name) for row, model in rows for field in model._meta.concrete_fields}
    return said | {"free_to": set(listing.free_to.values_list("slug", flat=True))}


def way_of(home) -> list[tuple]:
    names = ("position", "place", "lat", "lon", "minutes", "price_minor", "road_m", "time_zone")
    return list(Stop.objects.filter(listing__community=home).values_list(*names))


def papers_of(home) -> set[tuple]:
    rows = DocumentVersion.objects.filter(document__listing__community=home)
    names = ("document__title", "document__kind", "text", "licence", "author", "file_name", "media_type", "size")
    return set(rows.values_list(*names))


def known() -> set[str]:
    models = (Listing, ToolFacts, RoomFacts, RideFacts)
    fields = {field.name for model in models for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    near = [row for row in Listing._meta.related_objects if row.related_model._meta.app_label == "listings"]
    return fields | {row.get_accessor_name() for row in near}


def test_each_fact_travels_or_says_why_not():
    travels = known() & columns.columns().keys() | BESIDE
    assert travels.isdisjoint(OTHERWISE)
    assert travels | OTHERWISE.keys() == known()


def test_the_examples_say_something_of_each_fact_that_travels():
    said = TOOL.keys() | ROOM.keys() | RIDE.keys() - {"stops"} | ONCE.keys() | {"free_to", "circle"}
    assert said == known() & columns.columns().keys() - BESIDE
    for facts, model in ((TOOL, ToolFacts), (ROOM, RoomFacts), (RIDE, RideFacts)):
        for field in (*Listing._meta.concrete_fields, *model._meta.concrete_fields):
            if field.name in facts and field.name not in ("kind", "category"):
                assert facts[field.name] != field.get_default(), field.name


@pytest.mark.parametrize("said", [TOOL, ROOM, RIDE], ids=["tool", "room", "ride"])
def test_out_and_in_again_elsewhere_it_is_the_same_field_by_field(said):
    here, there = factories.community("Elm"), factories.community("Oak")
    cleo = factories.member("Cleo", of=here, role=Role.STEWARD)
    factories.join(cleo, there, role=Role.STEWARD)
    circle = Circle.objects.create(owner=cleo, name="Old, “dear” friends")
    beside = {"community": here.slug, "circle": circle.pk, "free_to": [here.slug, there.slug]}
    if said is RIDE:
        del beside["free_to"]
    apart = {name: said[name] for name in TERMS}
    made = actions.create(by=cleo, facts={name: said[name] for name in said if name not in TERMS} | beside)
    actions.update(made.pk, by=cleo, facts=apart)
    for paper in PAPERS:
        actions.write_document(made.pk, by=cleo, **paper)
    actions.write_document(made.pk, by=cleo, title="Plan", upload=upload(b"%PDF-1.4 plan", "A plan.pdf"), licence="cc0")
    actions.add_photo(made.pk, photo(), by=cleo, alt="The blade")
    archive = upload(b"".join(export.as_zip(export.listings_of(cleo))), "all.zip")
    assert counts(brought(cleo, there, archive, commons=False, publish=False)) == (1, 0, 0, 0)

    before, after = (facts_of(Listing.objects.get(community=home)) for home in (here, there))
    travels = (known() & columns.columns().keys() - BESIDE) & before.keys()
    assert {name: after[name] for name in travels} == {name: before[name] for name in travels}
    assert {name for name in said.keys() - {"stops"} if str(before[name]) == ""} == set()
    assert [one.alt for one in Listing.objects.get(community=there).photos.all()] == ["The blade"]
    assert way_of(here) == way_of(there)
    assert papers_of(here) == papers_of(there) and len(papers_of(here)) == 3
    file = DocumentVersion.objects.get(document__listing__community=there, document__title="Plan")
    assert file.file_name == "A plan.pdf" and default_storage.exists(file.file)

    assert counts(tried(cleo, there, archive, commons=False, publish=False)) == (0, 0, 1, 0)
    archive = upload(b"".join(export.as_zip(export.listings_of(cleo).filter(community=there))), "all.zip")
    assert counts(tried(cleo, there, archive, commons=False, publish=False)) == (0, 0, 1, 0)
