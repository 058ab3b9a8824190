"""What the listings room does when another room tells it something."""

from members.models import Membership

from . import actions


def pause_what_they_offered(membership: Membership, **_signal: object) -> None:
    """Who has left a community offers nothing there any more."""
    actions.pause_all_of(membership.member, membership.community)
