"""Keyset pages: `{results, next}`, no offset, no COUNT(*); a page costs the same however deep it lies."""

import base64
import json
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response


def encode_cursor(values: list) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int | None = None) -> list:
    """Raises ValueError when the cursor was not made by `encode_cursor`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeError):
        raise ValueError("This is no cursor of ours.") from None
    if not isinstance(values, list) or (length is not None and len(values) != length):
        raise ValueError("This is no cursor of ours.")
    if any(isinstance(value, (list, dict)) for value in values):
        raise ValueError("This is no cursor of ours.")
    return values


def keyset(queryset: QuerySet, ordering: tuple[str, ...], after: list | None, size: int) -> tuple[list, str | None]:
    """One page of `queryset` in `ordering` (all columns in one direction) and the cursor of the next, or None."""
    descending = ordering[0].startswith("-")
    fields = [name.lstrip("-") for name in ordering]
    if after:
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
                raise ValidationError({"cursor": ["This is no cursor of ours."]}) from error
            return page
        page, self.next_cursor = keyset(queryset, ordering, after, self.size(request))
        return page

    def size(self, request) -> int:
        raw = request.query_params.get("page_size", "")
        if not raw:
            return self.page_size
        if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:6]) <= self.max_page_size):
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


def next_url(request, cursor: str | None) -> str | None:
    """The request's own URL with the cursor of the next page."""
    if cursor is None:
        return None
    params = request.query_params.copy()
    params["cursor"] = cursor
    return request.build_absolute_uri("?" + urlencode(list(params.lists()), doseq=True))
