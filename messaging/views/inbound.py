"""The door for mail that comes in: a mail server or service posts a letter as it is, or as a field of a form.

Who may: whoever signs the body with the shared secret (`X-Signature: sha256=…`), brings the secret itself
(as bearer, or as password of basic authentication), or signs as Mailgun does.
"""

import base64
import binascii
import hashlib
import hmac
import time
from email import message_from_bytes
from email.errors import MessageError
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..notices import inbound

LETTER_FIELDS = ("email", "body-mime", "message", "rfc822")  # SendGrid, Mailgun, others
RECIPIENT_FIELDS = ("recipient", "to")
MOST_FIELDS = 100
FRESH = 15 * 60


@csrf_exempt  # no browser and no cookie: the signature says who may
@never_cache
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    if not settings.INBOUND_MAIL_SECRET:
        raise Http404
    most = settings.INBOUND_MAIL_MAX_BYTES
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            return _answer(413, "too large")
        body = request.read(most + 1)
    except (ValueError, UnreadablePostError):
        return _answer(400, "unreadable")
    if len(body) > most:
        return _answer(413, "too large")
    try:
        fields = _fields(request.content_type or "", request.META.get("CONTENT_TYPE", ""), body)
    except (RecursionError, MessageError, ValueError):
        return _answer(400, "unreadable")
    if not _may(request, body, fields or {}):
        return _answer(403, "not signed")
    letter = body if fields is None else next((fields[name] for name in LETTER_FIELDS if name in fields), b"")
    if not letter:
        return _answer(400, "no letter")
    known = fields or {}
    recipients = [known[name].decode(errors="replace") for name in RECIPIENT_FIELDS if name in known]
    outcome = inbound.receive(letter, recipients)
    return _answer(503 if outcome == inbound.LATER else 200, outcome)


def _answer(status: int, outcome: str) -> JsonResponse:
    return JsonResponse({"outcome": outcome}, status=status)


def _may(request: HttpRequest, body: bytes, fields: dict[str, bytes]) -> bool:
    secret = settings.INBOUND_MAIL_SECRET.encode()
    if signature := request.headers.get("X-Signature", ""):
        return _same(signature.removeprefix("sha256="), hmac.new(secret, body, hashlib.sha256).hexdigest())
    scheme, _space, word = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _same(word.strip(), settings.INBOUND_MAIL_SECRET)
    if scheme.lower() == "basic":
        try:
            return _same(base64.b64decode(word).decode().partition(":")[2], settings.INBOUND_MAIL_SECRET)
        except (binascii.Error, UnicodeDecodeError):
            return False
    signed = [fields.get(name, b"") for name in ("timestamp", "token", "signature")]
    if all(signed) and signed[0].isdigit() and abs(time.time() - int(signed[0][:12])) < FRESH:
        expected = hmac.new(secret, signed[0] + signed[1], hashlib.sha256).hexdigest()
        return _same(signed[2].decode(errors="replace"), expected)
    return False


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _fields(kind: str, header: str, body: bytes) -> dict[str, bytes] | None:
    """The fields of a form; None when the body is the letter itself.

    Read here rather than by `request.POST`: the signature is over the whole body, and a letter is longer than
    a field may be elsewhere.
    """
    if kind == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(body.decode("latin-1"), max_num_fields=MOST_FIELDS, encoding="latin-1")
        except ValueError:
            return {}
        return {name: value.encode("latin-1", errors="replace") for name, value in pairs}
    if kind != "multipart/form-data":
        return None
    form = message_from_bytes(b"Content-Type: " + header.encode("latin-1", errors="replace") + b"\r\n\r\n" + body)
    parts = form.get_payload()
    fields: dict[str, bytes] = {}
    for part in parts[:MOST_FIELDS] if isinstance(parts, list) else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            fields[name] = _payload(part)
    return fields


def _payload(part) -> bytes:
    """What stands in the field; one that is itself a letter (message/rfc822) was read as such, and is written back."""
    if part.is_multipart():
        return b"\n".join(inner.as_bytes() for inner in part.get_payload())
    return part.get_payload(decode=True) or b""
