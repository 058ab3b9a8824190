"""Approvals, read: which policy a listing stands under, and whether a member has what it asks for.

A tool that says of itself that training is needed, without standing under a policy, asks for an approval of its own;
its policy is written down when somebody first asks. Who borrows a kit borrows its parts, and needs what they need.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import KitPart, Listing, ToolFacts
from listings.states import Kind
from members.models import Member
from sharing.values.period import Period

from .models import Approval, ApprovalState, Policy


class Need(NamedTuple):
    """What a listing asks for: its policy's name and how one gets it; `approval` is the member's own open one.

    Of a kit it may be a part that asks.
    """

    listing: Listing
    policy: Policy | None
    name: str
    how: str
    approval: Approval | None = None

    @property
    def asked(self) -> bool:
        return self.approval is not None and self.approval.state == ApprovalState.ASKED

    @property
    def met(self) -> bool:
        return self.is_met(timezone.localdate())

    def is_met(self, day: date) -> bool:
        """Whether the member has it on that day."""
        own = self.approval
        return own is not None and own.state == ApprovalState.GIVEN and (own.until is None or own.until >= day)


def need(listing: Listing, member: Member | None = None) -> Need | None:
    """What the listing asks for, and how the member stands to it; None when it asks for nothing.

    Of several things a kit asks for the first that they have not.
    """
    wanted = _needs(listing, member)
    return next((each for each in wanted if not each.met), wanted[0] if wanted else None)


def missing(listing: Listing, member: Member, period: Period) -> str | Callable[[], str]:
    """A sentence when the member may not have it in that time for want of an approval; else ""."""
    day = period.starts.astimezone(ZoneInfo(listing.time_zone)).date()
    for wanted in _needs(listing, member):
        if not wanted.is_met(day):
            if wanted.asked:
                return lambda: _("You have asked for the approval it needs. You can book it as soon as you have it.")
            return partial(_sentence, wanted.name)
    return ""


def _needs(listing: Listing, member: Member | None) -> list[Need]:
    """Its own, and those of its parts."""
    if listing.kind == Kind.RIDE:
        return []
    rows = KitPart.objects.filter(kit=listing.pk).select_related("part__tool") if listing.is_kit else ()
    wanted = (_own_need(each, member) for each in (listing, *(row.part for row in rows)))
    return [each for each in wanted if each is not None]


def _own_need(listing: Listing, member: Member | None) -> Need | None:
    policy = Policy.objects.filter(tools__listing=listing.pk).first()
    if policy is None:
        facts = _facts(listing)
        if facts is None or not facts.approval_needed:
            return None
        return Need(listing, None, listing.title, facts.approval_note)
    own = None
    if member is not None and member.is_authenticated:
        open_ones = Approval.objects.filter(policy=policy, member=member.pk)
        own = open_ones.filter(Q(state=ApprovalState.ASKED) | Q(state=ApprovalState.GIVEN)).first()
    return Need(listing, policy, policy.name, policy.how, own)


def is_valid(approval: Approval) -> bool:
    """Whether it opens anything today."""
    return approval.state == ApprovalState.GIVEN and (
        approval.until is None or approval.until >= timezone.localdate()
    )


def _facts(listing: Listing) -> ToolFacts | None:
    try:
        return listing.tool if listing.kind == Kind.TOOL else None
    except ToolFacts.DoesNotExist:
        return None


def _sentence(name: str) -> str:
    return _("It needs an approval: %(name)s. Ask for it first.") % {"name": name}
