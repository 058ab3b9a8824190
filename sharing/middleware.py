"""Middleware of the whole house."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class NullBytes:
    """Refuses NUL bytes in paths and query strings: no text of ours holds any, and PostgreSQL cannot store them.

    Forms and serializers refuse them in bodies, at the field.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("A NUL byte is no text.", content_type="text/plain")
        return self.get_response(request)
