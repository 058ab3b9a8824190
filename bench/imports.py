"""A tool library of 10,000 items brought in from one file: within a minute, with memory flat.

Once on each engine, with words, prices, categories and tags, tried first and then written, as the
worker does it. Memory is how much the process grew between the first thousand rows and the last.
"""

import random
import resource
import subprocess
import sys
import time

ROWS = 10_000
MOST_SECONDS, MOST_MB = 60.0, 30.0
WORDS = [
    "hammer", "drill", "saw", "ladder", "tent", "pump", "mixer", "bench", "grill", "router", "sander", "plane",
    "wrench", "compressor", "trailer", "projector", "kettle", "sewing", "machine", "garden", "hose", "mower", "rake",
]  # fmt: skip
CATEGORIES = ("drills", "saws", "ladders", "tents")


def main() -> int:
    from bench.measure import database

    beyond = 0
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "sharing.settings", "TESTING": "1"}
            beyond |= subprocess.run([sys.executable, "-m", "bench.imports", engine], env=environment).returncode
    return beyond


def one_engine(engine: str) -> int:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from listings.catalogue import work
    from members.states import Role
    from tests import factories

    home = factories.community()
    steward = factories.member("Cleo", of=home, role=Role.STEWARD)
    sheet = SimpleUploadedFile("library.csv", library().encode())
    run = work.begin(
        by=steward, community=home, commons=True, kind="tool", publish=True, pictures=None, sheet=sheet
    )
    work.match(run.pk, run.mapping, by=steward)
    tried, _grown = gone_through(run)
    work.bring_in(run.pk, by=steward)
    written, grown = gone_through(run)
    run.refresh_from_db()
    beyond = written > MOST_SECONDS or grown > MOST_MB or run.added != ROWS
    print(
        f"{engine:<11} {run.added:,} of {ROWS:,} rows: tried in {tried:.1f} s, written in {written:.1f} s"
        f" (limit {MOST_SECONDS:.0f} s), memory +{grown:.0f} MB (limit {MOST_MB:.0f} MB)"
    )
    return int(beyond)


def library() -> str:
    dice = random.Random(1)
    rows = (
        f"T{n},{' '.join(dice.sample(WORDS, 3)).title()} {n},{' '.join(dice.choices(WORDS, k=30))},"
        f"{dice.choice(CATEGORIES)},{dice.randint(1, 9)}.50,{dice.choice(WORDS)}\n"
        for n in range(ROWS)
    )
    return "id,name,description,category,price,tags\n" + "".join(rows)


def gone_through(run) -> tuple[float, float]:
    """Seconds it took, and MB by which the process grew after the first slice."""
    from listings.catalogue import work

    started = time.perf_counter()
    more = work.work_on(run.pk)
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while more:
        more = work.work_on(run.pk)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first
    return time.perf_counter() - started, grown / 1024


if __name__ == "__main__":
    sys.exit(one_engine(sys.argv[1]) if len(sys.argv) > 1 else main())
