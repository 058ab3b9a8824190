"""Who wants nothing to do with whom: asked by everything that lets one member reach another directly."""

from collections import defaultdict

from django.db.models import Exists, Q, QuerySet

from members.models import Member

from .models import Block, Participant


def between(a: int, b: int) -> bool:
    """Whether either of the two has blocked the other."""
    return Block.objects.filter(_either(a, b)).exists()


def around(member: int) -> frozenset[int]:
    """Everybody the member has blocked or is blocked by."""
    rows = Block.objects.filter(Q(member=member) | Q(other=member)).values_list("member_id", "other_id")
    return frozenset(b if a == member else a for a, b in rows)


def within(conversation: int) -> dict[int, frozenset[int]]:
    """Of those who take part: whom each of them does not see. Who is not named sees everybody."""
    seats = Participant.objects.present().filter(conversation=conversation).values("member")
    apart: dict[int, set[int]] = defaultdict(set)
    for a, b in Block.objects.filter(member__in=seats, other__in=seats).values_list("member_id", "other_id"):
        apart[a].add(b)
        apart[b].add(a)
    return {member: frozenset(others) for member, others in apart.items()}


def parts(member: Member, other) -> Exists:
    """For a query: whether there is a block between the member and who `other` (an OuterRef) names."""
    return Exists(Block.objects.filter(Q(member=member, other=other) | Q(member=other, other=member)))


def of(member: Member) -> QuerySet[Block]:
    """Whom the member has blocked, the latest first."""
    return Block.objects.filter(member=member).select_related("other").order_by("-id")


def _either(a: int, b: int) -> Q:
    return Q(member=a, other=b) | Q(member=b, other=a)
