"""Invitation links: made, sent, revoked, used."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Community, Invitation, Member
from sharing.web.refusals import Refusal

from .permits import locked, stewarding

DAYS_AT_MOST, USES_AT_MOST, OPEN_AT_MOST = 90, 200, 100


def invite(
    community: Community, *, by: Member, uses: int = 1, days: int = 14, email: str = "", now: datetime | None = None
) -> Invitation:
    """A secret link into the community, good for `uses` people and `days` days; one sent by e-mail, for one person."""
    now = now or timezone.now()
    if not 1 <= days <= DAYS_AT_MOST:
        text = ngettext("At most %(n)s day.", "At most %(n)s days.", DAYS_AT_MOST)
        raise Refusal(text % {"n": DAYS_AT_MOST}, field="days")
    if not 1 <= uses <= USES_AT_MOST:
        text = ngettext("At most %(n)s person.", "At most %(n)s people.", USES_AT_MOST)
        raise Refusal(text % {"n": USES_AT_MOST}, field="uses")
    with locked(community) as community:
        stewarding(community, by)
        if Invitation.objects.usable(now).filter(community=community).count() >= OPEN_AT_MOST:
            raise Refusal(_("Many invitations are open already. Revoke some first."))
        return Invitation.objects.create(
            community=community, invited_by=by, email=email.strip().lower(), uses_left=1 if email else uses,
            expires=now + timedelta(days=days),
        )


def revoke_invitation(invitation_id: int, *, by: Member) -> None:
    """The link leads nowhere from now on."""
    invitation = Invitation.objects.select_related("community").get(pk=invitation_id)
    stewarding(invitation.community, by)
    invitation.delete()


def usable(community: Community, key: str, member: Member) -> Invitation | None:
    """The invitation that lets this member in: by its key, or one sent to their address."""
    mine = Q(email=member.email.lower())
    if key:
        mine |= Q(key=key)
    return Invitation.objects.usable().filter(mine, community=community).order_by("pk").first()


def spend(invitation: Invitation) -> bool:
    """Use the invitation once; False when somebody else was faster."""
    rows = Invitation.objects.usable().filter(pk=invitation.pk)
    return bool(rows.update(uses_left=F("uses_left") - 1, used=F("used") + 1))
