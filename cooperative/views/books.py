"""The open books: balance, flows, entries with their causes, the chain to take home, and the check."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cooperative import books, charts, checks, queries, words
from cooperative.filters import EntryFilter
from cooperative.models import BooksCheck
from payments import chain, entries
from payments.models import Payment, Transfer

from . import frame

PAGE = 24
CHECKED_JUST_NOW = timedelta(seconds=10)


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
    response = StreamingHttpResponse(books.as_csv(community), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{community.slug}-books.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def verify(request: HttpRequest, slug: str) -> HttpResponse:
    """Recompute everything now. What was checked seconds ago is not checked again."""
    community = frame.inside(request, slug, "community__books_check").community
    check: BooksCheck | None = getattr(community, "books_check", None)
    if check is None or check.checked < timezone.now() - CHECKED_JUST_NOW:
        check = checks.check(community)
    if request.htmx:
        return render(request, "cooperative/_seal.html", {"community": community, "check": check, "fresh": True})
    if check.sound:
        said = ngettext(
            "%(count)s entry recomputed, all in order.", "%(count)s entries recomputed, all in order.", check.entries
        )
        messages.success(request, said % {"count": check.entries})
    else:
        messages.error(request, _("The books do not add up. The faults are listed below."))
    return redirect("books", slug)


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
