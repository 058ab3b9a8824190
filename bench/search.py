"""How long finding takes beside reading 24 listings by their keys, at 10,000 and 100,000 listings.

Both are measured in turns in the same process on the same database, so the ratio says something on any
machine: what the statements and the thinking before them cost, not the cards. `--sizes 1000000` and
`--engines postgresql` measure other worlds. Limits are those of the ratios at the middle (p50).
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from datetime import timedelta

LIMITS = {"word near": 6, "kind near": 6, "two words near": 15, "word near, free then": 15, "tenth page": 20}
ROUNDS = 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--measure", action="store_true", help="measure the database of the environment, as it is")
    options = parser.parse_args()
    if options.measure:
        return measure()
    from bench.measure import database  # not above: it prepares an environment of its own

    worst = 0
    for engine in options.engines.split(","):
        for size in (int(size) for size in options.sizes.split(",")):
            with database(engine) as environment:
                started = time.monotonic()
                run(
                    "manage.py",
                    "populate",
                    "--listings",
                    size,
                    "--bookings",
                    size,
                    "--seed",
                    1,
                    env=environment,
                    quiet=True,
                )
                print(f"{engine}, {size:,} listings (made in {time.monotonic() - started:.0f} s)", flush=True)
                worst |= run("-m", "bench.search", "--measure", env=environment)
    return worst


def run(*command: object, env: dict[str, str], quiet: bool = False) -> int:
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run([sys.executable, *map(str, command)], env=env, stdout=out, check=quiet).returncode


def measure() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharing.settings")
    import django

    django.setup()
    from django.db import connection

    dice = random.Random(5)
    cases = asked(dice)
    times: dict[str, list[float]] = {name: [] for name in [*cases, "24 by key"]}
    with connection.cursor() as cursor:
        cursor.execute("select id from listings_listing")
        ids = [row[0] for row in cursor.fetchall()]
    for number in range(ROUNDS + 10):
        keys = dice.sample(ids, 24)
        for name, act in [("24 by key", lambda keys=keys: by_key(keys)), *cases.items()]:
            started = time.perf_counter()
            act()
            if number >= 10:  # the first rounds warm what is kept in memory
                times[name].append(time.perf_counter() - started)
    return table(times)


def by_key(keys: list[int]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(keys))
        cursor.execute(f"select * from listings_listing where id in ({marks})", keys)
        cursor.fetchall()


def asked(dice: random.Random) -> dict:
    """Each question from other points: in the crowd, in its cities, far from everything."""
    from django.utils import timezone

    from listings.search import query
    from listings.search.asking import Asking, Viewer
    from listings.search.criteria import Criteria, Span
    from members.models import Community
    from sharing.values.place import Point, offset

    cities = list(Community.objects.values_list("lat", "lon"))
    words = ["drill", "ladder", "tent", "Rasenmäher", "sewing", "projector", "garden", "canoe"]
    pairs = ["hammer drill", "extension ladder", "family tent", "cargo bike", "quiet room"]
    noon = timezone.now() + timedelta(days=4)
    then = Span(noon, noon + timedelta(days=2))

    def here() -> Point:
        lat, lon = dice.choice(cities)
        return offset(Point(lat, lon), dice.random() * 15_000, dice.random() * 6.28)

    def far() -> Point:
        return Point(dice.uniform(-60, 75), dice.uniform(-180, 179))

    def ask(after: list | None = None, **facts):
        return query.find(Asking(Criteria(**facts), Viewer()), after, 24)[0]

    deep = {"q": "drill", "here": Point(47.9959, 7.8522)}
    after = None
    for _page in range(9):
        after = ask(after, **deep).next or after
    return {
        "word near": lambda: ask(q=dice.choice(words), here=here()),
        "kind near": lambda: ask(kinds=("tool",), here=here()),
        "two words near": lambda: ask(q=dice.choice(pairs), here=here()),
        "word near, free then": lambda: ask(q=dice.choice(words), here=here(), by_day=then),
        "tenth page": lambda: ask(after, **deep),
        "word, far away": lambda: ask(q=dice.choice(words), here=far()),
        "newest with a word": lambda: ask(q=dice.choice(words)),
    }


def table(times: dict[str, list[float]]) -> int:
    base = statistics.median(times["24 by key"])
    beyond = 0
    print(f"  {'':<22}{'p50 ms':>8}{'p95 ms':>8}{'p50 ratio':>11}{'p95 ratio':>11}{'limit':>7}")
    for name, took in times.items():
        took = sorted(took)
        middle, late = statistics.median(took), took[int(len(took) * 0.95)]
        limit = LIMITS.get(name)
        beyond |= limit is not None and middle / base > limit
        ratios = f"{middle / base:11.1f}{late / base:11.1f}"
        print(f"  {name:<22}{middle * 1e3:8.2f}{late * 1e3:8.2f}{ratios}{limit or '':>7}", flush=True)
    return int(beyond)


if __name__ == "__main__":
    sys.exit(main())
