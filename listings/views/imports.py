"""Bringing a catalogue in, step by step on one page, and taking one out."""

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings.catalogue import columns, export, sheets, work
from listings.forms.imports import ImportForm, MatchForm
from listings.models import CatalogueImport, ImportState
from sharing.web.api.pagination import keyset
from sharing.web.refusals import Refusal

from .pages import cursor_of

PROBLEMS = 50
LATEST = 12


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """A new list, and the latest ones."""
    form = ImportForm(request.POST or None, request.FILES or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            run = work.begin(by=request.user, **form.facts())
            return redirect("import", run.pk)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    latest = CatalogueImport.objects.filter(member=request.user).select_related("community").order_by("-pk")[:LATEST]
    context = {"form": form, "latest": latest, "known": list(columns.columns().values())}
    return render(request, "listings/import_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands, and its next step. A POST says what the columns are."""
    run = get_object_or_404(_mine(request), pk=pk)
    form = MatchForm(request.POST if request.method == "POST" else None, run=run)
    if request.method == "POST" and form.is_valid():
        try:
            work.match(pk, form.mapping(), by=request.user)
            return redirect("import", pk)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    if request.htmx and run.is_at_work:
        return render(request, "listings/_import_progress.html", {"run": run})
    status = 422 if form.is_bound else 200
    response = render(request, "listings/import.html", _context(request, run, form), status=status)
    if request.htmx:
        response["HX-Refresh"] = "true"  # the work is done: the whole page has another step now
    return response


@require_POST
@login_required
def import_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    deed = {"bring-in": work.bring_in, "take-back": work.take_back, "match": work.match_again}.get(verb)
    if deed is None:
        raise Http404
    try:
        deed(pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("import", pk)


@require_safe
@login_required
def import_wrong_rows(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not taken, as a list to mend and bring again; each with what is wrong with it."""
    run = get_object_or_404(_mine(request).exclude(sheet=""), pk=pk)
    if not default_storage.exists(run.sheet):
        raise Http404
    said: dict[int, str] = {}
    for problem in run.problems.filter(row__gt=0):
        said[problem.row] = "; ".join(filter(None, (said.get(problem.row), problem.sentence)))
    return export.downloaded(_mended(run, said), "text/csv; charset=utf-8", f"{run.pk}-to-mend.csv")


@require_safe
@login_required
def take_out(request: HttpRequest) -> StreamingHttpResponse:
    """`of`: a community's slug for its commons (stewards), else what is one's own; `as`: csv or zip."""
    return export.answer(request.user, request.GET.get("of", ""), request.GET.get("as", ""))


def _mine(request: HttpRequest):
    return CatalogueImport.objects.filter(member=request.user).select_related("community")


def _context(request: HttpRequest, run: CatalogueImport, form: MatchForm) -> dict:
    problems, following = keyset(run.problems.all(), ("id",), cursor_of(request.GET.get("after", "")), PROBLEMS)
    return {
        "run": run,
        "form": form,
        "columns": [
            (form[name], [row[place] if place < len(row) else "" for row in run.sample])
            for place, name in enumerate(form.fields)
        ],
        "problems": problems,
        "after": following,
        "waiting": run.state == ImportState.DONE and run.pictures_done < run.pictures_due,
    }


def _mended(run: CatalogueImport, said: dict[int, str]):
    class Echo:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([*run.headers, _("What is wrong")])
    with default_storage.open(run.sheet) as file:
        for number, row in sheets.rows_from(file, run.encoding, run.delimiter, 0):
            if number in said:
                cells = [*row[: len(run.headers)], *[""] * (len(run.headers) - len(row))]
                yield writer.writerow([*cells, said[number]])
