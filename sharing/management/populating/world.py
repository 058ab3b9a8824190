"""The synthetic world: communities in real cities, members around them, what they offer, and who has it when.

20 % of everything lies within 20 km of one point, so that crowds are measured as well as deserts. One
random generator with a seed makes it all, in one order: the same seed makes the same world.
"""

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import IntegrityError, connection
from django.utils import timezone, translation

from bookings.models import Booking, Claim
from bookings.states import ClaimKind, State
from listings import categories
from listings.models import Category, Departure, Listing, RideFacts, RoomFacts, Spot, Stop, TermFrequency, ToolFacts
from listings.places.gazetteer import City, gazetteer
from listings.search import metric, terms, tiles, traits
from listings.states import Condition, Kind, ListingState, Terms, Unit, Visibility
from members.models import Community, Member, Membership
from members.states import Standing
from sharing.values.money import currency_of, exponent
from sharing.values.place import Point, offset

from . import bulk
from .aside import standing_aside
from .words import LANGUAGE_OF, NAMES, QUALITIES, SENTENCES, STREETS, THINGS, Thing

CROWD = Point(47.9959, 7.8522)
CROWD_SHARE, CROWD_RADIUS_M = 0.2, 20_000
POSTINGS_AT_ONCE = 500_000
WEIGHTS = list(itertools.accumulate(1 if thing.kind == Kind.RIDE else 3 for thing in THINGS))
FACT_NAMES: dict[str, tuple[str, ...]] = {
    Kind.TOOL: ("condition",), Kind.ROOM: ("beds", "pets", "step_free"), Kind.RIDE: (),
}  # fmt: skip
FACTS: dict[str, list[tuple]] = {
    Kind.TOOL: [(condition,) for condition in ("", *Condition.values)],
    Kind.ROOM: [(beds, pets, flat) for beds in (1, 2, 4) for pets in (True, False) for flat in (True, False, None)],
    Kind.RIDE: [()],
}
_TOO_MUCH = """
 select load.listing_id from (
  select listing_id, sum(quantity) over (partition by listing_id order by instant, quantity) as quantity from (
   select listing_id, starts as instant, quantity from bookings_claim where listing_id >= %s
   union all select listing_id, ends, -quantity from bookings_claim where listing_id >= %s
  ) as edges
 ) as load join listings_listing l on l.id = load.listing_id where load.quantity > l.capacity limit 1"""
UNITS = {Kind.TOOL: Unit.DAY, Kind.ROOM: Unit.NIGHT, Kind.RIDE: Unit.SEAT}


