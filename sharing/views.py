"""Pages of the whole house: home, style guide, manifest, service worker, offline.

What belongs to a room is put on the home page by that room, through a slot; nothing here asks for a row.
"""

import hashlib
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from sharing.web import look
from sharing.web.templatetags.shell import STYLESHEETS

_MODULES = ("app", "busy", "confirm", "faults", "flashes", "menus", "offline", "queue", "seen")
SCRIPTS = [f"sharing/js/{name}.js" for name in _MODULES]


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "sharing/home.html")


@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device, from the footer or the settings; back to where one was."""
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if allowed else "home")
    look.keep(response, request.POST.get("look", ""))
    return response


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with realistic data, while developing."""
    if not settings.DEBUG:
        raise Http404
    from sharing.web.styleguide import samples

    return render(request, "sharing/styleguide.html", samples())


@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the site an app on the phone's first screen."""
    icons = [
        {"src": static(f"sharing/img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append({**icons[1], "src": static("sharing/img/icon-maskable-512.png"), "purpose": "maskable"})
    shortcuts = [
        (_("Find"), reverse("search")),
        (_("Bookings"), reverse("bookings")),
        (_("Messages"), reverse("messages")),
    ]
    facts = {
        "id": "/",
        "name": "Commonshare",
        "short_name": "Commonshare",
        "description": _(
            "Tools, rooms and rides from the people next door, and a pool that belongs to all of you."
        ),
        "lang": get_language() or "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6ec",
        "theme_color": "#17342b",
        "categories": ["lifestyle", "travel", "utilities"],
        "icons": icons,
        "shortcuts": [{"name": name, "url": url} for name, url in shortcuts],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may leave out: the API, and the searches and calendars that go on without end."""
    closed = [f"{reverse('search')}?", "/api/", "/listings/*/month/", "/listings/*/quote/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """/sw.js, at the root so that it may watch over every page. Its version changes with what it keeps."""
    names = [*(f"sharing/css/{name}.css" for name in STYLESHEETS), *SCRIPTS, "sharing/img/mark.svg"]
    page = reverse("offline")
    facts = {"shell": [page, *map(static, names)], "offline": page, "static": settings.STATIC_URL}
    facts["icon"] = static("sharing/img/icon-192.png")
    script = render(request, "sharing/sw.js", {"facts": json.dumps(facts)}, content_type="text/javascript")
    version = hashlib.blake2b(script.content, digest_size=6).hexdigest()
    script.content = script.content.replace(b"%VERSION%", version.encode())
    return script


@cache_control(public=True, max_age=300)
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for a page that cannot be reached; kept by the service worker, so it knows no member."""
    return render(request, "sharing/offline.html")
