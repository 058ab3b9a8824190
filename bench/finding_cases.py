"""The questions `bench.finding` asks, what each is held against, and its limit."""

import itertools
import math
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from listings import actions
from listings.models import Listing, TermFrequency
from listings.search import around, query, suggestions
from listings.search import clusters as bubbles
from listings.search.asking import Asking, Viewer
from listings.search.criteria import Box, Criteria, Span
from listings.states import ListingState
from members.models import Community
from sharing.values.place import Point, offset

Act = Callable[[], Any]
Draw = Callable[[], Act]
CROWD = Point(47.9959, 7.8522)
LIMITS: dict[str, dict[str, float]] = {
    "word near": {"p50": 6, "p95": 12},
    "kind near": {"p50": 6, "p95": 12},
    "two words near": {"p50": 15},
    "word near, free then": {"p50": 15},
    "tenth page": {"p50": 20},
    "word, far from everything": {"p50": 60, "p99": 60},
}
JSON_LIMIT, CLUSTERS_LIMIT, PUBLISHING_LIMIT, HTML_LEAST = 1.5, 25, 5, 0.1
SUGGESTIONS_MS = 50
WORDS = ["drill", "ladder", "tent", "Rasenmäher", "sewing", "projector", "garden", "canoe"]
PAIRS = ["hammer drill", "extension ladder", "family tent", "cargo bike", "quiet room"]
LONELY = [(-55, -150), (-30, -100), (75, -40), (-50, 80), (20, -150), (-65, 20), (85, 120), (0, -30), (65, 100)]


def by_key(dice: random.Random) -> Draw:
    with connection.cursor() as cursor:
        cursor.execute("select min(id), max(id) from listings_listing")
        first, last = cursor.fetchone()

    def read(keys: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"select * from listings_listing where id in ({', '.join(['%s'] * 24)})", keys)
            cursor.fetchall()

    def draw() -> Act:
        return partial(read, [dice.randint(first, last) for _one in range(24)])

    return draw


def questions(dice: random.Random) -> dict[str, Draw]:
    """Each from other points: in the crowd, in its cities, far from everything."""
    cities = list(Community.objects.values_list("lat", "lon"))
    noon = timezone.now() + timedelta(days=4)
    then = Span(noon, noon + timedelta(days=2))
    common, rare = _common_and_rare()

    def here() -> Point:
        lat, lon = dice.choice(cities)
        return offset(Point(lat, lon), dice.random() * 15_000, dice.random() * math.tau)

    def far() -> Point:
        lat, lon = dice.choice(LONELY)
        return offset(Point(lat, lon), dice.random() * 1_500_000, dice.random() * math.tau)

    deep = {"q": "drill", "here": CROWD}
    after = None
    for _page in range(9):
        after = ask(after, **deep)().next or after
    beginnings = ["dri", "la", "s", "ga", "schl", "ve", "han"]
    return {
        "word near": lambda: ask(q=dice.choice(WORDS), here=here()),
        "kind near": lambda: ask(kinds=("tool",), here=here()),
        "two words near": lambda: ask(q=dice.choice(PAIRS), here=here()),
        "word near, free then": lambda: ask(q=dice.choice(WORDS), here=here(), by_day=then),
        "word within 10 km": lambda: ask(q=dice.choice(WORDS), here=here(), radius_m=10_000.0),
        "word near, cheap": lambda: ask(q=dice.choice(WORDS), here=here(), max_price=5.0),
        "phrase near": lambda: ask(q='"hammer drill"', here=here()),
        "tenth page": lambda: ask(after, **deep),
        "word, far from everything": lambda: ask(q=dice.choice(WORDS), here=far()),
        "newest with a word": lambda: ask(q=dice.choice(WORDS)),
        "a common word near": lambda: ask(q=common, here=CROWD),
        "a rare word near": lambda: ask(q=rare, here=CROWD),
        "suggestions": lambda: partial(suggestions.words, dice.choice(beginnings)),
    }


def ask(after: list | None = None, **facts: Any) -> Act:
    """A first or later page of the question, thought over anew each time it is asked."""
    return lambda: query.find(Asking(Criteria(**facts), Viewer()), after, 24)[0]


def _common_and_rare() -> tuple[str, str]:
    """The word that most listings have, and one that about a thousandth has."""
    words = TermFrequency.objects.exclude(word="").values("word").annotate(total=Sum("n")).order_by("-total", "word")
    rows = list(words.values_list("word", "total"))
    aim = Listing.objects.count() / 1000
    return rows[0][0], min(rows, key=lambda each: abs(each[1] - aim))[0]


def common_share() -> float:
    word = _common_and_rare()[0]
    n = TermFrequency.objects.filter(word=word).aggregate(n=Sum("n"))["n"]
    return n / Listing.objects.count()


def clusters(in_turns, rounds: int) -> list[dict]:
    """At every zoom of the map, what a window of 1024 by 768 pixels around the crowd shows: of everything there is, and
    of searches that ask for more than a kind.
    """
    acts = {"24 by key": by_key(random.Random(7))}
    narrowed = {"of a word": {"q": "drill"}, "of a price": {"kinds": ("tool",), "max_price": 5.0}}
    for zoom in range(20):
        across = min(359.0, 1024 / 256 * 360 / 2**zoom)
        south, north = max(-84.0, CROWD.lat - across * 0.26), min(84.0, CROWD.lat + across * 0.26)
        west, east = max(-180.0, CROWD.lon - across / 2), min(180.0, CROWD.lon + across / 2)
        looks = {"": partial(bubbles.bubbles, south, west, north, east, zoom)} | {
            name: partial(around.bubbles, Criteria(**asked), Viewer(), Box(south, west, north, east), zoom)
            for name, asked in narrowed.items()
        }
        acts |= {f"{name}@{zoom}": lambda look=look: look for name, look in looks.items()}
    times, cold = in_turns(acts, rounds)
    base = statistics.median(times.pop("24 by key"))
    return [_slowest(name, times, cold, base) for name in ("", *narrowed)]


