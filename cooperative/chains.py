"""A community's whole chain to take home, as CSV or JSON: line by line, in the memory of one line.

The first fifteen columns are those of `payments.chain`, in the order in which their digest is made; then the
digest, and three columns for readers: who gave, who received, and what it adds to the pool.
"""

import csv
import json
from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from members.models import Community, Membership
from payments import chain
from payments.entries import MOVES, party
from payments.models import Account, Transfer
from payments.states import AccountKind

COLUMNS = (*chain.FIELDS, "digest", "from", "to", "in_pool")
_FORMULA_MARKS = "=+-@"


class _Echo:
    """What csv.writer writes to when each line shall be sent at once."""

    def write(self, line: str) -> str:
        return line


def as_csv(community: Community) -> Iterator[str]:
    """For spreadsheets: a mark that says UTF-8, the columns' names, a line for each entry."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in _rows(community):
        yield writer.writerow(row)


def as_json(community: Community) -> Iterator[str]:
    """One document with an entry to a line, so that a browser can check it while it comes in."""
    head = {"community": community.pk, "name": community.name, "currency": community.currency, "columns": COLUMNS}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": [\n'
    before = ""
    for row in _rows(community):
        yield before + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        before = ",\n"
    yield "\n]}\n"


def _rows(community: Community) -> Iterator[tuple]:
    mine = Transfer.objects.filter(community=community).order_by("sequence")
    length = mine.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    names, pools, currencies = _accounts(community)  # after the length: each entry up to there has its accounts
    held = Transfer.objects.filter(pk=OuterRef("of")).values("sequence")
    rows = mine.filter(sequence__lte=length).annotate(hold=Subquery(held)).values_list(
        "previous", "sequence", "created", "source", "target", "minor", "phase", "hold", "kind", "about", "memo",
        "batch", "key", "digest",
    )  # fmt: skip
    for row in rows.iterator(chunk_size=2000):
        previous, sequence, created, source, target, minor, phase, hold, kind, about, memo, batch, key, digest = row
        sign = (target in pools) - (source in pools) if phase in MOVES else 0
        yield (
            previous, community.pk, sequence, chain.stamp(created), source, target, minor, currencies[source],
            phase, hold or "", kind, about, memo, batch, key, digest, names[source], names[target], sign * minor,
        )


def _accounts(community: Community) -> tuple[dict[int, str], set[int], dict[int, str]]:
    """Names as members of the community know them, the pools, and currencies, by account."""
    active = set(Membership.objects.active().filter(community=community).values_list("member", flat=True))
    names, pools, currencies = {}, set(), {}
    for account in Account.objects.filter(community=community).select_related("member"):
        name = party(account, known=account.member_id in active)
        names[account.pk] = f"'{name}" if name[:1] in _FORMULA_MARKS else name
        currencies[account.pk] = account.currency
        if account.kind == AccountKind.POOL:
            pools.add(account.pk)
    return names, pools, currencies
