"""How one comes to belong to a community, and how that ends.

Every change is made under the community's lock, so rivals queue; the database itself refuses to
leave members without a steward.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.guards import keeps_a_steward
from members.models import Community, Invitation, Member, Membership
from members.queries import current_rules
from members.signals import (
    after_commit,
    application_answered,
    application_made,
    membership_began,
    membership_changed,
    membership_ended,
    membership_ending,
)
from members.states import Joining, MemberClass, Role, Standing
from sharing.db.guards import refused_by
from sharing.web.refusals import Refusal

from . import invitations
from .permits import locked, stewarding

ANSWER_LENGTH = 2000
REST = timedelta(days=14)


def join(
    community: Community, *, by: Member, answers: list[str] | None = None, invitation_key: str = "",
    rules_version: int = 0,
) -> Membership:
    """Become a member, or apply where stewards decide. Who belongs already simply goes on belonging.

    `rules_version` is the version of the house rules the member has read and accepts; 0 when there are none.
    """
    with locked(community) as community:
        row = Membership.objects.filter(community=community, member=by).first()
        if row and row.is_active:
            return row
        invitation = invitations.usable(community, invitation_key, by)
        if invitation is None:
            _check_door(community, row, by)
        _check_rules(community, rules_version)
        row = row or Membership(community=community, member=by)
        row.rules_accepted = rules_version
        if invitation is None and community.joining == Joining.APPLICATION:
            return _apply(row, community, answers or [])
        if invitation and not invitations.spend(invitation):
            raise Refusal(_("This invitation has just been used up."), code="invitation_used_up")
        return _begin(row)


def leave(community: Community, *, by: Member) -> Membership:
    """Stop belonging. The last one to leave closes the door behind them."""
    with locked(community) as community:
        row = Membership.objects.get(community=community, member=by, standing__in=(Standing.ACTIVE, Standing.APPLIED))
        if row.standing == Standing.APPLIED:
            return _settle(row, Standing.LEFT)
        return _end(row, Standing.LEFT)


def remove(membership_id: int, *, by: Member) -> Membership:
    """A steward ends another's membership."""
    with _stewarded(membership_id, by) as row:
        if row.member_id == by.pk:
            raise Refusal(_("To go yourself, leave the community."))
        if not row.is_active:
            raise Refusal(_("They do not belong to this community any more."))
        return _end(row, Standing.REMOVED)


def admit_application(membership_id: int, *, by: Member, word: str = "") -> Membership:
    """The applicant belongs from now on; `word` is what the steward says to them."""
    with _applied(membership_id, by) as row:
        row.word = word.strip()
        _begin(row)
        after_commit(application_answered, Membership, membership=row)
        return row


def decline_application(membership_id: int, *, by: Member, word: str = "") -> Membership:
    """Not now; `word` says why. They may apply again after a fortnight."""
    with _applied(membership_id, by) as row:
        row.word = word.strip()
        _settle(row, Standing.DECLINED)
        after_commit(application_answered, Membership, membership=row)
        return row


def admit_decided(community: Community, member_id: int) -> Membership | None:
    """The members have decided to let an applicant in. Who does not ask any more is not drawn in."""
    with locked(community):
        row = Membership.objects.select_related("member", "community").filter(
            community=community, member=member_id, standing=Standing.APPLIED
        ).first()
        if row is not None:
            _begin(row)
            after_commit(application_answered, Membership, membership=row)
        return row


def remove_decided(community: Community, member_id: int) -> Membership | None:
    """The members have decided to part with one of them; refused while they are the last steward."""
    with locked(community):
        rows = Membership.objects.active().select_related("member", "community")
        row = rows.filter(community=community, member=member_id).first()
        return _end(row, Standing.REMOVED) if row is not None else None


def set_role(
    membership_id: int, role: str, *, by: Member, treasurer: bool | None = None, member_class: str | None = None
) -> Membership:
    """What a member is trusted with, and whether they use the commons as a neighbour or in trade."""
    if role not in Role.values or (member_class or MemberClass.COMMONER) not in MemberClass.values:
        raise ValueError("There is no such role or class.")
    with _stewarded(membership_id, by) as row:
        if not row.is_active:
            raise Refusal(_("They do not belong to this community any more."))
        row.role = role
        row.treasurer = row.treasurer if treasurer is None else treasurer
        row.member_class = member_class or row.member_class
        _save(row, "role", "treasurer", "member_class")
        after_commit(membership_changed, Membership, membership=row)
        return row


