"""The page of one's year, and the same as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments.states import TransferKind

from . import counting, tables

FIRST_YEAR = 2000


@login_required
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """What the year came to, by community."""
    years = _years(request, year)
    parts = counting.of(request.user, year)
    shown = [
        {
            "part": part,
            "quarters": sorted(part.quarters.items()),
            "from_pool": [(TransferKind(kind).label, minor) for kind, minor in sorted(part.from_pool.items())],
            "sleeps": any(thing.nights for thing in part.things),
        }
        for part in parts
    ]
    context = {"year": year, "years": years, "shown": shown, "most": counting.MOST}
    return render(request, "payments/year.html", context)


@login_required
@require_safe
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    _years(request, year)
    file = tables.as_csv(counting.of(request.user, year), year)
    answer = HttpResponse(file, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="commonshare-{year}.csv"'
    return answer


def _years(request: HttpRequest, year: int) -> list[int]:
    """The years there are; 404 of one that there is not."""
    years = counting.years_of(request.user)
    if not FIRST_YEAR <= year <= years[0]:
        raise Http404
    return years
