"""How many bookings a second the action agrees on, beside the bare insert of the same claim.

The bare side is the driver's own INSERT of one claim a transaction, with the same guard and the same
durability; ours is `bookings.actions.request` on instant listings, so each is asked, checked, claimed,
recorded, told and agreed in one transaction. Once over many listings and once all on a single hot one; then the
same again over HTTP, as clients of the API do it, through the server and its authentication.
Beside them the month with its reasons for a listing with 2,000 claims, over the one query it stands on.
"""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WRITERS, SECONDS, LISTINGS = 4, 3.0, 200
FIRST = datetime(2031, 1, 1, tzinfo=UTC)
# An agreed booking is a dozen statements, the bare side is one. The PostgreSQL of the tests does not wait
# for the disk, so there the bare side is far from what a durable insert would reach.
HTTP_LIMITS = {"sqlite": 0.01, "postgresql": 0.002}
LIMITS = {"sqlite": 0.05, "postgresql": 0.004, "month over its query": 3.0, "dates over search": 1.3, "statements": 12}


def main() -> int:
    from bench.measure import database

    beyond = 0
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "sharing.settings", "TESTING": "1"}
            run = subprocess.run([sys.executable, "-m", "bench.bookings", engine], env=environment, check=False)
            beyond += run.returncode
    return 1 if beyond else 0


def one_engine(engine: str) -> int:
    environment = dict(os.environ)  # before the servers of the tests are imported: they bring a folder of their own
    import django

    django.setup()
    from django.conf import settings

    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend",
                                  "QUEUES": ["default", "photos", "mail"]}}
    cast = _people()
    beyond, rates = 0, {}
    for name, hot in (("many listings", False), ("one hot listing", True)):
        ours = bare = 0.0
        for round_ in range(2):  # alternating, the better of two: the machine has other things to do
            bare = max(bare, _rate(_bare(cast, hot, round_)))
            ours = max(ours, _rate(_ours(cast, hot, round_)))
        ratio, limit = ours / bare, LIMITS[engine]
        beyond += ratio < limit
        print(f"{engine:<11} {name:<22} ours {ours:7.0f}/s   bare {bare:7.0f}/s   ratio {ratio:.3f} (limit {limit})")
        rates[name] = bare
    beyond += _over_http(engine, cast, rates, environment)
    return min(1, beyond + _month(engine, cast) + _dates(engine) + _statements(engine, cast))


def _people() -> dict:
    from tests import factories

    home = factories.community()
    owner = factories.member("Bo", of=home)
    facts = {"of": home, "instant": True, "horizon_days": 30_000, "max_units": 60}
    return {
        "listings": [factories.listing(owner, **facts) for _ in range(LISTINGS)],
        "hot": factories.listing(owner, **facts),
        "http": [factories.listing(owner, **facts) for _ in range(LISTINGS)],
        "hot http": factories.listing(owner, **facts),
        "full": factories.listing(owner, capacity=2000, **facts),
        "borrowers": [factories.member(f"Ana {n}", of=home) for n in range(WRITERS)],
    }


