"""Carrying out what passed: in the books, in the fee, in the house rules. Once, whoever asks how often.

A spend beyond what the pool holds waits, visibly, and is tried again by the clock. Each deed runs in one
transaction with the change of the proposal's state, under a key made from the proposal, so that neither
a crash nor two clocks can do it twice.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from members.actions import write_rules
from members.models import Member
from payments import ledger
from payments.ledger import Entry
from payments.models import Transfer
from payments.states import AccountKind, TransferKind

from . import terms
from .models import FeePolicy, Proposal
from .news import announce
from .states import ProposalKind, ProposalState


def execute(proposal_id: int, *, now: datetime | None = None) -> Proposal:
    """Carry out a proposal that passed, or let it wait for money. Anything else stays as it is."""
    now = now or timezone.now()
    with transaction.atomic():
        rows = Proposal.objects.select_related("community").select_for_update(of=("self",), no_key=True)
        proposal = rows.get(pk=proposal_id)
        if proposal.state not in (ProposalState.PASSED, ProposalState.WAITING):
            return proposal
        before = proposal.state
        try:
            transfers = _DEEDS[ProposalKind(proposal.kind)](proposal, now)
        except ledger.Overdrawn:
            proposal.state = ProposalState.WAITING
        else:
            if proposal.kind != ProposalKind.ADVICE:
                proposal.state, proposal.executed = ProposalState.EXECUTED, now
            proposal.transfers.add(*transfers)
        proposal.save(update_fields=["state", "executed"])
        if proposal.state != before or proposal.kind == ProposalKind.ADVICE:
            event = "closed" if before == ProposalState.PASSED else "paid"
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, event), robust=True)
    return proposal


def _spend(proposal: Proposal, now: datetime) -> list[Transfer]:
    """From the pool to a member's wallet, or out of the books to a supplier."""
    community, about = proposal.community, proposal.about
    payee = Member.objects.filter(pk=proposal.terms["member"]).first() if proposal.terms["member"] else None
    if payee is not None:
        target = ledger.account(AccountKind.WALLET, community, payee)
    else:
        target = ledger.account(AccountKind.WORLD, community)
    pool = ledger.account(AccountKind.POOL, community)
    memo = f"{proposal.title} → {proposal.terms['payee']}"
    key = f"decision:{community.pk}:{proposal.number}"
    entry = Entry(pool, target, proposal.terms["minor"], TransferKind.SPEND, key, about, memo)
    return ledger.post(community, [entry], batch=about, now=now)


def _fee(proposal: Proposal, now: datetime) -> list[Transfer]:
    """A new version of the fee policy; bookings made before keep theirs."""
    ledger.lock(proposal.community)
    last = FeePolicy.objects.filter(community=proposal.community).order_by("-version").first()
    FeePolicy.objects.create(
        community=proposal.community, version=last.version + 1 if last else 1, decided_by=proposal, created=now,
        **terms.fee(proposal.terms),
    )
    return []


def _rule(proposal: Proposal, now: datetime) -> list[Transfer]:
    """A new version of the house rules, which every member is asked to accept."""
    write_rules(proposal.community, proposal.terms["text"], by=None)
    return []


def _advice(proposal: Proposal, now: datetime) -> list[Transfer]:
    """Advice is heard; nothing follows by itself."""
    return []


_DEEDS: dict[str, Callable[[Proposal, datetime], list[Transfer]]] = {
    ProposalKind.SPEND: _spend,
    ProposalKind.FEE: _fee,
    ProposalKind.RULE: _rule,
    ProposalKind.ADVICE: _advice,
}
