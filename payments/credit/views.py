"""One's credit in a community, and for its stewards and treasurers the plan and everybody's limits."""

import csv
import io
import uuid
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import naming
from members.models import Community, Member
from members.views import frame
from payments import entries
from payments.actions import trusted_of
from payments.models import Account, CreditPlan
from payments.states import AccountKind
from payments.years.tables import safe
from sharing.values.money import exponent
from sharing.web.api.pagination import decode_cursor, keyset
from sharing.web.formats import money
from sharing.web.refusals import Refusal

from . import accounts, actions
from .forms import GiveForm, LimitForm, PlanForm
from .statements import FIRST_YEAR, current_year, pages

PAGE = 24
NAMES = {"minor": "amount", "worth_minor": "worth", "limit_minor": "limit"}  # as the forms call what is asked


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """My credit: how I stand, what moved, and a form to give some."""
    community = _with_credit(request, slug)
    account = accounts.wallet(community, request.user)
    form = GiveForm(community, request.user, request.POST or None, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            given = actions.give(
                community, by=request.user, to=said["to"], minor=said["amount"], note=said["note"], key=said["key"]
            )
        except Refusal as refusal:
            frame.refused_at(form, refusal, NAMES)
        else:
            words = {"name": said["to"].name, "amount": money(given.minor, account.currency)}
            messages.success(request, _("You gave %(name)s %(amount)s.") % words)
            return redirect("credit", slug)
    try:
        after = decode_cursor(request.GET["after"], 2) if request.GET.get("after") else None
        rows, cursor = entries.page(account, after=after, size=PAGE)
    except (ValueError, TypeError) as error:
        raise Http404 from error
    context: dict[str, object] = {
        "account": account, "community": community, "cursor": cursor,
        "lines": entries.lines(rows, community, account=account.pk, reader=request.user.pk),
    }
    if request.htmx and after:
        return render(request, "payments/_wallet_entries.html", context)
    context |= {
        "form": form, "plan": accounts.plan_of(community), "year": current_year(community),
        "sees_all": request.user.pk in trusted_of(community),
    }
    return frame.page(request, "payments/credit/mine.html", context, form)


@login_required
@require_safe
def year_csv(request: HttpRequest, slug: str, year: int) -> StreamingHttpResponse:
    """Every entry of my credit in a year, with what I had before and after: the statement to keep."""
    community = _with_credit(request, slug)
    account = accounts.wallet(community, request.user)
    if not FIRST_YEAR <= year <= current_year(community):
        raise Http404
    answer = StreamingHttpResponse(
        _year_lines(community, account, year, get_language() or ""), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{community.slug}-credit-{year}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _year_lines(community: Community, account: Account, year: int, language: str) -> Iterator[str]:
    """A page of entries at a time, in the reader's language though their request is over by then."""
    assert account.member is not None  # wallets have one
    places, zone = 10 ** exponent(account.currency), ZoneInfo(community.time_zone)
    found = pages(community, account.member, year)
    before = f"\ufeffdate,entry,what,from,to,note,amount,balance\r\n{year}-01-01,,,,,,,"
    while True:
        out = io.StringIO()
        with override(language):
            page = next(found, None)
            if page is None:
                return
            standing, lines = page
            if before:
                out.write(f"{before}{standing / places}\r\n")
                before = ""
            writer = csv.writer(out)
            for line in lines:
                standing += line.minor
                words = (safe(str(each)) for each in (
                    line.row.get_kind_display(), line.source, line.target, line.row.memo
                ))
                day = line.created.astimezone(zone).date().isoformat()
                writer.writerow([day, line.sequence, *words, line.minor / places, standing / places])
        yield out.getvalue()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The terms of credit here, and how everybody stands."""
    community = _entrusted(request, slug)
    standing = CreditPlan.objects.filter(community=community).first()
    initial = {"unit": community.credit_unit or "hours", "limit": 10}
    if standing is not None:
        initial |= {
            "worth": _plain(standing.worth_minor, exponent(community.currency)),
            "limit": _plain(standing.limit_minor, exponent(accounts.currency_of(community))),
        }
    form = PlanForm(community, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.plan(
                community, by=request.user, unit=said["unit"], worth_minor=said["worth"], limit_minor=said["limit"]
            )
        except Refusal as refusal:
            frame.refused_at(form, refusal, NAMES)
        else:
            messages.success(request, _("Saved. It counts for what is agreed from now on."))
            return redirect("credit_plan", slug)
    context: dict[str, object] = {"community": community, "form": form, "standing": standing}
    if community.credit_unit:
        rows = Account.objects.filter(
            community=community, kind=AccountKind.WALLET, currency=accounts.currency_of(community)
        ).select_related("member")
        words = " ".join(request.GET.get("q", "").split())[:80]
        if words:
            context |= {"words": words, "accounts": _sought(community, rows, words)}
            return frame.page(request, "payments/credit/plan.html", context, form)
        try:
            after = decode_cursor(request.GET["after"], 2) if request.GET.get("after") else None
            shown, cursor = keyset(rows, ("balance_minor", "id"), after, PAGE)
        except (ValueError, TypeError) as error:
            raise Http404 from error
        context |= {"accounts": shown, "more": frame.more(request, cursor)}
    return frame.page(request, "payments/credit/plan.html", context, form)


def _plain(minor: int, places: int) -> str:
    """An amount as it is typed, to its last digit."""
    return f"{Decimal(minor).scaleb(-places).normalize():f}"


def _sought(community: Community, rows: QuerySet[Account], words: str) -> list[Account]:
    """How those stand whose name holds these words: whoever has not used credit yet as they would begin."""
    found = list(rows.filter(member__name__icontains=words).order_by("member__name", "pk")[:PAGE])
    known, fresh = {account.member_id for account in found}, accounts.plan_of(community).limit_minor
    others = [each.id for each in naming.suggested(community, words, PAGE) if each.id not in known]
    return found + [
        Account(member=member, community=community, currency=accounts.currency_of(community), limit_minor=fresh)
        for member in Member.objects.filter(pk__in=others).order_by("name", "pk")
    ]


@login_required
@require_POST
def limit(request: HttpRequest, slug: str, member: int) -> HttpResponse:
    """How far one member may go."""
    community = _entrusted(request, slug)
    form, whose = LimitForm(request.POST), get_object_or_404(Member, pk=member)
    try:
        if not form.is_valid():
            raise Refusal(form.errors["limit"][0])
        actions.set_limit(whose, community, form.cleaned_data["limit"], by=request.user)
    except Refusal as refusal:
        return frame.said(request, refusal, "credit_plan", slug)
    messages.success(request, _("The limit of %(name)s is set.") % {"name": whose.name})
    return redirect("credit_plan", slug)


def _with_credit(request: HttpRequest, slug: str) -> Community:
    community, _membership = frame.inside(request, slug)
    if not community.credit_unit:
        raise Http404
    return community


def _entrusted(request: HttpRequest, slug: str) -> Community:
    community, _membership = frame.inside(request, slug)
    if request.user.pk not in trusted_of(community):
        raise Http404
    return community
