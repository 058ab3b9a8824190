"""Search in one's own messages: words, the newest first, only what one may read."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from .. import finding


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """A page of what was found; htmx asks for more of it."""
    asked, cursor = request.GET.get("q", "").strip()[:200], request.GET.get("cursor", "")
    try:
        found = finding.page(request.user, asked, cursor)
    except ValueError:
        raise Http404 from None
    more = f"{reverse('messages_search')}?{urlencode({'q': asked, 'cursor': found.next})}" if found.next else ""
    context = {"q": asked, "found": found, "more": more}
    return render(request, "messaging/_found.html" if request.htmx else "messaging/search.html", context)
