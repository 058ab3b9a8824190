"""Keyset pages: `{results, next}`, no offset, no COUNT(*); a page costs the same however deep it lies."""

import base64
import json
import math
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import FieldDoesNotExist
from django.core.exceptions import ValidationError as Unfit
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

NOT_OURS = "This is no cursor of ours."


def encode_cursor(values: list) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int | None = None) -> list:
    """Raises ValueError when the cursor was not made by `encode_cursor`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise ValueError(NOT_OURS) from None
    if not isinstance(values, list) or (length is not None and len(values) != length):
        raise ValueError(NOT_OURS)
    if not all(_plain(value) for value in values):
        raise ValueError(NOT_OURS)
    return values


def _plain(value: object) -> bool:
    """Whether either engine could keep such a value."""
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) < 2**63
        case float():
            return math.isfinite(value)
        case str():
            return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return False


def keyset(queryset: QuerySet, ordering: tuple[str, ...], after: list | None, size: int) -> tuple[list, str | None]:
    """One page of `queryset` in `ordering` (all columns in one direction) and the cursor of the next, or None.

    Raises ValueError when `after` holds what these columns never do.
    """
    descending = ordering[0].startswith("-")
    fields = [name.lstrip("-") for name in ordering]
    if after:
        if len(after) != len(fields):
            raise ValueError(NOT_OURS)
        after = [_typed(queryset.model, name, value) for name, value in zip(fields, after, strict=True)]
        beyond = Q()
        for index, name in enumerate(fields):
            equal = {fields[i]: after[i] for i in range(index)}
            beyond |= Q(**equal, **{f"{name}__{'lt' if descending else 'gt'}": after[index]})
        queryset = queryset.filter(beyond)
    rows = list(queryset.order_by(*ordering)[: size + 1])
    if len(rows) <= size:
        return rows, None
    rows = rows[:size]
    return rows, encode_cursor([_value(rows[-1], name) for name in fields])


def _typed(model: type[Model], name: str, value: Any) -> Any:
    """The value as the column gives it; what the query itself adds to its rows is left as it is."""
    field: Any = None
    try:
        for part in name.split("__"):
            field = (field.related_model if field else model)._meta.get_field(part)
    except FieldDoesNotExist:
        return value
    if value is None and not field.null:
        raise ValueError(NOT_OURS)
    try:
        typed = field.to_python(value)
        return typed.astimezone(UTC) if isinstance(typed, datetime) else typed
    except (Unfit, OverflowError, TypeError):
        raise ValueError(NOT_OURS) from None


def _value(row, name):
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if hasattr(row, "isoformat") else row


class KeysetPagination(BasePagination):
    """Set `keyset_ordering` on the view (default newest first by id); `?page_size=` up to 100."""

    page_size, max_page_size = 24, 100

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        ordering = tuple(getattr(view, "keyset_ordering", ("-id",)))
        after = None
        if cursor := request.query_params.get("cursor"):
            try:
                after = decode_cursor(cursor, len(ordering))
                page, self.next_cursor = keyset(queryset, ordering, after, self.size(request))
            except (ValueError, TypeError) as error:
                raise ValidationError({"cursor": [NOT_OURS]}) from error
            return page
        page, self.next_cursor = keyset(queryset, ordering, after, self.size(request))
        return page

    def size(self, request) -> int:
        raw = request.GET.get("page_size", "")
        if not raw:
            return self.page_size
        if not (raw.isascii() and raw.isdigit() and len(raw) < 7 and 1 <= int(raw) <= self.max_page_size):
            raise ValidationError({"page_size": [f"Between 1 and {self.max_page_size}."]})
        return int(raw)

    def get_paginated_response(self, data):
        return Response({"results": data, "next": next_url(self.request, self.next_cursor)})

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri", "description": "The next page, null at the end."},
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "required": False,
             "schema": {"type": "integer", "minimum": 1, "maximum": self.max_page_size}},
        ]


def next_url(request, cursor: str | None, base: str = "") -> str | None:
    """The request's own URL with the cursor of the next page; `base`: its scheme and host, where they are at hand."""
    if cursor is None:
        return None
    asked = request.META.get("QUERY_STRING", "")
    if "cursor" in request.GET:
        params = dict(request.GET.lists())
        del params["cursor"]
        asked = urlencode(params, doseq=True)
    base = base or f"{request.scheme}://{request.get_host()}"
    return f"{base}{request.path}?{asked}{'&' if asked else ''}cursor={quote(cursor)}"