class World:
    def __init__(self, listings: int, bookings: int, members: int, seed: int, now: datetime | None = None) -> None:
        self.dice = random.Random(seed)
        self.now = (now or timezone.now()).replace(microsecond=0)
        self.seed, self.n_listings, self.n_bookings, self.n_members = seed, listings, bookings, members
        self.category_ids = dict(Category.objects.values_list("slug", "pk"))
        self.vocabulary: dict[int, tuple[str, str, str]] = {}
        self._traits: dict[tuple, list[int]] = {}
        self._keys: dict[tuple, list[int]] = {}
        self._first_booking = self.first_claim = 0

    # --- people -------------------------------------------------------------------------------------

    def people(self) -> None:
        """Communities where many people live, the first in the crowd, and members spread over them."""
        count = max(3, min(300, self.n_members // 40))
        cities = gazetteer().cities[: count * 12]
        weights = [math.sqrt(city.population) for city in cities]
        crowd = next(
            city for city in gazetteer().cities if (round(city.lat, 4), round(city.lon, 4)) == (CROWD.lat, CROWD.lon)
        )
        self.cities: list[City] = [crowd, *dict.fromkeys(self.dice.choices(cities, weights, k=count - 1))]
        self.community_ids = self._communities()
        self.members_of = self._members()

    def _communities(self) -> list[int]:
        first = bulk.next_id(Community)
        table = bulk.Table(
            Community, "id", "slug", "name", "place", "lat", "lon", "country", "currency", "time_zone", "language",
            "created", "sought",
        )
        for number, city in enumerate(self.cities):
            name = f"{city.name} commons"[:80]
            table.add(
                first + number, f"synthetic-{first + number}", name, city.name, city.lat,
                city.lon, city.country, currency_of(city.country), city.time_zone, LANGUAGE_OF.get(city.country, "en"),
                self.now, Community.letters_of(name, city.name),
            )
        table.flush()
        bulk.settle_ids(Community)
        return list(range(first, first + len(self.cities)))

    def _members(self) -> dict[int, list[int]]:
        first, of = bulk.next_id(Member), defaultdict(list)
        people = bulk.Table(Member, "id", "email", "name", "language", "time_zone", "place", "password", "joined")
        belonging = bulk.Table(
            Membership, "member_id", "community_id", "standing", "joined", "created", "rules_accepted"
        )
        for number in range(max(self.n_members, len(self.cities))):
            home = number if number < len(self.cities) else self._home()
            city, pk = self.cities[home], first + number
            people.add(
                pk, f"synthetic-{self.seed}-{pk}@populate.example", self.dice.choice(NAMES),
                LANGUAGE_OF.get(city.country, "en"), city.time_zone, city.name, "!", self.now,
            )
            belonging.add(pk, self.community_ids[home], Standing.ACTIVE, self.now, self.now, 0)
            of[home].append(pk)
        people.flush()
        belonging.flush()
        bulk.settle_ids(Member)
        return of

    def _home(self) -> int:
        return 0 if self.dice.random() < CROWD_SHARE else self.dice.randrange(len(self.cities))

    # --- what they offer ----------------------------------------------------------------------------

    def offers(self) -> Iterator[int]:
        """Yields how many stand, from time to time."""
        self.first_listing = bulk.next_id(Listing)
        self.capacities: list[int] = []
        self.tables = {
            Listing: bulk.Table(
                Listing, "id", "kind", "owner_id", "community_id", "state", "visibility", "category_id", "title",
                "description", "language", "terms", "price_minor", "price_unit", "currency", "deposit_minor",
                "capacity", "instant", "place", "lat", "lon", "public_lat", "public_lon", "x", "y", "z", "tile",
                "time_zone", "created", "updated", "published",
            ),
            ToolFacts: bulk.Table(ToolFacts, "listing_id", *FACT_NAMES[Kind.TOOL]),
            RoomFacts: bulk.Table(RoomFacts, "listing_id", *FACT_NAMES[Kind.ROOM]),
            RideFacts: bulk.Table(RideFacts, "listing_id"),
            Stop: bulk.Table(Stop, "listing_id", "position", "place", "lat", "lon", "minutes", "price_minor"),
            Departure: bulk.Table(Departure, "listing_id", "leaves"),
            Spot: bulk.Table(Spot, "listing_id", "position", "tile", "x", "y", "z", "lat", "lon"),
        }
        columns = ("tid", "tile", "listing_id", "x", "y", "z")
        self.postings = bulk.Sorted("listings_term", columns, index="term_by_listing")
        with standing_aside(*self.tables):  # no guard of these looks at a row that is new
            for number in range(self.n_listings):
                self._offer(self.first_listing + number, crowded=number % 5 == 0)
                if len(self.postings.rows) >= POSTINGS_AT_ONCE:
                    self._flush()
                    yield number + 1
            self._flush()
        self.postings.settle()
        bulk.settle_ids(Listing)
        self._learn()
        yield self.n_listings

    def _offer(self, pk: int, *, crowded: bool) -> None:
        dice = self.dice
        thing = dice.choices(THINGS, cum_weights=WEIGHTS)[0]
        home = 0 if crowded else dice.randrange(len(self.cities))
        city, community = self.cities[home], self.community_ids[home]
        language = LANGUAGE_OF.get(city.country, "en")
        reach = CROWD_RADIUS_M * math.sqrt(dice.random()) if crowded else abs(dice.gauss(0, 9_000))
        point = offset(CROWD if crowded else Point(city.lat, city.lon), reach, dice.random() * math.tau)
        quality, sentence = dice.choice(QUALITIES[language]), dice.choice(SENTENCES[language])
        street = dice.choice(STREETS)
        terms_of = dice.choices((Terms.GIFT, Terms.COST_SHARE, Terms.RENT), (3, 2, 5))[0]
        currency, unit = _money(city.country)
        price = 0 if terms_of == Terms.GIFT else max(1, round(thing.price * dice.uniform(0.5, 2))) * unit
        visibility = Visibility.COMMUNITY if dice.random() < 0.1 else Visibility.PUBLIC
        capacity = dice.choice((3, 4)) if thing.kind == Kind.RIDE else dice.choice((1, 1, 1, 1, 2, 4))
        published = self.now - timedelta(seconds=dice.randrange(86_400 * 400))
        number = tiles.tile(point.lat, point.lon)
        instant, facts = dice.random() < 0.3, dice.choice(FACTS[thing.kind])
        self.capacities.append(capacity)
        self.tables[Listing].add(
            pk, thing.kind, dice.choice(self.members_of[home]), community, ListingState.PUBLISHED, visibility,
            self.category_ids[thing.category], f"{thing.names[language]}, {quality}"[:120], sentence, language,
            terms_of, price, UNITS[thing.kind], currency, price * 5, capacity, instant, f"{city.name}, {street}"[:160],
            point.lat, point.lon, point.lat, point.lon, *point.xyz, number, city.time_zone, published, published,
            published,
        )
        keys = self._key_ids(thing, language, quality, sentence, street, city, community, terms_of, visibility)
        keys = [*keys, *self._trait_ids(thing.kind, instant, facts, visibility)]
        self._facts(pk, thing, facts, point, city, price, keys, number)

    def _trait_ids(self, kind: str, instant: bool, facts: tuple, visibility: str) -> list[int]:
        """The terms of what it says of itself, made once for each way to say it."""
        known = self._traits.get((kind, instant, facts, visibility))
        if known is None:
            model, names = traits.FACTS[kind], FACT_NAMES[kind]
            keys = list(traits.keys(kind, instant, model(**dict(zip(names, facts, strict=True)))))
            bucket = terms.Bucket.PUBLIC if visibility == Visibility.PUBLIC else terms.Bucket.COMMUNITY
            known = self._traits[kind, instant, facts, visibility] = [terms.tid(kind, key, bucket) for key in keys]
            if bucket == terms.Bucket.PUBLIC:
                self.vocabulary |= {tid: (kind, key, "") for tid, key in zip(known, keys, strict=True)}
        return known

    def _facts(
        self, pk: int, thing: Thing, facts: tuple, point: Point, city: City, price: int, keys: list[int], number: int
    ) -> None:
        if thing.kind != Kind.RIDE:
            self.tables[ToolFacts if thing.kind == Kind.TOOL else RoomFacts].add(pk, *facts)
            xyz = metric.grid(point)
            self.postings.rows += [(tid, number, pk, *xyz) for tid in keys]
            return
        self.tables[RideFacts].add(pk)
        bearing = self.dice.random() * math.tau
        for position in range(3):
            stop = offset(point, position * 6_000, bearing)
            tile = tiles.tile(stop.lat, stop.lon)
            self.tables[Stop].add(
                pk, position, f"{city.name} {position + 1}", stop.lat, stop.lon, position * 15, price * position // 2
            )
            self.tables[Spot].add(pk, position, tile, *stop.xyz, stop.lat, stop.lon)
            xyz = metric.grid(stop)
            self.postings.rows += [(tid, tile, pk, *xyz) for tid in keys]
        for day in self.dice.sample(range(1, 60), 2):
            self.tables[Departure].add(pk, self.now + timedelta(days=day, minutes=15 * self.dice.randrange(96)))

    def _key_ids(
        self, thing: Thing, language: str, quality: str, sentence: str, street: str, city: City, community: int,
        terms_of: str, visibility: str,
    ) -> list[int]:
        """The terms `listings.search.index` would give it; made once for all that read alike."""
        key = (
            thing.category, thing.names["en"], language, quality, sentence, street, city.name, community, terms_of,
            visibility,
        )
        known = self._keys.get(key)
        if known is None:
            bucket = terms.Bucket.PUBLIC if visibility == Visibility.PUBLIC else terms.Bucket.COMMUNITY
            lineage = categories.lineage(thing.category)
            with translation.override(language):
                names = [categories.name(slug) for slug in lineage]
            texts = [
                thing.names[language],
                quality,
                thing.category.replace("-", " "),
                *names,
                f"{city.name}, {street}",
                "1 2 3" if thing.kind == Kind.RIDE else "",  # from the names of its stops
                sentence,
            ]
            words = {"": "", f"={terms_of}": "", f"@{community}": "", **{f"#{slug}": "" for slug in lineage}}
            words |= terms.stems_of_text(texts, language)
            known = sorted({terms.tid(thing.kind, word, bucket) for word in words})
            if bucket == terms.Bucket.PUBLIC:
                self.vocabulary |= {
                    terms.tid(thing.kind, stem): (thing.kind, stem, word) for stem, word in words.items()
                }
            if len(self._keys) > 200_000:
                self._keys.clear()
            self._keys[key] = known
        return known

    def _flush(self) -> None:
        for table in self.tables.values():
            table.flush()
        self.postings.flush()

    def _learn(self) -> None:
        known = set(TermFrequency.objects.values_list("tid", flat=True))
        table = bulk.Table(TermFrequency, "tid", "kind", "stem", "word", "n")
        for tid, (kind, stem, word) in self.vocabulary.items():
            if tid not in known:
                table.add(tid, kind, stem[:60], word[:60], 1)
        table.flush()

    # --- who has it when ----------------------------------------------------------------------------

    def agreements(self) -> None:
        """Bookings with their claims: on each listing one after the other, so that none exceeds its capacity."""
        with standing_aside(Claim, Booking, look=self._within_capacity):
            self._agreements()
        bulk.settle_ids(Claim, Booking)

    def _within_capacity(self) -> None:
        """What the guard of claims asks of each, asked of all at once."""
        with connection.cursor() as cursor:
            cursor.execute(_TOO_MUCH, [self.first_listing, self.first_listing])
            if over := cursor.fetchone():
                raise IntegrityError(f"claims_never_exceed_the_capacity: listing {over[0]}")

    def _agreements(self) -> None:
        claim = self.first_claim = bulk.next_id(Claim)
        booking = bulk.next_id(Booking)
        claims = bulk.Table(Claim, "id", "listing_id", "kind", "starts", "ends", "quantity", "created")
        bookings = bulk.Table(
            Booking, "id", "listing_id", "community_id", "borrower_id", "state", "starts", "ends", "quantity",
            "claim_id", "created", "moved",
        )
        offered = list(
            Listing.objects.filter(pk__gte=self.first_listing)
            .exclude(kind=Kind.RIDE)
            .order_by("pk")
            .values_list("pk", "community_id")
        )
        communities = {pk: home for home, pk in enumerate(self.community_ids)}
        midnight = self.now.replace(hour=0, minute=0, second=0)
        taken: dict[int, int] = defaultdict(int)
        for _number in range(self.n_bookings if offered else 0):
            listing, community = self.dice.choice(offered)
            start = taken[listing] + self.dice.randrange(1, 12)
            length = self.dice.randrange(1, 5)
            taken[listing] = start + length
            starts = midnight + timedelta(days=start, hours=10)
            ends = starts + timedelta(days=length, hours=-2)
            borrower = self.dice.choice(self.members_of[communities[community]])
            claims.add(claim, listing, ClaimKind.BOOKING, starts, ends, 1, self.now)
            bookings.add(
                booking, listing, community, borrower, State.ACCEPTED, starts, ends, 1, claim, self.now, self.now
            )
            claim, booking = claim + 1, booking + 1
            if len(bookings._rows) >= bookings.room - 1:
                claims.flush()
                bookings.flush()
        claims.flush()
        bookings.flush()


@lru_cache(maxsize=512)
def _money(country: str) -> tuple[str, int]:
    """A country's currency and how many minor units make a whole one."""
    currency = currency_of(country)
    return currency, 10 ** exponent(currency)
