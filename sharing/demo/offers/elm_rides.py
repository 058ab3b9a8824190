"""Elm Street: seats on trips that are made anyway."""

from .offer import ride

FREIBURG = ("Freiburg, main station", 47.9977, 7.8421, 0, 0)

OFFERS = (
    ride(
        "frankfurt", "bo", "Freiburg → Karlsruhe → Frankfurt",
        "I visit my daughter. Three seats, a boot for small luggage, one stop for coffee. I drive calmly and like both talk and silence. "
        "You can also get on or off in Karlsruhe.",
        "long-rides", "car_country", "car_city_day", capacity=3, vehicle="Blue estate car", luggage="One small suitcase each", pets=False,
        two_behind=True, age=405, cancellation="flexible",
        stops=[FREIBURG, ("Karlsruhe, main station", 48.9938, 8.4012, 85, 700), ("Frankfurt, south station", 50.0993, 8.6862, 165, 1300)],
        leaves=(4, "15:30", 16),
    ),
    ride(
        "strasbourg", "pavel", "Freiburg → Offenburg → Strasbourg",
        "To the orchestra and back at night. The bass needs half the car; two seats are left and they are good ones.",
        "long-rides", "van_evening", capacity=2, vehicle="Yellow van", luggage="Plenty of room", pets=True, age=260,
        stops=[FREIBURG, ("Offenburg, station", 48.4766, 7.9469, 50, 400), ("Strasbourg, Étoile", 48.5734, 7.7521, 85, 600)],
        leaves=(1, "16:45", 12),
    ),
    ride(
        "basel", "fatou", "Commute to Basel, early",
        "Monday to Thursday at a quarter past six, quiet until Bad Krozingen. Singing on request.",
        "commutes", "car_evening", capacity=3, vehicle="Green hatchback", luggage="A rucksack", age=245,
        stops=[FREIBURG, ("Bad Krozingen, station", 47.9196, 7.7015, 20, 120), ("Basel, Badischer Bahnhof", 47.5676, 7.6079, 60, 500)],
        leaves=(0, "06:15", 16),
    ),
    ride(
        "feldberg", "theo", "Up the Feldberg with sledges",
        "Saturdays when there is snow, up in the morning, down for soup. Room for six sledges.",
        "mountain-rides", "van_country", capacity=5, vehicle="Green van with winter tyres", luggage="Sledges, skis, one dog", pets=True, age=80,
        stops=[FREIBURG, ("Kirchzarten, station", 47.9646, 7.9553, 20, 60), ("Feldberg, Bärental", 47.8710, 8.0990, 50, 150)],
        leaves=(5, "08:30", 10),
    ),
)  # fmt: skip
