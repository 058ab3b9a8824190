"""The open books: balance, flows, entries with their causes, the chain to take home, and the check."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cooperative import books, chains, charts, checks, queries, words
from cooperative.filters import EntryFilter
from cooperative.models import BooksCheck
from payments import chain, entries
from payments.models import Payment, Transfer

from . import frame

PAGE = 24


@login_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    membership = frame.inside(request, slug, "community__books_check", holdings=True)
    community, now = membership.community, timezone.now()
    held = books.brought_along(membership)
    shown = books.months(community, now)
    narrowed = EntryFilter(
        request.GET, queryset=Transfer.objects.filter(phase__in=entries.MOVES), community=community
    )
    narrowed.offer_months(shown)
    rows, cursor = _entries(request, narrowed, held.pool)
    context = {
        "community": community,
        "membership": membership,
        "lines": entries.lines(
            rows, community, account=held.pool, reader=request.user.pk, trusted=membership.is_treasurer
        ),
        "cursor": cursor,
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "cooperative/_entries.html", context)
    flows = books.flows(community, held.pool, shown)
    months = charts.by_month(flows, shown)
    policy = queries.fee_with_decision(community)
    decision = queries.next_to_close(community, request.user, now)
    context |= {
        "held": held,
        "promised": books.promised_along(membership),
        "check": getattr(community, "books_check", None),
        "months": months,
        "highest": max([*(month.into for month in months), *(month.out for month in months)]),
        "parts": charts.by_kind(flows),
        "filter": narrowed,
        "policy": policy,
        "fee": words.fee(policy, community.currency),
        "decision": decision,
    }
    return render(request, "cooperative/books.html", context)


@login_required
@require_safe
def entry(request: HttpRequest, slug: str, sequence: int) -> HttpResponse:
    """One entry with all that was booked together with it, and its place in the chain."""
    membership = frame.inside(request, slug)
    community = membership.community
    rows = entries.with_names(Transfer.objects.filter(community=community))
    row = get_object_or_404(rows.select_related("of", "settled_by"), sequence=sequence)
    together = rows.filter(batch=row.batch, about=row.about).order_by("sequence")[:50] if row.batch else [row]
    view = {"reader": request.user.pk, "trusted": membership.is_treasurer or _concerned(row, request)}
    context = {
        "community": community,
        "membership": membership,
        "row": row,
        "line": entries.lines([row], community, **view)[0],
        "lines": entries.lines(together, community, **view),
        "following": Transfer.objects.filter(community=community, sequence=sequence + 1).exists(),
        "recipe": _recipe(row),
    }
    return render(request, "cooperative/entry.html", context)


@login_required
@require_safe
def as_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The whole chain, streamed; any spreadsheet reads it, and anyone can recompute its digests."""
    community = frame.inside(request, slug).community
    return _taken_home(chains.as_csv(community), f"{community.slug}-books.csv", "text/csv; charset=utf-8")


@login_required
@require_safe
def as_json(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The whole chain as one document with an entry to a line, which the page's own script checks as it comes in."""
    community = frame.inside(request, slug).community
    return _taken_home(chains.as_json(community), f"{community.slug}-books.json", "application/json")


def _taken_home(lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def verify(request: HttpRequest, slug: str) -> HttpResponse:
    """Have everything recomputed, beside this page; it says how far that is."""
    community = frame.inside(request, slug).community
    check = checks.ask(community)
    if request.htmx:
        return render(request, "cooperative/_seal.html", {"community": community, "check": check, "fresh": True})
    if check.is_running:
        messages.info(request, _("The books are being checked. Look again in a moment."))
    elif check.sound:
        said = ngettext(
            "%(count)s entry recomputed, all in order.", "%(count)s entries recomputed, all in order.", check.entries
        )
        messages.success(request, said % {"count": check.entries})
    else:
        messages.error(request, _("The books do not add up. The faults are listed below."))
    return redirect("books", slug)


@login_required
@require_safe
def seal(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the check is that somebody waits for, and in the end what it found."""
    community = frame.inside(request, slug, "community__books_check").community
    if not request.htmx:
        return redirect("books", slug)
    check: BooksCheck | None = getattr(community, "books_check", None)
    return render(request, "cooperative/_seal.html", {"community": community, "check": check, "fresh": True})


def _entries(request: HttpRequest, narrowed: EntryFilter, pool: int | None) -> tuple[list[Transfer], str | None]:
    """One page of what entered or left the pool; what cannot be a filter finds nothing."""
    if pool is None or not narrowed.is_valid():
        return [], None
    try:
        return entries.page(
            pool, narrowed.qs, direction=narrowed.side, after=frame.after(request, 2), size=PAGE
        )
    except ValueError as error:
        raise Http404 from error


def _concerned(row: Transfer, request: HttpRequest) -> bool:
    return bool(row.about) and Payment.objects.involving(request.user).filter(about=row.about).exists()


def _recipe(row: Transfer) -> str:
    """What the digest is made of, line by line."""
    return "\n".join(
        str(value)
        for value in (
            row.previous, row.community_id, row.sequence, chain.stamp(row.created), row.source_id, row.target_id,
            row.minor, row.source.currency, row.phase, row.of.sequence if row.of else "", row.kind, row.about,
            row.memo, row.batch, row.key,
        )
    )  # fmt: skip
