"""Invitation links: made, sent, revoked, used."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members import throttle
from members.models import Community, Invitation, Member, Membership
from members.states import Standing
from sharing.web.refusals import Refusal

from .permits import locked, stewarding

DAYS_AT_MOST, USES_AT_MOST, OPEN_AT_MOST = 90, 200, 100
LETTERS_A_DAY, LETTERS_TO_ONE_A_DAY = 60, 3  # of one member; to one address, whoever writes


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
        if email:
            _not_too_many_letters(by, email)
        return Invitation.objects.create(
            community=community, invited_by=by, email=email.strip().lower(), uses_left=1 if email else uses,
            expires=now + timedelta(days=days),
        )


def revoke_invitation(invitation_id: int, *, by: Member) -> None:
    """The link leads nowhere from now on."""
    invitation = Invitation.objects.select_related("community").get(pk=invitation_id)
    stewarding(invitation.community, by)
    invitation.delete()


def _not_too_many_letters(by: Member, email: str) -> None:
    """Whoever founds a community can have letters sent to anybody: a few are an invitation, many are a nuisance."""
    to_one = throttle.too_often(f"invited:{email.strip().lower()}", LETTERS_TO_ONE_A_DAY, throttle.DAY)
    if to_one or throttle.too_often(f"invites:{by.pk}", LETTERS_A_DAY, throttle.DAY):
        raise Refusal(_("That is many letters for one day. Make a link and pass it on yourself."), field="email")


def usable(community: Community, key: str, member: Member) -> Invitation | None:
    """The invitation that lets this member in: by its key, or one sent to their address.

    Whose membership the stewards have ended is invited anew, or not at all: links from before are still about.
    """
    mine = Q(email=member.email.lower())
    if key:
        mine |= Q(key=key)
    removed = Membership.objects.filter(
        community=OuterRef("community"), member=member, standing=Standing.REMOVED, ended__gte=OuterRef("created")
    )
    rows = Invitation.objects.usable().filter(~Exists(removed), mine, community=community)
    return rows.order_by("pk").first()


def spend(invitation: Invitation) -> bool:
    """Use the invitation once; False when somebody else was faster."""
    rows = Invitation.objects.usable().filter(pk=invitation.pk)
    return bool(rows.update(uses_left=F("uses_left") - 1, used=F("used") + 1))
