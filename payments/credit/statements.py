"""A member's credit in a year: what they had before, and every entry that moved it."""

from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils import timezone

from members.models import Community, Member
from payments import entries
from payments.years.counting import bounds

from . import accounts

FIRST_YEAR = 2000
MOST_OF_A_YEAR = 10_000


def current_year(community: Community) -> int:
    """The year it is where the community lives."""
    return timezone.now().astimezone(ZoneInfo(community.time_zone)).year


def statement(community: Community, member: Member, year: int) -> tuple[int, list[entries.Line]]:
    """The balance when the year begins where the community lives, and the entries of it, the oldest first."""
    account = accounts.wallet(community, member)
    begins, ends = bounds(community, year)
    moved = entries.with_names(entries.moves_of(account)).order_by("created", "sequence")
    before = moved.filter(created__lt=begins).aggregate(
        into=Sum("minor", filter=Q(target=account), default=0), out=Sum("minor", filter=Q(source=account), default=0)
    )
    rows = moved.filter(created__gte=begins, created__lt=ends)[:MOST_OF_A_YEAR]
    return before["into"] - before["out"], entries.lines(rows, community, account=account.pk, reader=member.pk)
