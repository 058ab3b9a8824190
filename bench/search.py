"""How long finding takes beside reading 24 listings by their keys: every figure we promise, in one table.

    python -m bench.search --sizes 10000,100000,1000000 --engines sqlite,postgresql --verify

For each engine and size a world is made (`manage.py populate`, two claims to a listing), and measured in a
process of its own: what is compared is asked in turns in that one process, so a ratio says something on any
machine, also a busy one. `--given sqlite:1000000=FOLDER` (a VAR_DIR) or `postgresql:1000000=URL` measures a
world that is there already. `--verify` compares 100 random searches with a look at every listing.
Exit code 1 says that a figure is beyond its limit.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

GROWTH, GROWTH_OF = 2.0, ("word near", "kind near")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--given", action="append", default=[], metavar="ENGINE:SIZE=WHERE")
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--verify", type=int, nargs="?", const=100, default=0, metavar="N", help="100 unless told")
    options = parser.parse_args()
    given = dict(one.split("=", 1) for one in options.given)
    found: dict[tuple[str, int], list[dict]] = {}
    for engine in options.engines.split(","):
        for size in (int(size) for size in options.sizes.split(",")):
            with _world(engine, size, given.get(f"{engine}:{size}")) as environment:
                found[engine, size] = _measured(environment, options)
    rows = [*(row | {"engine": e, "size": s} for (e, s), rows in found.items() for row in rows), *_growth(found)]
    return _table(rows)


@contextmanager
def _world(engine: str, size: int, given: str | None):
    from bench.measure import database  # not above: it prepares an environment of its own

    if given:
        where = {"DATABASE_URL": given} if "://" in given else {"VAR_DIR": given}
        environment = {name: value for name, value in os.environ.items() if name != "TESTING"}
        yield environment | {"SECRET_KEY": "only-for-benchmarks-" + "x" * 40} | where
        return
    with database(engine) as environment:
        started = time.monotonic()
        command = [sys.executable, "manage.py", "populate", "--listings", size, "--bookings", 2 * size, "--seed", 1]
        subprocess.run([str(part) for part in command], env=environment, stdout=subprocess.DEVNULL, check=True)
        print(f"{engine}, {size:,} listings: made in {time.monotonic() - started:.0f} s", flush=True)
        yield environment


def _measured(environment: dict[str, str], options: argparse.Namespace) -> list[dict]:
    """Rows of the table, measured by a process of its own with nothing warm."""
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        command = [sys.executable, "-m", "bench.finding", answer.name, str(options.rounds), str(options.verify)]
        subprocess.run(command, env=environment, check=True)
        with open(answer.name) as file:
            return json.load(file)


def _growth(found: dict[tuple[str, int], list[dict]]) -> list[dict]:
    rows = []
    for engine in dict.fromkeys(engine for engine, _size in found):
        sizes = sorted(size for e, size in found if e == engine)
        for name in GROWTH_OF if len(sizes) > 1 else ():
            first, last = (next(r for r in found[engine, size] if r["name"] == name) for size in (sizes[0], sizes[-1]))
            rows.append({
                "engine": engine, "size": sizes[-1], "name": f"{name}: growth from {sizes[0]:,}",
                "figure": last["ms"] / first["ms"], "limit": GROWTH,
            })  # fmt: skip
    return rows


def _table(rows: list[dict]) -> int:
    beyond = 0
    print(f"\n{'engine':<11}{'listings':>10}  {'':<44}{'cold ms':>9}{'p50 ms':>9}{'figure':>9}{'limit':>8}")
    for row in rows:
        least, most = row.get("least"), row.get("limit")
        wrong = (most is not None and row["figure"] > most) or (least is not None and row["figure"] < least)
        beyond += wrong
        limit = f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""
        cold, ms = (f"{row[key]:.2f}" if key in row else "" for key in ("cold", "ms"))
        print(
            f"{row['engine']:<11}{row['size']:>10,}  {row['name']:<44}{cold:>9}{ms:>9}{row['figure']:>9.2f}{limit:>8}"
            f"{'  BEYOND' if wrong else ''}"
        )
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
