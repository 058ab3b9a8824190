"""What those who run the house look at: health, metrics, the outbox of letters; and files of members."""

import email
import email.policy
import mimetypes
import posixpath
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache, caches
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from sharing.clock.models import Tick
from sharing.db import guards
from sharing.web.api.problems import CONTENT_TYPE, problem
from sharing.web.sturdy_cache import SturdyCache

WORKER_SILENCE = timedelta(minutes=3)

# What anybody may fetch who has its address. All else (lists brought in, documents, photos of handovers) is handed
# out by views that ask first who may see it.
PUBLIC_FOLDERS = ("listings/", "portraits/")


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 once database, guards, channel layer and clock answer; 503 names what does not."""
    checks = {"database": _database, "guards": _guards, "channel_layer": _channel_layer, "worker": _worker}
    faults = {}
    for name, check in checks.items():
        try:
            if fault := check():
                faults[name] = fault
        except Exception as error:
            faults[name] = type(error).__name__
    state = {name: faults.get(name, "ok") for name in checks}
    return JsonResponse({"status": "unwell" if faults else "ok", **state}, status=503 if faults else 200)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()
    return ""


def _guards() -> str:
    absent = guards.missing()
    return f"missing: {', '.join(absent)}" if absent else ""


def _channel_layer() -> str:
    store = caches["default"]
    if isinstance(store, SturdyCache):
        store.reach()  # it would answer for itself while Valkey is away
    cache.set("healthz", "1", 5)
    return "" if cache.get("healthz") == "1" else "does not keep what it is given"


def _worker() -> str:
    latest = Tick.objects.order_by("-ran").values_list("ran", flat=True).first()
    return "" if latest and latest > timezone.now() - WORKER_SILENCE else "the clock has not ticked"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text for those who hold METRICS_TOKEN; without one set, there is no such page."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(token, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The letters written so far, newest first; only where no mail server is configured."""
    if not settings.OUTBOX_SHOWN:
        raise Http404
    paths = sorted(settings.OUTBOX_DIR.glob("*.eml"), reverse=True)[:50]
    return render(request, "sharing/outbox.html", {"letters": [_letter(path) for path in paths]})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter of the outbox."""
    path = settings.OUTBOX_DIR / f"{name}.eml"
    if not settings.OUTBOX_SHOWN or not name.isdigit() or not path.exists():
        raise Http404
    return render(request, "sharing/letter.html", {"letter": _letter(path)})


def _letter(path) -> dict:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return {
        "name": path.stem,
        "to": message["to"],
        "subject": message["subject"],
        "text": body.get_content() if body else "",
        "written": datetime.fromtimestamp(int(path.stem) / 1e9, tz=UTC),
    }


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Photos from the local folder: each name is written once, so browsers may keep it for ever."""
    try:
        if not posixpath.normpath(path).lstrip("/").startswith(PUBLIC_FOLDERS) or not default_storage.exists(path):
            raise Http404
        file = default_storage.open(path)
    except (SuspiciousFileOperation, IsADirectoryError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=_type_of(path))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _type_of(path: str) -> str:
    return {"webp": "image/webp", "avif": "image/avif"}.get(path.rsplit(".", 1)[-1]) or (
        mimetypes.guess_type(path)[0] or "application/octet-stream"
    )


@csrf_exempt  # nothing is done here, and a client without a session should read what is wrong
def no_such_endpoint(request: HttpRequest) -> HttpResponse:
    """Unknown addresses under /api/v1/ answer in the API's own manner."""
    return JsonResponse(problem(404, "There is no such endpoint."), status=404, content_type=CONTENT_TYPE)
