"""What the people of the demo have said more closely of their things, and what Elm Street asks of everybody's.

Said when the year is told, so that its bookings keep the prices they were agreed at.
"""

from datetime import time
from typing import Any

from listings import actions

from .settling import Town

HOME = "elm-street"
FACTS: dict[str, dict[str, Any]] = {
    "drill": {"size": "2.6 kg", "value_minor": 18000, "attributes": {"power": 18, "cordless": True}},
    "drill_lukas": {"condition": "good", "attributes": {"power": 12, "cordless": True}},
    "washer": {
        "price_tiers": [{"from_units": 2, "price_minor": 500}], "commercial_price_minor": 1200, "value_minor": 26000,
    },
    "projector": {
        "price_tiers": [{"from_units": 2, "price_minor": 400}, {"from_units": 3, "price_minor": 350}],
        "free_to": [HOME], "size": "24 × 18 × 9 cm", "value_minor": 32000,
    },
    "kayak": {
        "approval_needed": True,
        "approval_note": "Once together on the Waldsee, half an hour: getting back in from the water.",
        "size": "4.2 m, 32 kg",
    },
    "trimmer": {"commercial_price_minor": 900, "value_minor": 15000},
    "garden_tools": {"attributes": {"handles": "wood"}},
    "tent": {"size": "5.6 × 3.2 m, 1.9 m high", "condition": "good"},
    "quiet_room": {
        "bathrooms": 1, "step_free": False, "steps": 34, "door_cm": 78, "quiet_from": time(22), "quiet_until": time(7),
        "work_space": True, "registration": "DE-79-0031-24",
        "price_tiers": [{"from_units": 3, "price_minor": 1300}, {"from_units": 7, "price_minor": 1100}],
    },
    "garden_room": {
        "bathrooms": 1, "step_free": False, "steps": 2, "door_cm": 86, "registration_not_needed": True,
        "quiet_from": time(22, 30), "quiet_until": time(6, 30),
    },
    "twin_sophie": {"bathrooms": 1, "steps": 18, "work_space": True, "registration": "DE-79-0107-25"},
    "rosa_room": {"bathrooms": 1, "registration_not_needed": True},
    "garden_house": {
        "step_free": False, "steps": 1, "registration_not_needed": True,
        "price_tiers": [{"from_units": 5, "price_minor": 2000}],
    },
    "desk": {"step_free": True, "door_cm": 92, "work_space": True},
}  # fmt: skip


def details(town: Town) -> None:
    """The steward asks, the owners answer."""
    elm, steward = town.homes[HOME], town.steward_of(HOME)
    ask: dict[str, Any] = {"by": steward, "category": "drills"}
    actions.add_attribute(elm, **ask, name="Power", type="number", unit="V")
    actions.add_attribute(elm, **ask, name="Cordless", type="yes_no")
    handles: dict[str, Any] = {"name": "Handles", "type": "choice", "options": ["Wood", "Metal", "Plastic"]}
    actions.add_attribute(elm, by=steward, category="garden", **handles)
    actions.add_category(elm, by=steward, name="Beekeeping", parent="garden")
    for key, facts in FACTS.items():
        listing = town.listings[key]
        actions.update(listing.pk, by=listing.owner or steward, facts=facts)