def _slowest(name: str, times: dict, cold: dict, base: float) -> dict:
    middle = {act: statistics.median(took) for act, took in times.items() if act.partition("@")[0] == name}
    worst = max(middle, key=lambda act: middle[act])
    return {
        "name": f"clusters {name}{' ' * bool(name)}at their slowest zoom ({worst.partition('@')[2]})",
        "ms": middle[worst] * 1e3, "cold": cold[worst] * 1e3, "figure": middle[worst] / base, "limit": CLUSTERS_LIMIT,
    }  # fmt: skip


def pages(in_turns, rounds: int) -> list[dict]:
    """The JSON of 24 beside its own statements, bare, and a trivial view."""
    client = Client()
    url = f"/api/v1/listings/?q=drill&lat={CROWD.lat}&lon={CROWD.lon}"
    for _warm in range(3):
        assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    statements = [each["sql"] for each in captured.captured_queries]

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
                cursor.fetchall()

    times, cold = in_turns(
        {
            "JSON of 24": lambda: partial(client.get, url),
            "bare": lambda: bare,
            "trivial": lambda: partial(client.get, "/trivial"),
        },
        rounds,
    )
    ours, bare_s, trivial = (statistics.median(times[name]) for name in ("JSON of 24", "bare", "trivial"))
    return [{
        "name": "JSON of 24 over its statements and a trivial view", "ms": ours * 1e3,
        "cold": cold["JSON of 24"] * 1e3, "figure": ours / (bare_s + trivial), "limit": JSON_LIMIT,
    }]  # fmt: skip


def publishing(in_turns, rounds: int) -> list[dict]:
    """Drafts made public, beside inserting bare what one leaves: its row and its postings. All is taken away again."""
    mould = Listing.objects.filter(kind="tool", owner__isnull=False, state=ListingState.PUBLISHED).order_by("pk")[0]
    names = [field.column for field in Listing._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    insert = f"insert into listings_listing ({columns}) select {columns} from listings_listing where id = %s"
    with connection.cursor() as cursor:
        cursor.execute("select tid, tile, x, y, z from listings_term where listing_id = %s", [mould.pk])
        posted = cursor.fetchall()
    post = f"insert into listings_term values {', '.join(['(%s, %s, %s, %s, %s, %s)'] * len(posted))}"
    drafts = []
    for _one in range(rounds + 20):
        made = Listing.objects.get(pk=mould.pk)
        made.pk, made.state, made.published = None, ListingState.DRAFT, None
        made._state.adding = True
        made.save()
        type(mould.facts).objects.create(listing=made)
        drafts.append(made.pk)
    waiting, beyond = iter(drafts), itertools.count(2**40)

    def bare() -> None:
        listing_id = next(beyond)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [drafts[0]])
            cursor.execute(post, [value for tid, tile, *point in posted for value in (tid, tile, listing_id, *point)])

    acts = {"publish": lambda: partial(actions.publish, next(waiting), by=mould.owner), "bare": lambda: bare}
    times, cold = in_turns(acts, rounds, again=1, waits=True)
    with connection.cursor() as cursor:
        cursor.execute("delete from listings_listing where id > %s", [max(drafts)])
        cursor.execute("delete from listings_term where listing_id >= %s", [2**40])
    for pk in drafts:
        actions.archive(pk, by=mould.owner)
    ours, bare_s = statistics.median(times["publish"]), statistics.median(times["bare"])
    return [{
        "name": "publishing over a bare insert", "ms": ours * 1e3, "cold": cold["publish"] * 1e3,
        "figure": ours / bare_s, "limit": PUBLISHING_LIMIT,
    }]  # fmt: skip


def rates() -> list[dict]:
    """Answers a second of the page of search beside the trivial page, from one server."""
    environment = dict(os.environ)  # before the next line, which prepares one of its own
    from bench.measure import rate, server

    page = f"/search/?q=drill&lat={CROWD.lat}&lon={CROWD.lon}"
    with server("sharing.asgi:application", environment, path="/trivial") as url:
        ours, trivial = [], []
        for _turn in range(3):
            ours.append(rate(url + page, seconds=2))
            trivial.append(rate(url + "/trivial", seconds=2))
    ours_s, trivial_s = statistics.median(ours), statistics.median(trivial)
    return [{
        "name": "HTML page's rate over a trivial one's", "ms": 1e3 / ours_s, "figure": ours_s / trivial_s,
        "least": HTML_LEAST,
    }]  # fmt: skip


def verified(asked: int) -> list[dict]:
    """How many of so many random searches differ from a look at every listing."""
    from bench import brute_force

    started = time.monotonic()
    wrong = brute_force.differences(asked)
    took = time.monotonic() - started
    return [{"name": f"of {asked} searches unlike a scan ({took:.0f} s)", "figure": wrong, "limit": 0}]
