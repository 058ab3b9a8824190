"""Elm Street: what belongs to everyone. The stewards look after it, what it earns goes into the pool."""

from .offer import room, tool

OFFERS = (
    tool(
        "cargo", "", "Cargo bike, two children",
        "Our red one. The box takes two children with belts, or a washing machine with patience. Electric for the hill, the lock and the rain "
        "cover are in the box. It stands in the shed at Elm Street 4.\n\nGiven to us by the town's cargo bike fund in our first summer; what it earns is ours.",
        "cargo-bikes", "cargo", "cargo_kids", "cargo@190,130,190", price=800, deposit_minor=5000, max_units=4, horizon_days=120,
        condition="good", brand="Lastra Long", included="Battery, charger, lock, rain cover, two helmets", address="Elm Street 4, shed",
        age=400, cancellation="flexible",
    ),
    tool(
        "trailer", "", "Bicycle trailer for two children",
        "Yellow, sprung, with a flag. Fits every back wheel axle; the adapter is in the pocket.",
        "bike-trailers", "trailer", max_units=7, condition="good", included="Flag, adapter, rain cover", address="Elm Street 4, shed", age=330,
    ),
    tool(
        "sound", "", "Sound system with microphone",
        "Two loudspeakers, a small mixer, a microphone and all the cables, labelled. Enough for a hundred people or one very loud one.",
        "sound", "sound", "sound@120,60,170", price=2500, unit="use", deposit_minor=10000, max_units=3, condition="good",
        included="Cables, stand, mixer", address="Elm Street 4, shed", age=300,
    ),
    tool(
        "benches", "", "Party table with two benches",
        "Eight sets. Each seats eight who like each other. They stack; the cargo bike carries two sets.",
        "tables", "benches_party", "benches", price=600, capacity=8, deposit_minor=1000, max_units=4, condition="worn",
        address="Elm Street 4, shed", age=380,
    ),
    tool(
        "press", "", "Apple press, 20 litres",
        "The screw is from 1931, the staves are new. From a hundredweight of apples you get about sixty litres, sticky fingers included.",
        "presses", "press", "press@110,60,190", price=500, deposit_minor=3000, max_units=2, condition="good", included="Press cloths, jug, mill",
        address="Elm Street 4, shed", age=370,
    ),
    room(
        "workshop", "", "Carpentry workshop, by the hour",
        "Bench with a vice, hand tools, good light. Sweep before you leave. Machines only with the introduction; Bo gives it on first Saturdays.",
        "workshops", "workshop", "workshop@20,120,190", price=400, unit="hour", max_units=8, capacity=1, horizon_days=60,
        access="Ground floor, one step of 4 cm, door 90 cm wide", address="Elm Street 4, back yard", age=350,
        week=tuple((day, "09:00", "21:00") for day in range(7)),
    ),
    room(
        "hall", "", "Elm Hall, with stage and sixty chairs",
        "The old choir hall: tall windows, wooden floor, a small stage, a kettle. For rehearsals, parties and our own meetings.",
        "halls", "hall", "hall@100,120,200", price=1200, unit="hour", max_units=10, deposit_minor=5000, horizon_days=240, notice_hours=24,
        access="Level entrance from the yard, accessible toilet", address="Elm Street 9", age=410,
        week=tuple((day, "08:00", "23:00") for day in range(7)),
    ),
)  # fmt: skip
