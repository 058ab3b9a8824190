"""Asking for an approval, giving it, saying not yet, withdrawing it; the policies that call for them."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from listings.models import Listing
from members.models import Community, Member
from members.queries import stewards
from messaging import actions as messaging
from sharing.db.retry import retrying
from sharing.web.refusals import Refusal

from .. import approvals
from ..models import Approval, ApprovalState, Policy, PolicyListing

MOST_POLICIES, LONGEST_VALID = 40, 3650


@retrying
def ask_approval(listing_id: int, *, by: Member, note: str = "", now: datetime | None = None) -> Approval:
    """Ask for what the listing needs. Asking twice is asking once."""
    now = now or timezone.now()
    listing = Listing.objects.visible_to(by).select_related("tool", "community", "owner").get(pk=listing_id)
    if listing.owner_id == by.pk:
        raise Refusal(_("This is your own."), code="your_own")
    wanted = approvals.need(listing, by)
    if wanted is None:
        raise Refusal(_("It needs no approval."), code="not_needed")
    if wanted.approval is not None and (wanted.asked or approvals.is_valid(wanted.approval)):
        return wanted.approval
    try:
        with transaction.atomic():
            policy = wanted.policy or _own_policy(wanted)
            stale = Approval.objects.filter(policy=policy, member=by, state=ApprovalState.GIVEN)
            stale.filter(until__lt=now.date()).update(state=ApprovalState.LAPSED)
            approval = Approval.objects.create(policy=policy, member=by, note=note.strip()[:500], asked=now)
    except IntegrityError:  # asked by another window of theirs at the same moment
        return Approval.objects.get(policy__tools__listing=wanted.listing, member=by, state__in=("asked", "given"))
    for person in approvers(policy):
        messaging.notify(
            person, kind="approval", title=lambda: _("%(name)s asks for an approval") % {"name": by.name},
            body=policy.name, url=reverse("approvals"), key=f"approval:{approval.pk}", needs_answer=True,
        )
    return approval


@retrying
def answer_approval(
    approval_id: int, *, by: Member, state: str, note: str = "", until=None, now: datetime | None = None
) -> Approval:
    """Give it, say not yet, or withdraw it: by the policy's owner, or a steward."""
    now = now or timezone.now()
    before = {
        ApprovalState.GIVEN: (ApprovalState.ASKED, ApprovalState.DECLINED),
        ApprovalState.DECLINED: (ApprovalState.ASKED,),
        ApprovalState.WITHDRAWN: (ApprovalState.GIVEN,),
    }.get(ApprovalState(state), ())
    with transaction.atomic():
        mine = Policy.objects.looked_after_by(by).values("pk")
        rows = Approval.objects.select_for_update(of=("self",)).select_related("policy", "member")
        approval = rows.get(pk=approval_id, policy__in=mine)
        if approval.state == state:
            return approval
        if approval.state not in before:
            raise Refusal(_("This has been answered already."), code="answered")
        if until is not None and until < now.date():
            raise Refusal(_("That day has passed."), field="until", code="past")
        approval.state, approval.answer = state, note.strip()[:500]
        approval.answered, approval.answered_by = now, by
        if state == ApprovalState.GIVEN:
            days = approval.policy.valid_days
            approval.until = until or (now.date() + timedelta(days=days) if days else None)
        approval.save()
    titles = {
        ApprovalState.GIVEN: lazy("You have the approval: %(name)s"),
        ApprovalState.DECLINED: lazy("Not yet approved: %(name)s"),
        ApprovalState.WITHDRAWN: lazy("Your approval was withdrawn: %(name)s"),
    }
    messaging.notify(
        approval.member, kind="approval", title=lambda: titles[ApprovalState(state)] % {"name": approval.policy.name},
        body=approval.answer, url=reverse("approvals"), key=f"approval:{approval.pk}:{state}",
    )
    return approval


@retrying
def write_policy(
    *, by: Member, community: Community, name: str, how: str = "", valid_days: int | None = None, own: bool = False,
    policy_id: int | None = None,
) -> Policy:
    """A policy of the community, by a steward; or one's own, for what one lends."""
    if not name.strip():
        raise Refusal(_("Give it a name."), field="name", code="missing")
    if valid_days is not None and not 1 <= valid_days <= LONGEST_VALID:
        raise Refusal(_("From 1 to %(most)d days.") % {"most": LONGEST_VALID}, field="valid_days", code="invalid")
    facts = {"name": name.strip()[:80], "how": how.strip()[:1000], "valid_days": valid_days}
    if policy_id is not None:
        policy = Policy.objects.looked_after_by(by).get(pk=policy_id)
        for field, value in facts.items():
            setattr(policy, field, value)
        policy.save()
        return policy
    if not own and not Community.objects.looked_after_by(by).filter(pk=community.pk).exists():
        raise Community.DoesNotExist
    if Policy.objects.filter(community=community, owner=by if own else None).count() >= MOST_POLICIES:
        raise Refusal(_("That is too many."), code="too_many")
    return Policy.objects.create(community=community, owner=by if own else None, **facts)


@retrying
def set_policy(listing_id: int, policy_id: int | None, *, by: Member) -> Listing:
    """Put a listing under a policy of its community, or of its owner; None takes it out."""
    with transaction.atomic():
        listing = Listing.objects.looked_after_by(by).get(pk=listing_id)
        if policy_id is None:
            PolicyListing.objects.filter(listing=listing).delete()
            return listing
        policy = policies_for(listing).filter(pk=policy_id).first()
        if policy is None:
            raise Refusal(_("There is no such approval here."), field="policy", code="invalid")
        PolicyListing.objects.update_or_create(listing=listing, defaults={"policy": policy})
    return listing


@retrying
def drop_policy(policy_id: int, *, by: Member) -> None:
    """Nothing asks for it any more; approvals under it are gone with it."""
    Policy.objects.looked_after_by(by).get(pk=policy_id).delete()


def policies_for(listing: Listing):
    """Those a listing may stand under: its community's, and its owner's."""
    rows = Policy.objects.filter(community=listing.community_id)
    return rows.filter(owner__isnull=True) | rows.filter(owner=listing.owner_id, owner__isnull=False)


def approvers(policy: Policy) -> list[Member]:
    return [policy.owner] if policy.owner else stewards(policy.community)


def _own_policy(wanted: approvals.Need) -> Policy:
    listing = wanted.listing
    policy = Policy.objects.create(
        community=listing.community, owner=listing.owner, name=wanted.name[:80], how=wanted.how
    )
    PolicyListing.objects.create(listing=listing, policy=policy)
    return policy
