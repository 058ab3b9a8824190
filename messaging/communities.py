"""Who hears of what happens around a community: applications, answers, roles, the end of a membership."""

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries
from members.models import Membership
from members.signals import application_answered, application_made, membership_changed, membership_ended
from members.states import Standing

from . import actions

KIND = "community"


@receiver(application_made)
def ask_the_stewards(membership: Membership, **_kwargs: object) -> None:
    """Somebody waits at the door: every steward hears of it, by letter too."""
    words = {"name": membership.member.name, "community": membership.community.name}
    url = reverse("community_applications", args=[membership.community.slug])
    for steward in queries.stewards(membership.community):
        actions.notify(
            steward, kind=KIND, title=lambda: _("%(name)s would like to join %(community)s") % words,
            url=url, key=_key("application", membership), needs_answer=True,
        )  # fmt: skip


@receiver(application_answered)
def tell_the_applicant(membership: Membership, **_kwargs: object) -> None:
    """The answer comes by letter: it was waited for."""
    words = {"community": membership.community.name}
    admitted = membership.is_active
    actions.notify(
        membership.member, kind=KIND,
        title=lambda: (_("Welcome to %(community)s!") if admitted else _("%(community)s says: not now")) % words,
        body=membership.word, url=membership.community.get_absolute_url(), key=_key("answer", membership),
        needs_answer=True,
    )  # fmt: skip


@receiver(membership_changed)
def tell_of_a_new_role(membership: Membership, **_kwargs: object) -> None:
    actions.notify(
        membership.member, kind=KIND,
        title=lambda: _("You are now: %(role)s in %(community)s")
        % {"role": membership.get_role_display(), "community": membership.community.name},
        url=membership.community.get_absolute_url(), key=_key("role", membership),
    )  # fmt: skip


@receiver(membership_ended)
def tell_of_the_end(membership: Membership, **_kwargs: object) -> None:
    """Whoever left knows; whoever was removed learns it from us."""
    if membership.standing == Standing.REMOVED:
        actions.notify(
            membership.member, kind=KIND,
            title=lambda: _("The stewards of %(community)s have ended your membership")
            % {"community": membership.community.name},
            url=reverse("communities"), key=_key("removed", membership),
        )  # fmt: skip


def _key(what: str, membership: Membership) -> str:
    """One notification for each time it happens; the row of a membership stays, so the moment tells them apart."""
    return f"{what}:{membership.pk}:{timezone.now():%Y%m%d%H%M%S}"
