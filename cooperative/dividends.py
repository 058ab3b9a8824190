"""Dividends: what is left is shared by how much each has used and cared for the commons.

In words: each member's points are the fees on what they borrowed, times `paid`, the fees on what they lent, times
`earned`, and their hours of care, each of which counts like `care_minor` of fees. In numbers:

    points = 60 · (paid · paid_minor + earned · earned_minor) + care_minor · care_minutes

The sum is split in proportion to the points by the largest remainder (`sharing.values.money.split`); of equal
remainders the one first in the list (by the number of their account) gets the odd unit. Who has no point has no
share. What each had used is written down when the vote opens, so that everybody votes on the same figures and can
work them out again from the CSV alone.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from members.models import Community, Member, Membership
from payments.models import Payment
from payments.states import Gateway, PaymentState
from sharing.values.money import split
from sharing.web.refusals import Refusal

from .models import CareSeat, LeftInPool, Proposal, Share
from .states import ProposalKind, ProposalState, TaskState

COLUMNS = (
    "community", "decision", "currency", "minor", "from", "until", "paid", "earned", "care_minor", "member", "name",
    "paid_minor", "earned_minor", "care_minutes", "points", "share_minor", "left_in_pool",
)  # fmt: skip
PAID_OUT = (ProposalState.OPEN, ProposalState.PASSED, ProposalState.WAITING)


@dataclass(frozen=True, slots=True)
class Part:
    """What one member's use came to, and what is theirs of the whole."""

    member: int
    paid_minor: int = 0
    earned_minor: int = 0
    care_minutes: int = 0
    points: int = 0
    minor: int = 0


def points(terms: Mapping[str, Any], paid_minor: int, earned_minor: int, care_minutes: int) -> int:
    """The formula, in whole numbers."""
    return 60 * (terms["paid"] * paid_minor + terms["earned"] * earned_minor) + terms["care_minor"] * care_minutes


def parts(community: Community, terms: Mapping[str, Any]) -> list[Part]:
    """What each member would get, in the order in which odd units are given. Three statements."""
    starts, ends = bounds(community, terms)
    paid, earned, cared = _fees(community, "payer", starts, ends), _fees(community, "payee", starts, ends), {}
    seats = CareSeat.objects.filter(
        task__community=community, task__state=TaskState.CONFIRMED, task__confirmed__gte=starts,
        task__confirmed__lt=ends, waits=False, minutes__gt=0,
    )
    cared = dict(seats.order_by().values_list("member").annotate(sum_=Sum("minutes")))
    belong = set(Membership.objects.active().filter(community=community).values_list("member", flat=True))
    found = []
    for member in sorted(belong & (paid.keys() | earned.keys() | cared.keys())):
        used = paid.get(member, 0), earned.get(member, 0), cared.get(member, 0)
        if worth := points(terms, *used):
            found.append(Part(member, *used, points=worth))
    if not found:
        return []
    shares = split(terms["minor"], [part.points for part in found])
    return [
        Part(part.member, part.paid_minor, part.earned_minor, part.care_minutes, part.points, minor)
        for part, minor in zip(found, shares, strict=True)
    ]


def tried(community: Community, terms: Mapping[str, Any], *, by: Membership) -> list[Part]:
    """What is tried out before anybody else has seen it: every share for officers, for a member their own alone.

    Whoever sets a period and sees what each paid in it could follow what single neighbours do.
    """
    found = parts(community, terms)
    return found if by.is_officer else [part for part in found if part.member == by.member_id]


def freeze(proposal: Proposal) -> None:
    """Write down what is voted on, in the transaction that opens the vote."""
    found = parts(proposal.community, proposal.terms)
    if not found:
        raise Refusal(_("Nobody has used or cared for anything in that time, so there is nothing to share by."))
    Share.objects.bulk_create(
        Share(
            proposal=proposal, member_id=part.member, paid_minor=part.paid_minor, earned_minor=part.earned_minor,
            care_minutes=part.care_minutes, points=part.points, minor=part.minor,
        )
        for part in found
    )


