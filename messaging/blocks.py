"""Who wants nothing to do with whom: asked by everything that lets one member reach another directly."""

from django.db.models import Exists, Q, QuerySet

from members.models import Member

from .models import Block


def between(a: int, b: int) -> bool:
    """Whether either of the two has blocked the other."""
    return Block.objects.filter(_either(a, b)).exists()


def around(member: int) -> frozenset[int]:
    """Everybody the member has blocked or is blocked by."""
    rows = Block.objects.filter(Q(member=member) | Q(other=member)).values_list("member_id", "other_id")
    return frozenset(b if a == member else a for a, b in rows)


def parts(member: Member, other) -> Exists:
    """For a query: whether there is a block between the member and who `other` (an OuterRef) names."""
    return Exists(Block.objects.filter(Q(member=member, other=other) | Q(member=other, other=member)))


def of(member: Member) -> QuerySet[Block]:
    """Whom the member has blocked, the latest first."""
    return Block.objects.filter(member=member).select_related("other").order_by("-id")


def _either(a: int, b: int) -> Q:
    return Q(member=a, other=b) | Q(member=b, other=a)
