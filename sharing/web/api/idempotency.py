"""Idempotency-Key: a POST repeated under one key happens once and answers the same.

The key is stored before the deed, by a unique row, so that of two identical requests at once
only one acts. A repeat while the first still runs gets 409; the same key with another path or
body gets 422; a server error or a lost race forgets the key so that the client may try again.
"""

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from sharing.web.models import IdempotentAnswer

from .problems import CONTENT_TYPE, problem

HEADER = "Idempotency-Key"
KEPT = timedelta(days=2)
ABANDONED = timedelta(minutes=2)  # a process that died in the middle must not block its client for ever


class Idempotency:
    """Mixed into the API's views by `IdempotentMixin`; holds the rules of one request."""

    def __init__(self, request, member, key: str, *, secret: bool = False) -> None:
        """secret: what the body says is not kept, not even as something one could guess it by."""
        self.member, self.key = member, key
        self.path = request.path[:300]
        said = b"" if secret else _sample(request)
        self.fingerprint = hashlib.sha256(request.path.encode() + b"\0" + said).hexdigest()

    def begin(self) -> HttpResponse | None:
        """Claim the key. None: go on. A response: answer with it instead."""
        try:
            with transaction.atomic():
                self.record = IdempotentAnswer.objects.create(
                    member=self.member, key=self.key, path=self.path, fingerprint=self.fingerprint
                )
            return None
        except IntegrityError:
            return self._answer_of_first()

    def finish(self, response) -> None:
        """Keep the answer, or free the key when nothing was settled by it."""
        if response.status_code >= 500 or response.status_code in (401, 403, 429):
            self.record.delete()
            return
        if hasattr(response, "render"):
            response.render()  # now, so that the body and its type are kept as they are sent
        IdempotentAnswer.objects.filter(pk=self.record.pk).update(
            status=response.status_code,
            content_type=response.headers.get("Content-Type", "application/json")[:100],
            body=response.content,
        )

    def _answer_of_first(self) -> HttpResponse | None:
        first = IdempotentAnswer.objects.filter(member=self.member, key=self.key).first()
        if first is None:
            return self.begin()
        if first.fingerprint != self.fingerprint:
            return _problem(422, "This Idempotency-Key was used for a different request.", "idempotency_key_reused")
        if first.status is None:
            if first.created < timezone.now() - ABANDONED:
                first.delete()
                return self.begin()
            return _problem(409, "The first request under this Idempotency-Key is still running.", "in_progress")
        answer = HttpResponse(bytes(first.body), status=first.status, content_type=first.content_type)
        answer["Idempotent-Replay"] = "true"
        return answer


class IdempotentMixin:
    """For API views: every POST by a signed-in member honours Idempotency-Key."""

    _idempotency: Idempotency | None = None
    keeps_secret = False  # a body that says something nobody may ever find out

    def initial(self, request, *args, **kwargs):
        raw = request._request
        key = raw.headers.get(HEADER, "")
        if request.method == "POST" and key:
            _sample(raw)  # read now, while the stream is whole, so that it can be fingerprinted
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and key and request.user.is_authenticated:
            if len(key) > 200 or not key.isprintable():
                raise Settled(_problem(400, "An Idempotency-Key has at most 200 printable characters.", "invalid"))
            idempotency = Idempotency(raw, request.user, key, secret=self.keeps_secret)
            if replay := idempotency.begin():
                raise Settled(replay)
            self._idempotency = idempotency

    def handle_exception(self, exc):
        if isinstance(exc, Settled):
            return exc.response
        return super().handle_exception(exc)

    def dispatch(self, request, *args, **kwargs):
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BaseException:
            if self._idempotency:
                self._idempotency.record.delete()
            raise
        if self._idempotency:
            self._idempotency.finish(response)
        return response


class Settled(Exception):
    """The request has its answer already."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def forget_old(now=None) -> int:
    """Delete answers kept longer than two days; returns how many."""
    return IdempotentAnswer.objects.filter(created__lt=(now or timezone.now()) - KEPT).delete()[0]


def _sample(request) -> bytes:
    """What tells two requests apart: the body, or for uploads (which stream to disk) their length and type."""
    if request.content_type == "multipart/form-data":
        return request.headers.get("Content-Length", "").encode()
    return request.body


def _problem(status: int, detail: str, code: str) -> HttpResponse:
    return HttpResponse(json.dumps(problem(status, detail, code=code)), status=status, content_type=CONTENT_TYPE)