def end_all(member: Member) -> None:
    """Leave everything, in the caller's transaction; locks are taken in order of id, so two closings never cross."""
    rows = Membership.objects.filter(member=member, standing__in=(Standing.ACTIVE, Standing.APPLIED))
    for pk in rows.order_by("community_id").values_list("community_id", flat=True):
        leave(Community(pk=pk), by=member)


# --- the parts ------------------------------------------------------------------------------------


def _check_door(community: Community, row: Membership | None, by: Member) -> None:
    if row is not None and row.standing == Standing.REMOVED:
        raise Refusal(
            _("The stewards have ended your membership. Only an invitation from them lets you in again."),
            code="removed",
        )
    if not Community.objects.known_to(by).filter(pk=community.pk).exists():
        raise Community.DoesNotExist
    if community.joining == Joining.INVITATION:
        raise Refusal(_("One joins this community by invitation. Ask someone who belongs."), code="by_invitation")
    if row is None:
        return
    if row.standing == Standing.DECLINED and row.ended and row.ended > timezone.now() - REST:
        raise Refusal(_("The stewards have declined. You may ask again in two weeks."), code="declined")


def _check_rules(community: Community, version: int) -> None:
    rules = current_rules(community)
    if rules is not None and rules.version != version:
        raise Refusal(_("Please read the house rules and say that you accept them."), field="rules_version")


def _apply(row: Membership, community: Community, answers: list[str]) -> Membership:
    if row.standing == Standing.APPLIED and row.pk:
        return row
    answers = [str(answer).strip() for answer in answers]
    if len(answers) != len(community.questions) or not all(answers):
        raise Refusal(_("Please answer each question, in a few words."), field="answers")
    if any(len(answer) > ANSWER_LENGTH or "\x00" in answer for answer in answers):
        text = _("An answer has at most %(n)s characters.") % {"n": ANSWER_LENGTH}
        raise Refusal(text, field="answers")
    row.answers, row.word = answers, ""
    _settle(row, Standing.APPLIED)
    after_commit(application_made, Membership, membership=row)
    return row


def _begin(row: Membership) -> Membership:
    row.standing, row.role, row.treasurer = Standing.ACTIVE, Role.MEMBER, False
    row.joined, row.ended = timezone.now(), None
    _save(row, "standing", "role", "treasurer", "joined", "ended", "rules_accepted", "word")
    after_commit(membership_began, Membership, membership=row)
    return row


def _end(row: Membership, standing: str) -> Membership:
    _settle(row, standing)
    if not Membership.objects.active().filter(community=row.community_id).exists():
        Community.objects.filter(pk=row.community_id).update(listed=False, joining=Joining.INVITATION)
        Invitation.objects.filter(community=row.community_id).delete()
    if standing == Standing.REMOVED:  # a steward who was sent off lets nobody in any more, whoever it is
        Invitation.objects.filter(community=row.community_id, invited_by=row.member_id).delete()
    membership_ending.send(sender=Membership, membership=row)
    after_commit(membership_ended, Membership, membership=row)
    return row


def _settle(row: Membership, standing: str) -> Membership:
    """Any standing but ACTIVE."""
    row.standing = standing
    row.ended = None if standing == Standing.APPLIED else timezone.now()
    _save(row, "standing", "ended", "answers", "rules_accepted", "word")
    return row


def _save(row: Membership, *fields: str) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=fields if row.pk else None)
    except IntegrityError as error:
        if refused_by(error, keeps_a_steward.name):
            name = Community.objects.values_list("name", flat=True).get(pk=row.community_id)
            text = _("%(community)s needs a steward. Hand the role to someone else first.") % {"community": name}
            raise Refusal(text, code="last_steward") from error
        raise


@contextmanager
def _stewarded(membership_id: int, by: Member) -> Iterator[Membership]:
    """Hold the lock of a membership's community for one of its stewards, and yield the membership under it."""
    community_id = Membership.objects.values_list("community_id", flat=True).get(pk=membership_id)
    with locked(community_id) as community:
        stewarding(community, by)
        row = Membership.objects.select_related("member").get(pk=membership_id)
        row.community = community
        yield row


@contextmanager
def _applied(membership_id: int, by: Member) -> Iterator[Membership]:
    with _stewarded(membership_id, by) as row:
        if row.standing != Standing.APPLIED:
            raise Refusal(_("This application has been answered already."), code="answered")
        yield row