def _spot(cast: dict, hot: bool, round_: int, writer: int, n: int):
    """A listing and a day that nobody else takes."""
    listing = cast["hot"] if hot else cast["listings"][n % LISTINGS]
    slot = (0 if hot else n // LISTINGS) + (n if hot else 0)
    return listing, FIRST + timedelta(days=(round_ * WRITERS + writer) * 3000 + slot + (1500 if hot else 0))


def _bare(cast: dict, hot: bool, round_: int):
    def deed(writer: int, n: int) -> None:
        from django.db import connection

        listing = cast["hot"] if hot else cast["listings"][n % LISTINGS]
        hour = (round_ * WRITERS + writer) * 24_000 + (n if hot else n // LISTINGS)
        starts = FIRST + timedelta(days=30_000, hours=hour)  # behind all of ours, and more of them than a writer needs
        adapt = connection.ops.adapt_datetimefield_value
        row = [listing.pk, adapt(starts), adapt(starts + timedelta(hours=1)), adapt(FIRST)]
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into bookings_claim (listing_id, kind, starts, ends, quantity, note, created)"
                " values (%s, 'booking', %s, %s, 1, '', %s)", row,
            )

    return deed


def _ours(cast: dict, hot: bool, round_: int):
    from bookings import actions

    def deed(writer: int, n: int) -> None:
        listing, day = _spot(cast, hot, round_, writer, n)
        actions.request(listing.pk, by=cast["borrowers"][writer], starts=day.date(), ends=day.date())

    return deed


def _over_http(engine: str, cast: dict, bare: dict[str, float], environment: dict[str, str]) -> int:
    """POST /api/v1/bookings/ by a few clients on kept connections; every answer must be 201, and agreed."""
    from bench.measure import server
    from members.authentication import issue_token

    tokens = [issue_token(borrower, "bench") for borrower in cast["borrowers"]]
    beyond = 0
    with server("sharing.asgi:application", environment, path="/api/v1/categories/") as url:
        for name, hot in (("many listings", False), ("one hot listing", True)):
            ours = _rate(_posting(cast, hot, url, tokens))
            ratio, limit = ours / bare[name], HTTP_LIMITS[engine]
            beyond += ratio < limit
            print(f"{engine:<11} {name + ', HTTP':<22} ours {ours:7.0f}/s   bare {bare[name]:7.0f}/s"
                  f"   ratio {ratio:.3f} (limit {limit})")
    return beyond


def _posting(cast: dict, hot: bool, url: str, tokens: list[str]):
    kept = threading.local()
    host = url.removeprefix("http://")

    def deed(writer: int, n: int) -> None:
        if not hasattr(kept, "line"):
            kept.line = http.client.HTTPConnection(host, timeout=30)
        listing = cast["hot http"] if hot else cast["http"][n % LISTINGS]
        day = FIRST + timedelta(days=writer * 3000 + (n if hot else n // LISTINGS))
        body = json.dumps({"listing": listing.pk, "starts": f"{day:%Y-%m-%d}", "ends": f"{day:%Y-%m-%d}"})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens[writer]}"}
        kept.line.request("POST", "/api/v1/bookings/", body, headers)
        answer = kept.line.getresponse()
        said = answer.read()
        if answer.status != 201 or b'"accepted"' not in said:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")

    return deed


def _rate(deed) -> float:
    """Deeds a second by a few threads, each on a connection of its own."""
    from django.db import connections

    done, ends = [0] * WRITERS, time.perf_counter() + SECONDS

    def work(writer: int) -> None:
        try:
            while time.perf_counter() < ends:
                deed(writer, done[writer])
                done[writer] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def _month(engine: str, cast: dict) -> int:
    from django.db import connection

    from bookings import availability
    from bookings.models import Claim

    listing, start = cast["full"], datetime.now(UTC)
    Claim.objects.bulk_create(
        Claim(listing=listing, starts=start + timedelta(minutes=20 * n), ends=start + timedelta(minutes=20 * n + 90))
        for n in range(2000)
    )
    until = start + timedelta(days=33)
    sql = "select starts, ends, quantity from bookings_claim where listing_id = %s and ends > %s and starts < %s"
    adapt = connection.ops.adapt_datetimefield_value

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [listing.pk, adapt(start - timedelta(days=1)), adapt(until)])
            cursor.fetchall()

    def ours() -> None:
        availability.month(type(listing).objects.get(pk=listing.pk), start.year, start.month)

    ratio = _seconds(ours) / _seconds(raw)
    print(f"{engine:<11} {'month over its query':<22} ratio {ratio:.1f} (limit {LIMITS['month over its query']})")
    return int(ratio > LIMITS["month over its query"])


def _dates(engine: str) -> int:
    """A search by dates, looked at exactly, beside the same search without them, in turns."""
    import random
    import statistics

    from listings.search import query
    from listings.search.asking import Viewer
    from listings.search.criteria import Criteria, Span
    from sharing.values.period import days
    from sharing.values.place import Point

    _neighbourhood()
    first = (datetime.now(UTC) + timedelta(days=20)).date()
    zone, dice = ZoneInfo("Europe/Berlin"), random.Random(3)
    whole = days(first, first + timedelta(days=3), zone)
    span = Span(whole.starts, whole.ends, (first, first + timedelta(days=2)))
    took: dict[bool, list[float]] = {True: [], False: []}
    for _round in range(80):
        here = Point(60 + dice.uniform(-0.05, 0.05), 20 + dice.uniform(-0.05, 0.05))
        for dated in (False, True):
            asked = Criteria(here=here, zone=zone.key, by_day=span if dated else None)
            started = time.perf_counter()
            page = query.search(asked, Viewer())
            took[dated].append(time.perf_counter() - started)
            assert len(page.hits) == 24
    ratio = statistics.median(took[True]) / statistics.median(took[False])
    print(f"{engine:<11} {'dates over search':<22} ratio {ratio:.2f} (limit {LIMITS['dates over search']})")
    return int(ratio > LIMITS["dates over search"])


def _neighbourhood() -> None:
    """Tools and rooms far from the others, some with hours, some taken now and then."""
    import random
    from datetime import time as clock

    from bookings.models import Claim, OpeningWindow
    from tests import factories
    from tests.bookings.cast import drill, room
    from tests.listings.searching import place

    dice, home, now = random.Random(2), factories.community(), datetime.now(UTC)
    owner = factories.member("Ida", of=home)
    for n in range(150):
        listing = (room if n % 4 == 0 else drill)(owner, of=home, buffer_after=60 * (n % 3))
        place(listing, 60 + dice.uniform(-0.05, 0.05), 20 + dice.uniform(-0.05, 0.05))
        if n % 5 == 0:
            OpeningWindow.objects.bulk_create(
                OpeningWindow(listing=listing, weekday=day, opens=clock(8), closes=clock(20)) for day in range(7)
            )
        for _ in range(4):
            starts = now + timedelta(days=dice.randrange(25, 150))
            Claim.objects.get_or_create(listing=listing, starts=starts, ends=starts + timedelta(hours=1))


def _statements(engine: str, cast: dict) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bookings import actions

    listing = cast["listings"][0]
    with CaptureQueriesContext(connection) as seen:
        actions.request(listing.pk, by=cast["borrowers"][0], starts="2098-06-01", ends="2098-06-01")
    asked = sum(not row["sql"].startswith(("BEGIN", "COMMIT")) for row in seen)
    print(f"{engine:<11} {'statements':<22} {asked} for one booking agreed at once (limit {LIMITS['statements']})")
    return int(asked > LIMITS["statements"])


def _seconds(deed, times: int = 20) -> float:
    deed()
    started = time.perf_counter()
    for _ in range(times):
        deed()
    return (time.perf_counter() - started) / times


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharing.settings")
    sys.exit(one_engine(sys.argv[1]) if len(sys.argv) > 1 else main())
