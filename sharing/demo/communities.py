"""The three communities of the demo: where they are, how one joins, and their house rules."""

from typing import NamedTuple

from .cast import ELM, HARBOUR, VEREDA, Person


class Home(NamedTuple):
    """A community as its founder sets it up. `founder` is the first of `people`."""

    slug: str
    name: str
    about: str
    place: str
    lat: float
    lon: float
    country: str
    currency: str
    time_zone: str
    language: str
    joining: str
    people: tuple[Person, ...]
    rules: str
    founded: int  # days ago
    questions: tuple[str, ...] = ()


ELM_RULES = """We lend each other what we have, so that fewer things stand about unused.

1. What you borrow comes back on the day agreed, clean, and in the case it came in.
2. Both look at it together when it changes hands. A photo each saves a discussion later.
3. If something breaks, say so at once. Most things can be mended; silence cannot.
4. The lender's word counts for their own things. The stewards' word counts for the commons.
5. Be on time, or write. Nobody likes waiting on a doorstep in the rain.
6. Money is a matter of course and not of friendship: pay on the day, in full."""

HARBOUR_RULES = """Be kind, be on time, bring it back dry.

1. Anything that has been on the water is rinsed and dried before it goes back.
2. Life jackets are not optional.
3. If you are late, message. If you are very late, bring cake.
4. Breakages are shared: half the member, half the circle, up to £50."""

VEREDA_RULES = """Vereda es de quien la camina.

1. Lo prestado vuelve limpio y a tiempo.
2. Las cosas comunes se apuntan en el calendario, sin excepción.
3. Si algo se rompe, se dice y se arregla entre todas.
4. La paellera no se friega con estropajo."""

ELM_STREET = Home(
    "elm-street", "Elm Street commons",
    "Thirty households around Elm Street who share drills, beds, seats and a red cargo bike. We keep a small fee of each "
    "booking in a common pool, and decide together what it pays for.",
    "Stühlinger, Freiburg", 47.9985, 7.8395, "DE", "EUR", "Europe/Berlin", "en", "open", ELM, ELM_RULES, 430,
)  # fmt: skip
HARBOUR_CIRCLE = Home(
    "harbour-sharing-circle", "Harbour sharing circle",
    "Neighbours around the Floating Harbour: boats, boards, tents, tools and the odd spare bed. We like to meet you first.",
    "Harbourside, Bristol", 51.4486, -2.5990, "GB", "GBP", "Europe/London", "en", "application", HARBOUR, HARBOUR_RULES, 340,
    ("What would you like to share?", "Who among us knows you, or where can we meet for tea?"),
)  # fmt: skip
VEREDA_COOP = Home(
    "vereda-co-op", "Vereda co-op",
    "Una cooperativa de vecinas de València: herramientas, habitaciones, viajes y una paellera de metro y medio.",
    "Russafa, València", 39.4610, -0.3730, "ES", "EUR", "Europe/Madrid", "es", "invitation", VEREDA, VEREDA_RULES, 260,
)  # fmt: skip

HOMES = (ELM_STREET, HARBOUR_CIRCLE, VEREDA_COOP)
