"""What one owes and is owed, one's wallets, and a receipt for each payment."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import queries
from members.models import Community
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.refusals import Refusal

from . import actions, causes, entries, receipts
from .cards import bounced, claims
from .credit.accounts import CURRENCIES as CREDITS
from .models import Account, Payment, Transfer
from .states import AccountKind, Gateway, PaymentState

PAGE = 24
MOST_DUE = 60


@dataclass(frozen=True, slots=True)
class Card:
    """A payment as one member sees it."""

    payment: Payment
    side: str  # whose word theirs would be: "payer", "payee" or ""
    reference: causes.Reference | None

    @property
    def pays(self) -> bool:
        return self.side == "payer"

    @property
    def said(self) -> bool:
        """Whether this side has confirmed."""
        return bool(getattr(self.payment, f"{self.side}_confirmed", None))

    @property
    def heard(self) -> bool:
        """Whether the other side has."""
        other = {"payer": "payee", "payee": "payer"}.get(self.side, "")
        return bool(getattr(self.payment, f"{other}_confirmed", None))


@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """What waits for my word, my wallets, and my receipts."""
    mine = Payment.objects.involving(request.user).select_related("community", "payer", "payee")
    past = mine.exclude(state=PaymentState.DUE).exclude(state=PaymentState.CANCELLED)
    try:
        after = decode_cursor(request.GET["after"], 1) if request.GET.get("after") else None
        proven, cursor = keyset(past, ("-id",), after, PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    context: dict[str, object] = {"receipts": proven, "cursor": cursor, "year": timezone.now().year}
    if request.htmx and after:
        return render(request, "payments/_receipts.html", context)
    due = list(mine.due().order_by("created", "pk")[:MOST_DUE])
    wallets = Account.objects.filter(kind=AccountKind.WALLET, member=request.user).select_related("community")
    held = list(wallets.order_by("community__name", "pk"))
    asked_back = claims.of_member(request.user)
    for account in held:
        mine_too = any(row.community_id == account.community_id for row in asked_back)
        vars(account)["asked_back"] = mine_too and account.currency not in CREDITS
    context |= {
        "due": _cards(due, request.user),
        "wallets": [account for account in held if account.currency not in CREDITS],
        "claims": asked_back,
        "credits": [account for account in held if account.currency in CREDITS],
    }
    return render(request, "payments/wallet.html", context)


@login_required
@require_safe
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment: what it is made of, who has confirmed, and the entries that prove it."""
    payment = _visible(request, pk)
    return render(request, "payments/payment.html", _receipt(payment, request))


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    payment, error = _visible(request, pk), ""
    try:
        payment = actions.confirm(payment.about, by=request.user)
    except Refusal as refusal:
        error = str(refusal)
    if request.htmx:
        card = _card(payment, request.user)
        status = 409 if error else 200
        return render(request, "payments/_due.html", {"card": card, "error": error}, status=status)
    if error:
        messages.error(request, error)
    elif payment.state == PaymentState.SETTLED:
        messages.success(request, _("Both of you have confirmed. It stands in the books now."))
    else:
        messages.success(request, _("Noted. It stands in the books as soon as the other side confirms too."))
    return redirect("payment", pk=pk)


@login_required
@require_POST
def mail_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Send me the receipt by e-mail, once in five minutes at most."""
    payment = _visible(request, pk)
    if payment.state not in receipts.PROVEN:
        raise Http404
    receipts.ask(payment, request.user)
    messages.success(request, _("The receipt is on its way to %(email)s.") % {"email": request.user.email})
    return redirect("payment", pk=pk)


@login_required
@require_safe
def wallet_entries(request: HttpRequest, slug: str) -> HttpResponse:
    """My wallet in one community, entry by entry."""
    account = get_object_or_404(
        Account.objects.select_related("community"), kind=AccountKind.WALLET, member=request.user,
        community__slug=slug, currency=F("community__currency"),
    )
    try:
        after = decode_cursor(request.GET["after"], 2) if request.GET.get("after") else None
        rows, cursor = entries.page(account, after=after, size=PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    community = account.community
    context: dict[str, object] = {
        "account": account, "community": community, "cursor": cursor,
        "lines": entries.lines(rows, community, account=account.pk, reader=request.user.pk),
    }
    if request.htmx and after:
        return render(request, "payments/_wallet_entries.html", context)
    context["treasurers"] = queries.treasurers(community) if account.balance_minor else []
    return render(request, "payments/wallet_entries.html", context)


def _visible(request: HttpRequest, pk: int) -> Payment:
    rows = Payment.objects.involving(request.user).select_related("community", "payer", "payee")
    return get_object_or_404(rows, pk=pk)


def _cards(payments: list[Payment], member) -> list[Card]:
    """Cards for a list, asking once per community who speaks for its commons."""
    entrusted = {}
    for payment in payments:
        if payment.payee_id is None and payment.community_id not in entrusted:
            entrusted[payment.community_id] = actions.trusted_of(payment.community)
    return [
        Card(payment, actions.side_of(payment, member, entrusted.get(payment.community_id)),
             causes.reference(payment.about, payment.community))
        for payment in payments
    ]


def _card(payment: Payment, member) -> Card:
    return Card(payment, actions.side_of(payment, member), causes.reference(payment.about, payment.community))


def _receipt(payment: Payment, request: HttpRequest) -> dict[str, object]:
    community: Community = payment.community
    by_card = payment.gateway == Gateway.STRIPE and request.user == payment.payer
    booked = Transfer.objects.filter(community=community, about=payment.about)
    booked = entries.with_names(booked).order_by("sequence")
    return {
        "card": _card(payment, request.user),
        "payment": payment,
        "proven": payment.state in receipts.PROVEN,
        "sent_back_minor": bounced.waiting_for(payment.about) if payment.refunded_minor and by_card else 0,
        "community": community,
        "lines": entries.lines(booked, community, reader=request.user.pk),
        "parts": [
            {"label": label, "minor": minor}
            for label, minor in (
                (_("Price"), payment.price_minor),
                (_("Fee for the pool"), payment.fee_minor),
                (_("Voluntary share for the pool"), payment.solidarity_minor),
            )
            if minor
        ],
    }
