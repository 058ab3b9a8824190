"""Template tags of the members' room: the head of every page of a community."""

from django import template

from members.models import Membership
from members.states import Standing
from members.views.frame import standing

register = template.Library()


@register.inclusion_tag("members/_community_head.html", takes_context=True)
def community_head(context, community, current="about"):
    """{% community_head community current="books" %}: its name, its tabs, and what waits for a steward.

    The tabs of higher rooms come by the slot community.tabs; their pages use this tag too.
    """
    request = context["request"]
    mine = standing(request, community)
    steward = bool(mine and mine.is_steward)
    waiting = 0
    if steward:
        applied = Membership.objects.filter(community=community, standing=Standing.APPLIED).values_list("pk")
        known = vars(mine).get("applications")  # a page that counts its statements brings it along
        waiting = len(applied[:10]) if known is None else known
    return {
        "request": request, "community": community, "current": current, "steward": steward, "waiting": waiting,
        "belongs": bool(mine and mine.is_active),
    }


@register.simple_tag(takes_context=True)
def standing_in(context, community):
    """{% standing_in community as membership %}: how the viewer stands to it, or None."""
    return standing(context["request"], community)


