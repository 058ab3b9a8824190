"""Questions about members and communities that other rooms ask too."""

from django.db.models import Count, Q, QuerySet

from sharing.db.worded import Worded

from .models import Circle, CircleSeat, Community, HouseRules, Member, Membership
from .states import Role


def membership(member, community: Community | int) -> Membership | None:
    """The member's active membership, or None; anonymous visitors have none."""
    row = standing(member, community)
    return row if row is not None and row.is_active else None


def standing(member, community: Community | int) -> Membership | None:
    """How the member stands to the community, past and pending included; None when there was never anything."""
    if member is None or not member.is_authenticated:
        return None
    return _standing.first(member.pk, getattr(community, "pk", community))


_standing = Worded(lambda member, community: Membership.objects.filter(member=member, community=community))


def first_community(member: Member) -> Community | None:
    """Where the member has belonged the longest."""
    row = own(member).first()
    return row.community if row else None


def own(member: Member) -> QuerySet[Membership]:
    """Where the member belongs now, the longest first, each with its community."""
    return member.memberships.active().select_related("community").order_by("joined", "pk")


def communities_of(member: Member) -> QuerySet[Community]:
    """Where the member belongs now, by name."""
    return Community.objects.of(member).order_by("name", "pk")


def shared_communities(viewer, member: Member) -> QuerySet[Community]:
    """Where both belong: all that one may know of another's communities."""
    both = Membership.objects.active().filter(member=viewer).values("community")
    return communities_of(member).filter(pk__in=both)


def stewards(community: Community) -> list[Member]:
    """Who looks after the community, the longest-serving first."""
    rows = Membership.objects.active().filter(community=community, role=Role.STEWARD)
    rows = rows.select_related("member").prefetch_related("member__portraits").order_by("joined", "pk")
    return [row.member for row in rows]


def treasurers(community: Community) -> list[Member]:
    """Who reviews the books; a treasurer by role, or a steward who is treasurer too."""
    rows = Membership.objects.active().filter(community=community)
    rows = rows.filter(Q(role=Role.TREASURER) | Q(treasurer=True)).select_related("member").order_by("joined", "pk")
    return [row.member for row in rows]


def current_rules(community: Community) -> HouseRules | None:
    """The version that holds now, None when the community has written none."""
    return community.rules.order_by("-version").first()


def circles_around(member: Member) -> Q:
    """Circles whose listings the member may see: those they are in, and their own."""
    return Q(owner=member) | Q(pk__in=CircleSeat.objects.filter(member=member).values("circle"))


def neighbours_of(member: Member) -> QuerySet[Member]:
    """Everybody the member shares a community with, themselves left out."""
    mine = Membership.objects.active().filter(member=member).values("community")
    near = Membership.objects.active().filter(community__in=mine).exclude(member=member)
    return Member.objects.filter(is_active=True, pk__in=near.values("member"))


def circles_of(member: Member) -> QuerySet[Circle]:
    """The member's own circles, by name, with how many people are in each."""
    return member.circles.annotate(n=Count("seats")).order_by("name", "pk")