def leave(proposal_id: int, *, by: Member, left: bool = True) -> Share:
    """Leave one's share in the pool, or have it paid after all; until it is paid."""
    with transaction.atomic():
        rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
        proposal = rows.get(pk=proposal_id, kind=ProposalKind.DIVIDEND)
        share = Share.objects.filter(proposal=proposal, member=by).first()
        if share is None:
            raise Refusal(_("You have no share in this."), code="no_share")
        if proposal.state not in PAID_OUT:
            raise Refusal(_("It is too late to choose."), code="closed")
        if left:
            LeftInPool.objects.get_or_create(share=share)
        else:
            LeftInPool.objects.filter(share=share).delete()
    return share


def bounds(community: Community, terms: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the last of the last, where the community lives."""
    zone = ZoneInfo(community.time_zone)
    first, last = date.fromisoformat(terms["from"]), date.fromisoformat(terms["until"])
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def _fees(community: Community, side: str, starts: datetime, ends: datetime) -> dict[int, int]:
    """The fees on what each member borrowed (payer) or lent (payee); what was given back counts no more.

    A fee paid in community credit brought the pool no money to share: else credit could be turned into money by
    lending to each other and back.
    """
    rows = Payment.objects.filter(
        Q(state=PaymentState.SETTLED) | Q(state=PaymentState.REFUNDED), community=community,
        currency=community.currency, settled__gte=starts, settled__lt=ends, **{f"{side}__isnull": False},
    ).exclude(gateway=Gateway.CREDIT)
    kept = Greatest(F("fee_minor") - F("refunded_fee_minor"), Value(0))
    return {member: minor for member, minor in rows.order_by().values_list(side).annotate(sum_=Sum(kept)) if minor}


# --- as CSV, and worked out again -----------------------------------------------------------------


def rows(proposal: Proposal) -> Iterator[tuple]:
    """Every figure the shares are made of, a member in each row; names as members of the community know them."""
    community, terms = proposal.community, proposal.terms
    belong = set(Membership.objects.active().filter(community=community).values_list("member", flat=True))
    shares = proposal.shares.select_related("member", "left_in_pool").order_by("member")
    for share in shares.iterator(chunk_size=1000):
        name = share.member.name if share.member_id in belong else _("a neighbour")
        yield (
            community.slug, proposal.number, community.currency, terms["minor"], terms["from"], terms["until"],
            terms["paid"], terms["earned"], terms["care_minor"], share.member_id,
            f"'{name}" if name[:1] in "=+-@" else name, share.paid_minor, share.earned_minor, share.care_minutes,
            share.points, share.minor, int(hasattr(share, "left_in_pool")),
        )


def replay(file: IO[str]) -> list[str]:
    """Work the shares out again from the CSV alone; returns what does not agree, in sentences."""
    lines = list(csv.DictReader(file))
    if not lines or set(COLUMNS) - set(lines[0]):
        return [_("This is no CSV of a dividend.")]
    try:
        return list(_disagreements(lines))
    except (ValueError, TypeError):
        return [_("This is no CSV of a dividend.")]


def _disagreements(lines: list[dict[str, str]]) -> Iterator[str]:
    terms = {name: int(lines[0][name]) for name in ("minor", "paid", "earned", "care_minor")}
    worth = []
    for line in lines:
        if any(int(line[name]) != terms[name] for name in terms):
            yield _("%(member)s: counted by other terms than the first.") % {"member": line["member"]}
        made = points(terms, int(line["paid_minor"]), int(line["earned_minor"]), int(line["care_minutes"]))
        if made != int(line["points"]):
            yield _("%(member)s: %(points)s points, not %(written)s.") % {
                "member": line["member"], "points": made, "written": line["points"]
            }
        worth.append(made)
    if [int(line["member"]) for line in lines] != sorted(int(line["member"]) for line in lines):
        yield _("The rows are not in the order of the accounts.")
    for line, minor in zip(lines, split(terms["minor"], worth), strict=True):
        if minor != int(line["share_minor"]):
            yield _("%(member)s: a share of %(minor)s, not %(written)s.") % {
                "member": line["member"], "minor": minor, "written": line["share_minor"]
            }


def total(found: Iterable[Part]) -> int:
    return sum(part.minor for part in found)
