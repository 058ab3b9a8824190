"""Voting by delegates: who does not vote themselves is counted with the one they trust in this topic.

Trust is passed on: if the delegate does not vote either, their delegate counts for both. A delegation for
one topic goes before one for all. It can be given and taken back at any time; what counts is how it stood at
the deadline. Secret votes know no delegates: nobody could say how the other one voted.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Community, Member, Membership
from members.queries import membership
from members.states import Standing
from messaging.actions import notify
from payments import ledger
from sharing.web.refusals import Refusal

from .models import Delegation, Elector, Proposal
from .states import ProposalKind

ALL = ""
TOPICS = (ALL, *ProposalKind.values)


def delegate(
    community: Community, *, by: Member, to: Member, topic: str = ALL, now: datetime | None = None
) -> Delegation:
    """Let `to` vote for `by` wherever they do not vote themselves; replaces the delegate they had for this topic."""
    now = now or timezone.now()
    if topic not in TOPICS:
        raise Refusal(_("There is no such topic."), field="topic", code="invalid")
    if by.pk == to.pk:
        raise Refusal(_("You vote for yourself anyway."), field="delegate", code="invalid")
    with transaction.atomic():
        ledger.lock(community)
        if membership(by, community) is None:
            raise Refusal(_("Only members of the community can do that."), code="members_only")
        if membership(to, community) is None:
            raise Refusal(_("This member is not of this community."), field="delegate", code="invalid")
        standing = Delegation.objects.standing().filter(community=community)
        mine = standing.filter(member=by, topic=topic).first()
        if mine is not None and mine.delegate_id == to.pk:
            return mine
        rows = [row for row in standing.values_list("member", "delegate", "topic") if row[::2] != (by.pk, topic)]
        if _closes_a_circle([*rows, (by.pk, to.pk, topic)], by.pk):
            text = _("That would be a circle: %(name)s has, directly or by others, given you their vote.")
            raise Refusal(text % {"name": to.name}, field="delegate", code="circle")
        if mine is not None:
            Delegation.objects.filter(pk=mine.pk).update(ended=now)
        made = Delegation.objects.create(community=community, member=by, delegate=to, topic=topic, since=now)
        title = gettext_lazy("%(name)s lets you vote for them in %(community)s")
        notify(
            to, kind="delegation", title=lambda: title % {"name": by.name, "community": community.name},
            url=reverse("delegates", args=[community.slug]), key=f"delegation:{made.pk}",
        )
    return made


def revoke(delegation_id: int, *, by: Member, now: datetime | None = None) -> Delegation:
    """Take one's vote back. Counts at once in every vote that has not closed."""
    with transaction.atomic():
        row = Delegation.objects.select_for_update(no_key=True).get(pk=delegation_id, member=by)
        if row.ended is None:
            row.ended = now or timezone.now()
            row.save(update_fields=["ended"])
    return row


def end_all_of(member_id: int, community_id: int, now: datetime | None = None) -> int:
    """Who leaves gives no vote away and casts none for others."""
    rows = Delegation.objects.standing().filter(community=community_id)
    return rows.filter(Q(member=member_id) | Q(delegate=member_id)).update(ended=now or timezone.now())


def represented(proposal: Proposal, moment: datetime) -> dict[int, int]:
    """Electors who have not voted → the ballot that counts for them, as delegations stood at `moment`."""
    if proposal.secret:
        return {}
    chosen = chosen_at(proposal, moment)
    if not chosen:
        return {}
    electors = list(Elector.objects.filter(proposal=proposal).values_list("member", "pk", "ballot__pk"))
    ballots = {member: ballot for member, _elector, ballot in electors if ballot is not None}
    absent = {member: elector for member, elector, ballot in electors if ballot is None}
    return {absent[member]: ballots[at] for member, at in resolve(absent, ballots, chosen).items()}


def chosen_at(proposal: Proposal, moment: datetime) -> dict[int, int]:
    """Each member's delegate for this kind of decision, at that moment."""
    rows = Delegation.objects.filter(community=proposal.community_id, topic__in=[ALL, proposal.kind])
    rows = rows.filter(Q(ended__isnull=True) | Q(ended__gt=moment), since__lte=moment)
    for side in ("member", "delegate"):
        belongs = Membership.objects.filter(community=proposal.community_id, member=OuterRef(side))
        rows = rows.filter(Exists(belongs.filter(Q(standing=Standing.ACTIVE) | Q(ended__gt=moment))))
    return dict(rows.order_by("topic").values_list("member", "delegate"))  # "" first, a topic of its own over it


def resolve(absent: Iterable[int], voted: Iterable[int], chosen: Mapping[int, int]) -> dict[int, int]:
    """For each absent member the first along the chain of delegates who has voted."""
    present, found = set(voted), {}
    for member in absent:
        at, passed = chosen.get(member), {member}
        while at is not None and at not in passed:
            if at in present:
                found[member] = at
                break
            passed.add(at)
            at = chosen.get(at)
    return found


def _closes_a_circle(rows: list[tuple[int, int, str]], start: int) -> bool:
    """Whether from `start` one comes back to `start` in any topic.

    Where a member trusts one for all and another for this topic both ways are walked: the one that is
    covered today shows again when the other is taken back, and taking back is never refused.
    """
    for topic in {topic for *_pair, topic in rows}:
        ways: dict[int, list[int]] = {}
        for member, at, of in rows:
            if of in (ALL, topic):
                ways.setdefault(member, []).append(at)
        ahead, passed = list(ways.get(start, ())), set()
        while ahead:
            at = ahead.pop()
            if at == start:
                return True
            if at not in passed:
                passed.add(at)
                ahead += ways.get(at, ())
    return False
