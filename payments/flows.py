"""Counting what enters and leaves a community's own accounts by month and kind, in the transaction that books it.

One statement adds to what stands there, whoever books beside it: both hold the community's row already.
"""

# ruff: noqa: S608 - the SQL is made of our own words only

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from members.models import Community

from .models import MonthFlow, Transfer
from .states import AccountKind, Phase

_MOVES = frozenset({Phase.POSTED.value, Phase.POST.value})
_COLUMNS = ("account_id", "month", "kind", "incoming", "minor", "entries")


def note(community: Community, rows: Iterable[Transfer]) -> None:
    """Count these rows, which have just been booked."""
    sums: dict[tuple[int, date, str, bool], list[int]] = defaultdict(lambda: [0, 0])
    zone = ZoneInfo(community.time_zone)
    for row in rows:
        if str(row.phase) not in _MOVES:
            continue
        for account, incoming in ((row.source, False), (row.target, True)):
            if account.kind == AccountKind.POOL:
                month = row.created.astimezone(zone).date().replace(day=1)
                sum_ = sums[account.pk, month, str(row.kind), incoming]
                sum_[0] += row.minor
                sum_[1] += 1
    if not sums:
        return
    table = connection.ops.quote_name(MonthFlow._meta.db_table)
    values: list[Any] = [value for key, sum_ in sums.items() for value in (*key, *sum_)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({', '.join(_COLUMNS)})"
            f" values {', '.join(['(%s, %s, %s, %s, %s, %s)'] * len(sums))}"
            " on conflict (account_id, month, kind, incoming) do update set"
            f" minor = {table}.minor + excluded.minor, entries = {table}.entries + excluded.entries",
            values,
        )
