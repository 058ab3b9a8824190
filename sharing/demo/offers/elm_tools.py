"""Elm Street: things that neighbours lend each other."""

from .offer import tool

OFFERS = (
    tool(
        "drill", "bo", "Hammer drill, 18 V",
        "Drills concrete and brick without fuss. Comes in its case with two batteries, the charger and bits from 4 to 12 mm.\n\n"
        "Please brush the dust out before it goes back; a brush lies in the case. If you have never drilled into an outside wall, "
        "ask me and I show you how, it takes two minutes.",
        "drills", "drill", "drill_case", "drill@120,60,190", price=300, deposit_minor=2000, max_units=7, horizon_days=120,
        condition="good", brand="Almut HD 18", included="Case, two batteries, charger, seven masonry bits, brush", cancellation="flexible",
        instructions="Hammer only for stone. For wood and metal turn the ring to the drill sign, or the bit is gone.",
        tags=["power drill", "masonry", "do it yourself"], address="12 Elm Street, second bell", age=420,
    ),
    tool(
        "jigsaw", "bo", "Jigsaw with pendulum action",
        "For curves and worktops. Blades for wood and for laminate are in the bag; if one breaks, put a new one in.",
        "saws", "jigsaw", "jigsaw@150,110,180", price=300, deposit_minor=1500, max_units=5, condition="good", brand="Kallin JS 90",
        included="Six blades, edge guide", address="12 Elm Street, second bell", age=395,
    ),
    tool(
        "washer", "bo", "Pressure washer, 130 bar",
        "Cleans bikes, terraces and garden furniture. Needs a garden tap and a socket outside. Loud: not on Sundays, please.",
        "pressure-washers", "washer", "washer@90,50,210", price=600, deposit_minor=4000, max_units=3, condition="worn",
        brand="Sörby 130", included="8 m hose, lance, dirt blaster, patio brush", address="12 Elm Street, second bell", age=340,
    ),
    tool(
        "ladder", "cleo", "Three-metre ladder",
        "A wooden folding ladder that four generations have stood on. Two steps are new. It fits into a tram if you ask nicely.",
        "ladders", "ladder", "ladder@120,30,170", max_units=4, condition="good", included="A pot of the green we painted the shutters with",
        age=425,
    ),
    tool(
        "projector", "cleo", "Small projector for film nights",
        "Full HD, bright enough for a bed sheet in the yard after nine. With HDMI cable and a small speaker.",
        "projectors", "projector", price=500, deposit_minor=5000, max_units=3, condition="good", brand="Lumo P3",
        included="HDMI cable, speaker, tripod", age=310,
    ),
    tool(
        "fondue", "ana", "Fondue set for six",
        "Red, enamelled, much loved. Forks with six colours, so nobody eats yours. I can tell you where the good cheese is.",
        "raclette", "fondue", "fondue@110,60,180", max_units=3, condition="good", included="Pot, burner, six forks", age=290,
    ),
    tool(
        "guitar", "ana", "Concert guitar",
        "A friendly Spanish guitar with new strings. It likes to be played and does not like radiators.",
        "instruments", "guitar", "guitar@110,120,170", price=200, deposit_minor=3000, max_units=14, condition="good",
        brand="Aldaya 20", included="Soft case, tuner, capo", age=180,
    ),
    tool(
        "tent", "tariq", "Family tent, sleeps six",
        "Two sleeping cabins and a porch high enough to stand in. Up in twenty minutes with two people, in forty with children helping. "
        "Please return it dry: hang it over the banister if it rains.",
        "tents", "tent", "tent@40,110,180", price=500, unit="night", deposit_minor=3000, max_units=14, horizon_days=240,
        condition="good", brand="Nordby 6", included="Pegs, mallet, ground sheet, lantern", age=400, buffer_after=24 * 60,
    ),
    tool(
        "kayak", "tariq", "Two-seat kayak",
        "Stable and forgiving, for the Rhine side arms and the lakes. On my roof rack by arrangement; otherwise bring straps.",
        "boats", "kayak", price=1200, deposit_minor=5000, max_units=4, condition="good", included="Two paddles, two life jackets",
        age=250,
    ),
    tool(
        "printer", "jonas", "3D printer, by the hour",
        "Stands in my workshop in Vauban. Bring a file, I start it with you the first time. Filament costs what it weighs.",
        "printers", "printer", "printer@110,90,160", price=400, unit="hour", max_units=8, condition="new", brand="Spule MK4", notice_hours=12,
        age=300, week=((1, "16:00", "21:00"), (3, "16:00", "21:00"), (5, "10:00", "18:00")),
    ),
    tool(
        "soldering", "jonas", "Soldering station",
        "Temperature controlled, with fine and broad tips, tin and a third hand. Ventilate!",
        "electrics", "soldering", max_units=7, condition="good", included="Iron, stand, tin, desoldering wick", age=260,
    ),
    tool(
        "sewing", "leyla", "Sewing machine “Marguerite”",
        "Older than me and stronger than any new one: sews jeans, canvas and tents. Threading is drawn on the arm. "
        "I am glad to show you, with tea.",
        "sewing", "sewing", "sewing@60,60,180", price=300, deposit_minor=2500, max_units=10, condition="good",
        included="Twelve bobbins, five needles, foot for zips", age=365,
    ),
    tool(
        "stroller", "leyla", "Pram, blue, with a bear",
        "Three babies have slept well in it. The wheels are new. The bear comes along and must come back.",
        "prams", "stroller", max_units=90, min_units=2, condition="worn", included="Mattress, rain cover, the bear", age=240,
    ),
    tool(
        "raclette", "greta", "Raclette grill for eight",
        "Eight pans, one stone plate, no leftovers. Please scrape, do not scratch.",
        "raclette", "raclette", "raclette@60,130,190", max_units=3, condition="good", included="Eight pans, eight scrapers", age=330,
    ),
    tool(
        "telescope", "greta", "Telescope, 150 mm",
        "You will see the rings of Saturn, I promise. With a box of eyepieces and a map of the autumn sky. Let it cool outside for half an hour.",
        "binoculars", "telescope", "telescope@120,60,190", price=400, unit="night", deposit_minor=6000, max_units=7, condition="good",
        brand="Polar 150", included="Three eyepieces, red lamp, sky map", age=280,
    ),
    tool(
        "camera", "emeka", "Film camera, 35 mm",
        "All manual, with a 50 mm lens that sees in the dark. I load the first film with you.",
        "cameras", "camera", price=500, deposit_minor=8000, max_units=7, condition="good", brand="Alba 35", included="One film, strap, bag",
        age=220,
    ),
    tool(
        "trimmer", "hannes", "Hedge trimmer, 55 cm",
        "Light, sharp, electric; the cable is ten metres long and orange so that you see it. Not before nine, not on Sundays, and look for nests first.",
        "hedge-trimmers", "trimmer", price=400, deposit_minor=2000, max_units=2, condition="good", included="Cable, gloves, goggles", age=320,
    ),
    tool(
        "wheelbarrow", "hannes", "Wheelbarrow, green",
        "Carries what you cannot. Stands behind allotment no. 41; the lock has the year the wall came down.",
        "wheelbarrows", "wheelbarrow", max_units=5, condition="worn", age=315,
    ),
    tool(
        "garden_tools", "mia", "Spade, rake, fork and watering can",
        "Everything for a new bed. Take one or all four; wash the soil off.",
        "digging", "garden_tools", "garden_tools@20,60,180", max_units=7, condition="good", age=360,
    ),
    tool(
        "boxes", "noor", "Thirty moving boxes",
        "Sturdy, with handles, labelled by five former lives. Folded flat they fit on a bicycle.",
        "moving", "boxes", capacity=3, max_units=21, condition="worn", included="Three lots of ten, tape, two pens", age=305,
    ),
    tool(
        "drill_lukas", "lukas", "Drill and driver set",
        "A small blue drill for shelves and furniture, with forty bits. Not for concrete: ask Bo for his.",
        "drills", "drill_blue", price=200, deposit_minor=1000, max_units=5, condition="good", included="Forty bits, charger", age=210,
    ),
    tool(
        "games", "ines", "A shelf of board games",
        "Four good ones at a time, from twenty minutes to a whole Sunday. All pieces counted. Most can be played without reading.",
        "board-games", "games", "games@60,90,180", max_units=10, condition="good", age=270,
    ),
    tool(
        "bicycle", "kenji", "City bike with basket",
        "Eight gears, good lights, just serviced. For people from 1.60 to 1.80 m.",
        "bikes", "bicycle", "bicycle@200,60,170", price=400, deposit_minor=3000, max_units=14, capacity=2, condition="good",
        included="Lock, pump, basket", age=235, instant=True,
    ),
    tool(
        "sledge", "wanda", "Very fast sledge",
        "Runners waxed. Not for under-sixes without an adult, not for adults without a helmet.",
        "snow-sports", "sledge", max_units=4, condition="good", included="Rope, two cushions", age=100,
    ),
    tool(
        "lanterns", "david", "Six storm lanterns",
        "For the garden, the tent or a long table outside. With candles.",
        "lights", "lantern", max_units=5, condition="good", capacity=6, age=150,
    ),
    tool(
        "bicycle_selin", "selin", "Red bicycle, low frame",
        "Easy to get on and off. Free on the days when I sleep.",
        "bikes", "bicycle_red", price=300, deposit_minor=2000, max_units=3, condition="worn", age=165, state="paused",
    ),
    tool(
        "books", "ana", "Cookery books, ten at a time",
        "Portuguese, Georgian, vegetarian. Still sorting them.",
        "books", "books", max_units=21, age=None,
    ),
)  # fmt: skip
