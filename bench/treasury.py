"""The books at size, on each engine: the page of 200,000 transfers, and the check of 1,000,000.

The page is asked for through Django's test client. Beside it the driver sums the same facts from the transfers, as the
queries of such a page would: that is the ratio with a limit. The page's own statements are timed too, and told: since
flows are counted as they are booked, they hardly read anything, so that what Django takes to draw any page is dozens of
times as long. The check runs in a process of its own, so that its memory is its own. Transfers are written with their
seals by the database's own insert, guards off while they are: what is measured reads them.
"""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

PAGE, CHECK, ROUNDS = 200_000, 1_000_000, 7
STATEMENTS, RATIO, SECONDS, MEGABYTES = 10, 3.0, 60.0, 200
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    from bench.measure import database

    beyond = 0
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "sharing.settings", "TESTING": "1"}
            for part in ("fill", "page", "check"):
                run = subprocess.run(
                    [sys.executable, "-m", "bench.treasury", engine, part], env=environment, check=False
                )
                beyond += run.returncode
    return 1 if beyond else 0


def fill(_engine: str) -> int:
    """Two communities, one for the page and one for the check: fees into the pool, a refund now and then."""
    from payments.models import Account, MonthFlow
    from sharing.db import guards
    from tests import factories

    guards.drop()
    for name, size in (("Page", PAGE), ("Check", CHECK)):
        community = factories.community(name)
        member = factories.member(of=community, role="steward")
        _write(community, member, size)
    guards.install()
    assert Account.objects.exists() and MonthFlow.objects.exists()
    return 0


def _write(community, member, size: int) -> None:
    from django.db import transaction

    from payments import chain, flows, ledger
    from payments.models import Account, Transfer

    world, pool, wallet = (
        ledger.account("world", community), ledger.account("pool", community),
        ledger.account("wallet", community, member),
    )
    ways = ((world, wallet, 90, "cash_in"), (wallet, pool, 45, "fee"), (wallet, world, 45, "cash_out"),
            (pool, world, 5, "refund"))
    previous, balances = chain.GENESIS, {world.pk: 0, pool.pk: 0, wallet.pk: 0}
    step = timedelta(days=300) / size
    for first in range(1, size + 1, 5000):
        rows = []
        for sequence in range(first, min(first + 5000, size + 1)):
            source, target, minor, kind = ways[sequence % 4 - 1]
            row = Transfer(
                community=community, sequence=sequence, source=source, target=target, minor=minor, kind=kind,
                memo="Hammer drill", batch=f"b{sequence // 4}", key=f"{community.pk}:{sequence}",
                created=BEGAN + sequence * step, previous=previous,
            )
            row.digest = previous = chain.digest(
                previous, community.pk, sequence, chain.stamp(row.created), source.pk, target.pk, minor,
                source.currency, "posted", "", kind, "", row.memo, row.batch, row.key,
            )
            balances[source.pk] -= minor
            balances[target.pk] += minor
            rows.append(row)
        with transaction.atomic():
            Transfer.objects.bulk_create(rows)
            flows.note(community, rows)
    for account, balance in balances.items():
        Account.objects.filter(pk=account).update(balance_minor=balance)


def page(engine: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from members.models import Community

    community = Community.objects.get(name="Page")
    client, address = Client(HTTP_HOST="localhost"), reverse("books", args=[community.slug])
    client.force_login(community.memberships.get().member)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    statements = [query["sql"] for query in captured.captured_queries]

    def raw() -> None:
        for sql in statements:
            with connection.cursor() as cursor:
                cursor.execute(sql.replace("%", "%%") if engine == "postgresql" else sql)
                cursor.fetchall()

    def plain() -> None:
        for sql in _summed(engine, community):
            with connection.cursor() as cursor:
                cursor.execute(sql)
                cursor.fetchall()

    def whole() -> None:
        client.get(address)

    rounds = [(_seconds(whole), _seconds(raw), _seconds(plain)) for _ in range(ROUNDS)]
    ours, bare, summed = (min(times) * 1000 for times in zip(*rounds, strict=True))
    print(f"{engine:<11} books of {PAGE:,}: {len(statements)} statements (limit {STATEMENTS}), {ours:.1f} ms; the same"
          f" facts summed from the transfers {summed:.1f} ms, ratio {ours / summed:.2f} (limit {RATIO}); its own"
          f" statements alone {bare:.1f} ms, ratio {ours / bare:.1f}", flush=True)
    return int(len(statements) > STATEMENTS or ours / summed > RATIO)


def _summed(engine: str, community) -> list[str]:
    """What the page's queries would be had nothing been counted as it was booked: flows, balance, newest entries."""
    from payments import ledger

    pool = ledger.account("pool", community).pk
    month = "strftime('%%Y-%%m', created)" if engine == "sqlite" else "date_trunc('month', created)"
    side = f"from payments_transfer where {{}}_id = {pool} and phase in ('posted', 'post')"
    flows = [
        f"select {month}, kind, sum(minor), count(*) {side.format(way)} group by 1, 2" for way in ("source", "target")
    ]
    balance = "select sum(minor) " + side
    newest = "select * " + side + " order by created desc, sequence desc limit 25"
    return [*flows, *(sql.format(way) for sql in (balance, newest) for way in ("source", "target"))]


def check(engine: str) -> int:
    from cooperative import checks
    from members.models import Community

    community = Community.objects.get(name="Check")
    with _own_memory() as most:
        started = time.perf_counter()
        found = checks.check(community)
        took = time.perf_counter() - started
    memory = most[0]
    assert found.entries == CHECK and found.sound, found.faults[:3]
    print(f"{engine:<11} check of {CHECK:,}: {took:.1f} s (limit {SECONDS:.0f}), {memory:.0f} MB of its own (limit"
          f" {MEGABYTES})", flush=True)
    return int(took > SECONDS or memory > MEGABYTES)


@contextmanager
def _own_memory():
    """The most megabytes the process held of its own meanwhile: pages mapped from the database's file are not."""
    most, ended, status = [0.0], threading.Event(), Path("/proc/self/status")

    def look() -> None:
        while not ended.wait(0.02):
            own = next(line for line in status.read_text().splitlines() if line.startswith("RssAnon"))
            most[0] = max(most[0], int(own.split()[1]) / 1024)

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield most
    finally:
        ended.set()
        watch.join()


def _seconds(deed) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


if __name__ == "__main__":
    if len(sys.argv) > 2:
        import django

        django.setup()
        sys.exit({"fill": fill, "page": page, "check": check}[sys.argv[2]](sys.argv[1]))
    os.environ.setdefault("TESTING", "1")
    sys.exit(main())
