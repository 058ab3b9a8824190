"""Carrying out what passed: in the books, in the fee, in the house rules. Once, whoever asks how often.

What cannot be done now (the pool holds too little, the last steward cannot go) waits, visibly, and is tried
again by the clock. Each deed runs in one
transaction with the change of the proposal's state, under a key made from the proposal, so that neither
a crash nor two clocks can do it twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.actions import admit_decided, remove_decided, write_rules
from members.models import Member
from payments import ledger, owing
from payments.ledger import Entry
from payments.models import Transfer
from payments.states import AccountKind, TransferKind
from sharing.web.refusals import Refusal

from . import charter, counting, funding, signals, terms, voting
from .models import Charter, FeePolicy, Proposal
from .news import announce
from .states import Method, ProposalKind, ProposalState


def execute(proposal_id: int, *, now: datetime | None = None) -> Proposal:
    """Carry out a proposal that passed, or let it wait for money. Anything else stays as it is."""
    now = now or timezone.now()
    with transaction.atomic():
        rows = Proposal.objects.select_related("community").select_for_update(of=("self",), no_key=True)
        proposal = rows.get(pk=proposal_id)
        if proposal.state not in (ProposalState.PASSED, ProposalState.WAITING):
            return proposal
        before = proposal.state
        if proposal.kind in (ProposalKind.SPEND, ProposalKind.DIVIDEND):
            owing.pay(now, community=proposal.community)  # what the pool owes goes before what it may give
        try:
            with transaction.atomic():
                transfers = _DEEDS[ProposalKind(proposal.kind)](proposal, now)
        except Refusal as refusal:
            proposal.state, proposal.hindrance = ProposalState.WAITING, refusal.code or "refused"
        else:
            proposal.hindrance = ""
            if proposal.kind != ProposalKind.ADVICE:
                proposal.state, proposal.executed = ProposalState.EXECUTED, now
            proposal.transfers.add(*transfers)
        proposal.save(update_fields=["state", "executed", "hindrance", "deed"])
        if proposal.state != before or proposal.kind == ProposalKind.ADVICE:
            event = "closed" if before == ProposalState.PASSED else "paid"
            transaction.on_commit(lambda: announce.enqueue(proposal.pk, event), robust=True)
    return proposal


def _spend(proposal: Proposal, now: datetime) -> list[Transfer]:
    """What was decided to be paid; of several options the winner, or as many projects as the money lasts for."""
    key = f"decision:{proposal.community_id}:{proposal.number}"
    ledger.lock(proposal.community)
    if not proposal.has_options:
        transfers = _pay(proposal, proposal.terms, proposal.title, 0, key, now)
    else:
        chosen, transfers = _chosen(proposal), []
        proposal.deed = {"options": chosen}
        for index in chosen:
            option = proposal.options[index]
            transfers += _pay(proposal, option, option["title"], index, f"{key}:{index}", now)
    if commons := proposal.terms.get("commons"):
        signals.purchased.send(Proposal, proposal=proposal, commons=commons)
    return transfers


def _chosen(proposal: Proposal) -> list[int]:
    tally = voting.of_result(proposal)
    if proposal.method == Method.SCORE:
        return tally.order[:1]
    pool = ledger.account(AccountKind.POOL, proposal.community)
    chosen = counting.affordable(
        tally.order, tally.prices, proposal.terms["minor"], at_hand=pool.free_minor, saved=funding.at_hand(proposal),
        projects=[option.get("project") for option in proposal.options],
    )
    if not chosen:
        raise ledger.Overdrawn("The pool does not hold that much.")
    return chosen


def _pay(
    proposal: Proposal, terms: Mapping[str, Any], title: str, option: int, key: str, now: datetime
) -> list[Transfer]:
    """Into a project, or to whoever is named: then what is set aside for the project they name is used first."""
    project = funding.project_of(proposal, terms)
    if project is not None and terms.get("fund"):
        return funding.fund(proposal, project, terms["minor"], option=option, key=key, now=now)
    entries = [_payment(proposal, terms, title, key)]
    if project is not None:
        entries = [*funding.releasing(proposal, project, terms["minor"], key), *entries]
    return ledger.post(proposal.community, entries, batch=proposal.about, now=now)


def _payment(proposal: Proposal, terms: Mapping[str, Any], title: str, key: str) -> Entry:
    """From the pool to a member's wallet, or out of the books to a supplier."""
    community = proposal.community
    payee = Member.objects.filter(pk=terms["member"]).first() if terms["member"] else None
    if payee is not None and not payee.is_active:
        raise Refusal(_("This member is no longer here."), code="gone")
    if payee is not None:
        target = ledger.account(AccountKind.WALLET, community, payee)
    else:
        target = ledger.account(AccountKind.WORLD, community)
    pool = ledger.account(AccountKind.POOL, community)
    memo = f"{title} → {terms['payee']}"
    return Entry(pool, target, terms["minor"], TransferKind.SPEND, key, proposal.about, memo)


def _dividend(proposal: Proposal, now: datetime) -> list[Transfer]:
    """Each share into its member's wallet, unless they leave it where it is; so does the share of who has gone."""
    community = proposal.community
    pool = ledger.account(AccountKind.POOL, community)
    shares = proposal.shares.filter(minor__gt=0, left_in_pool__isnull=True, member__is_active=True)
    entries = [
        Entry(
            pool, ledger.account(AccountKind.WALLET, community, share.member), share.minor, TransferKind.DIVIDEND,
            f"dividend:{community.pk}:{proposal.number}:{share.member_id}", proposal.about, proposal.title,
        )
        for share in shares.select_related("member").order_by("member")
    ]
    return ledger.post(community, entries, batch=proposal.about, now=now)


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
    """A new version of the house rules, which every member is asked to accept; a new charter."""
    community, terms_ = proposal.community, proposal.terms
    if "text" in terms_:
        write_rules(community, terms_["text"], by=None)
    if "elector_days" in terms_ or "care_minor" in terms_:
        ledger.lock(community)
        settled = charter.current(community)
        Charter.objects.create(
            community=community, version=settled.version + 1, decided_by=proposal, created=now,
            elector_days=terms_.get("elector_days", settled.elector_days),
            care_minor=terms_.get("care_minor", settled.care_minor),
        )
    return []


def _member(proposal: Proposal, now: datetime) -> list[Transfer]:
    """The applicant belongs, or the member does not any more; whoever is there, or gone, already stays so."""
    deed = admit_decided if proposal.terms["deed"] == terms.ADMIT else remove_decided
    deed(proposal.community, proposal.terms["member"])
    return []


def _advice(proposal: Proposal, now: datetime) -> list[Transfer]:
    """Advice is heard; nothing follows by itself."""
    return []


_DEEDS: dict[str, Callable[[Proposal, datetime], list[Transfer]]] = {
    ProposalKind.SPEND: _spend,
    ProposalKind.FEE: _fee,
    ProposalKind.DIVIDEND: _dividend,
    ProposalKind.RULE: _rule,
    ProposalKind.MEMBER: _member,
    ProposalKind.ADVICE: _advice,
}
