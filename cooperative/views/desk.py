"""The treasurer's desk: cash to take and to pay out, and payments that wait."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperative import books, payouts, queries, statements
from cooperative.forms import CashForm
from cooperative.models import Payout, Proposal, Statement
from cooperative.states import ProposalState
from cooperative.treasury_states import PayoutState
from members.models import Community, Member
from payments import actions as payments
from payments.models import Account, Payment
from payments.states import AccountKind
from payments.waiting import piles
from sharing.web.formats import money
from sharing.web.refusals import Refusal

from . import frame

MOST = 100
LONG = timedelta(days=14)


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    return _desk(request, frame.treasurer(request, slug))


@login_required
@require_POST
def cash(request: HttpRequest, slug: str) -> HttpResponse:
    """Cash taken from a member, or given to one."""
    membership = frame.treasurer(request, slug)
    community = membership.community
    form = CashForm(request.POST, community=community)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            minor = _write_down(community, request.user, **facts)
        except Refusal as refusal:
            form.add_error("amount" if refusal.field == "minor" else None, str(refusal))
        else:
            words_ = {"amount": money(minor, community.currency), "name": facts["member"].name}
            said = _("%(amount)s from %(name)s is in the books.") if facts["way"] == "in" else _(
                "%(amount)s to %(name)s waits for a second person to approve it."
            )
            messages.success(request, said % words_)
            return redirect("desk", slug)
    return _desk(request, membership, form=form, status=422)


def _write_down(community: Community, by: Member, *, way: str, member: Member, amount: int, key: str) -> int:
    """Cash that came in is booked at once; cash that goes out waits for a second person. Returns how much."""
    if way == "in":
        return payments.hand_in(member, community, amount, by=by, key=key).minor
    return payouts.ask(community, by=by, member=member, minor=amount, key=key).minor


def _desk(request: HttpRequest, membership, form: CashForm | None = None, status: int = 200) -> HttpResponse:
    community = membership.community
    wallets = Account.objects.filter(kind=AccountKind.WALLET, community=community, currency=community.currency)
    wallets = wallets.select_related("member")
    words = " ".join(request.GET.get("q", "").split())[:80]
    if words:
        wallets = wallets.filter(member__name__icontains=words)
    due = Payment.objects.due().filter(community=community).select_related("payer", "payee", "community")
    waiting = Proposal.objects.filter(community=community, state=ProposalState.WAITING).select_related("community")
    made = Statement.objects.filter(community=community).annotate(signed=Count("signatures"))
    last = made.order_by("-number").first()  # said here: a count leaves the order of the model aside
    commons = list(due.filter(payee__isnull=True).order_by("created")[:MOST])
    owing = _cash_rows(wallets.filter(balance_minor__lt=0).order_by("balance_minor")[:MOST], form, "in")
    owed = _cash_rows(wallets.filter(balance_minor__gt=0).order_by("-balance_minor")[:MOST], form, "out")
    context = {
        "community": community,
        "membership": membership,
        "words": words,
        "many": bool(words) or max(len(owing), len(owed)) >= MOST,
        "held": books.holdings(community),
        "check": getattr(community, "books_check", None),
        "owing": owing,
        "owed": owed,
        "commons": commons,
        "late": due.filter(payee__isnull=False, created__lt=timezone.now() - LONG).order_by("created")[:MOST],
        "waiting": [queries.Card(proposal, timezone.now()) for proposal in waiting.order_by("closed")[:20]],
        "form": form,
        "piles": piles(community),
        "promised": books.promised(community),
        "statement": last,
        "months_over": statements.months_over(community, last),
        "payouts": [
            (payout, payouts.may_approve(payout, membership))
            for payout in Payout.objects.filter(community=community, state=PayoutState.WAITING)
            .select_related("requested_by", "line", "project").order_by("created")[:MOST]
        ],
    }
    return render(request, "cooperative/desk.html", context, status=status)


def _cash_rows(accounts, bound: CashForm | None, way: str) -> list[tuple[Account, CashForm | None]]:
    """A little form for each wallet; the one that came back keeps what was typed and what was wrong.

    None where all that is owed has been asked for already and waits for its second person.
    """
    rows: list[tuple[Account, CashForm | None]] = []
    accounts = list(accounts)
    asked = payouts.asked_by([account.member_id for account in accounts], accounts[0].community) if accounts else {}
    for account in accounts:
        account.asked_minor = asked.get(account.member_id, 0) if way == "out" else 0
        rest = abs(account.balance_minor) - account.asked_minor
        mine = bound is not None and bound.data.get("member") == str(account.member_id)
        if rest <= 0 and not mine:
            rows.append((account, None))
            continue
        initial = {"member": account.member_id, "way": way, "amount": rest}
        initial["key"] = uuid.uuid4().hex
        form = CashForm(initial=initial, community=account.community, prefix_id=account.pk)
        rows.append((account, bound if bound is not None and mine else form))
    return rows
