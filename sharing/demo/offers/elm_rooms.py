"""Elm Street: beds, desks and a kitchen."""

from .offer import room

OFFERS = (
    room(
        "quiet_room", "bo", "Quiet room with two beds",
        "Two good beds under a window to the yard, a shelf of crime novels, your own key. Breakfast is in the kitchen; help yourself and wash up. "
        "Each bed is offered by itself, so you may share the room with another guest.",
        "guest-rooms", "twin", "twin@0,120,200", "guest_blue@200,20,190", price=1400, whole=False, beds=2, max_units=10, cancellation="moderate",
        access="Second floor, no lift", rules="Quiet after ten. No shoes beyond the door.", address="12 Elm Street, second bell", age=410,
        tags=["overnight", "guests", "visitors"],
    ),
    room(
        "garden_room", "mia", "Quiet room with garden",
        "A plum-coloured blanket, a window full of pear tree, tea in the garden. The cats visit unless you close the door.",
        "guest-rooms", "guest", "guest@190,30,190", price=1800, beds=1, max_units=14, pets=True, cancellation="moderate",
        access="Ground floor, two steps", rules="No smoking, also not out of the window.", age=390,
    ),
    room(
        "twin_sophie", "sophie", "Room under the roof",
        "My boys' old room: one big bed, a desk, the cathedral in the skylight.",
        "guest-rooms", "guest_green", "guest_green@40,40,200", price=2200, beds=1, max_units=7, min_units=2, cancellation="strict",
        access="Fourth floor, lift to the third", age=280,
    ),
    room(
        "rosa_room", "rosa", "Rosa's spare room, cat included",
        "Morning sun, a rust-red blanket and a view of the Schlossberg. The cat sleeps where she likes.",
        "guest-rooms", "guest_rose", price=1600, beds=1, max_units=5, pets=False, cancellation="flexible", age=200,
    ),
    room(
        "sofa", "ida", "A bed for a visiting friend, free",
        "Student flat in Vauban. If you come for the climate meeting, a talk or a job interview, it costs you a story.",
        "sofas", "guest_blue", price=0, beds=1, max_units=3, cancellation="flexible", age=60,
    ),
    room(
        "garden_house", "otto", "Garden house by the stream",
        "One room, a stove, a bed for two, the sound of water. No Internet, on purpose. Wood is stacked behind.",
        "huts", "garden_house", "garden_house@110,50,190", price=2500, beds=2, max_units=6, min_units=2, deposit_minor=5000, notice_hours=48,
        check_in="16:00", check_out="11:00", cancellation="moderate", access="A garden path of 40 m, one step", age=300,
    ),
    room(
        "desk", "hedwig", "A desk by the window",
        "For somebody who has to write something. I bring coffee at eleven and do not talk before.",
        "desks", "desk", "desk@20,20,180", price=600, unit="day", max_units=10, cancellation="flexible", age=340,
        week=tuple((day, "08:00", "18:00") for day in range(5)),
    ),
    room(
        "desk_priya", "priya", "Warm room to work in, weekdays",
        "A proper chair, fast Internet, a door that closes. Free while I am at the office.",
        "desks", "desk_warm", price=700, unit="day", max_units=5, age=190, week=tuple((day, "09:00", "17:00") for day in range(4)),
    ),
    room(
        "kitchen", "david", "Kitchen for cooking for many",
        "Six flames, pots for forty, a table as long as a tram. Cook, celebrate, leave it as you found it.",
        "kitchens", "kitchen", "kitchen@180,110,190", price=1000, unit="hour", max_units=8, deposit_minor=5000, notice_hours=24, age=140,
        week=tuple((day, "10:00", "22:00") for day in range(7)),
    ),
    room(
        "cellar", "felix", "Dry corner in the cellar",
        "Two square metres for boxes or winter tyres.", "storage", price=100, unit="day", max_units=120, age=None,
    ),
)  # fmt: skip
