"""Paying out by hand what the books owe a member, what a decided budget allows, or what was decided for a project.

One asks, another approves.

Nobody approves what they asked for, nor what they are paid. The entry is booked in the deed that approves, under a key
of the payout's own, so that two who approve in the same moment pay once.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Community, Member, Membership
from members.queries import membership
from payments import ledger
from payments.ledger import Entry
from payments.models import Account
from payments.states import AccountKind, TransferKind
from sharing.web.refusals import Refusal

from . import projects
from .granted import decided
from .models import Allotment, BudgetLine, Payout, Project
from .treasury_states import PayoutSource, PayoutState, PayoutWay


class PayoutError(Refusal):
    """A payout for which this is not possible."""

    code = "payout"


def ask(
    community: Community, *, by: Member, minor: int, key: str, member: Member | None = None,
    line: BudgetLine | None = None, project: Project | None = None, payee: str = "",
    way: str = PayoutWay.CASH, note: str = "", now: datetime | None = None,
) -> Payout:
    """Ask for money out of a member's wallet (a treasurer, or the member), a budget line or a project (a treasurer).

    `key` makes a form sent twice harmless. Nothing moves until a second person approves.
    """
    mine = membership(by, community)
    pooled = line is not None or project is not None
    source = PayoutSource.POOL if pooled else PayoutSource.WALLET
    if mine is None or not (mine.is_treasurer or (member is not None and member.pk == by.pk and not pooled)):
        raise PayoutError(_("Only a treasurer of the community can do this."), code="treasurers_only")
    if way not in PayoutWay.values:
        raise PayoutError(_("Choose one of the answers."), field="way")
    payee, note = " ".join((payee or (member.name if member else "")).split()), " ".join(note.split())
    if not payee or len(payee) > 80 or len(note) > 140 or "\0" in payee + note:
        raise PayoutError(_("Say who shall get the money."), field="payee")
    now = now or timezone.now()
    with transaction.atomic():
        ledger.lock(community)
        if before := Payout.objects.filter(community=community, key=key).first():
            asked = (by.pk, None if pooled else member and member.pk, line and line.pk, project and project.pk, minor)
            if asked != (before.requested_by_id, before.member_id, before.line_id, before.project_id, before.minor):
                raise PayoutError(_("Send the form again, please."), code="key_reused")
            return before
        _check_covered(community, minor, member=None if pooled else member, line=line, project=project)
        return Payout.objects.create(
            community=community, source=source, member=member, payee=payee, line=line, project=project, minor=minor,
            way=way, note=note, key=key, requested_by=by, created=now,
        )


def approve(payout_id: int, *, by: Member, now: datetime | None = None) -> Payout:
    """A second officer agrees, and it is in the books. Again it changes nothing."""
    now = now or timezone.now()
    with _locked(payout_id) as payout:
        if payout.state == PayoutState.PAID:
            return payout
        _check_waiting(payout)
        if not may_approve(payout, membership(by, payout.community)):
            raise PayoutError(_("Somebody else has to approve this: a steward or treasurer who neither asked for it nor"
                                " is paid by it."), code="not_yours")
        _check_covered(payout.community, payout.minor, member=None if payout.is_pooled else payout.member,
                       line=payout.line, project=payout.project, besides=payout)
        entry = ledger.post(payout.community, _entries(payout, by), batch=payout.about, now=now)[-1]
        payout.state, payout.decided_by, payout.decided, payout.transfer = PayoutState.PAID, by, now, entry
        payout.save(update_fields=["state", "decided_by", "decided", "transfer"])
        if payout.line is not None:
            Allotment.objects.create(transfer=entry, line=payout.line, by=by, created=now)
    return payout


def refuse(payout_id: int, *, by: Member, now: datetime | None = None) -> Payout:
    """An officer says no, or whoever asked takes it back."""
    with _locked(payout_id) as payout:
        _check_waiting(payout)
        mine = membership(by, payout.community)
        own = payout.requested_by_id == by.pk
        if not own and not _is_officer(mine):
            raise PayoutError(_("Only a treasurer of the community can do this."), code="treasurers_only")
        payout.state = PayoutState.WITHDRAWN if own else PayoutState.REFUSED
        payout.decided_by, payout.decided = by, now or timezone.now()
        payout.save(update_fields=["state", "decided_by", "decided"])
    return payout


def may_approve(payout: Payout, mine: Membership | None) -> bool:
    """Whether the one who belongs so may be the second person: not where what the pool pays goes by name to them."""
    if mine is None or not _is_officer(mine) or mine.member_id in (payout.requested_by_id, payout.member_id):
        return False
    return not payout.is_pooled or payout.payee.casefold() != " ".join(mine.member.name.split()).casefold()


def asked_by(members: Iterable[int], community: Community) -> dict[int, int]:
    """What has been asked for each of these members and still waits for its second person, in minor units."""
    waiting = Payout.objects.filter(
        community=community, state=PayoutState.WAITING, source=PayoutSource.WALLET, member__in=members
    )
    return dict(waiting.order_by().values_list("member").annotate(Sum("minor")))


def left_of(line: BudgetLine, besides: Payout | None = None) -> int:
    """What a decided line still allows: less what was paid out of it, and what waits to be."""
    spent = line.allotments.aggregate(sum_=Sum("transfer__minor"))["sum_"] or 0
    waiting = line.payouts.filter(state=PayoutState.WAITING)
    if besides is not None:
        waiting = waiting.exclude(pk=besides.pk)
    return line.minor - spent - (waiting.aggregate(sum_=Sum("minor"))["sum_"] or 0)


def _check_covered(
    community: Community, minor: int, *, member: Member | None, line: BudgetLine | None,
    project: Project | None = None, besides: Payout | None = None,
) -> None:
    if line is not None:
        if line.community_id != community.pk or line.decided_by_id is None:
            raise PayoutError(_("No decision stands behind this line of the budget."), field="line")
        free = left_of(line, besides)
    elif project is not None:
        if not Project.objects.open().filter(pk=project.pk, community=community).exists():
            raise PayoutError(_("This project is not open here."), field="project")
        free = decided([project])[project.pk].free_minor + (besides.minor if besides else 0)
    else:
        wallets = Account.objects.filter(
            kind=AccountKind.WALLET, community=community, member=member, currency=community.currency, label=""
        )
        wallet = wallets.first()
        own = Payout.objects.filter(community=community, member=member, source=PayoutSource.WALLET)
        waiting = own.filter(state=PayoutState.WAITING)
        if besides is not None:
            waiting = waiting.exclude(pk=besides.pk)
        free = (wallet.free_minor if wallet else 0) - (waiting.aggregate(sum_=Sum("minor"))["sum_"] or 0)
    if not 0 < minor <= free:
        said = _("The line allows less than that.") if line else _("The books owe them less than that.")
        said = _("Less than that was decided for this project and is still there.") if project else said
        raise PayoutError(said, field="minor", code="too_much")


def _entries(payout: Payout, by: Member) -> list[Entry]:
    """What is booked with the second person's word; the last of them is the payment itself."""
    community = payout.community
    world = ledger.account(AccountKind.WORLD, community)
    names = {"one": payout.requested_by.name, "two": by.name}
    if payout.line is not None:
        pool = ledger.account(AccountKind.POOL, community)
        memo = f"{payout.line.label}: {payout.note or payout.payee}"
        return [Entry(pool, world, payout.minor, TransferKind.SPEND, payout.about, payout.about, memo)]
    if payout.project is not None:
        pool, project = ledger.account(AccountKind.POOL, community), payout.project
        memo = f"{project.name}: {payout.note or payout.payee}"
        drawn = projects.releasing(project, payout.minor, about=project.about, key=f"{payout.about}:project")
        return [*drawn, Entry(pool, world, payout.minor, TransferKind.SPEND, payout.about, project.about, memo)]
    wallet = ledger.account(AccountKind.WALLET, community, payout.member)
    memo = _("Paid out by %(one)s and %(two)s") % names
    return [Entry(wallet, world, payout.minor, TransferKind.CASH_OUT, payout.about, payout.about, memo)]


def _check_waiting(payout: Payout) -> None:
    if not payout.is_waiting:
        raise PayoutError(_("This was decided before."), code="decided")


def _is_officer(mine: Membership | None) -> bool:
    return mine is not None and mine.is_officer


@contextmanager
def _locked(payout_id: int) -> Iterator[Payout]:
    """Hold the payout's row, then the community's chain; the guards' no is said in words."""
    try:
        with transaction.atomic():
            rows = Payout.objects.select_related("community", "member", "requested_by", "line", "project__community")
            payout = rows.select_for_update(of=("self",), no_key=True).get(pk=payout_id)
            ledger.lock(payout.community)
            yield payout
    except IntegrityError as error:
        raise PayoutError(_("This was decided before."), code="decided") from error
