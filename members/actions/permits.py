"""Who may act on a community, and the one lock under which its memberships change."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Community, Member, Membership
from members.states import Role
from sharing.web.refusals import Refusal


@contextmanager
def locked(community: Community | int) -> Iterator[Community]:
    """Hold the community's row, and yield it as it stands under that lock (on SQLite the transaction is the lock)."""
    pk = community.pk if isinstance(community, Community) else community
    with transaction.atomic():
        yield Community.objects.select_for_update(no_key=True).get(pk=pk)


def stewarding(community: Community, member: Member) -> Membership:
    """The member's stewardship of the community; refused to everyone else."""
    membership = Membership.objects.active().filter(community=community, member=member, role=Role.STEWARD).first()
    if membership is None:
        raise Refusal(_("Only a steward of this community can do that."), code="stewards_only")
    return membership
