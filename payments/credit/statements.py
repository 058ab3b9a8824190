"""A member's credit in a year: what they had before, and every entry that moved it, a page at a time."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from members.models import Community, Member
from payments import entries
from payments.models import Account
from payments.years.counting import bounds
from sharing.web.api.pagination import NOT_OURS, decode_cursor, keyset

from . import accounts

FIRST_YEAR = 2000
PAGE = 1000
_ORDER = ("created", "sequence")


def current_year(community: Community) -> int:
    """The year it is where the community lives."""
    return timezone.now().astimezone(ZoneInfo(community.time_zone)).year


def statement(
    community: Community, member: Member, year: int, after: list | None = None
) -> tuple[int, list[entries.Line], str | None]:
    """What they had before these entries, the oldest first; the entries; and the cursor of the next ones.

    The year begins and ends where the community lives. Raises ValueError when the cursor's values are not ours.
    """
    account = accounts.wallet(community, member)
    lines, cursor = _page(community, account, year, after)
    earlier = Q(created__lt=bounds(community, year)[0])
    if after:
        moment, sequence = _moment(after[0]), after[1]
        earlier |= Q(created__lt=moment) | Q(created=moment, sequence__lte=sequence)
    before = entries.moves_of(account).filter(earlier).aggregate(
        into=Sum("minor", filter=Q(target=account), default=0), out=Sum("minor", filter=Q(source=account), default=0)
    )
    return before["into"] - before["out"], lines, cursor


def pages(community: Community, member: Member, year: int) -> Iterator[tuple[int, list[entries.Line]]]:
    """The whole year, however much it is: what they had before each page of entries, and the page."""
    standing, lines, cursor = statement(community, member, year)
    yield standing, lines
    while cursor:
        standing += sum(line.minor for line in lines)
        lines, cursor = _page(community, accounts.wallet(community, member), year, decode_cursor(cursor, len(_ORDER)))
        yield standing, lines


def _page(
    community: Community, account: Account, year: int, after: list | None
) -> tuple[list[entries.Line], str | None]:
    begins, ends = bounds(community, year)
    moved = entries.with_names(entries.moves_of(account)).filter(created__gte=begins, created__lt=ends)
    rows, cursor = keyset(moved, _ORDER, after, PAGE)
    return entries.lines(rows, community, account=account.pk, reader=account.member_id or 0), cursor


def _moment(said: object) -> datetime:
    moment = parse_datetime(said) if isinstance(said, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError(NOT_OURS)
    return moment
