"""How many transfers a second the ledger books, beside a bare insert of the same row on the same engine.

The bare side is the driver's own INSERT of a ready-made row, one a transaction, into the same table with
the same guards: what the engine needs for chain, balances and durability. Ours adds the lock, the tail
of the chain, the digest and the refusals in words. Then the time and memory of a check of 100,000
transfers, beside reading the same rows and hashing as many bytes.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256

SECONDS, ROUNDS, TRANSFERS, BATCH = 2.0, 3, 100_000, 500
# ours ÷ bare; the whole check ÷ reading and hashing alone; megabytes that the check adds
LIMITS = {"transfers": 0.15, "batches of 4": 0.3, "check": 5.0, "memory": 100}
AT = datetime(2031, 1, 1, tzinfo=UTC)
COLUMNS = (
    "community_id, sequence, source_id, target_id, minor, phase, of_id, kind, about, memo, batch, key, created,"
    " previous, digest"
)


def main() -> int:
    from bench.measure import database

    beyond = 0
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "sharing.settings", "TESTING": "1"}
            run = subprocess.run([sys.executable, "-m", "bench.ledger", engine], env=environment, check=False)
            beyond += run.returncode
    return 1 if beyond else 0


def one_engine(engine: str) -> int:
    import django

    django.setup()
    beyond = 0
    for name, size in (("transfers", 1), ("batches of 4", 4)):
        ours = bare = 0.0
        for round_ in range(ROUNDS):  # alternating, the best of each: the machine has other things to do
            bare = max(bare, _rate(_bare(f"bare:{name}:{round_}")))
            ours = max(ours, _rate(_ours(f"ours:{name}:{round_}", size)) * size)
        ratio, limit = ours / bare, LIMITS[name]
        beyond += ratio < limit
        print(f"{engine:<11} {name:<14} ours {ours:7.0f}/s   bare {bare:7.0f}/s   ratio {ratio:.2f} (limit {limit})")
    return min(1, beyond + _check(engine))


def _books():
    from payments import ledger
    from payments.states import AccountKind
    from tests import factories

    community = factories.community()
    member = factories.member(of=community)
    world, wallet = ledger.account(AccountKind.WORLD, community), ledger.account(AccountKind.WALLET, community, member)
    return community, world, wallet


def _ours(name: str, size: int):
    from payments import ledger

    community, world, wallet = _books()

    def deed(n: int) -> None:
        entries = [
            ledger.Entry(world, wallet, 5, "fee", f"{name}:{n}:{part}", f"booking:{n}", "Hammer drill")
            for part in range(size)
        ]
        ledger.post(community, entries, batch=f"settle:booking:{n}")

    return deed


def _bare(name: str):
    from django.db import connection

    from payments import chain

    community, world, wallet = _books()
    created = connection.ops.adapt_datetimefield_value(AT)
    last = chain.GENESIS

    def deed(n: int) -> None:
        nonlocal last
        previous, last = last, sha256(last.encode()).hexdigest()
        row = [community.pk, n + 1, world.pk, wallet.pk, 5, "posted", None, "fee", f"booking:{n}", "Hammer drill",
               f"settle:booking:{n}", f"{name}:{n}", created, previous, last]
        with connection.cursor() as cursor:
            cursor.execute(f"insert into payments_transfer ({COLUMNS}) values ({', '.join(['%s'] * len(row))})", row)

    return deed


def _rate(deed) -> float:
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        deed(done)
        done += 1
    return done / (time.perf_counter() - started)


def _seconds(deed) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def _check(engine: str) -> int:
    """A full check of many transfers, beside the reading and hashing that it cannot do without."""
    from payments import ledger
    from payments.models import Transfer

    community, world, wallet = _books()
    for first in range(0, TRANSFERS, BATCH):
        ledger.post(
            community,
            [ledger.Entry(world, wallet, 5, "fee", f"check:{n}", f"booking:{n}", "Hammer drill")
             for n in range(first, first + BATCH)],
            batch=f"check:{first}",
        )
    rows = Transfer.objects.filter(community=community).order_by("sequence").values_list("digest", "key", "created")

    def alone() -> None:
        for digest, key, created in rows.iterator(chunk_size=5000):
            sha256(f"{digest}{digest}{key}{created}".encode()).hexdigest()

    def whole() -> None:
        found = ledger.verify(community)
        assert found.entries == TRANSFERS and found.sound, found.faults[:3]

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs = [(_seconds(whole), _seconds(alone)) for _ in range(ROUNDS)]
    took, least = (min(times) for times in zip(*pairs, strict=True))
    grown, ratio = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, took / least
    print(
        f"{engine:<11} check of {TRANSFERS:,}: {took:.1f} s, {ratio:.1f} times reading and hashing (limit"
        f" {LIMITS['check']}), {grown:.0f} MB more (limit {LIMITS['memory']})"
    )
    return int(ratio > LIMITS["check"] or grown > LIMITS["memory"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(one_engine(sys.argv[1]))
    os.environ.setdefault("TESTING", "1")
    sys.exit(main())
