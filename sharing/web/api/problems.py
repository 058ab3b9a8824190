"""Errors as application/problem+json (RFC 9457), with the message at the field that caused it.

Titles and sentences are in the language that the client asks for by Accept-Language.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from sharing.web.refusals import Refusal

from .wire import Renderer

CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: _("Some of the input cannot be used"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    409: _("Not possible now"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Idempotency key reused"),
    429: _("Too many requests"),
}


class ProblemRenderer(Renderer):
    media_type = CONTENT_TYPE


def problem(status_code: int, detail: str = "", *, code: str = "", errors: dict | None = None) -> dict:
    """The problem document as a dict; `errors` maps field names to lists of sentences."""
    document = {
        "type": f"/api/v1/docs/#problem-{code}" if code else "about:blank",
        "title": str(_TITLES.get(status_code, _("Error"))),
        "status": status_code,
        "detail": str(detail),
    }
    if code:
        document["code"] = code
    if errors:
        document["errors"] = errors
    return document


def handler(exc: Exception, context: dict) -> Response | None:
    """DRF's exception handler: every refusal and every invalid input becomes a problem document."""
    if isinstance(exc, Refusal):
        code = status.HTTP_400_BAD_REQUEST if exc.field else status.HTTP_409_CONFLICT
        errors = {exc.field: [str(exc)]} if exc.field else None
        return _respond(Response(problem(code, str(exc), code=exc.code, errors=errors), status=code))
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    response = drf_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, exceptions.ValidationError):
        errors = _flatten(exc.detail)
        first = next(iter(errors.values()))[0]
        response.data = problem(response.status_code, first, code="invalid", errors=errors)
    else:
        short = getattr(exc, "default_code", "") if isinstance(exc, exceptions.APIException) else ""
        response.data = problem(response.status_code, getattr(exc, "detail", ""), code=str(short))
    return _respond(response)


def _respond(response: Response) -> Response:
    response.content_type = CONTENT_TYPE
    return response


def _flatten(detail, prefix: str = "") -> dict[str, list[str]]:
    """Nested serializer errors as {"field.sub": ["sentence", …]}."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for key, value in detail.items():
            flat.update(_flatten(value, f"{prefix}.{key}" if prefix else str(key)))
        return flat
    if isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        flat = {}
        for index, item in enumerate(detail):
            if item:
                flat.update(_flatten(item, f"{prefix}.{index}" if prefix else str(index)))
        return flat
    sentences = [str(item) for item in (detail if isinstance(detail, list) else [detail])]
    return {prefix or "non_field_errors": sentences}
