"""Harbour sharing circle, Bristol: prices in pounds."""

from typing import Any

from .offer import Offer, ride, room, tool

HOME: dict[str, Any] = {"home": "harbour-sharing-circle"}

OFFERS: tuple[Offer, ...] = (
    tool(
        "h_kayak", "", "Two-seat kayak on the Floating Harbour",
        "The circle's own. Kept at the slipway, keys from Martha. Rinse it, dry it, log it.",
        "boats", "kayak@60,120,260", "kayak", price=1000, deposit_minor=5000, max_units=2, condition="good", included="Paddles, two life jackets", age=300, **HOME,
    ),
    tool(
        "h_boards", "gwen", "Two surfboards",
        "A seven-six and an eight-foot foamie. Good for learning. They go on the train to Weston if you are brave.",
        "boats", "surfboard", price=900, deposit_minor=4000, max_units=4, capacity=2, condition="worn", age=280, **HOME,
    ),
    tool(
        "h_ladder", "toby", "Wooden step ladder",
        "Or its twin, whichever I find first.", "ladders", "ladder_garden", max_units=3, condition="good", age=240, **HOME,
    ),
    tool(
        "h_tent", "hattie", "Scout tents, four of them",
        "Orange, patched, indestructible. Each sleeps four scouts or two comfortable adults.",
        "tents", "tent_rust", price=400, unit="night", capacity=4, max_units=10, condition="worn", age=115, **HOME,
    ),
    tool(
        "h_bike", "idris", "Tourer with basket", "A good honest bicycle. Helmet included, please wear it.",
        "bikes", "bicycle@100,30,260", price=500, deposit_minor=3000, max_units=7, condition="good", age=290, instant=True, **HOME,
    ),
    tool(
        "h_drill", "toby", "Cordless drill", "Blue, strong enough for brick if you lean on it. Two batteries, one good.",
        "drills", "drill_blue@80,40,240", price=300, deposit_minor=2000, max_units=4, condition="worn", age=200, **HOME,
    ),
    tool(
        "h_sound", "winston", "Sound system, with Winston",
        "The speakers come with me, and I come with records. Weddings, street parties, wakes.",
        "sound", "sound@60,40,280", price=6000, unit="use", max_units=2, condition="good", notice_hours=72, age=195, **HOME,
    ),
    tool(
        "h_press", "elsie", "Apple press of the orchard group",
        "Bring your windfalls in October. Half the juice stays with you, the other half too.",
        "presses", "press@90,40,240", max_units=2, condition="good", age=180, **HOME,
    ),
    tool(
        "h_camera", "ravi", "35 mm film camera", "Meter works, most days. I develop black and white on Sundays.",
        "cameras", "camera@110,60,230", price=400, deposit_minor=6000, max_units=7, condition="good", age=150, **HOME,
    ),
    room(
        "h_room", "niamh", "Spare bed for travelling musicians",
        "Above the harbour, quiet until the gulls start. Fiddles welcome.",
        "guest-rooms", "guest_blue@60,20,320", price=1800, beds=1, max_units=4, age=220, cancellation="flexible", **HOME,
    ),
    room(
        "h_bench", "owen", "Workbench by the hour", "Half my joinery shop, the half with the good light.",
        "workshops", "workshop@0,20,300", price=600, unit="hour", max_units=6, age=80, week=tuple((day, "09:00", "18:00") for day in (0, 1, 2, 5)), **HOME,
    ),
    room(
        "h_supper", "aisha", "Kitchen and front room for a supper", "Cook for twelve. I leave the house to you and take my mother out.",
        "kitchens", "kitchen@20,20,300", price=1500, unit="hour", max_units=6, notice_hours=48, age=170, **HOME,
    ),
    ride(
        "h_london", "callum", "Bristol → Swindon → London",
        "Every other Friday to Hammersmith. Three seats, good talk.",
        "long-rides", "car_city", capacity=3, vehicle="Red hatchback", luggage="A rucksack each", age=270,
        stops=[("Bristol Temple Meads", 51.4491, -2.5813, 0, 0), ("Swindon station", 51.5657, -1.7855, 55, 500), ("Hammersmith, Broadway", 51.4927, -0.2235, 140, 1100)],
        leaves=(4, "16:00", 14), **HOME,
    ),
    ride(
        "h_cornwall", "zoe", "Saturday van to Exeter and Newquay",
        "I paint boats down there all summer and quite a bit of winter. The van is blue and goes uphill slowly.",
        "long-rides", "van_coast", capacity=4, vehicle="Blue van", luggage="Boards, bikes, a small boat", pets=True, age=210,
        stops=[("Bristol, Bedminster", 51.4400, -2.5950, 0, 0), ("Exeter, St Davids", 50.7292, -3.5437, 90, 600), ("Newquay, harbour", 50.4155, -5.0860, 185, 1300)],
        leaves=(5, "07:00", 12), **HOME,
    ),
)  # fmt: skip
